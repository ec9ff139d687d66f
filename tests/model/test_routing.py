# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Routes have from above what they do not say, and a tree is checked as a whole."""

from typing import Any

import msgspec
import pytest

from nephoscope.model.errors import InvalidInput
from nephoscope.model.routing import (
    DEPTH_MAX,
    GROUP_WAIT_S,
    REPEAT_INTERVAL_S,
    ROUTES_MAX,
    Route,
    Tree,
    check_tree,
    ways,
)


def routes(*written: dict[str, Any]) -> tuple[Route, ...]:
    return tuple(msgspec.convert(each, Route) for each in written)


def deep(levels: int) -> dict[str, Any]:
    made: dict[str, Any] = {"contact_point": "ops"}
    for _ in range(levels - 1):
        made = {"routes": [made]}
    return made


def test_a_route_has_from_above_what_it_does_not_say() -> None:
    (top,) = ways(
        routes(
            {
                "contact_point": "ops",
                "group_by": ["name"],
                "group_wait_s": 0,
                "mute_timings": ["night"],
                "routes": [{"repeat_interval_s": 60, "routes": [{"contact_point": "db", "group_by": []}]}],
            }
        )
    )
    (middle,) = top.below
    (low,) = middle.below
    assert ("ops", ("name",), 0, REPEAT_INTERVAL_S) == (
        top.contact_point,
        top.group_by,
        top.group_wait_s,
        top.repeat_interval_s,
    )
    assert ("ops", ("name",), 0, 60) == (
        middle.contact_point,
        middle.group_by,
        middle.group_wait_s,
        middle.repeat_interval_s,
    )
    assert ("db", (), 60) == (low.contact_point, low.group_by, low.repeat_interval_s)
    assert [("night",), (), ()] == [each.mute_timings for each in (top, middle, low)]
    assert ["routes[0]", "routes[0].routes[0]", "routes[0].routes[0].routes[0]"] == [
        each.place for each in (top, middle, low)
    ]
    assert GROUP_WAIT_S == ways(routes({}))[0].group_wait_s


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ([deep(DEPTH_MAX + 1)], f"routes lie {DEPTH_MAX} deep at most"),
        ([{"contact_point": "ops", "routes": [{}] * ROUTES_MAX}], f"routes: expected {ROUTES_MAX} at most"),
        ([{"contact_point": "ops", "active_timings": ["x"]}], "routes[0].active_timings[0]: there is no mute timing"),
    ],
)
def test_what_is_too_much_is_refused(written: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        check_tree(Tree(project_id="blue", routes=routes(*written)), {"ops": None})
    assert said in raised.value.reason


def test_as_much_as_may_be_is_taken() -> None:
    written = [deep(DEPTH_MAX), *[{"contact_point": "ops"}] * (ROUTES_MAX - DEPTH_MAX)]
    check_tree(Tree(project_id="blue", routes=routes(*written)), {"ops": None})
