# SPDX-License-Identifier: Apache-2.0
"""Transformers, one by one and against what was recorded."""
