# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The way of an alarm: what its rules find, when it was decided, and who was told."""

import time
from typing import Any

from msgspec import structs

from nephoscope.model.alarm import TimeConstraint
from nephoscope.model.alarm_rule import Composite, EventRule, PrometheusThreshold, RecentEvents
from nephoscope.model.delivery import Attempt, Draft, Noted
from nephoscope.model.kept_event import KeptEvent
from nephoscope.store.events import keep
from nephoscope.store.index.alarm_contract import Author, Cycle
from tests.api.native.cloud import STEP_NS, Asker, Cloud
from tests.api.native.test_alarms import BUSY, decide, make


def measured(cloud: Cloud, *values: float) -> None:
    """The processor of vm, up to now: whoever imported this may have done so long ago."""
    now_ns = time.time_ns()
    cloud.put(cloud.metric(cloud.resource("vm"), "cpu", policy="low"), values, now_ns - now_ns % STEP_NS)


def stations(asker: Asker, alarm_id: str) -> dict[str, list[dict[str, Any]]]:
    """By name, in order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in asker.get("/journey", alarm=alarm_id)["stations"]:
        found.setdefault(each["station"], []).append(each)
    return found


def test_all_is_good_where_values_come_and_somebody_was_told(cloud: Cloud, member: Asker) -> None:
    measured(cloud, 60.0, 70.0, 80.0)
    alarm = make(cloud.index, "busy", alarm_actions=("https://user:secret@pager.example/x",))
    note = Draft(key="k", alarm_id=alarm.id, project_id="blue", target="https://user:secret@pager.example/x", body={})
    decide(cloud.index, alarm, "alarm", time.time_ns(), note)

    found = member.get("/journey", alarm=alarm.id)

    assert found["good"], found
    assert ["alarm", "rule", "decide", "tell", "deliver"] == [each["station"] for each in found["stations"]]
    texts = [each["found"] for each in found["stations"]]
    assert "1 of 1 values of cpu are beyond 50, the newest is 80" == texts[1]
    assert "https://***@pager.example/x" in texts[3]
    assert texts[4].endswith("is on its way")
    assert not any("secret" in each for each in texts)


def test_a_rule_that_finds_nothing_says_why_and_what_to_do(cloud: Cloud, member: Asker) -> None:
    measured(cloud, 60.0)
    fine = structs.replace(BUSY, granularity=7)
    missing = structs.replace(BUSY, metric="temperature")
    alarm = make(cloud.index, "wrong", Composite(operator="or", rules=(BUSY, fine, missing)))

    good, no_granularity, no_metric = stations(member, alarm.id)["rule"]

    assert good["good"]
    assert "No datapoint for granularity 7: archive policy low of metric cpu keeps" in no_granularity["found"]
    assert "take a granularity that the archive policy keeps, or another policy" == no_granularity["advice"]
    assert not no_granularity["good"]
    assert "metric temperature for resource vm does not exists" == no_metric["found"]
    assert "nephoscope show" in no_metric["advice"]


def test_an_alarm_that_nobody_decides_is_seen(cloud: Cloud, member: Asker) -> None:
    hour_ago_ns = time.time_ns() - 3600 * 10**9
    old = make(cloud.index, "old", timestamp_ns=hour_ago_ns, evaluated_ns=hour_ago_ns)
    new = make(cloud.index, "new", timestamp_ns=time.time_ns(), evaluated_ns=time.time_ns())

    (stopped,) = stations(member, old.id)["decide"]

    assert not stopped["good"]
    assert stopped["advice"].endswith("[alarm] enabled, and reach the store?")
    assert stations(member, new.id)["decide"][0]["good"]


def test_who_waits_for_others_is_not_said_to_be_decided(cloud: Cloud, member: Asker) -> None:
    hour_ago_ns = time.time_ns() - 3600 * 10**9
    rule = PrometheusThreshold(query="up", threshold=1.0)
    slow = make(cloud.index, "slow", rule, timestamp_ns=hour_ago_ns, evaluated_ns=hour_ago_ns)
    cycle = Cycle(at_ns=time.time_ns(), interval_ns=60 * 10**9, settle_ns=10**9, slots=64)

    # A server decides all that asks nobody.
    cloud.index.alarms.note_cycle(cycle, range(64))
    (waiting,) = stations(member, slow.id)["decide"]
    cloud.index.alarms.note_decided({slow.id: time.time_ns()})

    assert not waiting["good"]
    assert "nephoscope_alarms_asked" in waiting["advice"]
    assert stations(member, slow.id)["decide"][0]["good"]


def test_an_alarm_that_fails_is_off_or_outside_of_its_times_says_so(cloud: Cloud, member: Asker) -> None:
    failing = make(cloud.index, "failing")
    cloud.index.alarms.note_errors({failing.id: "the store is away"})
    off = make(cloud.index, "off", enabled=False)
    never = TimeConstraint(name="leap", start="0 0 29 2 *", duration=1)
    closed = make(cloud.index, "closed", time_constraints=(never,))

    assert "the store is away" == stations(member, failing.id)["decide"][0]["found"]
    assert stations(member, off.id)["alarm"][0]["found"].endswith("it is switched off")
    assert "outside of its times until" in stations(member, closed.id)["alarm"][0]["found"]


def test_a_receiver_that_refuses_is_where_it_stops(cloud: Cloud, member: Asker) -> None:
    alarm = make(cloud.index, "event", EventRule(event_type="compute.*"))
    target = "https://pager.example/x"
    decide(
        cloud.index,
        alarm,
        "alarm",
        time.time_ns(),
        Draft(key="k", alarm_id=alarm.id, project_id="blue", target=target, body={}),
    )
    (delivery,) = cloud.index.outbox.claim(1, 10**9)
    attempt = Attempt(delivery=delivery.number, at_ns=time.time_ns(), lasted_ns=1, status=503, error="503 Unavailable")
    assert cloud.index.outbox.note(
        [Noted(delivery=delivery, attempt=attempt, progress="waiting", due_ns=time.time_ns() + 10**12)]
    )

    found = stations(member, alarm.id)

    assert "waits for events of type compute.*" == found["rule"][0]["found"]
    assert "waiting after 1 attempts: 503 Unavailable" in found["deliver"][0]["found"]
    assert not found["deliver"][0]["good"]


def test_only_what_one_may_see_is_walked(cloud: Cloud, member: Asker, admin: Asker) -> None:
    theirs = make(cloud.index, "theirs", project_id="red")
    assert 404 == member.ask("GET", "/journey", arguments={"alarm": theirs.id}).status
    assert admin.get("/journey", alarm=theirs.id)["stations"]
    assert 400 == member.ask("GET", "/journey", arguments={"alarm": theirs.id, "metric": theirs.id}).status
    cloud.index.alarms.delete(theirs.id, Author("mia", "red"))
    assert 404 == admin.ask("GET", "/journey", arguments={"alarm": theirs.id}).status


def test_events_of_a_composite_rule_are_counted(cloud: Cloud, member: Asker) -> None:
    measured(cloud, 60.0)
    now_ns = time.time_ns()
    keep(cloud.measured.store, [KeptEvent(f"m-{each}", "deploy.end", now_ns, each, "") for each in ("blue", "red")])
    rules = (BUSY, RecentEvents(event_type="deploy.*", within_s=3600), RecentEvents(event_type="none", within_s=60))
    alarm = make(cloud.index, "deployed", Composite(operator="or", rules=rules))

    _, some, none = stations(member, alarm.id)["rule"]

    assert some["found"].startswith("1 event of type deploy.* within 3600 s, the newest m-blue at 20")
    assert ("no events of type none within 60 s", True, True) == (none["found"], some["good"], none["good"])
