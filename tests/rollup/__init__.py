# SPDX-License-Identifier: Apache-2.0
"""Tests of roll-up and expiry."""
