# SPDX-License-Identifier: Apache-2.0
"""Sockets and queues that records come through, with no idea of what they say."""
