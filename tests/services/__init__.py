# SPDX-License-Identifier: Apache-2.0
"""Real services that tests start for themselves: private folders, free loopback ports, stopped by their pid."""
