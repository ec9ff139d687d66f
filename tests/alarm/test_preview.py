# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""An alarm's past: decided as it would have been then."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from nephoscope.alarm.course import course
from nephoscope.alarm.instance_reader import InstanceReader
from nephoscope.alarm.members import MemberFinder
from nephoscope.alarm.preview import STEPS_MAX, Past, look_back
from nephoscope.alarm.readings import Judges, Wanted, read
from nephoscope.alarm.recent_events import EventReading
from nephoscope.alarm.series_reading import SeriesReading
from nephoscope.alarm.targets import Scoped, Targets
from nephoscope.alarm.transitions import transition
from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_behaviour import Behaviour
from nephoscope.model.alarm_instance import Instance, Labels
from nephoscope.model.alarm_rule import (
    Composite,
    EventRule,
    PrometheusThreshold,
    RecentEvents,
    ResourcesThreshold,
    ResourceThreshold,
    Rule,
    ThresholdRule,
)
from nephoscope.model.errors import BadRequest
from nephoscope.model.kept_event import KeptEvent
from nephoscope.model.series_rule import Earlier, SeriesRule, SqlRule
from nephoscope.store.events import keep
from tests.alarm.conftest import METHODS, NOW_NS, SECOND_NS, World

HOUR_NS = 3600 * SECOND_NS


def alarm(rule: Rule, **more: Any) -> Alarm:
    return Alarm(id="a", name="n", description="", rule=rule, project_id="blue", user_id="u", **more)


def past(world: World, rule: Rule, hours: float = 1, **more: Any) -> Past:
    targets = Targets(world.index, world.catalog)
    start_ns = NOW_NS - int(hours * HOUR_NS)
    reader, series = world.measured.reader, world.measured.series
    instances = InstanceReader(SeriesReading(MemberFinder(world.index, world.catalog), reader, series))
    events = EventReading(world.measured.store)
    return look_back(targets, reader, instances, alarm(rule, **more), start_ns, NOW_NS, events)


def busy(name: str = "vm", **more: Any) -> ResourceThreshold:
    about: dict[str, Any] = {"threshold": 50.0, "aggregation_method": "mean", "comparison_operator": "gt", **more}
    return ResourceThreshold(metric="cpu", resource_id=name, resource_type="instance", **about)


@pytest.mark.parametrize("seed", range(3))
def test_every_step_is_decided_as_it_would_have_been_then(world: World, seed: int) -> None:
    random = np.random.default_rng(seed)
    for number in range(4):
        metric = world.metric(world.resource(f"vm{number}", server_group="web"))
        ago_s = random.choice(3600, size=int(random.integers(20, 90)), replace=False)
        world.put(metric, [(float(each), float(random.integers(40, 60))) for each in ago_s])
    for method in METHODS:
        about: dict[str, Any] = {
            "aggregation_method": method,
            "evaluation_periods": int(random.integers(1, 4)),
            "threshold": 1.0 if "rate" in method else 50.0,
            "granularity": int(random.choice([60, 300])),
        }
        query = '{"=": {"server_group": "web"}}'
        rules: list[ThresholdRule] = [
            busy("vm0", **about),
            ResourcesThreshold(metric="cpu", query=query, resource_type="instance", comparison_operator="gt", **about),
        ]
        for rule in rules:
            expected = _step_by_step(world, rule)
            assert expected == [(each.at_ns, each.current) for each in past(world, rule).transitions]


def _step_by_step(world: World, rule: ThresholdRule) -> list[tuple[int, str]]:
    thresholds, scoped = world.thresholds(), Scoped(rule, "blue")
    current, found = alarm(rule), []
    for moment in range(NOW_NS - HOUR_NS + 60 * SECOND_NS, NOW_NS + 1, 60 * SECOND_NS):
        made = transition(current, thresholds.verdict(thresholds.look([scoped], moment), scoped), moment)
        if made is not None:
            found.append((moment, made.current))
            current = alarm(rule, state=made.current)
    return [(moment, str(state)) for moment, state in found]


@pytest.mark.parametrize("seed", range(3))
def test_behaviours_and_instances_have_a_past_too(world: World, seed: int) -> None:
    random = np.random.default_rng(seed)
    for number in range(4):
        metric = world.metric(world.resource(f"vm{number}", server_group=f"g{number % 2}"))
        ago_s = random.choice(3600, size=int(random.integers(60, 120)), replace=False)
        world.put(metric, [(float(each), float(random.integers(30, 70))) for each in ago_s])
    behaviour = Behaviour(pending_s=120, keep_firing_s=60, recovery_threshold=45)
    about: dict[str, Any] = {"metric": "cpu", "resource_type": "instance", "threshold": 50.0}
    for rule in (
        busy("vm0"),
        SeriesRule(**about),
        SeriesRule(**about, across="max", group_by=("server_group",), evaluation_periods=2),
        SeriesRule(**about, compare=Earlier(offset_s=300, how="difference")),
    ):
        found = past(world, rule, behaviour=behaviour)
        expected = _courses(world, alarm(rule, behaviour=behaviour))
        assert expected == [(each.at_ns, each.labels, each.current) for each in (*found.moved, *found.transitions)]


def _courses(world: World, current: Alarm) -> list[tuple[int, Labels, str]]:
    reader = InstanceReader(
        SeriesReading(MemberFinder(world.index, world.catalog), world.measured.reader, world.measured.series)
    )
    judges = Judges(world.thresholds(), instances=reader)
    wanted = Wanted()
    wanted.add(current)
    moved: list[tuple[int, Labels, str]] = []
    found: list[tuple[int, Labels, str]] = []
    kept: Mapping[Labels, Instance] = {}
    for moment in range(NOW_NS - HOUR_NS + 60 * SECOND_NS, NOW_NS + 1, 60 * SECOND_NS):
        made = course(current, kept, read(judges, wanted, moment).of(current), moment)
        kept = made.instances
        moved += [(moment, each.labels, each.current) for each in made.moved]
        if made.transition.current != current.state:
            found.append((moment, (), made.transition.current))
        current = structs.replace(current, state=made.transition.current, state_timestamp_ns=moment)
    return moved + found


def test_parts_of_composite_rules_may_have_instances(world: World) -> None:
    for name, value in (("one", 90.0), ("two", 10.0)):
        world.put(world.metric(world.resource(name)), [(ago, value) for ago in (600, 540, 480)])
    series = SeriesRule(metric="cpu", resource_type="instance", threshold=50.0)
    rule = Composite(operator="or", rules=(busy("two"), series, SqlRule(sql="SELECT 1")))
    found = past(world, rule)
    assert "alarm" == found.transitions[0].current
    hosts = [each.labels for each in found.series if isinstance(each.rule, SeriesRule)]
    assert 2 == len(set(hosts))
    slow = past(world, rule, behaviour=Behaviour(pending_s=60))
    assert found.transitions[0].at_ns + 60 * SECOND_NS == slow.transitions[0].at_ns


def test_what_was_seen_comes_with_it(world: World) -> None:
    metric = world.metric(world.resource("vm"))
    world.put(metric, [(600, 90.0), (540, 95.0), (480, 10.0), (90_000, 1.0)])
    found = past(world, busy())
    assert ["alarm", "ok", "insufficient data"] == [each.current for each in found.transitions]
    (series,) = found.series
    assert ([90.0, 95.0, 10.0], "") == (series.values.tolist(), series.missing)
    assert [NOW_NS - ago * SECOND_NS for ago in (600, 540, 480)] == series.times_ns.tolist()


def test_rules_made_of_rules_have_a_past_too(world: World) -> None:
    for name, points in (("one", [(600, 90.0), (540, 90.0)]), ("two", [(540, 90.0)])):
        world.put(world.metric(world.resource(name)), points)
    both = Composite(operator="and", rules=(busy("one"), busy("two"), PrometheusThreshold(query="up", threshold=1)))
    either = Composite(operator="or", rules=(busy("one"), busy("two")))
    assert [] == past(world, both).transitions
    found = past(world, either)
    assert "alarm" == found.transitions[0].current
    assert 2 == len(found.series)


@pytest.mark.parametrize("seed", range(3))
def test_events_are_played_again(world: World, seed: int) -> None:
    random = np.random.default_rng(seed)
    events = [
        KeptEvent(f"m{n}", "deploy.end", NOW_NS - int(random.integers(0, 3700)) * SECOND_NS, project, "")
        for n, project in enumerate(["blue"] * 6 + ["red"])
    ]
    keep(world.measured.store, events)
    within_s = int(random.integers(10, 500))
    found = past(world, Composite(operator="and", rules=(RecentEvents(event_type="deploy.*", within_s=within_s),)))
    step_ns = min(60, within_s // 2) * SECOND_NS
    state, expected = "insufficient data", []
    for moment in range((NOW_NS - HOUR_NS) // step_ns * step_ns + step_ns, NOW_NS + 1, step_ns):
        counts = [0 <= moment - each.time_ns < within_s * SECOND_NS for each in events if each.project_id == "blue"]
        now = "alarm" if any(counts) else "ok"
        if now != state:
            expected.append((moment, now))
        state = now
    assert expected == [(each.at_ns, each.current) for each in found.transitions]
    assert [] == found.series


def test_events_go_together_with_values_and_behaviours(world: World) -> None:
    world.put(world.metric(world.resource("vm")), [(60.0 * n, 90.0) for n in range(60)])
    keep(world.measured.store, [KeptEvent("m", "deploy.end", NOW_NS - 1500 * SECOND_NS, "blue", "")])
    rule = Composite(operator="and", rules=(busy(), RecentEvents(within_s=600)))
    at_once = [(each.current, NOW_NS - each.at_ns) for each in past(world, rule).transitions]
    assert [("alarm", 1500 * SECOND_NS), ("ok", 900 * SECOND_NS)] == at_once[-2:]
    pending = past(world, rule, behaviour=Behaviour(pending_s=120)).transitions
    assert [("alarm", 1380 * SECOND_NS), ("ok", 900 * SECOND_NS)] == [
        (each.current, NOW_NS - each.at_ns) for each in pending[-2:]
    ]


def test_without_a_metric_the_past_says_why(world: World) -> None:
    found = past(world, busy("nobody"))
    assert ([], "resource nobody does not exist") == (found.transitions, found.series[0].missing)


def test_projects_see_the_past_of_their_own_only(world: World) -> None:
    world.put(world.metric(world.resource("vm", "red")), [(60, 90.0)])
    assert [] == past(world, busy()).transitions
    assert ["alarm"] == [each.current for each in past(world, busy(), sees_all=True).transitions]


@pytest.mark.parametrize(
    ("rule", "hours", "message"),
    [
        (EventRule(), 1, "an alarm of type event looks at no metrics"),
        (PrometheusThreshold(query="up", threshold=1), 1, "of type prometheus looks at no metrics"),
        (SqlRule(sql="SELECT 1"), 1, "of type sql looks at no metrics"),
        (busy(granularity=1), STEPS_MAX / 3600 + 1, f"are more than {STEPS_MAX}; ask for a shorter time"),
    ],
)
def test_what_has_no_past_is_told(world: World, rule: Rule, hours: float, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        past(world, rule, hours)
