# SPDX-License-Identifier: Apache-2.0

"""Patterns and conditions of event alarms mean the same to the engine as to what decides such alarms."""

from fnmatch import fnmatchcase
from typing import get_args

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nephoscope.alarm.events import holds
from nephoscope.model.alarm_rule import ConditionType, EventCondition
from nephoscope.model.comparison import Comparison
from nephoscope.model.event import Trait
from nephoscope.query.event_conditions import event_condition, type_pattern
from nephoscope.query.event_search import Parameters
from nephoscope.store.contract import Store
from nephoscope.store.events import keep
from tests.query.kept_events import NAMES, TEXTS, event, some_events

SLOW = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
SIGNS = "ab.-!]^[\\&~|(>)é\n "
TYPES = st.lists(st.text(SIGNS, max_size=4), min_size=8, max_size=8)
PATTERNS = st.lists(st.sampled_from([*SIGNS, "*", "?", "[", "[!", "a-c", "c-a", "]"]), max_size=8).map("".join)
RAW = '{"payload": {"host": "cn-1", "size": 42, "none": null, "": "empty", "listed": ["a"]}, "é": "b%"}'

VALUES: dict[ConditionType, list[str]] = {
    "": [*TEXTS, "cn-1", "2025-06-01T12:00:05+00:00", "2025-06-01T12:00:07.123456+00:00", "id-1", "vm-3"],
    "string": [*TEXTS, "empty", "compute.instance.create.end"],
    "integer": ["42", " -1 ", "1748779201000000000", str(2**53 + 1), "0", "9" * 400, "-" + "9" * 400],
    "float": ["42", "4.5", "1e300", "nan", "inf", "-inf", str(2.0**53)],
    "boolean": ["yes", "false"],
}
OPERATORS: tuple[Comparison, ...] = get_args(Comparison)
FIELDS = [
    *(f"traits.{name}" for name in (*NAMES, "none", "")),
    *("message_id", "event_type", "generated", "traits", "raw", "project_id", "message_id.x", ""),
    *(
        "raw.payload.host",
        "raw.payload.size",
        "raw.payload.none",
        "raw.payload.",
        "raw.payload.listed",
        "raw.é",
        "raw.",
    ),
]


@st.composite
def conditions(draw: st.DrawFn) -> EventCondition:
    kind = draw(st.sampled_from(list(VALUES)))
    field = draw(st.sampled_from(FIELDS))
    op = draw(st.sampled_from(OPERATORS))
    return EventCondition(field=field, op=op, type=kind, value=draw(st.sampled_from(VALUES[kind])))


def test_a_pattern_fits_what_the_shells_does(store: Store) -> None:
    @SLOW
    @given(PATTERNS, TYPES)
    @example("[]a]", ["]", "a", "b", "", "[]a]", "]a", "!", "-"])
    @example("[!]", ["!", "[!]", "]", "", "a", "[", "b", "^"])
    @example("[c-a]", ["a", "b", "c", "", "-", "[c-a]", "ac", "]"])
    @example("[!c-a]", ["a", "\n", "c", "", "-", "é", "ac", "]"])
    @example("[a-]*[--b]", ["a-", "-b", "a.", "", "-", "aé-", "ab", "]"])
    def check(pattern: str, types: list[str]) -> None:
        parameters = Parameters()
        listed = ", ".join(parameters.text(each) for each in types)
        fits = f"arrayMap(each -> match(each, {parameters.text(type_pattern(pattern))}), [{listed}])"
        (row,) = store.query(f"SELECT {fits} AS found", parameters.values).to_pylist()
        assert [fnmatchcase(each, pattern) for each in types] == [bool(each) for each in row["found"]]

    check()


def test_conditions_hold_of_the_events_that_fire_alarms(store: Store) -> None:
    events = [
        *some_events(),
        event(200, raw=RAW),
        event(201, raw=RAW, time_ns=event(7).time_ns + 123_456_789),
        event(202, traits=(Trait("size", "float", 42.0), Trait("size", "integer", 1))),
        event(203, traits=(Trait("size", "integer", -(2**63)), Trait("state", "text", "z"))),
    ]
    keep(store, events)

    @SLOW
    @given(st.lists(conditions(), min_size=1, max_size=2))
    def check(query: list[EventCondition]) -> None:
        parameters = Parameters()
        wanted = event_condition("*", query, parameters)
        rows = store.query(f"SELECT id FROM events FINAL WHERE {wanted}", parameters.values)
        expected = sorted(each.id for each in events if all(holds(one, each) for one in query))
        assert expected == sorted(map(str, rows["id"].to_pylist()))

    check()


@pytest.mark.parametrize(("pattern", "asks"), [("*", False), ("**", True), ("compute.*", True)])
def test_any_type_is_not_asked_for(pattern: str, asks: bool) -> None:
    assert asks is ("match" in event_condition(pattern, (), Parameters()))
