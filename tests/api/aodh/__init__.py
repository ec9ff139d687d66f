# SPDX-License-Identifier: Apache-2.0
"""Tests of the HTTP station: aodh."""
