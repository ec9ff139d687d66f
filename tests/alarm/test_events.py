# SPDX-License-Identifier: Apache-2.0

"""Events that hit alarms: their conditions, what is told, and that nobody is told twice of the same."""

from typing import Any

import pytest

from nephoscope.alarm.events import event_body, holds
from nephoscope.model.alarm_rule import ConditionType, EventCondition
from nephoscope.model.comparison import Comparison
from nephoscope.model.event import Trait
from nephoscope.model.kept_event import KeptEvent
from tests.alarm.conftest import NOW_NS

EVENT = KeptEvent(
    "m1",
    "compute.instance.update",
    NOW_NS,
    "blue",
    "vm",
    (
        Trait("state", "text", "error"),
        Trait("size", "integer", 100),
        Trait("load", "float", 0.5),
        Trait("at", "datetime", NOW_NS),
    ),
    '{"payload": {"host": "cn-1"}}',
)


@pytest.mark.parametrize(
    ("field", "op", "kind", "value", "expected"),
    [
        ("traits.state", "eq", "string", "error", True),
        ("traits.state", "eq", "", "error", True),
        ("traits.state", "ne", "", "error", False),
        ("traits.state", "lt", "", "zzz", True),
        ("traits.size", "ge", "integer", "100", True),
        ("traits.size", "gt", "integer", "100", False),
        ("traits.size", "eq", "float", "100", True),
        ("traits.size", "eq", "string", "100", False),
        ("traits.size", "lt", "string", "200", False),
        ("traits.load", "lt", "float", "0.75", True),
        ("traits.none", "eq", "string", "", False),
        ("traits.none", "ne", "string", "x", True),
        ("traits.none", "gt", "integer", "0", False),
        ("event_type", "eq", "", "compute.instance.update", True),
        ("message_id", "eq", "", "m1", True),
        ("raw.payload.host", "eq", "", "cn-1", True),
        ("raw.payload.host.deeper", "ne", "", "x", True),
    ],
)
def test_conditions(field: str, op: Comparison, kind: ConditionType, value: str, expected: bool) -> None:
    assert expected is holds(EventCondition(field=field, op=op, type=kind, value=value), EVENT)


def test_receivers_are_told_the_event_as_they_know_it() -> None:
    expected: dict[str, Any] = {
        "message_id": "m1",
        "event_type": "compute.instance.update",
        "generated": "2026-03-02T09:00:00+00:00",
        "traits": [
            ["state", 1, "error"],
            ["size", 2, 100],
            ["load", 3, 0.5],
            ["at", 4, "2026-03-02T09:00:00+00:00"],
        ],
        "raw": {"payload": {"host": "cn-1"}},
    }
    assert expected == event_body(EVENT)
