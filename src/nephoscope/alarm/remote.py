# SPDX-License-Identifier: Apache-2.0
"""Rules whose metrics live in a Gnocchi elsewhere: its answers are judged."""

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
import numpy as np

from nephoscope.alarm.http_json import Asker
from nephoscope.alarm.targets import RATE, Missing, Scoped
from nephoscope.alarm.thresholds import Group, Looked
from nephoscope.alarm.verdicts import Verdict, judge, unknown
from nephoscope.alarm.windows import Windows
from nephoscope.model.alarm import RETRIEVAL_FAILED
from nephoscope.model.alarm_rule import MetricsThreshold, ResourcesThreshold, ResourceThreshold, ThresholdRule
from nephoscope.model.errors import NephoscopeError, NotFound
from nephoscope.model.timespan import SECOND_NS


class RemoteThresholds:
    """
    A `Judge` over HTTP: one question a rule; safe from any thread.

    The service is asked as ourselves, so what a project may see is added to what is searched, and what a rule names by
    its id is looked at first: what belongs to others is not there.
    """

    def __init__(self, asker: Asker, lag_ns: int = 0) -> None:
        self._asker = asker
        self._lag_ns = lag_ns

    def close(self) -> None:
        """Let go of the connections."""
        self._asker.close()

    def look(self, rules: Collection[Scoped], now_ns: int) -> Looked:
        """Ask for what the rules want."""
        looked = Looked()
        values: dict[Scoped, list[float]] = {}
        for scoped in rules:
            found = self._values(scoped, now_ns)
            if isinstance(found, Missing):
                looked.missing[scoped] = found
            elif isinstance(found, str):
                looked.failed[scoped] = found
            else:
                values[scoped] = found
        if values:
            group = _group(values)
            looked.groups.append(group)
            looked.places.update((scoped, (group, row)) for row, scoped in enumerate(group.rules))
        return looked

    def verdict(self, looked: Looked, scoped: Scoped) -> Verdict:
        """The verdict about one rule, with the reason in words where too little is known."""
        periods = scoped.rule.evaluation_periods
        if (failure := looked.failed.get(scoped)) is not None:
            return unknown(RETRIEVAL_FAILED + failure, periods)
        if (missing := looked.missing.get(scoped)) is not None:
            return unknown(missing.text, periods)
        group, row = looked.places[scoped]
        count = int(group.judged.windows.counts[row])
        if count >= periods:
            return group.judged.verdict(row)
        if not count:
            return unknown(f"No datapoint for granularity {scoped.rule.granularity}", periods)
        newest = float(group.judged.windows.values[row, 0])
        return unknown(f"{periods} datapoints are unknown: {count} of {periods} are there", periods, newest)

    def _values(self, scoped: Scoped, now_ns: int) -> list[float] | Missing | str:
        """The newest values first; why there are none; or what went wrong."""
        rule = scoped.rule
        try:
            if not self._may_see(scoped):
                return Missing(_not_there(rule))
            rows = self._rows(scoped, now_ns)
        except NotFound:
            return Missing(_not_there(rule))
        except NephoscopeError as error:
            return error.message
        try:
            values = [float(value) for _, width, value in rows if float(width) == rule.granularity]
        except (TypeError, ValueError):
            return "the answer holds no measures"
        return values[-rule.evaluation_periods :][::-1]

    def _may_see(self, scoped: Scoped) -> bool:
        """Whether what the rule names by its id is its project's."""
        rule, project_id = scoped.rule, scoped.project_id
        if project_id is None or isinstance(rule, ResourcesThreshold):
            return True
        if isinstance(rule, ResourceThreshold):
            paths = [f"/v1/resource/{quote(rule.resource_type, safe='')}/{quote(rule.resource_id, safe='')}"]
        else:
            paths = [f"/v1/metric/{quote(each, safe='')}" for each in rule.metrics]
        return all(_is_of(self._asker.ask("GET", path, {}), project_id) for path in paths)

    def _rows(self, scoped: Scoped, now_ns: int) -> Sequence[Any]:
        rule = scoped.rule
        start_ns = now_ns - rule.granularity * SECOND_NS * (rule.evaluation_periods + 1) - self._lag_ns
        window = {
            "granularity": str(rule.granularity),
            "start": repr(start_ns / SECOND_NS),
            "stop": repr(now_ns / SECOND_NS),
        }
        method = rule.aggregation_method
        if isinstance(rule, ResourceThreshold):
            names = (rule.resource_type, rule.resource_id, rule.metric)
            kind, resource, metric = (quote(each, safe="") for each in names)
            path = f"/v1/resource/{kind}/{resource}/metric/{metric}/measures"
            return _listed(self._asker.ask("GET", path, {"aggregation": method, **window}))
        answer = self._asker.ask("POST", "/v1/aggregates", {**window, "needed_overlap": "0"}, _aggregate(scoped))
        measures = answer.get("measures") if isinstance(answer, dict) else None
        return _listed(measures.get("aggregated") if isinstance(measures, dict) else None)


def _aggregate(scoped: Scoped) -> dict[str, Any]:
    rule = scoped.rule
    base = rule.aggregation_method.removeprefix(RATE)
    if isinstance(rule, MetricsThreshold):
        return {"operations": ["aggregate", rule.aggregation_method, ["metric", *([m, base] for m in rule.metrics)]]}
    assert isinstance(rule, ResourcesThreshold)
    search = msgspec.json.decode(rule.query)
    if scoped.project_id is not None:
        fields = ("project_id", "created_by_project_id")
        search = {"and": [{"or": [{"=": {each: scoped.project_id}} for each in fields]}, search]}
    return {
        "operations": ["aggregate", rule.aggregation_method, ["metric", rule.metric, base]],
        "search": search,
        "resource_type": rule.resource_type,
    }


def _group(values: dict[Scoped, list[float]]) -> Group:
    rules = list(values)
    periods = np.array([each.rule.evaluation_periods for each in rules], np.int64)
    rows = np.full((len(rules), int(periods.max())), np.nan)
    for row, listed in enumerate(values.values()):
        rows[row, : len(listed)] = listed
    windows = Windows(rows, np.array([len(each) for each in values.values()], np.int64))
    thresholds = np.array([each.rule.threshold for each in rules], np.float64)
    return Group(rules, (), judge(windows, periods, thresholds, [each.rule.comparison_operator for each in rules]))


def _is_of(said: Any, project_id: str) -> bool:
    """Whether a resource, or the resource of a metric, is a project's, or was made by it."""
    if not isinstance(said, dict):
        return False
    resource = said.get("resource")
    of_resource = resource.get("project_id") if isinstance(resource, dict) else None
    return project_id in (said.get("project_id"), said.get("created_by_project_id"), of_resource)


def _listed(rows: Any) -> Sequence[Any]:
    return rows if isinstance(rows, list) else ()


def _not_there(rule: ThresholdRule) -> str:
    match rule:
        case ResourceThreshold():
            return f"metric {rule.metric} for resource {rule.resource_id} does not exists"
        case MetricsThreshold():
            return f"At least of metrics in {list(rule.metrics)} does not exist"
        case ResourcesThreshold():
            return f"metric {rule.metric} does not exists"
