# SPDX-License-Identifier: Apache-2.0
"""Tests of the receivers: what foreign writers send, decoded into columns."""
