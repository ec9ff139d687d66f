# SPDX-License-Identifier: Apache-2.0
"""Which series the instances of rules are made of: found for many rules with few questions to the index."""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from nephoscope.alarm.groups import moves
from nephoscope.alarm.instances import INSTANCES_MAX, Instances, Labels, label
from nephoscope.alarm.season import seasons_needed
from nephoscope.alarm.targets import kept_ns, visible_to
from nephoscope.model.alarm import RETRIEVAL_FAILED
from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.model.errors import BadRequest, NephoscopeError, NotFound
from nephoscope.model.metric import Metric
from nephoscope.model.resource import Resource, Scalar, Series, SeriesGroup
from nephoscope.model.search import (
    EVERYTHING,
    Compare,
    Search,
    all_of,
    equal,
    map_leaves,
    read_query,
    with_resource_ids,
)
from nephoscope.model.series_rule import Band, Earlier, SeriesRule
from nephoscope.model.timespan import SECOND_NS, seconds
from nephoscope.query.metrics import FOREVER
from nephoscope.store.catalog import Catalog
from nephoscope.store.index.contract import Index

SERIES_MAX = 20_000
# Members come and go: no longer than the values of one that has gone stay within the shortest usual window. Where
# nothing in the index has changed they are the same for longer.
KEPT_S, KEPT_UNCHANGED_S = 20.0, 300.0
ENDED = "ended_at"


@dataclass(frozen=True, slots=True)
class Within:
    """A rule, and the project within which it reads; None for everything."""

    rule: SeriesRule
    project_id: str | None


@dataclass(frozen=True)
class Members:
    """
    The series of a rule's instances, those of one instance beside each other.

    labels                  of each instance
    lacking                 why nothing can be read of an instance that is there; "" where it can
    numbers, timespans_ns   of each series: its metric, and how far back that reaches
    starts                  where the series of each instance begin among these, then where the last ones end
    """

    labels: Sequence[Labels]
    lacking: Sequence[str]
    numbers: npt.NDArray[np.uint32]
    timespans_ns: npt.NDArray[np.int64]
    starts: npt.NDArray[np.intp]

    def numbers_of(self, instance: int) -> npt.NDArray[np.uint32]:
        """The series of one instance."""
        return self.numbers[self.starts[instance] : self.starts[instance + 1]]


Found = Members | Instances


@dataclass(frozen=True, slots=True)
class _Look:
    """What one question to the index answers."""

    resource_type: str
    query: str
    group_by: tuple[str, ...]
    project_id: str | None


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was found, how long it is good, and how long while the index still bears the same mark."""

    found: Found
    until_s: float
    mark: tuple[int, ...]
    unchanged_until_s: float


class MemberFinder:
    """
    Finds the members of rules, and remembers them for a while: those that have not ended, unless a rule's query
    speaks of that itself.

    Not for several threads at once.
    """

    def __init__(self, index: Index, catalog: Catalog, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._index = index
        self._catalog = catalog
        self._monotonic = monotonic
        self._kept: dict[Within, _Kept] = {}

    def find(self, wanted: Iterable[Within]) -> dict[Within, Found]:
        """The members of each rule; or `Instances` that say why there are none, or why that could not be told."""
        now_s = self._monotonic()
        self._kept = {each: kept for each, kept in self._kept.items() if now_s < kept.unchanged_until_s}
        asked = dict.fromkeys(wanted)
        found = {each: kept.found for each in asked if (kept := self._kept.get(each)) and now_s < kept.until_s}
        unknown = [each for each in asked if each not in found]
        if not unknown:
            return found
        try:
            return found | self._found_anew(unknown, now_s)
        except NephoscopeError as error:
            return found | dict.fromkeys(unknown, Instances(failed=error.message))

    def _found_anew(self, unknown: Collection[Within], now_s: float) -> dict[Within, Found]:
        """As they were, where nothing has changed since; else from the index."""
        # Before anything is read: what changes meanwhile is seen the next time.
        mark = (*self._index.directory.mark(), self._catalog.policy_changes)
        found: dict[Within, Found] = {}
        looks: dict[_Look, list[Within]] = defaultdict(list)
        for each in unknown:
            if (kept := self._kept.get(each)) is not None and kept.mark == mark:
                found[each] = kept.found
            else:
                rule = each.rule
                looks[_Look(rule.resource_type, rule.query, rule.group_by, each.project_id)].append(each)
        for look, rules in looks.items():
            fresh = self._looked_up(look, rules)
            found |= fresh
            self._keep(fresh, mark, now_s)
        return found

    def _keep(self, fresh: Mapping[Within, Found], mark: tuple[int, ...], now_s: float) -> None:
        until_s = now_s + KEPT_S
        for each, found in fresh.items():
            if isinstance(found, Members):
                stays = not moves(searched(each.rule.query))
                self._kept[each] = _Kept(found, until_s, mark, now_s + KEPT_UNCHANGED_S if stays else until_s)
            elif found.missing:
                self._kept[each] = _Kept(found, until_s, mark, until_s)

    def _looked_up(self, look: _Look, rules: Collection[Within]) -> dict[Within, Found]:
        names = sorted({each.rule.metric for each in rules})
        try:
            groups = self._index.resources.series(
                look.resource_type,
                searched(look.query),
                names,
                groupby=look.group_by,
                visible=visible_to(look.project_id),
                limit=SERIES_MAX,
            )
            metrics = self._catalog.by_id([series.metric_id for group in groups for series in group.series])
            return {each: self._members(each.rule, groups, {m.number: m for m in metrics.values()}) for each in rules}
        except NotFound:
            return dict.fromkeys(rules, Instances(missing=f"there is no resource type {look.resource_type}"))
        except BadRequest as error:
            told = error.message or error.cause
            what = f"{told}: {', '.join(look.group_by)}" if error.cause == "Invalid groupby attribute" else told
            return dict.fromkeys(rules, Instances(missing=RETRIEVAL_FAILED + what))
        except NephoscopeError as error:
            return dict.fromkeys(rules, Instances(failed=error.message))

    def _members(self, rule: SeriesRule, groups: Sequence[SeriesGroup], metrics: Mapping[int, Metric]) -> Found:
        by_labels: dict[Labels, list[Metric]] = defaultdict(list)
        for group in groups:
            for series in group.series:
                # Its name is what the rule says: to the index it may have been a pattern.
                if series.metric_name == rule.metric and (metric := metrics.get(series.metric_number)) is not None:
                    by_labels[_labels(rule, group.key, series)].append(metric)
        if not by_labels:
            matching = f"that matches {rule.query}" if rule.query else "that is visible to the alarm's project"
            told = f"no resource of type {rule.resource_type} {matching} has a metric {rule.metric}"
            return Instances(missing=told)
        if len(by_labels) > INSTANCES_MAX:
            told = f"{len(by_labels)} instances are more than {INSTANCES_MAX}; narrow the query, or group by less"
            return Instances(failed=told)
        return self._with_timespans(rule, by_labels)

    def _with_timespans(self, rule: SeriesRule, by_labels: Mapping[Labels, Sequence[Metric]]) -> Members:
        numbers: list[int] = []
        timespans: list[int] = []
        starts, lacking = [0], []
        for metrics in by_labels.values():
            policies = [self._catalog.policy(metric.archive_policy_name) for metric in metrics]
            why = next((told for each in dict.fromkeys(policies) if (told := _lacking(each, rule))), "")
            if not why:
                numbers += [metric.number for metric in metrics]
                timespans += [kept_ns(policy, rule.granularity * SECOND_NS) or FOREVER for policy in policies]
            lacking.append(why)
            starts.append(len(numbers))
        columns = np.array(numbers, np.uint32), np.array(timespans, np.int64), np.array(starts, np.intp)
        return Members(list(by_labels), lacking, *columns)


def searched(query: str) -> Search:
    """
    The search of a rule's query, within what has not ended unless the query says something of that itself.

    Errors  BadRequest for text that is not JSON, or no search.
    """
    if not query:
        return equal(ENDED, None)
    try:
        search = with_resource_ids(read_query(msgspec.json.decode(query)), None)
    except msgspec.DecodeError as error:
        raise BadRequest(f"query is not JSON: {error}") from None
    fields: set[str] = set()

    def noted(leaf: Compare) -> Search:
        fields.add(leaf.field)
        return leaf

    map_leaves(search, noted)
    return all_of(search, EVERYTHING if ENDED in fields else equal(ENDED, None))


def _labels(rule: SeriesRule, key: tuple[Scalar, ...], series: Series) -> Labels:
    if rule.across is None:
        return _resource_labels(series.resource)
    return tuple(sorted((name, label(value)) for name, value in zip(rule.group_by, key, strict=True)))


def _resource_labels(resource: Resource) -> Labels:
    """What people call it, and the id: several projects may have resources of one name."""
    return ("resource", label(resource.original_resource_id)), ("resource_id", str(resource.id))


def _lacking(policy: ArchivePolicy, rule: SeriesRule) -> str:
    """What a policy does not keep of what a rule asks for; nothing where it keeps all."""
    of = f"archive policy {policy.name}"
    if rule.aggregation_method not in policy.aggregation_methods:
        kept = ", ".join(sorted(policy.aggregation_methods))
        return f"aggregation {rule.aggregation_method} does not exist for metric {rule.metric}: {of} keeps {kept}"
    kept_for_ns = kept_ns(policy, rule.granularity * SECOND_NS)
    if kept_for_ns is None:
        kept = ", ".join(f"{seconds(each.granularity_ns):g} s" for each in policy.definition)
        return f"No datapoint for granularity {rule.granularity}: {of} of metric {rule.metric} keeps {kept}"
    reach_s = _reach_s(rule)
    if reach_s * SECOND_NS > kept_for_ns:
        return (
            f"{of} of metric {rule.metric} keeps {rule.granularity} s for {seconds(kept_for_ns):g} s, "
            f"which does not reach {reach_s} s back"
        )
    return ""


def _reach_s(rule: SeriesRule) -> int:
    """How far back the values begin that are needed."""
    window_s = rule.granularity * rule.evaluation_periods
    match rule.compare:
        case Earlier(offset_s=offset_s):
            return offset_s + window_s
        case Band() as band:
            return band.season_s * seasons_needed(band) + window_s
        case None:
            return window_s
