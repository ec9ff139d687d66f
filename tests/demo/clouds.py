# SPDX-License-Identifier: Apache-2.0
"""Small made-up clouds for tests."""

from typing import Any

from nephoscope.demo.plan import Cloud, Plan

# Friday, 14 November 2025, 20:00 UTC.
START_S = 1_763_150_400


def cloud(**sizes: Any) -> Cloud:
    """A cloud of forty instances on two hosts, unless other sizes are given."""
    return Cloud(Plan(**{"start_s": START_S, "instances": 40, "projects": 3, **sizes}))
