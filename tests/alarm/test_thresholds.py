# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Many rules judged at once: as one after another by a metric service's own answers, and why nothing is known."""

import operator
from typing import Any
from urllib.parse import urlencode

import msgspec
import numpy as np
import pytest

from nephoscope.alarm.targets import Scoped
from nephoscope.alarm.verdicts import Verdict
from nephoscope.api.gnocchi.parts import SeriesParts
from nephoscope.model.alarm_rule import MetricsThreshold, ResourcesThreshold, ResourceThreshold, ThresholdRule
from nephoscope.model.errors import StoreUnavailable
from nephoscope.query.metrics import MetricReader
from tests.alarm.conftest import METHODS, NOW_NS, SECOND_NS, World
from tests.api.asgi import Client, basic
from tests.api.gnocchi.server import served

GROUP = '{"=": {"server_group": "web"}}'
COMPARE = {each: getattr(operator, each) for each in ("lt", "le", "eq", "ne", "ge", "gt")}


def one(resource: str = "vm", metric: str = "cpu", **more: Any) -> ResourceThreshold:
    rule = {"threshold": 50.0, "aggregation_method": "mean", "comparison_operator": "gt", **more}
    return ResourceThreshold(metric=metric, resource_id=resource, resource_type="instance", **rule)


def group(query: str = GROUP, **more: Any) -> ResourcesThreshold:
    rule = {"threshold": 50.0, "aggregation_method": "mean", "comparison_operator": "gt", **more}
    return ResourcesThreshold(metric="cpu", query=query, resource_type="instance", **rule)


def verdict(world: World, rule: ThresholdRule, project: str | None = None, now_ns: int = NOW_NS) -> Verdict:
    scoped = Scoped(rule, project)
    thresholds = world.thresholds()
    return thresholds.verdict(thresholds.look([scoped], now_ns), scoped)


class Reference:
    """What an evaluator does that asks a metric service over HTTP, alarm by alarm."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def verdict(self, rule: ThresholdRule) -> tuple[str | None, int, float | None]:
        width = rule.granularity
        start = NOW_NS // SECOND_NS - width * (rule.evaluation_periods + 1)
        rows = self._rows(rule, {"granularity": width, "start": start, "stop": NOW_NS // SECOND_NS})
        values = [value for _, granularity, value in rows if granularity == width][-rule.evaluation_periods :]
        if len(values) < rule.evaluation_periods:
            return "insufficient data", 0, values[-1] if values else None
        outside = sum(COMPARE[rule.comparison_operator](value, rule.threshold) for value in values)
        state = "alarm" if outside == len(values) else "ok" if outside == 0 else None
        return state, outside, values[-1]

    def _rows(self, rule: ThresholdRule, arguments: dict[str, Any]) -> list[list[Any]]:
        method = rule.aggregation_method
        if isinstance(rule, ResourceThreshold):
            path = f"/v1/resource/{rule.resource_type}/{rule.resource_id}/metric/{rule.metric}/measures"
            return self._ask("GET", path, {"aggregation": method, **arguments}, None)
        base = method.removeprefix("rate:")
        arguments["needed_overlap"] = 0
        if isinstance(rule, MetricsThreshold):
            operations = ["aggregate", method, ["metric", *([each, base] for each in rule.metrics)]]
            body: dict[str, Any] = {"operations": operations}
        else:
            body = {
                "operations": ["aggregate", method, ["metric", rule.metric, base]],
                "search": msgspec.json.decode(rule.query),
                "resource_type": rule.resource_type,
            }
        return self._ask("POST", "/v1/aggregates", arguments, body)

    def _ask(self, method: str, path: str, arguments: dict[str, Any], body: Any) -> list[list[Any]]:
        answer = self._client.request(method, f"/gnocchi{path}?{urlencode(arguments)}", data=body)
        if answer.status != 200:
            return []
        found = answer.json()
        rows: list[list[Any]] = found["measures"]["aggregated"] if isinstance(found, dict) else found
        return rows


@pytest.mark.parametrize("seed", range(4))
def test_all_at_once_is_as_one_after_another_over_http(world: World, seed: int) -> None:
    random = np.random.default_rng(seed)
    metrics = []
    for number in range(8):
        owner = world.resource(f"vm{number}", server_group="web" if number % 2 else "db")
        metrics.append(world.metric(owner))
        ago_s = random.choice(1500, size=int(random.integers(0, 60)), replace=False)
        # Whole numbers now and then, so that `eq` and `ne` have something to find.
        world.put(metrics[-1], [(float(each) - 20, float(random.integers(40, 60))) for each in ago_s])
    rules: list[ThresholdRule] = [_random_rule(random, [str(each.id) for each in metrics]) for _ in range(150)]
    thresholds = world.thresholds()
    looked = thresholds.look([Scoped(rule, None) for rule in rules], NOW_NS)
    parts = SeriesParts(world.catalog, world.measured.commit, world.measured.reader, measures_max=10_000)
    app = served(world.index, series=parts)
    with Client(app, headers={"accept": "application/json", **basic("admin")}) as client:
        reference = Reference(client)
        found = [thresholds.verdict(looked, Scoped(rule, None)) for rule in rules]
        expected = [reference.verdict(rule) for rule in rules]
    assert expected == [(each.state, each.outside, each.most_recent) for each in found]
    assert {"alarm", "ok", None, "insufficient data"} == {state for state, _, _ in expected}


def _random_rule(random: np.random.Generator, metrics: list[str]) -> ThresholdRule:
    common: dict[str, Any] = {
        "threshold": float(random.integers(45, 55)),
        "aggregation_method": str(random.choice(METHODS)),
        "comparison_operator": str(random.choice(list(COMPARE))),
        "evaluation_periods": int(random.integers(1, 5)),
        "granularity": int(random.choice([60, 300])),
    }
    match int(random.integers(3)):
        case 0:
            return one(f"vm{random.integers(8)}", **common)
        case 1:
            chosen = random.choice(metrics, size=int(random.integers(1, 4)), replace=False)
            return MetricsThreshold(metrics=tuple(map(str, chosen)), **common)
    return group('{"=": {"server_group": "%s"}}' % random.choice(["web", "db"]), **common)  # noqa: UP031


def test_the_window_reaches_back_one_period_more(world: World) -> None:
    metric = world.metric(world.resource("vm"))
    world.put(metric, [(130, 60.0), (200, 70.0)])
    # 60 s × (2 + 1) back from now: the bucket at -180 s is within, that at -240 s not.
    assert "insufficient data" == verdict(world, one(evaluation_periods=2)).state
    world.put(metric, [(90, 55.0)])
    assert ("alarm", 55.0) == (
        (found := verdict(world, one(evaluation_periods=2))).state,
        found.most_recent,
    )


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (one("nothing"), "resource nothing does not exist"),
        (one(metric="memory"), "metric memory for resource vm does not exists"),
        (
            one(aggregation_method="std"),
            "aggregation std does not exist for metric cpu of resource vm: archive policy watched keeps "
            "count, max, mean, min, rate:max, rate:mean, sum",
        ),
        (
            one(granularity=10),
            "No datapoint for granularity 10: archive policy watched of metric cpu keeps 60 s, 300 s",
        ),
        (
            one(evaluation_periods=3),
            "3 datapoints are unknown: 1 of 3 are there, and the newest point of the metric is from "
            "2026-03-02T08:59:00+00:00",
        ),
        (one("quiet"), "No datapoint for granularity 60: the metric never had a point"),
        (
            one("old"),
            "No datapoint for granularity 60: the newest point of the metric is from 2026-03-02T08:00:00+00:00",
        ),
        (group('{"=": {"server_group": "none"}}'), "metric cpu does not exists: no resource matches"),
        (group("{"), "alarm statistics retrieval failed: query is not JSON"),
        (group('{"=": {"wings": 2}}'), "alarm statistics retrieval failed: Resource type instance has no wings"),
        (
            MetricsThreshold(metrics=("nonsense",), threshold=1, aggregation_method="mean"),
            "At least of metrics in ['nonsense'] does not exist: nonsense not found",
        ),
    ],
)
def test_the_reason_says_why_too_little_is_known(world: World, rule: ThresholdRule, reason: str) -> None:
    world.put(world.metric(world.resource("vm", server_group="web")), [(60, 1.0)])
    world.metric(world.resource("quiet"))
    world.put(world.metric(world.resource("old")), [(3600, 1.0)])
    found = verdict(world, rule)
    assert "insufficient data" == found.state
    assert found.reason.startswith(reason), found.reason
    assert ("unknown", rule.evaluation_periods) == (found.data["disposition"], found.data["count"])


def test_a_rule_reads_only_what_its_project_may_see(world: World) -> None:
    mine, theirs = world.resource("vm", server_group="web"), world.resource("vm2", "red", server_group="web")
    for owner, value in ((mine, 10.0), (theirs, 90.0)):
        world.put(world.metric(owner), [(60, value)])
    by_id = MetricsThreshold(
        metrics=tuple(str(each.id) for each in world.index.metrics.find()),
        threshold=0,
        aggregation_method="max",
        comparison_operator="gt",
    )
    assert (10.0, 90.0, 50.0) == tuple(
        verdict(world, group(), project).most_recent for project in ("blue", "red", None)
    )
    assert "insufficient data" == verdict(world, one("vm2"), "blue").state
    assert "alarm" == verdict(world, one("vm2"), "red").state
    assert "insufficient data" == verdict(world, by_id, "blue").state
    assert 90.0 == verdict(world, by_id, None).most_recent


def test_one_read_serves_all_rules_of_a_granularity_and_method(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        world.put(world.metric(world.resource(f"vm{number}", server_group="web")), [(60, number)])
    reads = []
    original = MetricReader.read

    def counted(self: MetricReader, *arguments: Any) -> Any:
        reads.append(arguments[1:3])
        return original(self, *arguments)

    monkeypatch.setattr(MetricReader, "read", counted)
    rules: list[ThresholdRule] = [group()]
    rules += [one(f"vm{number}", threshold=number, evaluation_periods=1 + number % 2) for number in range(20)]
    world.thresholds().look([Scoped(rule, None) for rule in rules], NOW_NS)
    assert [("mean", 60 * SECOND_NS)] == reads


def test_what_a_store_fails_at_is_told_and_keeps_others_from_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put(world.metric(world.resource("vm")), [(60, 90.0)])
    original = MetricReader.read

    def failing(self: MetricReader, numbers: Any, method: str, *arguments: Any) -> Any:
        if method == "max":
            raise StoreUnavailable("the engine is away")
        return original(self, numbers, method, *arguments)

    monkeypatch.setattr(MetricReader, "read", failing)
    thresholds = world.thresholds()
    bad, good = Scoped(one(aggregation_method="max"), None), Scoped(one(), None)
    looked = thresholds.look([bad, good], NOW_NS)
    assert "alarm" == thresholds.verdict(looked, good).state
    failed = thresholds.verdict(looked, bad)
    assert ("insufficient data", "alarm statistics retrieval failed: the engine is away") == (
        failed.state,
        failed.reason,
    )
