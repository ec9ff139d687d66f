# SPDX-License-Identifier: Apache-2.0
"""Fields of bodies are read, or named with the reason."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.api.gnocchi.fields import (
    Read,
    duration,
    moment,
    or_null,
    read_mapping,
    read_object,
    text,
    text_or_null,
    whole_number,
)
from nephoscope.model.errors import InvalidInput

READERS: dict[str, Read] = {"name": text(5), "unit": text_or_null}


def test_what_was_sent_is_given_and_nothing_else() -> None:
    assert read_object({"name": "cpu"}, required={"name": text()}, optional=READERS) == {"name": "cpu"}


@pytest.mark.parametrize(
    ("body", "reason", "detail"),
    [
        ({"foo": 1, "name": 2}, "extra keys not allowed @ data['foo']", ["foo"]),
        ({"name": 2, "foo": 1}, "expected str for dictionary value @ data['name']", ["name"]),
        ({}, "required key not provided @ data['name']", ["name"]),
        ({"name": "123456"}, "length of value must be at most 5 for dictionary value @ data['name']", ["name"]),
        ({"name": ""}, "length of value must be at least 1 for dictionary value @ data['name']", ["name"]),
        (["name"], "expected a dictionary", []),
        (None, "expected a dictionary", []),
    ],
)
def test_the_first_wrong_field_is_named(body: object, reason: str, detail: list[str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_object(body, required={"name": READERS["name"]}, optional={})
    assert ("Invalid input", reason, detail) == (caught.value.cause, caught.value.reason, caught.value.detail)


def test_a_place_inside_is_named_with_its_path() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_object({"points": 0}, required={}, optional={"points": whole_number(1, 9)}, path=["definition", "0"])
    assert caught.value.reason == "not a valid value for dictionary value @ data['definition'][0]['points']"
    assert caught.value.detail == ["definition", "0", "points"]
    with pytest.raises(InvalidInput) as caught:
        read_mapping([], ["metrics"])
    assert caught.value.reason == "expected a dictionary for dictionary value @ data['metrics']"


@pytest.mark.parametrize(
    ("read", "raw", "value"),
    [
        (whole_number(0, 100), 7, 7),
        (whole_number(0, 100), "7", 7),
        (whole_number(0, 100), 7.0, 7),
        (duration, "1 minute", 60 * 10**9),
        (duration, 0.5, 5 * 10**8),
        (moment(90 * 10**9), "-1 minute", 30 * 10**9),
        (moment(0), 1.5, 15 * 10**8),
        (or_null(duration), None, None),
        (or_null(duration), 1, 10**9),
        (text_or_null, None, None),
    ],
)
def test_values_are_read_in_every_notation(read: Read, raw: Any, value: Any) -> None:
    assert value == read(raw)


def pair(read: Read, *raws: object) -> list[tuple[Read, object]]:
    return [(read, raw) for raw in raws]


@pytest.mark.parametrize(
    ("read", "raw"),
    [
        *pair(whole_number(0, 100), -1, 101, "x", True, None, [], float("inf"), "1" * 5000),
        *pair(duration, 0, "soon", True, None, {}),
        *pair(moment(0), "noon", "1969-01-01", True, None, []),
        (text(), 5),
        (text_or_null, 5),
    ],
)
def test_other_values_are_refused(read: Read, raw: Any) -> None:
    with pytest.raises(ValueError, match=r"expected str|not a valid value"):
        read(raw)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    )
)
def test_any_value_is_read_or_refused_with_a_reason(raw: Any) -> None:
    for read in (text(), text_or_null, whole_number(0, 2**53), duration, moment(0), or_null(moment(0))):
        with suppress(ValueError):
            read(raw)
