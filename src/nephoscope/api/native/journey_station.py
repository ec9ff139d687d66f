# SPDX-License-Identifier: Apache-2.0
"""A stop on the way of data."""

import msgspec


class Station(msgspec.Struct):
    """One stop of the journey: `good` or not, what was found there, and what to do when it is not good."""

    station: str
    good: bool
    found: str
    advice: str = ""
