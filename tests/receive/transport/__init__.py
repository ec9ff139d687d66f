# SPDX-License-Identifier: Apache-2.0
"""Tests of the sockets and queues that records come through."""
