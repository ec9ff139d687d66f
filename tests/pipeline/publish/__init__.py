# SPDX-License-Identifier: Apache-2.0
"""Tests of the publishers at the end of pipelines."""
