# SPDX-License-Identifier: Apache-2.0
"""Decide: which state each alarm is in, and why."""
