# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Alarms with behaviours and instances in the evaluator: what is kept, told, and known again after a restart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from nephoscope.alarm.instance_reader import InstanceReader
from nephoscope.alarm.instances import Asked, Instances, Seen
from nephoscope.alarm.members import MemberFinder
from nephoscope.alarm.series_reading import SeriesReading
from nephoscope.alarm.verdicts import judge_values, unknown
from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_behaviour import Behaviour
from nephoscope.model.alarm_instance import Labels
from nephoscope.model.alarm_rule import Composite, LoadBalancerHealth, PrometheusThreshold
from nephoscope.model.errors import IndexUnavailable, StoreUnavailable
from nephoscope.model.search import equal
from nephoscope.model.series_rule import SeriesRule, SqlRule
from nephoscope.query.metrics import MetricReader
from nephoscope.store.index.alarms import Alarms
from tests.alarm.conftest import NOW_NS, SECOND_NS, World
from tests.alarm.test_evaluator import AUTHOR, HOOK, Evaluation, busy, history, make, notes, now

VALUES = (60.0, 75.0, 90.0, 90.0, 90.0, None)
RULE = SeriesRule(metric="cpu", threshold=80.0)


@dataclass
class Answers:
    """An `InstanceJudge` that says what it is told to: by host, the value of each."""

    hosts: dict[str, float | None] = field(default_factory=dict)
    failed: str = ""

    def look(self, wanted: Collection[Asked], _now_ns: int) -> Mapping[Asked, Instances]:
        return {each: self._instances(each) for each in wanted}

    def _instances(self, asked: Asked) -> Instances:
        if self.failed:
            raise StoreUnavailable(self.failed)
        return Instances([self._seen(asked, (("host", host),), value) for host, value in self.hosts.items()])

    def _seen(self, asked: Asked, labels: Labels, value: float | None) -> Seen:
        if value is None:
            return Seen(labels, unknown("silent", 1))
        recovery = asked.recovery_threshold
        back = judge_values([value], recovery, "gt") if recovery is not None else None
        return Seen(labels, judge_values([value], asked.rule.threshold, "gt"), back)


def instances(world: World, alarm: Alarm) -> dict[str, str]:
    return {dict(each.labels).get("host", ""): each.state for each in world.index.alarms.instances(alarm.id)}


def told(world: World, alarm: Alarm) -> list[tuple[str, str, str]]:
    """What is in the outbox about an alarm, oldest first: host, state before and now."""
    found = reversed(world.index.outbox.find(equal("alarm_id", alarm.id)))
    return [
        (each.body.get("labels", {}).get("host", ""), each.body["previous"], each.body["current"]) for each in found
    ]


def test_a_metric_has_to_be_beyond_for_a_while_and_back_for_a_while(world: World) -> None:
    metric = world.metric(world.resource("vm"))
    values = [90, 10, 90, 90, 90, 75, 60, 60, 60]
    world.put(metric, [(-60.0 * place, value) for place, value in enumerate(values)])
    behaviour = Behaviour(pending_s=120, keep_firing_s=60, recovery_threshold=70)
    alarm = make(world, busy(), behaviour=behaviour, ok_actions=(HOOK,))
    evaluation = Evaluation(world)
    seen = []
    for _ in values:
        evaluation.run()
        seen.append(now(world, alarm).state)
        evaluation.now_ns += 60 * SECOND_NS
    assert ["insufficient data", *["ok"] * 3, *["alarm"] * 3, "ok", "ok"] == seen
    assert ["ok", "alarm", "ok"] == history(world, alarm)
    assert [(HOOK, "insufficient data", "ok"), (HOOK, "ok", "alarm"), (HOOK, "alarm", "ok")] == notes(world, alarm)
    assert "Transition to ok due to 1 samples inside threshold, most recent: 60.0, behind 70, for 60 s" == (
        now(world, alarm).state_reason
    )


def test_who_waits_says_so_where_nothing_was_known(world: World) -> None:
    world.put(world.metric(world.resource("vm")), [(60, 90.0)])
    alarm = make(world, busy(), behaviour=Behaviour(pending_s=300))
    Evaluation(world).run()
    assert ("insufficient data", "alarm after 300 s") == (
        (found := now(world, alarm)).state,
        found.state_reason.rpartition(", ")[2],
    )


def test_every_instance_is_kept_told_and_remembered(world: World) -> None:
    answers = Answers({"a": 90.0, "b": 10.0})
    alarm = make(world, RULE, ok_actions=(HOOK,))
    evaluation = Evaluation(world, instances=answers)
    evaluation.run()
    assert ({"a": "alarm", "b": "ok"}, "alarm") == (instances(world, alarm), now(world, alarm).state)
    answers.hosts = {"b": 95.0, "c": None}
    evaluation.run(60)
    assert {"b": "alarm", "c": "insufficient data"} == instances(world, alarm)
    expected = [("a", "insufficient data", "alarm"), ("b", "ok", "alarm"), ("a", "alarm", "ok")]
    assert sorted(expected) == sorted(told(world, alarm))
    records = world.index.alarms.history(equal("alarm_id", alarm.id))
    moved = [(each.detail["labels"]["host"], each.detail["state"]) for each in records if "labels" in each.detail]
    assert [("a", "alarm"), ("a", "ok"), ("b", "alarm")] == sorted(moved)
    # The alarm itself fired all the time.
    assert ["alarm"] == history(world, alarm)


@pytest.mark.parametrize("seed", range(4))
def test_a_restart_after_every_look_changes_nothing(world: World, seed: int) -> None:
    random = np.random.default_rng(seed)
    names = ["a", "b", "c"]
    walk = [
        {
            str(host): VALUES[int(random.choice(len(VALUES)))]
            for host in random.choice(names, size=int(random.integers(0, 4)), replace=False)
        }
        for _ in range(12)
    ]
    steady, restarted = (_walked(world, walk, restarts=restarts) for restarts in (False, True))
    assert steady == restarted


def _walked(world: World, walk: list[dict[str, float | None]], *, restarts: bool) -> list[Any]:
    """What is kept after each look, its times counted from the first, and what was told of in the end."""
    behaviour = Behaviour(pending_s=120, keep_firing_s=60, recovery_threshold=70)
    alarm = make(world, RULE, behaviour=behaviour)
    answers = Answers()
    evaluation = Evaluation(world, instances=answers)
    begin_ns = evaluation.now_ns
    seen: list[Any] = []
    for place, answers.hosts in enumerate(walk):
        if restarts:
            evaluation.share.stop()
            evaluation = Evaluation(world, instances=answers)
        evaluation.now_ns = begin_ns + 60 * place * SECOND_NS
        evaluation.run()
        kept = [structs.replace(each, alarm_id="", number=0) for each in world.index.alarms.instances(alarm.id)]
        seen.append((now(world, alarm).state, sorted(kept, key=lambda each: each.labels)))
    evaluation.share.stop()
    seen.append(told(world, alarm))
    world.index.alarms.delete(alarm.id, AUTHOR)
    assert [] == world.index.alarms.instances()
    return seen


def test_what_could_not_be_kept_is_decided_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers({"a": 90.0})
    alarm = make(world, RULE)
    evaluation = Evaluation(world, instances=answers)

    def away(*_arguments: Any) -> None:
        raise IndexUnavailable("the index is away")

    with monkeypatch.context() as patch:
        patch.setattr(Alarms, "decide", away)
        with pytest.raises(IndexUnavailable):
            evaluation.run()
    assert ({}, []) == (instances(world, alarm), told(world, alarm))
    evaluation.run(60)
    assert ({"a": "alarm"}, [("a", "insufficient data", "alarm")]) == (instances(world, alarm), told(world, alarm))


def test_what_another_took_over_is_not_kept(world: World) -> None:
    answers = Answers({"a": 90.0})
    alarm = make(world, RULE)
    asleep = Evaluation(world, instances=answers)
    held = dict(asleep.share.slots())
    asleep.share.stop()
    asleep.share._held, asleep.share._until = held, float("inf")
    awake = Evaluation(world, instances=answers)
    asleep.run()
    assert ({}, "insufficient data") == (instances(world, alarm), now(world, alarm).state)
    awake.run(60)
    assert {"a": "alarm"} == instances(world, alarm)


def test_a_state_set_by_hand_lets_instances_begin_anew(world: World) -> None:
    answers = Answers({"a": 90.0, "b": 10.0})
    alarm = make(world, RULE)
    evaluation = Evaluation(world, instances=answers)
    evaluation.run()
    for _ in range(2):
        world.index.alarms.set_state(alarm.id, "ok", AUTHOR)
        assert {} == instances(world, alarm)
        evaluation.run(60)
        assert {"a": "alarm", "b": "ok"} == instances(world, alarm)
    assert [("a", "insufficient data", "alarm")] * 3 == told(world, alarm)


def test_another_rule_keeps_states_but_not_how_long_they_waited(world: World) -> None:
    answers = Answers({"a": 90.0, "b": 90.0})
    alarm = make(world, RULE, behaviour=Behaviour(pending_s=120))
    evaluation = Evaluation(world, instances=answers)
    evaluation.run()
    evaluation.run(60)
    changed = structs.replace(now(world, alarm), rule=structs.replace(RULE, threshold=85.0), timestamp_ns=NOW_NS + 1)
    world.index.alarms.change(changed, AUTHOR)
    evaluation.run(60)
    assert {"insufficient data"} == set(instances(world, alarm).values())
    evaluation.run(60)
    evaluation.run(60)
    assert {"alarm"} == set(instances(world, alarm).values())
    # Told in Aodh's words from now on, it has nothing to remember.
    plain = structs.replace(now(world, alarm), rule=busy(), behaviour=Behaviour(), timestamp_ns=NOW_NS + 2)
    world.index.alarms.change(plain, AUTHOR)
    assert {} == instances(world, alarm)


def test_a_failure_is_an_error_of_the_alarm_until_it_is_over(world: World) -> None:
    answers = Answers({"a": 10.0}, failed="the engine is away")
    alarm = make(world, RULE, state="ok")
    evaluation = Evaluation(world, instances=answers)
    evaluation.run()
    found = now(world, alarm)
    assert ("insufficient data", "the engine is away") == (found.state, found.error)
    answers.failed = ""
    evaluation.run(60)
    assert ("ok", "") == ((found := now(world, alarm)).state, found.error)


def test_a_metric_that_cannot_be_read_is_not_without_data(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put(world.metric(world.resource("vm")), [(60, 90.0)])
    alarm = make(world, busy(), behaviour=Behaviour(no_data="ok"))
    evaluation = Evaluation(world)

    def away(*_arguments: Any) -> None:
        raise StoreUnavailable("the engine is away")

    evaluation.run()
    with monkeypatch.context() as patch:
        patch.setattr(MetricReader, "read", away)
        evaluation.run(60)
    assert ("insufficient data", "the engine is away") == ((found := now(world, alarm)).state, found.error)
    # Where it can be read, but there is nothing, it is.
    evaluation.run(600)
    assert ("ok", "") == ((found := now(world, alarm)).state, found.error)
    assert "no data counts as ok: No datapoint for granularity 60" in found.state_reason


def test_composite_rules_see_the_worst_instance(world: World) -> None:
    world.put(world.metric(world.resource("vm")), [(60, 90.0)])
    answers = Answers({"a": 10.0, "b": 90.0})
    sql = SqlRule(sql="SELECT 1", threshold=80.0)
    both = make(world, Composite(operator="and", rules=(busy(), RULE, sql)), behaviour=Behaviour(pending_s=60))
    plain = make(world, Composite(operator="and", rules=(busy(), RULE, sql)))
    evaluation = Evaluation(world, instances=answers)
    evaluation.run()
    assert ("insufficient data", "alarm") == (now(world, both).state, now(world, plain).state)
    evaluation.run(60)
    found = now(world, both)
    assert ("alarm", {"": "alarm"}) == (found.state, instances(world, both))
    assert found.state_reason.endswith(
        "(rule1 and rule2 and rule3) transition to alarm, due to rules: rule1, rule2, rule3 outside their threshold., "
        "beyond it for 60 s"
    )
    answers.hosts = {"a": 10.0, "b": 10.0}
    evaluation.run(60)
    assert ("ok", "ok") == (now(world, both).state, now(world, plain).state)


def test_nobody_to_ask_is_why_nothing_is_known(world: World) -> None:
    rules = (
        RULE,
        PrometheusThreshold(query="up", threshold=1.0),
        LoadBalancerHealth(pool_id="p", stack_id="s", autoscaling_group_id="g"),
    )
    alarms = [make(world, rule, behaviour=Behaviour(pending_s=60)) for rule in rules]
    Evaluation(world).run()
    expected = ["series and SQL are not read here", "no Prometheus is asked", "no load balancing service is asked"]
    for alarm, words in zip(alarms, expected, strict=True):
        assert words in now(world, alarm).state_reason


def test_an_alarm_without_a_behaviour_remembers_nothing(world: World) -> None:
    world.put(world.metric(world.resource("vm")), [(60, 90.0)])
    alarm = make(world, busy(), labels=(("team", "web"),))
    Evaluation(world).run()
    assert ({}, "alarm") == (instances(world, alarm), now(world, alarm).state)
    (note,) = world.index.outbox.find(equal("alarm_id", alarm.id))
    assert {"team": "web"} == note.body["labels"]


def test_each_group_of_resources_is_an_instance_that_is_read_from_the_store(world: World) -> None:
    series = SeriesReading(MemberFinder(world.index, world.catalog), world.measured.reader, world.measured.series)
    for name, group, value in (("a", "web", 90.0), ("b", "web", 80.0), ("c", "db", 10.0)):
        metric = world.metric(world.resource(name, server_group=group))
        world.put(metric, [(120, value), (60, value), (0, value)])
    rule = SeriesRule(metric="cpu", resource_type="instance", across="mean", group_by=("server_group",), threshold=82.0)
    alarm = make(world, rule, behaviour=Behaviour(recovery_threshold=50.0))
    Evaluation(world, instances=InstanceReader(series)).run()
    assert ("alarm", 2) == (now(world, alarm).state, len(world.index.alarms.instances(alarm.id)))
    (web,) = world.index.alarms.instances(alarm.id, "alarm")
    assert ((("server_group", "web"),), 85.0) == (web.labels, web.value)
