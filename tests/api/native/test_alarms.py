# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Alarms as the pages show them."""

import time
from collections.abc import Sequence
from typing import Any

import pytest
from msgspec import structs

from nephoscope.model.alarm import Alarm, Transition
from nephoscope.model.alarm_instance import Instance
from nephoscope.model.alarm_rule import Composite, EventRule, RecentEvents, ResourceThreshold, Rule
from nephoscope.model.delivery import Attempt, Draft, Noted
from nephoscope.model.kept_event import KeptEvent
from nephoscope.model.search import equal
from nephoscope.store.events import keep
from nephoscope.store.index.alarm_contract import Author, Decided, Limits
from nephoscope.store.index.contract import Index
from tests.api.native.cloud import NOW_NS, STEP_NS, Asker, Cloud

AUTHOR = Author("mia", "blue")
BUSY = ResourceThreshold(
    metric="cpu",
    resource_id="vm",
    resource_type="instance",
    threshold=50.0,
    aggregation_method="mean",
    comparison_operator="gt",
    granularity=300,
)


def make(index: Index, name: str, rule: Rule = BUSY, **more: Any) -> Alarm:
    about: dict[str, Any] = {"project_id": "blue", "user_id": "mia", "timestamp_ns": NOW_NS, **more}
    alarm = Alarm(id=f"id-{name}", name=name, description="", rule=rule, **about)
    return index.alarms.create(alarm, AUTHOR, Limits())


def decide(
    index: Index, alarm: Alarm, state: Any, at_ns: int = NOW_NS, *notes: Draft, instances: Sequence[Instance] = ()
) -> None:
    watched = next(each for each in index.alarms.watchlist(0, 1).changed if each.alarm.id == alarm.id)
    found = Transition(
        alarm_id=alarm.id, previous=watched.alarm.state, current=state, reason="so", reason_data={}, at_ns=at_ns
    )
    decided = Decided(transition=found, revision=watched.revision, slot=None, fencing=0, notes=notes)
    decided = structs.replace(decided, instances=instances)
    assert [True] == index.alarms.decide([decided], "g", "h")


def names(found: Any) -> list[str]:
    return [each["name"] for each in found["alarms"]]


def test_a_list_is_filtered_sorted_and_counted(index: Index, member: Asker, admin: Asker) -> None:
    one, two = make(index, "web one", severity="critical"), make(index, "DB (two)", EventRule(), enabled=False)
    make(index, "theirs", project_id="red")
    decide(index, one, "alarm")
    assert {"ok": 0, "alarm": 1, "insufficient_data": 1, "failing": 0} == member.get("/alarms")["counts"]
    assert {"web one", "DB (two)", "theirs"} == set(names(admin.get("/alarms")))
    for asked, expected in (
        ({"state": "alarm"}, ["web one"]),
        ({"severity": "critical"}, ["web one"]),
        ({"type": "event"}, ["DB (two)"]),
        ({"enabled": "false"}, ["DB (two)"]),
        ({"match": "(TW"}, ["DB (two)"]),
        ({"match": "w*e"}, ["web one"]),
        ({"match": "."}, []),
        ({"sort": "name"}, ["DB (two)", "web one"]),
        ({"sort": "-name"}, ["web one", "DB (two)"]),
        ({"sort": "-severity"}, ["web one", "DB (two)"]),
        ({"project": "red"}, []),
    ):
        assert expected == names(member.get("/alarms", **asked)), asked
    first = member.get("/alarms", sort="name", limit="1")
    assert [two.id] == [first["next"]]
    assert ["web one"] == names(member.get("/alarms", sort="name", marker=first["next"]))


def test_what_could_not_be_decided_is_counted_and_found(index: Index, member: Asker) -> None:
    one = make(index, "one")
    make(index, "two")
    index.alarms.note_errors({one.id: "the engine is away"})
    found = member.get("/alarms", failing="true", state="ok")
    assert ([], 1) == (names(found), found["counts"]["failing"])
    assert ["one"] == names(member.get("/alarms", failing="true"))
    assert ["two"] == names(member.get("/alarms", failing="false"))


def test_alarms_in_one_state_are_listed_by_when_they_came_into_it(index: Index, member: Asker) -> None:
    for name, at_ns in (("old", NOW_NS - 3 * STEP_NS), ("new", NOW_NS), ("middle", NOW_NS - STEP_NS)):
        decide(index, make(index, name), "alarm", at_ns)
    make(index, "unknown")
    assert ["new", "middle", "old", "unknown"] == names(member.get("/alarms", sort="state"))
    first = member.get("/alarms", sort="state", limit="2")
    assert ["old", "unknown"] == names(member.get("/alarms", sort="state", marker=first["next"]))


def test_one_alarm_tells_what_is_the_matter_and_who_was_told(index: Index, member: Asker) -> None:
    hook = "trust+https://secret-trust@heat.example/signal"
    alarm = make(index, "busy", alarm_actions=(hook,))
    note = Draft(key="k1", alarm_id=alarm.id, project_id="blue", target=hook, body={"current": "alarm"})
    decide(index, alarm, "alarm", NOW_NS, note)
    index.alarms.note_errors({alarm.id: "the engine is away"})
    found = member.get(f"/alarms/{alarm.id}")
    shown = found["alarm"]
    assert ("alarm", "so", "the engine is away", 50.0, NOW_NS // 10**6) == (
        shown["state"],
        shown["reason"],
        shown["error"],
        shown["threshold"],
        shown["since_ms"],
    )
    assert ["trust+https://heat.example/signal"] == shown["alarm_actions"]
    assert {"metric": "cpu", "granularity": 300}.items() <= shown["rule"].items()
    (delivery,) = found["deliveries"]
    assert ("k1", "trust+https://heat.example/signal", "alarm", "waiting", 0) == tuple(
        delivery[each] for each in ("key", "target", "state", "progress", "attempts")
    )
    assert "secret-trust" not in str(found)


def test_its_history_outlives_it(index: Index, member: Asker) -> None:
    alarm = make(index, "busy")
    decide(index, alarm, "alarm", time.time_ns())
    index.alarms.delete(alarm.id, AUTHOR)
    assert 404 == member.ask("GET", f"/alarms/{alarm.id}").status
    history = f"/alarms/{alarm.id}/history"
    assert ["deletion", "state transition", "creation"] == [each["type"] for each in member.get(history)["changes"]]
    page = member.get(history, limit="2")
    assert ["creation"] == [each["type"] for each in member.get(history, marker=page["next"])["changes"]]


def test_alarms_are_switched_off_together(index: Index, member: Asker) -> None:
    one, two = make(index, "one"), make(index, "two", enabled=False)
    assert {"changed": 1} == member.post("/alarms/enabled", ids=[one.id, two.id], enabled=False)
    assert [False, False] == [index.alarms.get(each.id).enabled for each in (one, two)]
    assert "rule change" == index.alarms.history()[0].type


def test_what_belongs_to_others_is_not_there(index: Index, member: Asker, admin: Asker) -> None:
    alarm = make(index, "theirs", project_id="red")
    note = Draft(key="k2", alarm_id=alarm.id, project_id="red", target="log:", body={})
    index.outbox.add([note])
    for method, path, body in (
        ("GET", f"/alarms/{alarm.id}", None),
        ("GET", f"/alarms/{alarm.id}/history", None),
        ("GET", f"/alarms/{alarm.id}/past", None),
        ("POST", "/alarms/enabled", {"ids": [alarm.id], "enabled": False}),
        ("GET", "/deliveries/k2", None),
        ("POST", "/deliveries/k2/again", {}),
    ):
        assert 404 == member.ask(method, path, body).status, path
    assert "k2" == admin.get("/deliveries/k2")["delivery"]["key"]
    assert index.alarms.get(alarm.id).enabled


def test_a_delivery_shows_its_attempts_and_can_be_sent_again(index: Index, member: Asker) -> None:
    index.outbox.add([Draft(key="k3", alarm_id="a", project_id="blue", target="http://h/x", body={"reason": "so"})])
    (claimed,) = index.outbox.claim(1, 10**9)
    attempt = Attempt(delivery=claimed.number, at_ns=NOW_NS, lasted_ns=2_500_000, status=500, error="said 500")
    index.outbox.note([Noted(delivery=claimed, attempt=attempt, progress="given up", due_ns=0)])
    found = member.get("/deliveries/k3")
    assert ("given up", {"reason": "so"}) == (found["delivery"]["progress"], found["body"])
    assert [{"time_ms": NOW_NS // 10**6, "lasted_ms": 2.5, "status": 500, "error": "said 500"}] == found["attempts"]
    assert "waiting" == member.post("/deliveries/k3/again")["delivery"]["progress"]
    assert 404 == member.ask("GET", "/deliveries/none").status


@pytest.fixture
def measured_vm(cloud: Cloud) -> None:
    """A machine that was busy from half an hour to a quarter of an hour ago."""
    metric = cloud.metric(cloud.resource("vm"), "cpu", policy="medium")
    cloud.put(metric, [10.0, 10.0, 10.0, 90.0, 95.0, 90.0, 10.0, 10.0, 10.0], NOW_NS - STEP_NS)


@pytest.mark.usefixtures("measured_vm")
def test_a_rule_is_tried_on_the_past_before_it_is_kept(member: Asker) -> None:
    rule = {
        "metric": "cpu",
        "resource_id": "vm",
        "resource_type": "instance",
        "threshold": 50,
        "aggregation_method": "mean",
        "comparison_operator": "gt",
        "granularity": 3600,
    }
    span = {"start": (NOW_NS - 10 * STEP_NS) / 1e9, "stop": NOW_NS / 1e9}
    found = member.post("/alarms/preview", type="gnocchi_resources_threshold", rule=rule, **span)
    assert (True, "insufficient data", None) == (found["would_be"], found["before"], found["made_ms"])
    (series,) = found["series"]
    assert (50.0, "") == (series["threshold"], series["missing"])
    assert found["transitions"]
    assert "Transition to" in found["transitions"][0]["reason"]
    member.post("/alarms/preview", type="gnocchi_resources_threshold", rule={**rule, "resource_id": "none"}, **span)


def test_a_composition_with_events_is_tried_on_the_past(cloud: Cloud, index: Index, member: Asker) -> None:
    keep(cloud.measured.store, [KeptEvent("m", "deploy.end", NOW_NS - 2 * STEP_NS, "blue", "")])
    keep(cloud.measured.store, [KeptEvent("m", "deploy.end", NOW_NS - 9 * STEP_NS, "red", "")])
    rule = {"or": [{"type": "event", "event_type": "deploy.*", "within_s": STEP_NS // 10**9}]}
    span = {"start": (NOW_NS - 10 * STEP_NS) / 1e9, "stop": NOW_NS / 1e9}
    found = member.post("/alarms/preview", type="composite", rule=rule, **span)
    assert (["ok", "alarm", "ok"], []) == ([each["state"] for each in found["transitions"]], found["series"])
    assert "rule1: 1 event of type deploy.*" in found["transitions"][1]["reason"]
    alarm = make(index, "deployed", Composite(operator="or", rules=(RecentEvents(within_s=60),)))
    assert [] == member.get(f"/alarms/{alarm.id}/past")["series"]


@pytest.mark.usefixtures("measured_vm")
def test_the_past_of_an_alarm_is_what_it_was(index: Index, member: Asker) -> None:
    alarm = make(index, "busy", structs.replace(BUSY, granularity=3600))
    for at_ns, state in ((NOW_NS - 50 * STEP_NS, "ok"), (NOW_NS - 5 * STEP_NS, "alarm"), (NOW_NS - STEP_NS, "ok")):
        decide(index, alarm, state, at_ns)
    span = {"start": str((NOW_NS - 10 * STEP_NS) / 1e9), "stop": str(NOW_NS / 1e9)}
    found = member.get(f"/alarms/{alarm.id}/past", **span)
    assert (False, "ok") == (found["would_be"], found["before"])
    assert [((NOW_NS - 5 * STEP_NS) // 10**6, "alarm"), ((NOW_NS - STEP_NS) // 10**6, "ok")] == [
        (each["time_ms"], each["state"]) for each in found["transitions"]
    ]
    assert 1 == len(found["series"])
    assert index.alarms.history(equal("type", "creation"))[0].timestamp_ns // 10**6 == found["made_ms"]
    event = make(index, "event", EventRule())
    assert [] == member.get(f"/alarms/{event.id}/past")["series"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"type": "threshold", "rule": {}}, "expected one of"),
        ({"type": "event", "rule": {}}, "looks at no metrics"),
        ({"type": "gnocchi_resources_threshold", "rule": {"metric": "cpu"}}, "Mandatory field missing"),
        ({"type": "composite", "rule": {"xor": []}}, "expected a type, or"),
        ({"type": "prometheus", "rule": {"query": "up", "threshold": "much"}}, "could not convert"),
        ({"type": "prometheus", "rule": {"query": "up", "threshold": 1, "more": 2}}, "unknown field"),
    ],
)
def test_what_is_no_rule_is_refused(member: Asker, body: dict[str, Any], message: str) -> None:
    answer = member.ask("POST", "/alarms/preview", body)
    assert 400 == answer.status, answer.text
    assert message in answer.text
