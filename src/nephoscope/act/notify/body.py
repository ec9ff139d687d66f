# SPDX-License-Identifier: Apache-2.0
"""The body of a notification as receivers have always got it."""

from collections.abc import Sequence
from typing import Any

import msgspec

# Aodh's order; a database may have kept the keys in another.
KEYS = ("alarm_name", "alarm_id", "severity", "previous", "current", "reason", "reason_data")
REASON_KEYS = ("type", "disposition", "count", "most_recent")


def ordered(body: dict[str, Any]) -> dict[str, Any]:
    """
    The body with its keys in the order that receivers know, what else there is behind them.

    >>> ordered({"current": "ok", "alarm_name": "a", "x": 1})
    {'alarm_name': 'a', 'current': 'ok', 'x': 1}
    """
    found = _first(body, KEYS)
    data = found.get("reason_data")
    if isinstance(data, dict):
        found["reason_data"] = _first(data, REASON_KEYS)
    return found


def is_group(body: dict[str, Any]) -> bool:
    """Whether a body tells of a group of alarms, which a route put together, or of one alarm's transition."""
    return "groupKey" in body


def encoded(body: dict[str, Any]) -> bytes:
    """What is posted: compact JSON, UTF-8."""
    return msgspec.json.encode(ordered(body))


def _first(found: dict[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: found[key] for key in dict.fromkeys((*keys, *found)) if key in found}
