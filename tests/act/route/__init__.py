# SPDX-License-Identifier: Apache-2.0
"""Silences, routes, inhibitions, and the groups that are told."""
