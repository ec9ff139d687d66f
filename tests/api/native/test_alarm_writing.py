# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Alarms written through our own API: every kind of rule, behaviours and labels, and what is wrong with them."""

import json
from typing import Any

import msgspec
import pytest
from msgspec import structs

from nephoscope.api.aodh.parts import AodhSettings
from nephoscope.api.app import HttpSettings, build
from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_instance import Instance
from nephoscope.model.alarm_rule import Composite, ResourcesThreshold
from nephoscope.model.search import equal
from nephoscope.model.series_rule import Band, SeriesRule, SqlRule
from nephoscope.store.index.alarm_contract import Limits
from nephoscope.store.index.contract import Index
from tests.api.asgi import Client
from tests.api.native.accounts import ADMIN, MEMBER, READER
from tests.api.native.cloud import NOW_NS, Asker, Cloud
from tests.api.native.test_alarms import decide, make

SERIES = {"metric": "cpu", "across": "mean", "group_by": ["host"], "threshold": 80}
BUSY = {
    "metric": "cpu",
    "resource_id": "vm",
    "resource_type": "instance",
    "threshold": 80,
    "aggregation_method": "mean",
    "comparison_operator": "gt",
}
BEHAVIOUR = {"pending_s": 300, "keep_firing_s": 60, "recovery_threshold": 70, "no_data": "keep"}


def body(rule: Any = SERIES, kind: str = "series", **more: Any) -> dict[str, Any]:
    return {"name": "busy", "type": kind, "rule": rule, **more}


def kept(index: Index, shown: dict[str, Any]) -> Alarm:
    return index.alarms.get(shown["id"])


def test_an_alarm_is_made_replaced_and_deleted(index: Index, member: Asker) -> None:
    hook = "https://hooks.example/a"
    asked = body(
        behaviour=BEHAVIOUR,
        labels={"team": "web", "area": "é"},
        alarm_actions=[hook, hook],
        severity="critical",
        time_constraints=[{"name": "nights", "start": "0 22 * * *", "duration": 3600, "timezone": "Europe/Ljubljana"}],
    )
    made = member.post("/alarms", **asked)
    alarm = kept(index, made)
    assert SeriesRule(metric="cpu", across="mean", group_by=("host",), threshold=80.0) == alarm.rule
    assert ("blue", "mia", (("area", "é"), ("team", "web")), False) == (
        alarm.project_id,
        alarm.user_id,
        alarm.labels,
        alarm.sees_all,
    )
    assert (BEHAVIOUR, {"area": "é", "team": "web"}, [hook]) == (
        made["behaviour"],
        made["labels"],
        made["alarm_actions"],
    )
    assert ("insufficient data", "series", 80.0) == (made["state"], made["type"], made["threshold"])
    assert ["creation"] == [each.type for each in index.alarms.history(equal("alarm_id", alarm.id))]
    decide(index, alarm, "alarm")
    answer = member.ask("PUT", f"/alarms/{alarm.id}", body(BUSY, "gnocchi_resources_threshold", enabled=False))
    assert (200, "alarm", {}, []) == (
        answer.status,
        answer.json()["state"],
        answer.json()["labels"],
        answer.json()["alarm_actions"],
    )
    assert not kept(index, made).enabled
    assert 204 == member.ask("DELETE", f"/alarms/{alarm.id}").status
    assert 404 == member.ask("GET", f"/alarms/{alarm.id}").status


def test_every_kind_of_rule_can_be_written_and_combined(index: Index, member: Asker) -> None:
    banded = {**SERIES, "compare": {"type": "band", "seasons": 3}, "threshold": 4}
    sql = {"sql": "SELECT name, avg(value) AS v FROM measures GROUP BY name", "value": "v", "threshold": 5}
    leaf = {"type": "gnocchi_resources_threshold", **BUSY}
    condition = {"field": "traits.state", "op": "eq", "value": "error"}
    events = {"type": "event", "event_type": "compute.*", "query": [condition], "within_s": 600}
    mixed = {"and": [leaf, {"or": [{"type": "series", **banded}, {"type": "sql", **sql}, events]}]}
    rules: tuple[tuple[str, Any], ...] = (
        ("series", banded),
        ("sql", sql),
        ("gnocchi_resources_threshold", BUSY),
        ("prometheus", {"query": "up", "threshold": 1}),
        ("event", {"event_type": "compute.*"}),
        ("composite", mixed),
    )
    made = {kind: kept(index, member.post("/alarms", **body(rule, kind))) for kind, rule in rules}
    assert Band(seasons=3) == made["series"].rule.compare  # type: ignore[union-attr]
    assert SqlRule(sql=sql["sql"], value="v", threshold=5.0) == made["sql"].rule  # type: ignore[arg-type]
    composite = made["composite"].rule
    assert isinstance(composite, Composite)
    assert ["gnocchi_resources_threshold", "series", "sql", "event"] == [
        type(each).__struct_config__.tag for each in composite.leaves()
    ]
    # What is shown can be sent back.
    shown = member.get(f"/alarms/{made['composite'].id}")["alarm"]
    assert {**events, "query": [{**condition, "type": ""}]} == shown["rule"]["and"][1]["or"][2]
    again = member.post("/alarms", **body(shown["rule"], "composite"))
    assert composite == kept(index, again).rule


WRONG: tuple[tuple[dict[str, Any], list[str], str], ...] = (
    ({"type": "magic"}, ["type"], "expected one of"),
    ({"rule": {**SERIES, "metrik": "x"}}, ["rule", "metrik"], "unknown field"),
    ({"rule": {"threshold": 1}}, ["rule"], "missing required field `metric`"),
    ({"rule": {**SERIES, "threshold": "8"}}, ["rule", "threshold"], "Expected `float`, got `str`"),
    ({"rule": {**SERIES, "across": "most"}}, ["rule", "across"], "expected one of"),
    ({"rule": {**SERIES, "compare": {"type": "x"}}}, ["rule", "compare", "type"], "expected one of earlier, band"),
    ({"rule": {**SERIES, "compare": {"type": "band", "x": 1}}}, ["rule", "compare", "x"], "unknown field"),
    ({"type": "sql", "rule": {"sql": "DROP TABLE x"}}, ["rule", "sql"], ""),
    ({"type": "gnocchi_resources_threshold", "rule": {**BUSY, "x": 1}}, ["rule", "x"], "unknown field"),
    ({"type": "gnocchi_resources_threshold", "rule": {}}, ["rule"], "Mandatory field missing"),
    ({"type": "composite", "rule": {"xor": []}}, ["rule"], 'expected a type, or "and" or "or"'),
    ({"type": "composite", "rule": {"type": "series", **SERIES}}, ["rule"], "expected an object"),
    ({"type": "composite", "rule": {"and": {}}}, ["rule", "and"], "expected a list"),
    ({"type": "composite", "rule": {"and": [{"type": "composite"}]}}, ["rule", "and", "0", "type"], "expected one of"),
    ({"type": "composite", "rule": {"and": [{"type": "event"}]}}, ["rule", "and", "0"], "missing required"),
    ({"type": "event", "rule": {"within_s": 60}}, ["rule", "within_s"], "unknown field"),
    ({"type": "composite", "rule": {"and": [{"type": "series"}]}}, ["rule", "and", "0"], "missing required"),
    ({"behaviour": {"pending_s": -1}}, ["behaviour", "pending_s"], "expected seconds from 0 to 2592000"),
    ({"behaviour": {"keep_firing_s": 1e300}}, ["behaviour", "keep_firing_s"], "expected seconds"),
    ({"behaviour": {"recovery_threshold": 81}}, ["behaviour", "recovery_threshold"], "good side of the threshold"),
    (
        {"behaviour": {"recovery_threshold": 1}, "rule": {**SERIES, "comparison_operator": "ne"}},
        ["behaviour", "recovery_threshold"],
        "compared by ne",
    ),
    (
        {"behaviour": {"recovery_threshold": 1}, "type": "composite", "rule": {"and": []}},
        ["behaviour", "recovery_threshold"],
        "composite has no threshold of its own",
    ),
    ({"behaviour": {"pending_s": 1}, "type": "event", "rule": {}}, ["behaviour"], "about events"),
    ({"behaviour": {"no_data": "panic"}}, ["behaviour", "no_data"], "Invalid enum value"),
    ({"behaviour": {"patience": 1}}, ["behaviour"], "unknown field `patience`"),
    ({"labels": {"1a": "x"}}, ["labels", "1a"], "letters, digits and underscores"),
    ({"labels": {"a": "x" * 256}}, ["labels", "a"], "255 characters at most"),
    ({"labels": {f"a{number}": "" for number in range(51)}}, ["labels"], "51 labels are more than 50"),
    ({"alarm_actions": ["gopher://x"]}, ["alarm_actions"], "Unsupported action gopher://x"),
    (
        {"time_constraints": [{"name": "n", "start": "61 * * * *", "duration": 1}]},
        ["time_constraints", "0"],
        "61 * * * *",
    ),
    ({"time_constraints": [{"name": "n", "start": "@daily", "duration": 1}] * 2}, ["time_constraints"], "each name"),
    ({"name": ""}, ["name"], "length >= 1"),
    ({"state": "ok"}, [], "unknown field `state`"),
)


@pytest.mark.parametrize(("wrong", "field", "words"), WRONG)
def test_what_is_wrong_is_told_with_its_place(
    index: Index, member: Asker, wrong: dict[str, Any], field: list[str], words: str
) -> None:
    answer = member.ask("POST", "/alarms", {**body(), **wrong})
    told = answer.json()
    assert (400, field) == (answer.status, told.get("field"))
    assert words in told["detail"]
    assert [] == index.alarms.find()


def test_an_alarm_is_its_projects_and_reads_within_it(
    index: Index, client: Client, member: Asker, admin: Asker
) -> None:
    assert 403 == member.ask("POST", "/alarms", body(project_id="red")).status
    assert 403 == member.ask("POST", "/alarms", body(alarm_actions=["log://"])).status
    assert 403 == Asker(client, READER).ask("POST", "/alarms", body()).status
    theirs = kept(index, admin.post("/alarms", **body(project_id="red", alarm_actions=["log://"])))
    assert ("red", False) == (theirs.project_id, theirs.sees_all)
    for method in ("PUT", "DELETE"):
        assert 404 == member.ask(method, f"/alarms/{theirs.id}", body()).status
    mine = member.post("/alarms", **body())
    assert 200 == admin.ask("PUT", f"/alarms/{mine['id']}", body(name="other")).status
    assert ("other", "mia", "blue", False) == (
        (found := kept(index, mine)).name,
        found.user_id,
        found.project_id,
        found.sees_all,
    )
    own = kept(index, admin.post("/alarms", **body()))
    assert own.sees_all
    narrowed = Asker(client, {**ADMIN, "Nephoscope-Project": "blue"})
    chosen = kept(index, narrowed.post("/alarms", **body()))
    assert not chosen.sees_all


def test_searches_of_aodhs_rules_are_narrowed_as_there(index: Index, member: Asker) -> None:
    rule = {
        "metric": "cpu",
        "query": '{"=": {"host": "a"}}',
        "resource_type": "instance",
        "threshold": 1,
        "aggregation_method": "mean",
    }
    made = member.post("/alarms", **body(rule, "gnocchi_aggregation_by_resources_threshold"))
    found = kept(index, made).rule
    assert isinstance(found, ResourcesThreshold)
    assert {"=": {"host": "a"}} == json.loads(found.query)["and"][1]


def test_a_quota_counts_alarms_of_both_dialects(cloud: Cloud) -> None:
    aodh = structs.replace(cloud.parts.aodh, settings=AodhSettings(quota=Limits(project_max=1)))
    parts = msgspec.structs.replace(cloud.parts, aodh=aodh)
    with Client(build({"native": parts}, HttpSettings())) as client:
        mia = Asker(client, MEMBER)
        mia.post("/alarms", **body())
        answer = mia.ask("POST", "/alarms", body())
    assert (403, "Alarm quota exceeded for user mia on project blue") == (answer.status, answer.json()["detail"])


def test_sql_is_for_those_who_may_query(index: Index, client: Client) -> None:
    sql = body({"sql": "SELECT 1 AS one"}, "sql")
    assert 201 == Asker(client, MEMBER).ask("POST", "/alarms", sql).status


def test_instances_are_listed_in_pages(index: Index, member: Asker, admin: Asker) -> None:
    alarm = kept(index, member.post("/alarms", **body()))
    watched = next(each for each in index.alarms.watchlist(0, 1).changed if each.alarm.id == alarm.id)
    instances = [
        Instance(
            alarm_id=alarm.id,
            labels=(("host", name),),
            state=state,  # type: ignore[arg-type]
            since_ns=NOW_NS + number,
            value=1.5,
            reason="so",
            beyond_since_ns=NOW_NS if name == "b" else 0,
        )
        for number, (name, state) in enumerate([("a", "ok"), ("b", "ok"), ("c", "alarm")])
    ]
    decide(index, alarm, "alarm", NOW_NS, instances=instances)
    assert watched.alarm.id == alarm.id
    first = member.get(f"/alarms/{alarm.id}/instances", limit=2)
    assert ["c", "b"] == [each["labels"]["host"] for each in first["instances"]]
    assert (NOW_NS // 10**6, None) == (
        first["instances"][1]["beyond_since_ms"],
        first["instances"][1]["cleared_since_ms"],
    )
    rest = member.get(f"/alarms/{alarm.id}/instances", limit=2, marker=first["next"])
    assert (["a"], None) == ([each["labels"]["host"] for each in rest["instances"]], rest["next"])
    firing = member.get(f"/alarms/{alarm.id}/instances", state="alarm")["instances"]
    assert [("alarm", 1.5, "so")] == [(each["state"], each["value"], each["reason"]) for each in firing]
    assert ["c", "b", "a"] == [each["labels"]["host"] for each in member.get(f"/alarms/{alarm.id}")["instances"]]


HOOK = "https://u:secret@192.0.2.1/hook?token=secret#secret"
OTHER = "https://u:other-secret@192.0.2.1/hook?token=secret"
QUEUE = "zaqar://?topic=secret"
HIDDEN = "https://***@192.0.2.1/hook?token=***"
HIDDEN_QUEUE = "zaqar://?topic=***"


def test_credentials_of_actions_are_never_shown(index: Index, client: Client, member: Asker) -> None:
    made = member.post("/alarms", **body(alarm_actions=[HOOK, QUEUE], ok_actions=["http://192.0.2.2/plain"]))
    changed = member.ask("PUT", f"/alarms/{made['id']}", body(alarm_actions=[OTHER, QUEUE], severity="critical"))
    for shown in (made, changed.json(), member.get(f"/alarms/{made['id']}")["alarm"]):
        assert [HIDDEN, HIDDEN_QUEUE] == shown["alarm_actions"]
    assert (OTHER, QUEUE) == kept(index, made).alarm_actions
    reader = Asker(client, READER)
    for path in ("/alarms", f"/alarms/{made['id']}", f"/alarms/{made['id']}/history", "/alarms/file"):
        for asker in (member, reader):
            text = asker.ask("GET", path).text
            assert (True, False) == ("zaqar://?topic=***" in text, "secret" in text), path
    creation = member.get(f"/alarms/{made['id']}/history")["changes"][-1]["detail"]
    assert (["http://192.0.2.2/plain"], []) == (creation["ok_actions"], creation["insufficient_data_actions"])


def test_what_is_sent_back_as_it_was_shown_stays(index: Index, member: Asker) -> None:
    made = member.post("/alarms", **body(alarm_actions=[HOOK, OTHER, QUEUE]))
    given = {name: made[name] for name in ("alarm_actions", "ok_actions", "insufficient_data_actions")}
    assert 200 == member.ask("PUT", f"/alarms/{made['id']}", body(**given, description="text")).status
    assert (HOOK, OTHER, QUEUE) == kept(index, made).alarm_actions
    # From one list into another, and beside what is new.
    moved: dict[str, Any] = {"ok_actions": [HIDDEN_QUEUE], "alarm_actions": ["http://192.0.2.9/", HIDDEN]}
    assert 200 == member.ask("PUT", f"/alarms/{made['id']}", body(**moved)).status
    alarm = kept(index, made)
    assert ((QUEUE,), ("http://192.0.2.9/", HOOK)) == (alarm.ok_actions, alarm.alarm_actions)


@pytest.mark.parametrize(
    "written",
    [
        "https://***@192.0.2.66/hook?token=***",
        "https://***@192.0.2.1:8443/hook?token=***",
        "http://***@192.0.2.1/hook?token=***",
        "https://***@192.0.2.1/elsewhere?token=***",
        "https://***@192.0.2.1/hook?token=***&more=1",
        "https://me:***@192.0.2.1/hook?token=***",
        "zaqar://?topic=***&subscriber=http://evil.example",
    ],
)
def test_a_kept_secret_goes_nowhere_else(index: Index, member: Asker, written: str) -> None:
    made = member.post("/alarms", **body(alarm_actions=[HOOK, QUEUE]))
    before = kept(index, made)
    for name in ("alarm_actions", "ok_actions"):
        answer = member.ask("PUT", f"/alarms/{made['id']}", body() | {name: ["http://192.0.2.9/", written]})
        assert (400, [name, "1"]) == (answer.status, answer.json()["field"])
        assert "*** stands for what is there, and nothing there looks like" in answer.json()["detail"]
        assert "secret" not in answer.text
    assert before == kept(index, made)


def test_an_alarm_that_is_new_has_nothing_that_could_stay(index: Index, member: Asker) -> None:
    member.post("/alarms", **body(alarm_actions=[HOOK]))
    answer = member.ask("POST", "/alarms", body(alarm_actions=[HIDDEN]))
    assert (400, ["alarm_actions", "0"]) == (answer.status, answer.json()["field"])
    assert 1 == len(index.alarms.find(equal("project_id", "blue")))


def test_a_trust_of_an_action_is_in_no_history(index: Index, member: Asker) -> None:
    alarm = make(index, "entrusted", alarm_actions=("trust+http://7f3a:delete@192.0.2.1/a",))
    (creation,) = member.get(f"/alarms/{alarm.id}/history")["changes"]
    assert ["trust+http://192.0.2.1/a"] == creation["detail"]["alarm_actions"]
