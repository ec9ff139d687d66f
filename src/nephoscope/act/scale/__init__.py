# SPDX-License-Identifier: Apache-2.0
"""Change how many members a group has."""
