# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Lists of alarms: filters by position, whose alarms, order and pages."""

from typing import Any
from urllib.parse import urlencode

import pytest

from nephoscope.api.aodh.parts import AodhSettings
from nephoscope.store.index.contract import Index
from tests.api.aodh.callers import BLUE, GREEN, Asker, threshold_alarm
from tests.api.aodh.server import served
from tests.api.asgi import Client


def where(field: str, value: str, op: str = "eq", kind: str = "") -> list[tuple[str, str]]:
    return [("q.field", field), ("q.op", op), ("q.value", value), *([("q.type", kind)] if kind else [])]


def path(*arguments: tuple[str, str]) -> str:
    return f"/alarms?{urlencode(arguments)}"


def names(asker: Asker, *arguments: tuple[str, str]) -> list[str]:
    return [each["name"] for each in asker.done("GET", path(*arguments))]


@pytest.fixture
def alarms(mia: Asker, gus: Asker, ann: Asker) -> dict[str, Any]:
    """Three of project blue, one of green, one of the administrator, oldest first."""
    made = [
        mia.makes(name="123", severity="low"),
        mia.makes(name="b", severity="critical", enabled=False, repeat_actions=True),
        mia.done("POST", "/alarms", threshold_alarm(name="c", severity="moderate", state="ok")),
        gus.makes(name="green"),
        ann.makes(name="own"),
    ]
    return {each["name"]: each for each in made}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (where("name", "b"), ["b"]),
        (where("name", "123"), ["123"]),
        (where("name", "123", kind="string"), ["123"]),
        (where("type", "event"), ["b", "123"]),
        (where("state", "insufficient data"), ["b", "123"]),
        (where("severity", "critical"), ["b"]),
        (where("enabled", "True"), ["c", "123"]),
        (where("enabled", "false"), ["b"]),
        (where("enabled", "0", kind="boolean"), ["b"]),
        (where("repeat_actions", "yes"), ["b"]),
        (where("user_id", "u-mia"), ["c", "b", "123"]),
        (where("project_id", BLUE), ["c", "b", "123"]),
        (where("type", "event") + where("enabled", "True"), ["123"]),
        (where("severity", "unheard of"), None),
        ([("q.field", "name"), ("q.value", "b")], ["b"]),
    ],
)
def test_filters(mia: Asker, alarms: dict[str, Any], condition: list[tuple[str, str]], expected: list[str]) -> None:
    if expected is None:
        assert mia("GET", path(*condition)).status in (200, 400)
    else:
        assert expected == names(mia, *condition)


def test_a_filter_by_time(mia: Asker, alarms: dict[str, Any]) -> None:
    time = alarms["b"]["timestamp"]
    assert ["b"] == names(mia, *where("timestamp", time))
    assert ["b"] == names(mia, *where("timestamp", f"{time}Z", kind="datetime"))


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (where("alarm_id", "x"), "only fields ['all_projects', 'user_id', "),
        (where("name", "x", op="gt"), "only operations ['eq'] are allowed"),
        (where("name", "x", op="like"), "only operations ['eq'] are allowed"),
        (where("name", "x", kind="integer"), "Unable to convert the value x to the expected data type integer."),
        (where("name", "x", kind="list"), "The data type list is not supported."),
        (where("enabled", "maybe"), "Unable to convert the value maybe to the expected data type boolean."),
        (where("timestamp", "yesterday"), "Unable to convert the value yesterday to the expected data type datetime."),
        (where("all_projects", "perhaps"), "to the expected data type boolean."),
        ([("q.field", "name")], "field/attribute value. Value: 'None'. Mandatory field missing."),
        ([("q.value", "name")], "field/attribute field. Value: 'None'. Mandatory field missing."),
        ([("sort", "name:up")], "the sort parameter should be a pair of sort key and sort dir"),
        ([("sort", "")], "the sort parameter should be a pair"),
        ([("limit", "0")], "limit. Value: '0'. it should be a positive integer."),
        ([("limit", "many")], "limit. Value: 'many'. invalid literal for int()"),
        ([("limit", "9" * 5000)], "limit. Value: '999"),
        ([("marker", "nobody")], "nobody"),
    ],
)
def test_what_cannot_be_listed(mia: Asker, condition: list[tuple[str, str]], message: str) -> None:
    assert message in mia.refused(400, "GET", path(*condition))


def test_whose_alarms_are_listed(mia: Asker, gus: Asker, ann: Asker, alarms: dict[str, Any]) -> None:
    assert (["c", "b", "123"], ["green"], ["own"]) == (names(mia), names(gus), names(ann))
    everything = where("all_projects", "true")
    assert ["own", "green", "c", "b", "123"] == names(ann, *everything)
    assert ["green"] == names(ann, *where("project_id", GREEN))
    assert "RBAC Authorization Failed" == mia.refused(403, "GET", path(*everything))
    said = mia.refused(401, "GET", path(*where("project_id", GREEN)))
    assert f"Not Authorized to access project {GREEN}" == said
    assert ["c", "b", "123"] == names(mia, *where("all_projects", "False"))


def test_severities_are_in_the_order_of_what_they_mean(mia: Asker, alarms: dict[str, Any]) -> None:
    assert ["123", "c", "b"] == names(mia, ("sort", "severity"))
    assert ["b", "c", "123"] == names(mia, ("sort", "severity:desc"))
    assert ["c", "b", "123"] == names(mia, ("sort", "type:desc"), ("sort", "name:desc"))


def test_pages_follow_each_other(mia: Asker, alarms: dict[str, Any]) -> None:
    order = ("sort", "name:desc")
    assert ["c", "b"] == names(mia, order, ("limit", "2"))
    assert ["123"] == names(mia, order, ("limit", "2"), ("marker", alarms["b"]["alarm_id"]))
    assert ["123"] == names(mia, ("marker", alarms["b"]["alarm_id"]))


def test_no_list_is_longer_than_the_settings_say(index: Index) -> None:
    with Client(served(index, settings=AodhSettings(max_limit=2))) as client:
        mia = Asker(client, "u", BLUE, "member")
        for number in range(3):
            mia.makes(name=str(number))
        assert ["2", "1"] == names(mia) == names(mia, ("limit", "50"))
        assert 2 == len(mia.done("POST", "/query/alarms", {}))
