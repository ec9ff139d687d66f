# SPDX-License-Identifier: Apache-2.0
"""Doors that others push to: bytes become batches of columns."""
