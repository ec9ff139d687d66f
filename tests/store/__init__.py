# SPDX-License-Identifier: Apache-2.0
"""Tests of the store: engines, schema, series and commits."""
