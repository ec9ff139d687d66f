# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""One meter definition: what it makes of a document, and how it is refused."""

from typing import Any

import pytest

from nephoscope.model.errors import BadRequest
from nephoscope.model.reserved import Reserved
from nephoscope.model.yaml_tree import read_tree
from nephoscope.receive.notifications.meter_definition import MeterDefinition, UnevenFields, read

NEEDED = {
    "name": "thing.size",
    "event_type": "'thing\\.'",
    "type": "gauge",
    "unit": "GiB",
    "volume": "$.payload.size",
    "resource_id": "$.payload.id",
}


def written(**changes: str | None) -> str:
    keys = {key: value for key, value in (NEEDED | changes).items() if value is not None}
    return "\n".join(f"{key}: {value}" for key, value in keys.items())


def definition(**changes: str | None) -> MeterDefinition:
    return read(read_tree(written(**changes), "meters.yaml"))


def document(payload: Any) -> dict[str, Any]:
    return {"publisher_id": "svc.h", "event_type": "thing.new", "priority": "info", "payload": payload, "ctxt": {}}


def test_a_row_has_its_parts_in_order() -> None:
    found = definition(user_id="$.payload.u", timestamp="$.payload.t").rows(document({"size": 3, "id": "r", "u": "me"}))
    assert [("thing.size", "gauge", "GiB", 3, "r", "me", None, None)] == list(found)


@pytest.mark.parametrize(
    ("event_type", "matching"),
    [
        ("'thing\\.'", True),
        ("thing", True),
        ("hing", False),
        ("thing.new.more", False),
        ("'thing\\.(?!new).*'", False),
        ("[other, thing]", True),
        ("[other, another]", False),
        ("'a|thing'", True),
    ],
)
def test_event_types_are_regular_expressions_anchored_at_the_start(event_type: str, matching: bool) -> None:
    assert matching is bool(definition(event_type=event_type).event_types.match("thing.new"))


LOOKED_UP = {
    "name": "$.payload.l[*].name",
    "volume": "$.payload.l[*].value",
    "unit": "$.payload.l[*].unit",
    "lookup": "[name, volume, unit]",
}


def test_a_lookup_puts_values_side_by_side() -> None:
    listed = [{"name": "a", "value": 1, "unit": "B"}, {"name": "b", "value": None, "unit": "s"}]
    found = definition(**LOOKED_UP).rows(document({"id": "r", "l": listed}))
    assert [("a", "B", 1, "r"), ("b", "s", None, "r")] == [(row[0], row[2], row[3], row[4]) for row in found]


def test_a_lookup_that_finds_nothing_makes_nothing() -> None:
    assert [] == list(definition(**LOOKED_UP).rows(document({"id": "r", "l": []})))


def test_a_lookup_with_a_constant_name_counts_its_other_fields() -> None:
    found = definition(volume="$.payload.l[*]", lookup="volume").rows(document({"id": "r", "l": [1, 2]}))
    assert [("thing.size", 1, "r"), ("thing.size", 2, "r")] == [(row[0], row[3], row[4]) for row in found]


@pytest.mark.parametrize(
    "listed", [[{"name": "a", "value": 1}, {"name": "b", "value": 2, "unit": "B"}], [{"name": "a", "unit": "B"}]]
)
def test_a_lookup_of_different_lengths_is_refused(listed: list[Any]) -> None:
    with pytest.raises(UnevenFields, match="values where there are"):
        list(definition(**LOOKED_UP).rows(document({"id": "r", "l": listed})))


def test_a_field_with_several_values_that_is_not_looked_up_has_to_have_as_many() -> None:
    changed = LOOKED_UP | {"resource_id": "$.payload.ids[*]"}
    two = [{"name": "a", "value": 1, "unit": "B"}, {"name": "b", "value": 2, "unit": "B"}]
    found = definition(**changed).rows(document({"ids": ["r", "s"], "l": two}))
    assert ["r", "s"] == [row[4] for row in found]
    with pytest.raises(UnevenFields, match="resource_id has 3 values where there are 2"):
        list(definition(**changed).rows(document({"ids": ["r", "s", "t"], "l": two})))


def test_metadata_are_what_was_picked_without_what_is_not_there() -> None:
    picked = definition(metadata="{a: payload.a, b: payload.b, c: payload.c, d: payload.d}").metadata
    assert {"a": 7} == picked.of(document({"a": 7, "b": None, "c": "", "d": 0}), Reserved())


def test_users_metadata_stand_beside_what_was_picked() -> None:
    metadata = definition(metadata="{a: payload.a}", user_metadata="$.payload.m").metadata
    payload = {"a": 1, "m": {"metering.b": 2, "metering.a": 3, "c": 4}}
    assert {"a": 1, "user_metadata": {"b": 2}} == metadata.of(document(payload), Reserved())
    assert {"a": 1} == metadata.of(document({"a": 1, "m": []}), Reserved())


@pytest.mark.parametrize("changes", [{}, {"metadata": "{a: payload.nowhere}"}, {"user_metadata": "payload.m"}])
def test_where_nothing_was_picked_the_whole_payload_is(changes: dict[str, str]) -> None:
    whole = {"id": "r", "size": 1}
    found = definition(**changes).metadata.of(document(whole), Reserved())
    assert {"id": "r", "size": 1, "event_type": "thing.new", "host": "svc.h"} == found
    assert {"event_type": "thing.new", "host": "svc.h"} == definition().metadata.of(document([1]), Reserved())
    assert {"id": "r", "size": 1} == whole


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": None}, "meters.yaml:1: name: expected it, as every definition needs one"),
        ({"volume": None}, "meters.yaml:1: volume: expected it"),
        ({"volume": "null"}, "meters.yaml:5: volume: expected a value, there is nothing"),
        ({"volume": "true"}, "meters.yaml:5: volume: expected a path, a number, or a map"),
        ({"volume": "'$.a.'"}, "meters.yaml:5: volume: path '$.a.', sign 5: expected a key"),
        ({"name": "7"}, "meters.yaml:1: name: expected a name, or a path to one, there is 7"),
        ({"type": "counter"}, "meters.yaml:3: type: expected one of gauge, delta, cumulative, or a path to one"),
        ({"event_type": "'('"}, "meters.yaml:2: event_type: expected a regular expression ("),
        ({"event_type": "[a, '*']"}, "meters.yaml:2: event_type[1]: expected a regular expression ("),
        ({"event_type": "[]"}, "meters.yaml:2: event_type: expected at least one regular expression"),
        ({"event_type": "['(?P<a>x)', '(?P<a>y)']"}, "event_type: expected regular expressions that go together"),
        ({"lookup": "volumes"}, "meters.yaml:7: lookup: expected some of name, type, unit, volume, resource_id"),
        ({"lookup": "[volume, 3]"}, "meters.yaml:7: lookup[1]: expected some of"),
        ({"lookups": "volume"}, "meters.yaml:7: lookups: expected one of the keys event_type, name"),
        ({"metadata": "[a]"}, "meters.yaml:7: metadata: expected a map with the keys the fields' names"),
        ({"metadata": "{a: 'b c'}"}, "meters.yaml:7: metadata.a: path 'b c', sign 3"),
        (
            {"volume": "{fields: [a, b], plugin: timedelta}", "lookup": "volume"},
            "meters.yaml:5: volume: expected a plugin that gives a value for each, beside a lookup",
        ),
    ],
)
def test_a_wrong_definition_is_told_by_file_line_and_key(changes: dict[str, str | None], told: str) -> None:
    with pytest.raises(BadRequest) as caught:
        definition(**changes)
    assert told in caught.value.message
