# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""An alarm's past: decided as it would have been then."""

from typing import Any

import numpy as np
import pytest

from nephoscope.alarm.preview import STEPS_MAX, Past, look_back
from nephoscope.alarm.targets import Scoped, Targets
from nephoscope.alarm.transitions import transition
from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_rule import (
    Composite,
    EventRule,
    PrometheusThreshold,
    ResourcesThreshold,
    ResourceThreshold,
    Rule,
    ThresholdRule,
)
from nephoscope.model.errors import BadRequest
from tests.alarm.conftest import METHODS, NOW_NS, SECOND_NS, World

HOUR_NS = 3600 * SECOND_NS


def alarm(rule: Rule, **more: Any) -> Alarm:
    return Alarm(id="a", name="n", description="", rule=rule, project_id="blue", user_id="u", **more)


def past(world: World, rule: Rule, hours: float = 1, **more: Any) -> Past:
    targets = Targets(world.index, world.catalog)
    start_ns = NOW_NS - int(hours * HOUR_NS)
    return look_back(targets, world.measured.reader, alarm(rule, **more), start_ns, NOW_NS)


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
        (busy(granularity=1), STEPS_MAX / 3600 + 1, f"are more than {STEPS_MAX}; ask for a shorter time"),
    ],
)
def test_what_has_no_past_is_told(world: World, rule: Rule, hours: float, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        past(world, rule, hours)
