# SPDX-License-Identifier: Apache-2.0
"""Tests of the pollsters in `poll/openstack`."""
