# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The body of a notification is as receivers have always got it, wherever it was kept in between."""

import doctest
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.act.notify import body
from nephoscope.act.notify.body import encoded, ordered
from tests.act.notify.made import BODY, RECORDED


def test_the_examples_hold() -> None:
    assert 0 == doctest.testmod(body).failed


def test_the_recorded_body_byte_for_byte() -> None:
    assert RECORDED == encoded(BODY)


@given(st.permutations(list(BODY.items())), st.permutations(list(BODY["reason_data"].items())))
def test_the_order_in_which_keys_were_kept_does_not_matter(
    items: list[tuple[str, Any]], data: list[tuple[str, Any]]
) -> None:
    assert RECORDED == encoded({**dict(items), "reason_data": dict(data)})


@given(st.dictionaries(st.text(), st.integers(0, 9) | st.dictionaries(st.text(), st.integers(0, 9))))
def test_nothing_is_lost_or_added(found: dict[str, Any]) -> None:
    assert found == ordered(found) == msgspec.json.decode(encoded(found))


def test_what_is_not_in_the_record_follows_in_its_own_order() -> None:
    found = ordered({"z": 1, "reason_data": {"x": 1, "type": "event", "a": 2}, "y": 2, "alarm_name": "n"})
    assert ["alarm_name", "reason_data", "z", "y"] == list(found)
    assert ["type", "x", "a"] == list(found["reason_data"])
