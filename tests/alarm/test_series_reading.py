# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Series rules over a small cloud: as a reading of their description says, and why nothing is known."""

from typing import Any

import numpy as np
import pytest

from nephoscope.alarm.instance_reader import InstanceReader
from nephoscope.alarm.instances import Asked, Instances, Labels, Seen
from nephoscope.alarm.members import MemberFinder
from nephoscope.alarm.series_reading import SeriesReading
from nephoscope.model.errors import BadRequest, StoreUnavailable, TooLarge
from nephoscope.model.metric import Metric
from nephoscope.model.resource import ResourceDraft
from nephoscope.model.resource_id import resource_id
from nephoscope.model.series_rule import Band, Earlier, SeriesRule, SqlRule
from nephoscope.query.metrics import MetricReader
from tests.alarm.conftest import NOW_NS, SECOND_NS, World
from tests.alarm.naive import Points, judgement

NOW_S = NOW_NS // SECOND_NS


def reader(world: World, lag_s: float = 0, metrics: MetricReader | None = None) -> InstanceReader:
    members = MemberFinder(world.index, world.catalog)
    measured = world.measured
    return InstanceReader(SeriesReading(members, metrics or measured.reader, measured.series, int(lag_s * SECOND_NS)))


def rule(**more: Any) -> SeriesRule:
    return SeriesRule(**{"metric": "cpu", "resource_type": "instance", "threshold": 50.0, **more})


def look(world: World, asked: SeriesRule, project: str | None = None, **more: Any) -> Instances:
    question = Asked(asked, project, more.pop("recovery", None))
    return reader(world, **more).look([question], NOW_NS)[question]


def by_labels(instances: Instances) -> dict[Labels, Seen]:
    assert ("", "") == (instances.missing, instances.failed)
    assert len({seen.labels for seen in instances.seen}) == len(instances.seen)
    return {seen.labels: seen for seen in instances.seen}


def by_name(instances: Instances) -> dict[str, Seen]:
    return {dict(labels)["resource"]: seen for labels, seen in by_labels(instances).items()}


def only(instances: Instances) -> Seen:
    (seen,) = instances.seen
    return seen


def steady(value: float, buckets: int, first_ago_s: float = 30) -> Points:
    """A value each minute, newest first."""
    return [(first_ago_s + 60 * place, value) for place in range(buckets)]


def machine(world: World, name: str, points: Points = (), **more: Any) -> Metric:
    policy = more.pop("policy", "watched")
    metric = world.metric(world.resource(name, **more), policy=policy)
    world.put(metric, points)
    return metric


@pytest.mark.parametrize("seed", range(4))
def test_many_rules_at_once_say_what_each_says_by_itself(world: World, seed: int) -> None:
    random = np.random.default_rng(seed)
    groups: dict[str, list[Points]] = {}
    machines: dict[str, Points] = {}
    for number in range(8):
        group = f"g{random.integers(3)}"
        ago_s = random.choice(3 * 3600, size=int(random.integers(0, 400)), replace=False)
        points = [(float(each) - 20, float(random.integers(40, 60))) for each in ago_s]
        machine(world, f"vm{number}", points, server_group=group)
        at = [(NOW_S - ago, value) for ago, value in points]
        groups.setdefault(group, []).append(at)
        machines[f"vm{number}"] = at
    rules = [_random_rule(random) for _ in range(120)]
    found = reader(world).look([Asked(each, None) for each in rules], NOW_NS)
    for each in rules:
        seen = by_labels(found[Asked(each, None)])
        if each.across is None:
            told = {dict(labels)["resource"]: one.verdict for labels, one in seen.items()}
            expected = {name: judgement(each, [points], NOW_S) for name, points in machines.items()}
        elif each.group_by:
            told = {dict(labels)["server_group"]: one.verdict for labels, one in seen.items()}
            expected = {name: judgement(each, points, NOW_S) for name, points in groups.items()}
        else:
            told = {"": only(found[Asked(each, None)]).verdict}
            expected = {"": judgement(each, list(machines.values()), NOW_S)}
        assert {name: one.state for name, one in expected.items()} == {name: one.state for name, one in told.items()}
        for name, one in expected.items():
            newest = told[name].most_recent
            assert (one.newest is None) == (newest is None)
            assert newest is None or one.newest == pytest.approx(newest)


def _random_rule(random: np.random.Generator) -> SeriesRule:
    across = str(random.choice(["mean", "sum", "max", "min", "count", "median"])) if random.integers(3) else None
    compare = [
        None,
        Earlier(offset_s=int(random.choice([300, 900, 3600])), how=str(random.choice(["difference", "ratio"]))),  # type: ignore[arg-type]
        Earlier(offset_s=600),
        Band(season_s=1800, seasons=int(random.integers(1, 5)), direction=str(random.choice(["both", "below"]))),  # type: ignore[arg-type]
    ][int(random.integers(4))]
    threshold = {"ratio": 1.05, "difference": 2.0, "percent": 5.0}.get(getattr(compare, "how", ""), 50.0)
    return rule(
        aggregation_method=str(random.choice(["mean", "min", "max", "sum", "count", "rate:mean"])),
        across=across,
        group_by=("server_group",) if across and random.integers(2) else (),
        compare=compare,
        threshold=1.5 if isinstance(compare, Band) else threshold,
        comparison_operator="gt" if isinstance(compare, Band) else str(random.choice(["gt", "le", "ne"])),
        evaluation_periods=int(random.integers(1, 4)),
        granularity=int(random.choice([60, 300])),
    )


def test_without_across_each_resource_is_an_instance(world: World) -> None:
    busy = machine(world, "busy", steady(90, 3))
    machine(world, "idle", steady(10, 3))
    seen = by_name(look(world, rule()))
    assert {"busy": "alarm", "idle": "ok"} == {name: each.verdict.state for name, each in seen.items()}
    assert (("resource", "busy"), ("resource_id", str(busy.resource_id))) == seen["busy"].labels


def test_resources_of_one_name_are_told_apart(world: World) -> None:
    machine(world, "vm", steady(90, 3), creator="one")
    machine(world, "vm", steady(10, 3), creator="other")
    assert {"alarm", "ok"} == {seen.verdict.state for seen in by_labels(look(world, rule())).values()}


def test_groups_are_instances_named_by_their_attributes(world: World) -> None:
    machine(world, "one", steady(60, 3), server_group="web")
    machine(world, "two", steady(70, 3), server_group="web", project="green")
    machine(world, "three", steady(80, 3))
    seen = by_labels(look(world, rule(across="sum", group_by=("server_group", "project_id"), threshold=75)))
    values = {labels: each.verdict.most_recent for labels, each in seen.items()}
    assert {
        (("project_id", "blue"), ("server_group", "web")): 60.0,
        (("project_id", "green"), ("server_group", "web")): 70.0,
        (("project_id", "blue"), ("server_group", "")): 80.0,
    } == values


def test_rates_are_taken_of_each_resource_before_they_are_added_up(world: World) -> None:
    # Counters of which one begins anew, and one is new: the sum of the counters would jump by thousands.
    machine(world, "old", [(150, 1000.0), (90, 1010.0), (30, 1020.0)])
    machine(world, "new", [(90, 5000.0), (30, 5005.0)])
    seen = only(look(world, rule(across="sum", aggregation_method="rate:mean")))
    assert 15.0 == seen.verdict.most_recent


def test_the_bucket_that_is_filling_does_not_count(world: World) -> None:
    metric = machine(world, "vm", steady(10, 3))
    world.put(metric, [(-10, 99.0)])
    question = Asked(rule(), None)
    assert "ok" == only(reader(world).look([question], NOW_NS + 30 * SECOND_NS)[question]).verdict.state
    assert "alarm" == only(reader(world).look([question], NOW_NS + 60 * SECOND_NS)[question]).verdict.state


def test_a_member_that_is_late_does_not_lower_the_sum(world: World) -> None:
    machine(world, "late", steady(40, 3, first_ago_s=90))
    machine(world, "prompt", steady(40, 4))
    low = rule(across="sum", threshold=60.0, comparison_operator="lt")
    assert ("ok", 80.0) == ((seen := only(look(world, low)).verdict).state, seen.most_recent)
    # That it has gone for good shows a bucket later.
    question = Asked(low, None)
    later = reader(world).look([question], NOW_NS + 60 * SECOND_NS)[question]
    assert "alarm" == only(later).verdict.state


@pytest.mark.parametrize(("lag_s", "state"), [(0, "insufficient data"), (60, "alarm")])
def test_a_lag_makes_the_window_reach_further_back(world: World, lag_s: float, state: str) -> None:
    machine(world, "vm", steady(90, 3, first_ago_s=150))
    assert state == only(look(world, rule(), lag_s=lag_s)).verdict.state


def test_what_has_ended_does_not_count_unless_it_is_asked_for(world: World) -> None:
    machine(world, "there", steady(90, 3))
    gone = ResourceDraft(
        id=resource_id("gone", "admin"),
        original_resource_id="gone",
        type="instance",
        creator="admin",
        started_at_ns=NOW_NS - 7200 * SECOND_NS,
        ended_at_ns=NOW_NS - 3600 * SECOND_NS,
    )
    world.metric(world.index.resources.create([gone])[0])
    assert ["there"] == list(by_name(look(world, rule())))
    both = '{"like": {"original_resource_id": "%"}}'
    assert ["there"] == list(by_name(look(world, rule(query=both))))
    ended = '{"not": {"=": {"ended_at": null}}}'
    assert ["gone"] == list(by_name(look(world, rule(query=ended))))


def test_a_project_sees_what_is_its_own_and_what_it_made(world: World) -> None:
    machine(world, "own", steady(90, 3), project="blue", creator="u:ops")
    machine(world, "made", steady(90, 3), project="green", creator="u:blue")
    machine(world, "other", steady(90, 3), project="green", creator="u:green")
    assert {"own", "made"} == set(by_name(look(world, rule(), "blue")))
    assert {"own", "made", "other"} == set(by_name(look(world, rule())))


def test_a_metric_is_called_as_the_rule_says_and_not_like_it(world: World) -> None:
    owner = world.resource("vm")
    world.put(world.metric(owner, "disk[0]"), steady(90, 3))
    world.put(world.metric(owner, "disk0"), steady(10, 3))
    assert "alarm" == only(look(world, rule(metric="disk[0]"))).verdict.state
    assert "has a metric disk*" in look(world, rule(metric="disk*")).missing


def test_values_back_behind_the_recovery_threshold_are_told(world: World) -> None:
    machine(world, "calm", steady(30, 3))
    machine(world, "between", steady(45, 3))
    seen = by_name(look(world, rule(), recovery=40.0))
    states = {name: (each.verdict.state, each.recovery and each.recovery.state) for name, each in seen.items()}
    assert {"calm": ("ok", "ok"), "between": ("ok", "alarm")} == states


@pytest.mark.parametrize(("how", "expected"), [("difference", 30.0), ("ratio", 1.5), ("percent", 50.0)])
def test_values_are_compared_with_an_earlier_time(world: World, how: Any, expected: float) -> None:
    machine(world, "vm", [(30, 90.0), (3630, 60.0)])
    verdict = only(look(world, rule(compare=Earlier(offset_s=3600, how=how), threshold=expected - 0.1))).verdict
    assert "alarm" == verdict.state
    assert verdict.most_recent == pytest.approx(expected)


def test_an_unusual_value_is_so_many_deviations_away(world: World) -> None:
    hours = [(3600 * n + 60 * side + 30, 100.0 + 4 * side) for n in (1, 2, 3, 4) for side in (-1, 0, 1)]
    machine(world, "vm", [(30, 130.0), *hours])
    machine(world, "usual", [(30, 103.0), *hours])
    seen = by_name(look(world, rule(compare=Band(season_s=3600), threshold=3)))
    # Usual is 100 with a median deviation of 4: 30 / (1.4826 * 4).
    assert {"vm": "alarm", "usual": "ok"} == {name: each.verdict.state for name, each in seen.items()}
    assert seen["vm"].verdict.most_recent == pytest.approx(5.0587, rel=1e-4)


MISSING = [
    (rule(resource_type="cow"), "there is no resource type cow"),
    (rule(metric="memory"), "no resource of type instance that is visible to the alarm's project has a metric memory"),
    (
        rule(query='{"=": {"server_group": "db"}}'),
        'no resource of type instance that matches {"=": {"server_group": "db"}} has a metric cpu',
    ),
    (
        rule(query='{"=": {"colour": "red"}}'),
        "alarm statistics retrieval failed: Resource type instance has no colour attribute",
    ),
    (
        rule(across="sum", group_by=("colour",)),
        "alarm statistics retrieval failed: Invalid groupby attribute: colour",
    ),
]


@pytest.mark.parametrize(("asked", "told"), MISSING)
def test_why_no_instance_is_known(world: World, asked: SeriesRule, told: str) -> None:
    machine(world, "vm", server_group="web")
    assert Instances(missing=told) == look(world, asked)


UNKNOWN = [
    (rule(), (), "No datapoint for granularity 60: the metric never had a point"),
    (
        rule(),
        steady(9, 1, first_ago_s=3600),
        "No datapoint for granularity 60: the newest point of the metric is from 2026-03-02T08:00:00+00:00",
    ),
    (
        rule(evaluation_periods=3),
        steady(9, 1),
        "3 datapoints are unknown: 1 of 3 are there, and the newest point of the metric is from "
        "2026-03-02T08:59:30+00:00",
    ),
    (
        rule(granularity=10),
        (),
        "No datapoint for granularity 10: archive policy watched of metric cpu keeps 60 s, 300 s",
    ),
    (
        rule(aggregation_method="std"),
        (),
        "aggregation std does not exist for metric cpu: archive policy watched keeps "
        "count, max, mean, min, rate:max, rate:mean, sum",
    ),
    (
        rule(compare=Earlier(offset_s=86400)),
        steady(9, 1),
        "archive policy watched of metric cpu keeps 60 s for 86400 s, which does not reach 86460 s back",
    ),
    (
        rule(compare=Earlier(offset_s=3600)),
        steady(9, 1),
        "1 datapoints are unknown: 0 can be compared, the value 3600 s before others is not known",
    ),
    (
        rule(compare=Earlier(offset_s=3600, how="ratio")),
        [(30, 9.0), (3630, 0.0)],
        "1 datapoints are unknown: 0 can be compared, the value 3600 s before others was 0, of which nothing is a "
        "multiple",
    ),
    (
        rule(compare=Band(season_s=3600, seasons=4)),
        [(30, 9.0), (3630, 9.0)],
        "1 datapoints are unknown: something is known of 1 of 4 seasons of 3600 s, what is usual takes 2",
    ),
]


@pytest.mark.parametrize(("asked", "points", "told"), UNKNOWN)
def test_why_nothing_is_known_of_an_instance(world: World, asked: SeriesRule, points: Points, told: str) -> None:
    machine(world, "vm", points)
    verdict = only(look(world, asked)).verdict
    assert ("insufficient data", told) == (verdict.state, verdict.reason)


def test_one_that_lacks_values_does_not_hide_the_others(world: World) -> None:
    machine(world, "short", steady(90, 3), policy="low")
    machine(world, "vm", steady(90, 3))
    seen = by_name(look(world, rule()))
    assert "alarm" == seen["vm"].verdict.state
    assert "archive policy low of metric cpu keeps" in seen["short"].verdict.reason


def test_more_instances_than_anybody_looks_at_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nephoscope.alarm.members.INSTANCES_MAX", 2)
    for name in ("one", "two", "three"):
        machine(world, name)
    assert "3 instances are more than 2; narrow the query, or group by less" == look(world, rule()).failed
    monkeypatch.setattr("nephoscope.alarm.members.SERIES_MAX", 2)
    assert look(world, rule()).failed.startswith("more than 2 series match")


def test_a_read_that_fails_does_not_keep_others_from_theirs(world: World) -> None:
    class Away(MetricReader):
        def read(self, *arguments: Any) -> Any:
            if arguments[1] == "max":
                raise StoreUnavailable("the engine is away")
            return super().read(*arguments)

    machine(world, "vm", steady(90, 3))
    failing, fine = Asked(rule(aggregation_method="max"), None), Asked(rule(), None)
    away = Away(world.measured.store, world.measured.series)
    found = reader(world, metrics=away).look([failing, fine], NOW_NS)
    assert Instances(failed="the engine is away") == found[failing]
    assert "alarm" == only(found[fine]).verdict.state


def test_rules_share_the_reads_of_their_granularity_and_method(world: World) -> None:
    reads: list[tuple[str, int]] = []

    class Counting(MetricReader):
        def read(self, *arguments: Any) -> Any:
            reads.append((arguments[1], len(arguments[0])))
            return super().read(*arguments)

    for name in ("one", "two"):
        machine(world, name, steady(90, 3), server_group=name)
    alike = [Asked(rule(threshold=float(n), query='{"=": {"server_group": "one"}}'), None) for n in range(5)]
    others = [Asked(rule(across="sum", evaluation_periods=2), None), Asked(rule(compare=Earlier(offset_s=600)), None)]
    counting = Counting(world.measured.store, world.measured.series)
    reader(world, metrics=counting).look([*alike, *others], NOW_NS)
    assert [("mean", 2), ("mean", 2)] == reads


@pytest.mark.parametrize("compare", [None, Earlier(offset_s=600, how="difference"), Band(season_s=900, seasons=3)])
@pytest.mark.parametrize("across", [None, "sum"])
def test_the_past_is_what_would_have_been_seen_then(
    world: World, compare: Earlier | Band | None, across: str | None
) -> None:
    random = np.random.default_rng(7)
    for name in ("one", "two"):
        ago_s = random.choice(7200, size=150, replace=False)
        machine(world, name, [(float(each), float(random.integers(40, 60))) for each in ago_s])
    asked = Asked(rule(compare=compare, across=across, evaluation_periods=2, threshold=2.0), None, 1.0)
    at_ns = [NOW_NS - 60 * SECOND_NS * place for place in range(30, -1, -1)]
    past = reader(world).past(asked, at_ns)
    assert (1 if across else 2) == len(past.instances)
    for place, moment in enumerate(at_ns):
        seen = by_labels(reader(world).look([asked], moment)[asked])
        for instance in past.instances:
            then, told, recovery = seen[instance.labels], instance.verdicts[place], instance.recoveries[place]
            assert (then.verdict.state, then.recovery and then.recovery.state) == (
                told.state,
                recovery and recovery.state,
            )
            if told.state != "insufficient data":
                assert (then.verdict.outside, then.verdict.most_recent) == (told.outside, told.most_recent)


def test_the_past_of_what_is_not_there_says_why(world: World) -> None:
    assert "no resource of type instance" in reader(world).past(Asked(rule(), None), [NOW_NS]).missing


def test_a_past_of_too_many_values_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nephoscope.alarm.series_reading.VERDICTS_MAX", 5)
    machine(world, "vm")
    with pytest.raises(TooLarge, match="1 instances at 6 moments are too many"):
        reader(world).past(Asked(rule(), None), [NOW_NS] * 6)


def test_rules_in_sql_have_no_past(world: World) -> None:
    with pytest.raises(BadRequest, match="nothing is known of its past"):
        reader(world).past(Asked(SqlRule(sql="SELECT 1"), None), [NOW_NS])
