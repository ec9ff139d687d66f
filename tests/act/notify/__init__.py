# SPDX-License-Identifier: Apache-2.0
"""Tests of the same folder of the package."""
