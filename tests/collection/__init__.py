# SPDX-License-Identifier: Apache-2.0
"""Tests of how an agent that collects a cloud is put together."""
