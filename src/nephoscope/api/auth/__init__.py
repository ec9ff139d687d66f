# SPDX-License-Identifier: Apache-2.0
"""Ways to find out who calls, one file each; every one gives a `Caller` or raises Unauthenticated."""
