# SPDX-License-Identifier: Apache-2.0
"""Nephoscope watches private clouds: one program, one store, every signal joined."""

__version__ = "0.1.0"
