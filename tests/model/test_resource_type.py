# SPDX-License-Identifier: Apache-2.0
"""Resource types: definitions as clients send them, values that fit, and changes by JSON Patch."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.attribute import (
    BoolAttribute,
    DatetimeAttribute,
    NumberAttribute,
    Stored,
    StringAttribute,
    UuidAttribute,
)
from nephoscope.model.errors import BadRequest, InvalidInput, NephoscopeError
from nephoscope.model.resource_type import (
    RESERVED_NAMES,
    ResourceType,
    check_type_name,
    patched,
    read_attributes,
)

UUID_TEXT = "6868da77-fa82-4e67-aba9-270c5ae8cbca"
INSTANCE = ResourceType(
    "instance",
    read_attributes(
        {
            "host": {"type": "string", "min_length": 1, "max_length": 5},
            "count": {"type": "number", "required": False, "min": 0, "max": 10},
            "on": {"type": "bool", "required": False},
            "img": {"type": "uuid", "required": False},
            "at": {"type": "datetime", "required": False},
        }
    ),
)


def test_definitions_are_read_with_their_defaults() -> None:
    assert {"a": StringAttribute(True, 0, 256)} == read_attributes({"a": {"type": "string"}})
    assert {"a": NumberAttribute(False, None, 3.0)} == read_attributes(
        {"a": {"type": "number", "required": False, "max": 3, "min": None}}
    )
    expected = {"b": BoolAttribute(), "u": UuidAttribute(), "d": DatetimeAttribute(False)}
    raw = {"b": {"type": "bool"}, "u": {"type": "uuid"}, "d": {"type": "datetime", "required": False}}
    assert expected == read_attributes(raw)


@pytest.mark.parametrize(
    ("detail", "definition"),
    [
        (["attributes", "a", "type"], {}),
        (["attributes", "a", "type"], {"type": "colour"}),
        (["attributes", "a", "type"], {"type": ["string"]}),
        (["attributes", "a", "min"], {"type": "string", "min": 1}),
        (["attributes", "a", "required"], {"type": "string", "required": "yes"}),
        (["attributes", "a", "max_length"], {"type": "string", "max_length": 257}),
        (["attributes", "a", "max_length"], {"type": "string", "max_length": 0}),
        (["attributes", "a", "min_length"], {"type": "string", "min_length": 1.5}),
        (["attributes", "a", "min"], {"type": "number", "min": "1"}),
        (["attributes", "a", "max"], {"type": "number", "max": math.inf}),
        (["attributes", "a"], "string"),
    ],
)
def test_wrong_definitions_are_refused_naming_the_place(detail: list[str], definition: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_attributes({"a": definition})
    assert detail == refused.value.detail


@pytest.mark.parametrize(
    "definition",
    [{"type": "string", "min_length": 5, "max_length": 4}, {"type": "number", "min": 1, "max": 0.5}],
)
def test_a_minimum_above_its_maximum_is_refused(definition: dict[str, Any]) -> None:
    with pytest.raises(BadRequest, match=r"^Invalid input: "):
        read_attributes({"a": definition})


@pytest.mark.parametrize("name", [*sorted(RESERVED_NAMES), "", "_a", "a" * 64, 'a"b', "a\\b", "a\n", "é"])
def test_reserved_and_badly_spelled_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        read_attributes({name: {"type": "string"}})


@pytest.mark.parametrize("name", ["a", "0", "a" * 63, "server-group", "a b.c", "größe"])
def test_other_names_are_fine(name: str) -> None:
    assert [name] == list(read_attributes({name: {"type": "string"}}))


@pytest.mark.parametrize("name", ["", "a/b", "a" * 256, "a\0"])
def test_type_names_that_cannot_be_are_refused(name: str) -> None:
    with pytest.raises(BadRequest):
        check_type_name(name)


def test_values_take_the_form_kept_and_back_the_form_shown() -> None:
    raw: dict[str, object] = {
        "host": "web",
        "count": 3,
        "on": False,
        "img": UUID_TEXT.upper().replace("-", ""),
        "at": 1735689600.5,
    }
    kept: dict[str, Stored | None] = {
        "host": "web",
        "count": 3.0,
        "on": False,
        "img": UUID_TEXT,
        "at": 1735689600_500_000_000,
    }
    assert kept == INSTANCE.store_attributes(raw)
    assert kept | {"at": "2025-01-01T00:00:00.500000+00:00"} == INSTANCE.present_attributes(kept)
    assert isinstance(INSTANCE.present_attributes({"count": 10**22})["count"], float)
    unset = dict.fromkeys(["host", "count", "on", "img", "at"])
    assert unset == INSTANCE.present_attributes({})


@pytest.mark.parametrize(
    ("reason", "values"),
    [
        ("extra keys not allowed @ data['foo']", {"host": "a", "foo": 1}),
        ("required key not provided @ data['host']", {}),
        ("expected str for dictionary value @ data['host']", {"host": 1}),
        ("expected str for dictionary value @ data['host']", {"host": None}),
        ("length of value must be at least 1 for dictionary value @ data['host']", {"host": ""}),
        ("length of value must be at most 5 for dictionary value @ data['host']", {"host": "abcdef"}),
        ("not a valid value for dictionary value @ data['host']", {"host": "a\0"}),
        ("expected Number for dictionary value @ data['count']", {"host": "a", "count": "1"}),
        ("expected Number for dictionary value @ data['count']", {"host": "a", "count": True}),
        ("value must be at least 0.0 for dictionary value @ data['count']", {"host": "a", "count": -1}),
        ("value must be at most 10.0 for dictionary value @ data['count']", {"host": "a", "count": 11}),
        ("not a valid value for dictionary value @ data['count']", {"host": "a", "count": 10**400}),
        ("expected bool for dictionary value @ data['on']", {"host": "a", "on": 1}),
        ("not a valid value for dictionary value @ data['img']", {"host": "a", "img": "vm"}),
        ("not a valid value for dictionary value @ data['at']", {"host": "a", "at": "-1 day"}),
        ("not a valid value for dictionary value @ data['at']", {"host": "a", "at": [1]}),
    ],
)
def test_values_that_do_not_fit_are_refused_in_gnocchis_words(reason: str, values: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as refused:
        INSTANCE.store_attributes(values)
    assert reason == refused.value.reason


def test_a_patch_of_values_needs_no_required_ones_and_takes_null_for_the_others() -> None:
    assert INSTANCE.store_attributes({"count": None}, partial=True) == {"count": None}


def added(name: str, **definition: Any) -> dict[str, Any]:
    return {"op": "add", "path": f"/attributes/{name}", "value": definition}


def test_attributes_are_added_replaced_and_removed() -> None:
    change = patched(
        INSTANCE,
        [
            added("zone", type="string", options={"fill": "z1"}),
            added("count", type="number", required=False, max=99),
            {"op": "remove", "path": "/attributes/img"},
            added("rack", type="number", required=False),
        ],
    )
    assert list(change.after.attributes) == ["host", "count", "on", "at", "zone", "rack"]
    assert NumberAttribute(False, None, 99.0) == change.after.attributes["count"]
    assert (change.fills, change.removed, change.needs_no_nulls) == ({"zone": "z1"}, ("img",), ())


def test_nothing_to_do_is_the_same_type() -> None:
    same = added("on", type="bool", required=False)
    assert patched(INSTANCE, []).after == INSTANCE
    assert patched(INSTANCE, [same]).after == INSTANCE


def test_an_attribute_that_becomes_required_wants_a_fill_or_no_nulls() -> None:
    assert patched(INSTANCE, [added("on", type="bool")]).needs_no_nulls == ("on",)
    filled = patched(INSTANCE, [added("on", type="bool", options={"fill": False})])
    assert (filled.fills, filled.needs_no_nulls) == ({"on": False}, ())


@pytest.mark.parametrize(
    "operations",
    [
        {"op": "add"},
        ["add"],
        [{"op": "replace", "path": "/attributes/on", "value": {"type": "bool"}}],
        [{"op": "remove", "path": "/name"}],
        [{"op": "remove", "path": "/attributes"}],
        [{"op": "remove", "path": "/attributes/on/required"}],
        [{"op": "remove", "path": ["/attributes/on"]}],
        [{"op": "remove", "path": "/attributes/nope"}],
        [{"op": "remove", "path": "/attributes/on", "value": 1}],
        [{"op": "add", "path": "/attributes/x"}],
        [{"op": "add", "path": "/attributes/x", "value": 1}],
        [added("x", type="string")],
        [added("x", type="string", options={"fill": 1})],
        [added("x", type="string", options={"fil": "a"})],
        [added("x", type="string", options="a")],
        [added("id", type="string", required=False)],
        [added("on", type="string", required=False)],
        [{"op": "remove", "path": "/attributes/on"}, added("on", type="string", required=False)],
    ],
)
def test_patches_that_cannot_be_are_refused(operations: object) -> None:
    with pytest.raises(BadRequest):
        patched(INSTANCE, operations)


def test_a_kind_does_not_change() -> None:
    with pytest.raises(BadRequest, match=r"^Type update is not available yet"):
        patched(INSTANCE, [added("on", type="number", required=False)])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
near_definitions = st.dictionaries(
    st.sampled_from(["type", "required", "min", "max", "min_length", "max_length", "options"]),
    st.sampled_from(["string", "number", "bool", "uuid", "datetime", {"fill": 1}]) | json_values,
)


@given(st.dictionaries(st.text(max_size=3), near_definitions | json_values, max_size=3))
def test_any_definition_is_read_or_refused(raw: dict[str, Any]) -> None:
    try:
        read = read_attributes(raw)
    except NephoscopeError:
        return
    assert list(raw) == list(read)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"op": st.sampled_from(["add", "remove", "move"]) | json_values},
            optional={
                "path": st.sampled_from(["/attributes/on", "/attributes/new", "/name"]) | json_values,
                "value": near_definitions | json_values,
            },
        ),
        max_size=3,
    )
)
def test_any_patch_is_applied_or_refused(operations: list[dict[str, Any]]) -> None:
    try:
        change = patched(INSTANCE, operations)
    except NephoscopeError:
        return
    assert change.after.name == "instance"
