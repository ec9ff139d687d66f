# SPDX-License-Identifier: Apache-2.0
"""How values are compared with a threshold, and how many of them, of which width: the same for all types of rules."""

from typing import Literal

Comparison = Literal["lt", "le", "eq", "ne", "ge", "gt"]

PERIODS_MAX = 100
GRANULARITY_S_MAX = 31_536_000
