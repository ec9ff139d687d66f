# SPDX-License-Identifier: Apache-2.0
"""Parse, plan and read."""
