# SPDX-License-Identifier: Apache-2.0
"""Tests of what each engine does by itself."""
