# SPDX-License-Identifier: Apache-2.0
"""Tests of the compute meters that libvirt gives."""
