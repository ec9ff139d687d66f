# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The evaluator over a real index and store: what is due, what becomes of alarms, what goes into the outbox."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from msgspec import structs

from nephoscope.alarm.asking import Asking
from nephoscope.alarm.counting import Counting
from nephoscope.alarm.evaluator import EvaluationSettings, Evaluator
from nephoscope.alarm.events import EventAlarms
from nephoscope.alarm.notes import Quiet, never_quiet
from nephoscope.alarm.readings import InstanceJudge, Judges
from nephoscope.alarm.sharing import Share
from nephoscope.alarm.time_constraints import closed_until_ns
from nephoscope.model.alarm import Alarm, TimeConstraint
from nephoscope.model.alarm_rule import (
    Composite,
    EventCondition,
    EventRule,
    ResourcesThreshold,
    ResourceThreshold,
    Rule,
)
from nephoscope.model.errors import StoreUnavailable
from nephoscope.model.event import Trait
from nephoscope.model.kept_event import KeptEvent
from nephoscope.model.search import equal
from nephoscope.query.metrics import MetricReader
from nephoscope.store.index.alarm_contract import Author, Limits
from tests.alarm.conftest import NOW_NS, SECOND_NS, World

AUTHOR = Author("ann", "blue")
PATIENCE_S = 30.0
HOOK = "http://192.0.2.1/hook"


class Evaluation:
    """An evaluator with a clock of its own; each `run` is one cycle."""

    def __init__(
        self,
        world: World,
        *,
        judges: Judges | None = None,
        instances: InstanceJudge | None = None,
        asking: Asking | None = None,
        counting: Counting | None = None,
        closed_until_ns: Callable[[Alarm, int], int] = closed_until_ns,
        quiet: Quiet = never_quiet,
    ) -> None:
        self.now_ns = NOW_NS + 2 * SECOND_NS
        self.woken = 0
        self.share = Share(world.index, "test")
        self.share.beat()
        self.evaluator = Evaluator(
            world.index,
            judges or Judges(world.thresholds(), instances=instances),
            self.share,
            EvaluationSettings(),
            asking=asking,
            decided=self._wake,
            counting=counting,
            closed_until_ns=closed_until_ns,
            quiet=quiet,
            wall_ns=lambda: self.now_ns,
        )

    def run(self, later_s: float = 0) -> int:
        self.now_ns += int(later_s * SECOND_NS)
        return self.evaluator.cycle()

    def _wake(self) -> None:
        self.woken += 1


def busy(name: str = "vm", **more: Any) -> ResourceThreshold:
    about: dict[str, Any] = {"threshold": 80.0, "aggregation_method": "mean", "comparison_operator": "gt", **more}
    return ResourceThreshold(metric="cpu", resource_id=name, resource_type="instance", **about)


def make(world: World, rule: Rule, **more: Any) -> Alarm:
    about: dict[str, Any] = {"project_id": "blue", "user_id": "ann", "alarm_actions": (HOOK,), **more}
    alarm = Alarm(id=str(uuid4()), name="a", description="", rule=rule, timestamp_ns=NOW_NS, **about)
    return world.index.alarms.create(alarm, AUTHOR, Limits())


def now(world: World, alarm: Alarm) -> Alarm:
    return world.index.alarms.get(alarm.id)


def notes(world: World, alarm: Alarm) -> list[tuple[str, str, str]]:
    """What is in the outbox about an alarm, oldest first: target, state before and now."""
    found = world.index.outbox.find(equal("alarm_id", alarm.id))
    return [(each.target, each.body["previous"], each.body["current"]) for each in reversed(found)]


def history(world: World, alarm: Alarm) -> list[str]:
    """States entered, oldest first."""
    found = world.index.alarms.history(equal("alarm_id", alarm.id))
    return [each.detail["state"] for each in reversed(found) if each.type == "state transition"]


def test_the_rhythm_is_that_of_buckets_so_that_none_waits_once_it_has_settled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick_s, settle_s = 10_000, 1
    monkeypatch.setattr("nephoscope.alarm.evaluator.TICK_S", float(tick_s))
    alarm = make(world, busy())
    evaluation = Evaluation(world)
    evaluation.now_ns = (NOW_NS // SECOND_NS // tick_s * tick_s + tick_s + settle_s) * SECOND_NS - SECOND_NS // 100
    evaluation.evaluator.start()
    try:
        until_s = time.monotonic() + PATIENCE_S
        while now(world, alarm).state_reason == alarm.state_reason:
            assert time.monotonic() < until_s
            time.sleep(0.01)
    finally:
        evaluation.evaluator.stop()


def test_an_alarm_goes_with_its_metric_and_tells_who_wants_to_know(world: World) -> None:
    metric = world.metric(world.resource("vm"))
    world.put(metric, [(60, 90.5)])
    alarm = make(world, busy(), ok_actions=("log:",))
    evaluation = Evaluation(world)
    assert 1 == evaluation.run()
    found = now(world, alarm)
    reason = "Transition to alarm due to 1 samples outside threshold, most recent: 90.5"
    assert ("alarm", reason, evaluation.now_ns // 1000 * 1000) == (
        found.state,
        found.state_reason,
        found.state_timestamp_ns,
    )
    assert ([(HOOK, "insufficient data", "alarm")], ["alarm"], 1) == (
        notes(world, alarm),
        history(world, alarm),
        evaluation.woken,
    )
    (note,) = world.index.outbox.find(equal("alarm_id", alarm.id))
    assert ["alarm_name", "alarm_id", "severity", "previous", "current", "reason", "reason_data"] == list(note.body)
    # A minute later it is idle.
    world.put(metric, [(-60, 10.0)])
    assert 1 == evaluation.run(120)
    assert ("ok", ["alarm", "ok"]) == (now(world, alarm).state, history(world, alarm))
    assert ("log:", "alarm", "ok") == notes(world, alarm)[-1]
    # And then it is silent.
    assert 1 == evaluation.run(600)
    assert "insufficient data" == now(world, alarm).state
    assert "newest point of the metric is from 2026-03-02T09:01:00+00:00" in now(world, alarm).state_reason


def test_an_alarm_is_due_once_a_bucket_and_at_once_when_it_is_new(world: World) -> None:
    world.put(world.metric(world.resource("vm")), [(60, 90.0)])
    minute, hour = make(world, busy()), make(world, busy(granularity=300))
    evaluation = Evaluation(world)
    assert 2 == evaluation.run()
    assert 0 == evaluation.run(10)
    # Each at least once a minute, and as soon as a bucket has closed.
    assert 2 == evaluation.run(50)
    make(world, busy())
    assert 1 == evaluation.run(1)
    world.index.alarms.change(structs.replace(minute, enabled=False, timestamp_ns=evaluation.now_ns), AUTHOR)
    world.index.alarms.delete(hour.id, AUTHOR)
    assert 1 == evaluation.run(60)


def test_when_an_alarm_was_decided_is_shown_though_it_stays_as_it_is(world: World) -> None:
    world.put(world.metric(world.resource("vm")), [(ago, 90.0) for ago in range(-600, 120, 60)])
    alarm = make(world, busy())
    evaluation = Evaluation(world)
    evaluation.run()
    evaluation.run(300)
    found = now(world, alarm)
    assert (NOW_NS + 2 * SECOND_NS, NOW_NS + 301 * SECOND_NS) == (found.state_timestamp_ns, found.evaluated_ns)


def test_a_repeated_notification_is_neither_history_nor_a_new_state(world: World) -> None:
    world.put(world.metric(world.resource("vm")), [(ago, 90.0) for ago in range(-600, 120, 60)])
    alarm = make(world, busy(), repeat_actions=True)
    evaluation = Evaluation(world)
    for _ in range(3):
        evaluation.run(60)
    assert ["alarm"] == history(world, alarm)
    assert [(HOOK, "insufficient data", "alarm"), *[(HOOK, "alarm", "alarm")] * 2] == notes(world, alarm)


def test_why_nothing_is_known_is_told_without_a_transition(world: World) -> None:
    alarm = make(world, busy("nobody"))
    evaluation = Evaluation(world)
    evaluation.run()
    found = now(world, alarm)
    assert ("insufficient data", "resource nobody does not exist", [], []) == (
        found.state,
        found.state_reason,
        history(world, alarm),
        notes(world, alarm),
    )


def test_composite_alarms_are_decided_with_the_others(world: World) -> None:
    for name, value in (("one", 90.0), ("two", 10.0)):
        world.put(world.metric(world.resource(name)), [(60, value)])
    both = make(world, Composite(operator="and", rules=(busy("one"), busy("two"))))
    either = make(world, Composite(operator="or", rules=(busy("one"), busy("two"))))
    Evaluation(world).run()
    assert ("ok", "alarm") == (now(world, both).state, now(world, either).state)
    assert "(rule1 or rule2) transition to alarm" in now(world, either).state_reason


def test_groups_see_members_of_their_own_project_only(world: World) -> None:
    for name, project, value in (("one", "blue", 10.0), ("two", "red", 90.0)):
        world.put(world.metric(world.resource(name, project, server_group="web")), [(60, value)])
    rule = ResourcesThreshold(
        metric="cpu",
        query='{"=": {"server_group": "web"}}',
        resource_type="instance",
        threshold=50,
        aggregation_method="max",
        comparison_operator="gt",
    )
    blue, red = make(world, rule), make(world, rule, project_id="red")
    everything = make(world, rule, sees_all=True)
    Evaluation(world).run()
    assert ("ok", "alarm", "alarm") == tuple(now(world, each).state for each in (blue, red, everything))


def test_outside_of_its_times_an_alarm_is_left_alone(world: World) -> None:
    world.put(world.metric(world.resource("vm")), [(60, 90.0)])
    constraint = TimeConstraint(name="nights", start="0 22 * * *", duration=3600)
    alarm = make(world, busy(), time_constraints=(constraint,))
    opens_ns = NOW_NS + 30 * SECOND_NS
    asked: list[int] = []

    def closed_until_ns(_alarm: Alarm, now_ns: int) -> int:
        asked.append(now_ns)
        return opens_ns if now_ns < opens_ns else 0

    evaluation = Evaluation(world, closed_until_ns=closed_until_ns)
    assert (0, 0) == (evaluation.run(), evaluation.run(1))
    # Whether it is open is not asked before it can be.
    assert ("insufficient data", 1) == (now(world, alarm).state, len(asked))
    assert 1 == evaluation.run(40)
    assert "alarm" == now(world, alarm).state


def test_a_failure_is_an_error_of_the_alarm_until_it_is_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put(world.metric(world.resource("vm")), [(ago, 10.0) for ago in range(-600, 120, 60)])
    alarm = make(world, busy(), state="ok")
    evaluation = Evaluation(world)

    def away(*_arguments: Any) -> None:
        raise StoreUnavailable("the engine is away")

    with monkeypatch.context() as patch:
        patch.setattr(MetricReader, "read", away)
        evaluation.run()
    found = now(world, alarm)
    assert ("insufficient data", "the engine is away") == (found.state, found.error)
    assert "alarm statistics retrieval failed: the engine is away" == found.state_reason
    evaluation.run(60)
    assert ("ok", "") == ((found := now(world, alarm)).state, found.error)


def test_what_another_took_over_or_changed_is_not_decided(world: World) -> None:
    world.put(world.metric(world.resource("vm")), [(60, 90.0)])
    alarm = make(world, busy())
    asleep = Evaluation(world)
    # It slept: what it held is another's now, although it does not know.
    held = dict(asleep.share.slots())
    asleep.share.stop()
    asleep.share._held, asleep.share._until = held, float("inf")
    awake = Share(world.index, "other")
    awake.beat()
    asleep.run()
    assert ("insufficient data", []) == (now(world, alarm).state, notes(world, alarm))


EVENT = KeptEvent("m1", "compute.instance.update", NOW_NS, "blue", "vm", (Trait("state", "text", "error"),))
BROKEN = EventRule(
    event_type="compute.*", query=(EventCondition(field="traits.state", op="eq", type="string", value="error"),)
)


def test_an_event_fires_once_unless_it_is_to_be_repeated(world: World) -> None:
    once, always = make(world, BROKEN), make(world, BROKEN, repeat_actions=True)
    theirs = make(world, BROKEN, project_id="red")
    other = make(world, EventRule(event_type="volume.*"))
    events = EventAlarms(world.index.alarms, wall_ns=lambda: NOW_NS)
    events.note([EVENT, structs.replace(EVENT, id="m2"), structs.replace(EVENT, id="m3", type="image.update")])
    expected = (
        "Event <id=m1,event_type=compute.instance.update> hits the query <query="
        '[{"field": "traits.state", "op": "eq", "type": "string", "value": "error"}]>.'
    )
    assert ("alarm", expected) == ((found := now(world, once)).state, found.state_reason)
    assert [(HOOK, "insufficient data", "alarm")] == notes(world, once)
    assert [(HOOK, "insufficient data", "alarm"), (HOOK, "alarm", "alarm")] == notes(world, always)
    assert ["alarm", "alarm"] == history(world, always)
    assert {"insufficient data"} == {now(world, each).state for each in (theirs, other)}
    # Sent again, nobody is told again.
    events.note([EVENT])
    assert 2 == len(notes(world, always))


def test_a_new_event_alarm_waits_no_longer_than_a_second(world: World) -> None:
    clock = [0.0]
    events = EventAlarms(world.index.alarms, monotonic=lambda: clock[0])
    events.note([EVENT])
    alarm = make(world, BROKEN)
    clock[0] += 1.0
    events.note([EVENT])
    assert "alarm" == now(world, alarm).state
