# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The history of one alarm: its filters, whose records are shown, and pages."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.api.aodh.callers import BLUE, GREEN, Asker, event_alarm


@pytest.fixture
def alarm(mia: Asker) -> Any:
    """An alarm that was made, set and changed."""
    made = mia.makes()
    mia.done("PUT", f"/alarms/{made['alarm_id']}/state", "alarm")
    mia.done("PUT", f"/alarms/{made['alarm_id']}", event_alarm(state="alarm", severity="critical"))
    return made


def where(field: str, value: str, op: str = "eq") -> list[tuple[str, str]]:
    return [("q.field", field), ("q.op", op), ("q.value", value)]


def path(alarm: Any, *arguments: tuple[str, str]) -> str:
    return f"/alarms/{alarm['alarm_id']}/history?{urlencode(arguments)}"


def kinds(asker: Asker, alarm: Any, *arguments: tuple[str, str]) -> list[str]:
    return [each["type"] for each in asker.done("GET", path(alarm, *arguments))]


ALL = ["rule change", "state transition", "creation"]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([], ALL),
        (where("type", "creation"), ["creation"]),
        (where("severity", "critical"), ["rule change"]),
        (where("user", "u-mia"), ALL),
        (where("user_id", "u-gus"), []),
        (where("project", BLUE), ALL),
        (where("project_id", BLUE), ALL),
        (where("timestamp", "2000-01-01", "lt"), []),
        (where("timestamp", "2000-01-01T00:00:00Z", "ge"), ALL),
        (where("timestamp", "2000-01-01", "gt") + where("timestamp", "2100-01-01", "le"), ALL),
        (where("timestamp", "2000-01-01", "lt") + where("search_offset", "100000000"), ALL),
        (where("timestamp", "2100-01-01", "gt") + where("search_offset", "100000000"), ALL),
        ([("sort", "timestamp:asc"), ("limit", "2")], ["creation", "state transition"]),
        ([("sort", "type")], ["creation", "rule change", "state transition"]),
    ],
)
def test_filters_and_orders(mia: Asker, alarm: Any, conditions: list[tuple[str, str]], expected: list[str]) -> None:
    assert expected == kinds(mia, alarm, *conditions)


def test_bounds_are_as_exact_as_times_are_shown(mia: Asker, alarm: Any) -> None:
    _, second, first = mia.done("GET", path(alarm))
    assert ["creation"] == kinds(mia, alarm, *where("timestamp", second["timestamp"], "lt"))
    assert ALL[:2] == kinds(mia, alarm, *where("timestamp", first["timestamp"], "gt"))
    assert ["state transition"] == kinds(
        mia, alarm, *where("timestamp", second["timestamp"], "ge"), *where("timestamp", second["timestamp"], "le")
    )


def test_pages_follow_each_other(mia: Asker, alarm: Any) -> None:
    newest = mia.done("GET", path(alarm, ("limit", "1")))[0]
    assert ALL[1:] == kinds(mia, alarm, ("marker", newest["event_id"]))


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        (where("colour", "x"), "valid keys: ['project', 'search_offset', 'severity', 'timestamp', 'type', 'user']"),
        (where("alarm_id", "x"), "Unknown argument: \"alarm_id\": unrecognized field in query: [<Query 'alarm_id' eq"),
        (where("type", "x", "ne"), "field/attribute op. Value: 'ne'. unimplemented operator for type"),
        (where("timestamp", "2000-01-01"), "Value: 'eq'. unimplemented operator for timestamp"),
        (where("timestamp", "soon", "lt"), "field/attribute timestamp. Value: 'soon'. invalid timestamp format"),
        (where("search_offset", "5"), "search_offset cannot be used without timestamp"),
        (where("timestamp", "2000-01-01", "lt") + where("search_offset", "5", "lt"), "operator for search_offset"),
        (where("timestamp", "2000-01-01", "lt") + where("search_offset", "x"), "search_offset. Value: 'x'. invalid"),
        (where("timestamp", "2000-01-01", "lt") + where("search_offset", "-5"), "it should be from 0 to"),
        ([("sort", "detail")], "the sort parameter should be a pair"),
        ([("marker", "nobody")], "nobody"),
        ([("limit", "-1")], "it should be a positive integer."),
    ],
)
def test_what_cannot_be_listed(mia: Asker, alarm: Any, conditions: list[tuple[str, str]], message: str) -> None:
    assert message in mia.refused(400, "GET", path(alarm, *conditions))


def test_records_say_what_was_done_by_whom_for_whom(mia: Asker, ann: Asker) -> None:
    made = ann.makes(project_id=BLUE)
    (record,) = mia.done("GET", path(made))
    assert ("u-ann", "p-ann", BLUE) == (record["user_id"], record["project_id"], record["on_behalf_of"])
    assert "rule" in json.loads(record["detail"])


def test_what_was_done_for_another_project_stays_with_it(mia: Asker, ann: Asker) -> None:
    made = ann.makes(project_id=GREEN)
    ann.done("PUT", f"/alarms/{made['alarm_id']}", event_alarm(project_id=BLUE))
    assert (["rule change"], ["rule change", "creation"]) == (kinds(mia, made), kinds(ann, made))
    said = mia.refused(401, "GET", path(made, *where("project", GREEN)))
    assert f"Not Authorized to access project {GREEN}" == said
    assert [] == kinds(ann, made, *where("project", GREEN))
