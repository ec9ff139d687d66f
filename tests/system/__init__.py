# SPDX-License-Identifier: Apache-2.0
"""Tests of the whole program, started as users start it and spoken to over real sockets."""
