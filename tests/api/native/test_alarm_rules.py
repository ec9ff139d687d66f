# SPDX-License-Identifier: Apache-2.0

"""Rules of our own as bodies write them."""

import re
from typing import Any

import msgspec
import pytest

from nephoscope.api.native.alarm_rules import own_rule
from nephoscope.model.alarm_body import rule_body
from nephoscope.model.alarm_rule import Composite, RecentEvents, Rule
from nephoscope.model.errors import InvalidInput
from tests.project import PROJECT

PAGE = (PROJECT / "docs/explanation/alarm-rules.md").read_text()
EXAMPLES: list[dict[str, Any]] = [msgspec.json.decode(each) for each in re.findall(r"```json\n(.*?)```", PAGE, re.S)]

STATE = {"field": "traits.state", "value": "error"}
WRONG_EVENTS: tuple[tuple[dict[str, Any], list[str]], ...] = (
    ({"within_s": 9}, ["within_s"]),
    ({"within_s": 604_801}, ["within_s"]),
    ({"within_s": "10m"}, ["within_s"]),
    ({"within": 60}, ["within"]),
    ({"event_type": ""}, ["event_type"]),
    ({"event_type": "a\0"}, ["event_type"]),
    ({"query": STATE}, ["query"]),
    ({"query": [STATE] * 21}, ["query"]),
    ({"query": [STATE, {**STATE, "operator": "eq"}]}, ["query", "1", "operator"]),
    ({"query": [{**STATE, "op": "like"}]}, ["query", "0", "op"]),
    ({"query": [{**STATE, "type": "datetime"}]}, ["query", "0", "type"]),
    ({"query": [{**STATE, "value": 5}]}, ["query", "0", "value"]),
    ({"query": [{**STATE, "value": "x" * 256}]}, ["query", "0", "value"]),
    ({"query": [{**STATE, "field": ""}]}, ["query", "0", "field"]),
    ({"query": [{**STATE, "field": "raw" + ".a" * 10}]}, ["query", "0", "field"]),
    ({"query": [{**STATE, "field": "traits/state"}]}, ["query", "0"]),
    ({"query": [{**STATE, "type": "integer"}]}, ["query", "0"]),
    ({"query": [{"value": "error"}]}, ["query", "0"]),
)


@pytest.mark.parametrize("body", EXAMPLES, ids=lambda body: body["name"])
def test_examples_of_the_documentation_are_accepted(body: dict[str, Any]) -> None:
    rule = own_rule(body["type"], body["rule"])
    assert rule == own_rule(body["type"], rule_body(rule))


def test_there_are_examples_of_all_types() -> None:
    assert {"series", "sql", "composite"} == {body["type"] for body in EXAMPLES}


@pytest.mark.parametrize(
    ("type_name", "rule", "field"),
    [
        ("series", {"metric": "cpu", "threshold": 1, "acros": "sum"}, ["rule", "acros"]),
        ("series", {"metric": "cpu", "threshold": 1, "evaluation_periods": 0}, ["rule", "evaluation_periods"]),
        ("series", {"metric": "cpu", "threshold": "much"}, ["rule", "threshold"]),
        ("series", {"metric": "cpu", "threshold": 1, "compare": {"type": "later"}}, ["rule", "compare", "type"]),
        (
            "series",
            {"metric": "cpu", "threshold": 1, "compare": {"type": "earlier", "offset_s": 61}},
            ["rule", "compare", "offset_s"],
        ),
        ("sql", {"sql": "SELECT 1 FROM nowhere"}, ["rule", "sql"]),
        ("composite", {"or": [{"type": "sql", "sql": "SELECT 1", "every_s": 1}]}, ["rule", "or", "0", "every_s"]),
        ("composite", {"or": [{"type": "event"}]}, ["rule", "or", "0"]),
        *(
            ("composite", {"or": [{"type": "event", "within_s": 60, **wrong}]}, ["rule", "or", "0", *place])
            for wrong, place in WRONG_EVENTS
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(type_name: str, rule: dict[str, Any], field: list[str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        own_rule(type_name, rule)
    assert field == caught.value.detail


def test_events_alone_make_a_composite_rule() -> None:
    short = own_rule("composite", {"or": [{"type": "event", "within_s": 10}]})
    rule = RecentEvents(event_type="*", query=(), within_s=10)
    assert Composite(operator="or", rules=(rule,)) == short
    full = {"or": [{"type": "event", "event_type": "*", "query": [], "within_s": 10}]}
    assert full == rule_body(short)
    kept = msgspec.json.encode(short)
    assert short == msgspec.json.decode(kept, type=Rule)
