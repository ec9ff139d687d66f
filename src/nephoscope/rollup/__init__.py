# SPDX-License-Identifier: Apache-2.0
"""Measures become aggregates as the archive policy says, and expire."""
