# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Complex queries of alarms and histories: operators, fields, orders, and the projects that they stay within."""

import json
from typing import Any

import pytest

from tests.api.aodh.callers import BLUE, GREEN, Asker, event_alarm, threshold_alarm


def query(filter_: Any = None, orderby: Any = None, **more: Any) -> dict[str, Any]:
    """A body; what is no text already becomes one."""
    parts = {"filter": filter_, "orderby": orderby}
    texts = {
        name: part if isinstance(part, str) else json.dumps(part) for name, part in parts.items() if part is not None
    }
    return {**texts, **more}


def names(asker: Asker, *asked: Any, **more: Any) -> list[str]:
    return [each["name"] for each in asker.done("POST", "/query/alarms", query(*asked, **more))]


@pytest.fixture
def alarms(mia: Asker, gus: Asker) -> dict[str, Any]:
    """Three of project blue, one of green, oldest first."""
    made = [
        mia.makes(name="a-low", state="ok"),
        mia.makes(name="a-critical", severity="critical", enabled=False),
        mia.done("POST", "/alarms", threshold_alarm(name="b", severity="moderate", repeat_actions=True)),
        gus.makes(name="green"),
    ]
    return {each["name"]: each for each in made}


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ({"=": {"name": "b"}}, ["b"]),
        ({"!=": {"name": "b"}}, ["a-critical", "a-low"]),
        ({"<": {"name": "b"}}, ["a-critical", "a-low"]),
        ({"=<": {"name": "a-low"}}, ["a-critical", "a-low"]),
        ({"=>": {"name": "a-low"}}, ["b", "a-low"]),
        ({"=~": {"name": "^A-|^b$"}}, ["b"]),
        ({"=~": {"name": "^a-"}}, ["a-critical", "a-low"]),
        ({"NOT": {"=~": {"name": "^a-"}}}, ["b"]),
        ({"in": {"name": ["b", "a-low", "x"]}}, ["b", "a-low"]),
        ({"In": {"severity": ["low"]}}, ["a-low"]),
        ({">": {"severity": "low"}}, ["b", "a-critical"]),
        ({"=": {"enabled": False}}, ["a-critical"]),
        ({"=": {"repeat_actions": True}}, ["b"]),
        ({"AND": [{"=": {"type": "event"}}, {"=": {"state": "ok"}}]}, ["a-low"]),
        ({"oR": [{"=": {"state": "ok"}}, {"=": {"severity": "moderate"}}]}, ["b", "a-low"]),
        ({"and": [{"not": {"=": {"name": "b"}}}, {"or": [{"=": {"name": "b"}}, {"=": {"enabled": True}}]}]}, ["a-low"]),
        ({"=": {"project": BLUE}}, ["b", "a-critical", "a-low"]),
        ({"=": {"user": "u-mia"}}, ["b", "a-critical", "a-low"]),
        ({"<": {"timestamp": "2000-01-01"}}, []),
        ({">": {"state_timestamp": "2000-01-01T00:00:00.5"}}, ["b", "a-critical", "a-low"]),
    ],
)
def test_filters(mia: Asker, alarms: dict[str, Any], filter_: Any, expected: list[str]) -> None:
    assert expected == names(mia, filter_)


def test_times_compare_as_they_are_shown(mia: Asker, alarms: dict[str, Any]) -> None:
    time = alarms["a-critical"]["timestamp"]
    assert ["a-critical"] == names(mia, {"=": {"timestamp": time}})
    assert ["b"] == names(mia, {">": {"timestamp": time}})


@pytest.mark.parametrize(
    ("orderby", "expected"),
    [
        ([{"name": "asc"}], ["a-critical", "a-low", "b"]),
        ([{"severity": "DESC"}], ["a-critical", "b", "a-low"]),
        ([{"type": "Asc"}, {"name": "desc"}], ["a-low", "a-critical", "b"]),
        ([], ["b", "a-critical", "a-low"]),
    ],
)
def test_orders(mia: Asker, alarms: dict[str, Any], orderby: Any, expected: list[str]) -> None:
    assert expected == names(mia, None, orderby)
    assert expected[:2] == names(mia, None, orderby, limit="2")


FILTER, ORDER = "Filter expression not valid: ", "Order-by expression not valid: "


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (query('{"=": '), f"{FILTER}Expecting value: line 1 column 7 (char 6)"),
        (query("[" * 100_000), f"{FILTER}it is nested too deeply"),
        (query('{"=": {"name": NaN}}'), f"{FILTER}NaN is no JSON"),
        (query('{"=": {"name": "\\ud800"}}'), "unpaired surrogates are not allowed"),
        (query('{"=": {"\\u0000": "a"}}'), "NUL characters"),
        (query("[]"), f"{FILTER}[]: expected an object with one operator"),
        (query("5"), FILTER),
        (query({}), f"{FILTER}{{}}: expected an object with one operator"),
        (query({"=": {}}), "expected an object with one field"),
        (query({"=": {"name": "a", "type": "b"}}), "expected an object with one field"),
        (query({"like": {"name": "a"}}), "like is no operator"),
        (query({"and": [{"=": {"name": "a"}}]}), "and needs a list of two or more"),
        (query({"or": {}}), "or needs a list of two or more"),
        (query({"not": [{"=": {"name": "a"}}]}), "expected an object with one operator"),
        (query({"in": {"name": []}}), "in needs a list that is not empty"),
        (query({"in": {"name": "a"}}), "in needs a list"),
        (query({"=": {"colour": "red"}}), "colour is no field; there are: alarm_id, "),
        (query({"=": {"name": None}}), "the value of name must be a text, a number or a boolean"),
        (query({"=": {"name": ["a"]}}), "the value of name must be"),
        (query({"=": {"timestamp": "yesterday"}}), "Failed to parse the timestamp value yesterday"),
        (query({"=": {"timestamp": True}}), "Failed to parse the timestamp value True"),
        (query({"=": {"enabled": "perhaps"}}), "perhaps"),
        (query({"=~": {"name": "("}}), "("),
        (query({"=~": {"enabled": "t"}}), "enabled"),
        (query(None, "{"), ORDER),
        (query(None, {"name": "asc"}), f"{ORDER}{{'name': 'asc'}}: expected a list"),
        (query(None, ["name"]), f"{ORDER}name: expected an object with one field"),
        (query(None, [{"colour": "asc"}]), "colour is no field to order by"),
        (query(None, [{"name": "up"}]), "the direction must be asc or desc"),
        (query(None, [{"name": 1}]), "the direction must be asc or desc"),
        (query(limit=0), "Limit should be positive"),
        (query(limit=-5), "Limit should be positive"),
        (query(limit="few"), "field/attribute body. Value: '{'limit': 'few'}'. invalid literal for int()"),
        ({"filter": {}}, "field/attribute filter. Value: '{}'. Wrong type"),
        ({"fields": ["name"]}, "Unknown attribute for argument body: fields"),
    ],
)
def test_what_cannot_be_asked(mia: Asker, body: dict[str, Any], message: str) -> None:
    assert message in mia.refused(400, "POST", "/query/alarms", body)


def test_queries_beyond_the_limits_are_refused(mia: Asker) -> None:
    leaf: Any = {"=": {"name": "a"}}
    deep = leaf
    for _ in range(40):
        deep = {"not": deep}
    for filter_ in (deep, {"and": [leaf] * 600}, {"in": {"name": ["a"] * 20_000}}):
        assert "search" in mia.refused(413, "POST", "/query/alarms", query(filter_))


def test_a_body_is_needed(mia: Asker) -> None:
    assert 'Missing argument: "body"' == mia.refused(400, "POST", "/query/alarms")


@pytest.mark.parametrize(
    "filter_",
    [
        {"=": {"project_id": GREEN}},
        {"!=": {"project": GREEN}},
        {"in": {"project_id": [BLUE, GREEN]}},
        {"not": {"=": {"project_id": GREEN}}},
        {"or": [{"=": {"name": "b"}}, {"and": [{"=": {"name": "b"}}, {"=": {"project": GREEN}}]}]},
    ],
)
def test_naming_another_project_is_refused(mia: Asker, alarms: dict[str, Any], filter_: Any) -> None:
    said = mia.refused(401, "POST", "/query/alarms", query(filter_))
    assert said.startswith("Not Authorized to access project ")


def test_nobody_sees_another_projects_alarms_but_administrators(
    mia: Asker, gus: Asker, ann: Asker, alarms: dict[str, Any]
) -> None:
    everything = {"or": [{"=": {"name": "green"}}, {"!=": {"name": "green"}}]}
    assert (3, ["green"], 4) == (len(names(mia, everything)), names(gus, everything), len(names(ann)))
    assert ["green"] == names(ann, {"=": {"project_id": GREEN}})


def records(asker: Asker, *asked: Any, **more: Any) -> list[tuple[str, str]]:
    found = asker.done("POST", "/query/alarms/history", query(*asked, **more))
    return [(each["type"], each["on_behalf_of"]) for each in found]


def test_histories_are_queried_alike(mia: Asker, gus: Asker, ann: Asker, alarms: dict[str, Any]) -> None:
    path = f"/alarms/{alarms['b']['alarm_id']}"
    mia.done("PUT", f"{path}/state", "alarm")
    mia.done("PUT", path, threshold_alarm(name="b", severity="critical"))
    of_b = {"=": {"alarm_id": alarms["b"]["alarm_id"]}}

    assert [("creation", BLUE), ("rule change", BLUE), ("state transition", BLUE)] == records(
        mia, of_b, [{"type": "asc"}]
    )
    assert [("rule change", BLUE)] == records(mia, {"and": [of_b, {"=": {"type": "rule change"}}]})
    assert [("creation", BLUE)] == records(mia, of_b, [{"timestamp": "asc"}], limit=1)
    assert [("creation", GREEN)] == records(gus)
    assert 6 == len(records(ann))
    assert 401 == mia("POST", "/query/alarms/history", query({"=": {"on_behalf_of": GREEN}})).status
    assert [] == records(mia, {"=": {"project_id": GREEN}})


def test_histories_of_deleted_alarms_are_left_out(mia: Asker, alarms: dict[str, Any]) -> None:
    mia.done("DELETE", f"/alarms/{alarms['b']['alarm_id']}")
    assert 2 == len(records(mia))


def test_histories_know_other_fields(mia: Asker) -> None:
    mia.makes()
    assert "state is no field" in mia.refused(400, "POST", "/query/alarms/history", query({"=": {"state": "ok"}}))
    assert [("creation", BLUE)] == records(mia, {"=~": {"type": "crea"}})


def test_answers_hold_whole_alarms(mia: Asker) -> None:
    made = mia.done("POST", "/alarms", event_alarm(alarm_actions=["http://a/b"]))
    assert [made] == mia.done("POST", "/query/alarms", {})
