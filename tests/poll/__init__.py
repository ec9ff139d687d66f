# SPDX-License-Identifier: Apache-2.0
"""Tests of the station that asks."""
