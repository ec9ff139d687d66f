# SPDX-License-Identifier: Apache-2.0
"""Which stored series a threshold rule reads: found for many rules at once, within what the alarm's project may see."""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from nephoscope.alarm.groups import SERIES_MAX, Group, Groups
from nephoscope.model import timespan
from nephoscope.model.alarm import RETRIEVAL_FAILED
from nephoscope.model.alarm_rule import MetricsThreshold, ResourcesThreshold, ResourceThreshold, ThresholdRule
from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.model.directory import Touched
from nephoscope.model.errors import NephoscopeError, NotFound
from nephoscope.model.metric import Metric
from nephoscope.model.paging import Page
from nephoscope.model.resource import Member, Resource
from nephoscope.model.resource_id import as_uuid
from nephoscope.model.resource_type import GENERIC
from nephoscope.model.search import EVERYTHING, Compare, Or, Search, equal
from nephoscope.query.metrics import FOREVER
from nephoscope.store.catalog import Catalog
from nephoscope.store.index.contract import Index

RATE = "rate:"
# Where things are seldom changes, and is looked up anew in a while; the sooner the less was found.
KEPT_S, KEPT_MISSING_S, KEPT_GROUP_S = 300.0, 20.0, 20.0
# In an index in which no metric, resource or policy has changed, and for groups that every change was followed of.
# A type cannot change what was found without that: what takes an attribute from it changes its resources.
KEPT_UNCHANGED_S = 3000.0


@dataclass(frozen=True, slots=True)
class Scoped:
    """A rule, and the project within which it reads; None for everything."""

    rule: ThresholdRule
    project_id: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """
    The series that a rule reads: metrics by number, all with the stored `method` at `granularity_ns`.

    `aggregation` is what is made of several, None where a single one is read as it is. `timespans_ns` tells how far
    back each reaches.
    """

    numbers: tuple[int, ...]
    timespans_ns: tuple[int, ...]
    method: str
    granularity_ns: int
    aggregation: str | None

    @property
    def is_rated(self) -> bool:
        """Whether differences between aggregates are asked for; a single metric's rates are stored as such."""
        return self.aggregation is not None and self.aggregation.startswith(RATE)


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is nothing to read: the reason that clients know, and what explains it."""

    reason: str
    explanation: str = ""

    @property
    def text(self) -> str:
        """Both as one sentence."""
        return f"{self.reason}: {self.explanation}" if self.explanation else self.reason


Found = Target | Missing


Mark = tuple[int, ...]
# The number of a metric, its archive policy, and what it is called.
Listed = tuple[int, str, str]


class _Look(NamedTuple):
    """
    A look into the index: when, s, and how long that is good however much changes.

    It is good for longer while the index bears the same `mark`; a group's is while changes are `followed` from then on,
    told by how often that began anew. None stands for one that may change with time alone.
    """

    kept_s: float
    at_s: float
    mark: Mark = ()
    followed: int | None = None


def visible_to(project_id: str | None) -> Search:
    """The resources that a project may see: its own, and those that it made; None sees all."""
    if project_id is None:
        return EVERYTHING
    return Or((equal("project_id", project_id), equal("created_by_project_id", project_id)))


def metrics_visible_to(project_id: str | None) -> Search:
    """As `visible_to`, for metrics."""
    if project_id is None:
        return EVERYTHING
    return Or((equal("resource.project_id", project_id), equal("created_by_project_id", project_id)))


class Targets:
    """
    Finds what rules read, and remembers it for a while.

    Groups are looked up once, then what is touched in the index is followed: it leaves the groups that it was in, and
    joins those that it now is in. Only where it is not known what was touched all are looked up anew.

    Not for several threads at once.
    """

    def __init__(self, index: Index, catalog: Catalog, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._index = index
        self._catalog = catalog
        self._monotonic = monotonic
        self._kept: dict[Scoped, tuple[Found, _Look]] = {}
        self._groups = Groups(index)
        # Up to which mark changes were followed, when, and how often that began anew.
        self._mark: Mark = ()
        self._followed_s = 0.0
        self._followed = 0
        self._sweep_s = monotonic() + 2 * KEPT_S

    def find(self, wanted: Collection[Scoped]) -> dict[Scoped, Found]:
        """What each rule reads, or why that is nothing."""
        now_s = self._monotonic()
        if now_s >= self._sweep_s:
            self._sweep(now_s)
        found: dict[Scoped, Found] = {}
        unknown: list[Scoped] = []
        aged: list[Scoped] = []
        for each in wanted:
            if (kept := self._kept.get(each)) is None:
                unknown.append(each)
            elif self._is_good(*kept, now_s):
                found[each] = kept[0]
            else:
                aged.append(each)
        if not aged and not unknown:
            return found
        # Before anything is read: what changes meanwhile is seen the next time.
        self._follow()
        self._followed_s = now_s
        for each in aged:
            kept = self._kept.get(each)
            if (
                kept is not None
                and self._is_unchanged(kept[1])
                and now_s < kept[1].at_s + _good_s(*kept, unchanged=True)
            ):
                found[each] = kept[0]
            else:
                unknown.append(each)
        found |= self._looked_up(dict.fromkeys(unknown), now_s)
        return found

    def _sweep(self, now_s: float) -> None:
        """Forget what is not asked for any more, which has run out by now."""
        self._kept = {
            each: kept for each, kept in self._kept.items() if now_s < kept[1].at_s + _good_s(*kept, unchanged=True)
        }
        self._groups.forget_all_but({_group(each) for each in self._kept if isinstance(each.rule, ResourcesThreshold)})
        self._sweep_s = now_s + 2 * KEPT_S

    def _is_good(self, found: Found, look: _Look, now_s: float) -> bool:
        """Whether something is good whatever has changed since."""
        if now_s < look.at_s + _good_s(found, look):
            return True
        is_followed = look.followed == self._followed and now_s < self._followed_s + KEPT_GROUP_S
        return is_followed and now_s < look.at_s + _good_s(found, look, unchanged=True)

    def _is_unchanged(self, look: _Look) -> bool:
        return look.mark == self._mark if look.mark else look.followed == self._followed

    def _follow(self) -> None:
        """Bring what is kept of groups to what the index tells now."""
        mark = (*self._index.directory.mark(), self._catalog.policy_changes)
        if mark == self._mark:
            return
        *before, policies = self._mark or (0,)
        touched = None
        if before and policies == mark[-1] and self._groups.are_known:
            touched = self._index.directory.since(tuple(before))
        if touched is None:
            self._followed += 1
        else:
            self._take_in(touched)
            mark = (*touched.mark, policies)
        self._mark = mark

    def _take_in(self, touched: Touched) -> None:
        """What was touched leaves the groups that it was in, and joins those that it is in now."""
        changed: dict[Scoped, list[Member] | NephoscopeError] = {
            each: []
            for each, (found, look) in self._kept.items()
            if look.followed == self._followed
            and isinstance(found, Target)
            and not touched.metrics.isdisjoint(found.numbers)
        }
        changed |= {Scoped(*group): members for group, members in self._groups.having(touched.resources).items()}
        self._register(changed.values())
        for each, joining in changed.items():
            found, look = self._kept.get(each, (None, None))
            if isinstance(found, Target) and isinstance(each.rule, ResourcesThreshold) and look:
                target = self._followed_by(each.rule, found, touched.metrics, joining)
                if target is None:
                    del self._kept[each]
                else:
                    self._kept[each] = (target, look)

    def _followed_by(
        self, rule: ResourcesThreshold, target: Target, touched: Set[int], joining: list[Member] | NephoscopeError
    ) -> Target | None:
        """A group's target without what was touched, but with what joins it; None where that needs another look."""
        kept = {
            number: timespan_ns
            for number, timespan_ns in zip(target.numbers, target.timespans_ns, strict=True)
            if number not in touched
        }
        if joining:
            joined = self._of_group(rule, joining)
            if isinstance(joined, Missing):
                return None
            kept |= zip(joined.numbers, joined.timespans_ns, strict=True)
        if not kept or len(kept) > SERIES_MAX:
            return None
        numbers = tuple(sorted(kept))
        return replace(target, numbers=numbers, timespans_ns=_shared(tuple(kept[each] for each in numbers)))

    def _looked_up(self, wanted: Collection[Scoped], now_s: float) -> dict[Scoped, Found]:
        """What rules read as of now, which is remembered."""
        of_resource: dict[Scoped, ResourceThreshold] = {}
        of_metrics: dict[str | None, list[Scoped]] = defaultdict(list)
        of_groups: dict[Scoped, ResourcesThreshold] = {}
        for each in wanted:
            match each.rule:
                case ResourceThreshold() as rule:
                    of_resource[each] = rule
                case MetricsThreshold():
                    of_metrics[each.project_id].append(each)
                case ResourcesThreshold() as rule:
                    of_groups[each] = rule
        found = self._of_resources(of_resource)
        for project_id, listed in of_metrics.items():
            found |= self._of_metrics(listed, project_id)
        look = _Look(KEPT_S, now_s, self._mark)
        self._kept.update((each, (target, look)) for each, target in found.items())
        groups, moving = self._of_groups(of_groups)
        looks = {True: _Look(KEPT_GROUP_S, now_s), False: _Look(KEPT_GROUP_S, now_s, followed=self._followed)}
        self._kept.update((each, (target, looks[each in moving])) for each, target in groups.items())
        return found | groups

    def _of_resources(self, rules: Mapping[Scoped, ResourceThreshold]) -> dict[Scoped, Found]:
        """Of all projects together: what each of them may see is told apart afterwards, which costs no query."""
        called = self._resources({rule.resource_id for rule in rules.values()})
        there = {each: _visible_of(called, rule.resource_id, each.project_id) for each, rule in rules.items()}
        fitting = {
            each: [resource for resource in there[each] if rule.resource_type in {GENERIC, resource.type}]
            for each, rule in rules.items()
        }
        # Not kept there, too: a hundred thousand take tens of megabytes.
        metrics = self._catalog.look_up(
            {(resource.id, rule.metric) for each, rule in rules.items() for resource in fitting[each]}
        )
        found: dict[Scoped, Found] = {}
        for each, rule in rules.items():
            named = [metric for resource in fitting[each] if (metric := metrics.get((resource.id, rule.metric)))]
            if not fitting[each]:
                found[each] = Missing(f"resource {rule.resource_id} does not exist", _other_type(there[each], rule))
            elif not named:
                found[each] = Missing(f"metric {rule.metric} for resource {rule.resource_id} does not exists")
            else:
                lacking = f"aggregation {rule.aggregation_method} does not exist for metric {rule.metric} of resource "
                found[each] = self._target(_listed(named[:1]), rule, None, lacking + rule.resource_id)
        return found

    def _resources(self, ids: set[str]) -> Mapping[str, Sequence[Resource]]:
        """The resources that are called so, by an id or a name; several may share a name."""
        found: dict[str, list[Resource]] = defaultdict(list)
        for part in _in_parts(sorted(ids)):
            uuids = tuple(str(uuid) for each in part if (uuid := as_uuid(each)))
            searches: list[Search] = [Compare("in", "original_resource_id", tuple(part))]
            if uuids:
                searches.append(Compare("in", "id", uuids))
            listed = self._index.resources.find(search=Or(tuple(searches)), metrics=False, page=Page(SERIES_MAX))
            for resource in listed:
                for name in {resource.original_resource_id, str(resource.id)}:
                    found[name].append(resource)
        return found

    def _of_metrics(self, wanted: list[Scoped], project_id: str | None) -> dict[Scoped, Found]:
        rules = {each: each.rule for each in wanted if isinstance(each.rule, MetricsThreshold)}
        ids = {uuid for rule in rules.values() for each in rule.metrics if (uuid := as_uuid(each))}
        visible = self._visible_metrics(ids, project_id)
        found: dict[Scoped, Found] = {}
        for each, rule in rules.items():
            metrics = [visible[uuid] for text in rule.metrics if (uuid := as_uuid(text)) and uuid in visible]
            if len(metrics) < len(rule.metrics) or not metrics:
                unknown = [text for text in rule.metrics if as_uuid(text) not in visible]
                told = f"At least of metrics in {list(rule.metrics)} does not exist"
                found[each] = Missing(told, f"{', '.join(unknown)} not found" if unknown else "")
            else:
                lacking = f"aggregation {rule.aggregation_method} does not exist for at least one metrics in "
                found[each] = self._target(
                    _listed(metrics), rule, rule.aggregation_method, lacking + str(list(rule.metrics))
                )
        return found

    def _visible_metrics(self, ids: set[UUID], project_id: str | None) -> dict[UUID, Metric]:
        if project_id is None:
            return self._catalog.by_id(ids)
        seen: list[Metric] = []
        for part in _in_parts(sorted(map(str, ids))):
            seen += self._index.metrics.find(
                Compare("in", "id", tuple(part)), visible=metrics_visible_to(project_id), page=Page(SERIES_MAX)
            )
        return self._catalog.by_id([metric.id for metric in seen])

    def _of_groups(self, rules: Mapping[Scoped, ResourcesThreshold]) -> tuple[dict[Scoped, Found], set[Scoped]]:
        """The metrics of resources as they are now, and those groups for which they may differ with time alone."""
        asked = {each: (rule, each.project_id) for each, rule in rules.items()}
        read = self._groups.read(asked.values())
        self._register(group.found for group in read.values())
        found = {each: self._of_group(rule, read[asked[each]].found) for each, rule in rules.items()}
        return found, {each for each, group in asked.items() if read[group].moves}

    def _register(self, found: Iterable[list[Member] | NephoscopeError]) -> None:
        """Make the windows of members known."""
        numbers: dict[str, set[int]] = defaultdict(set)
        for members in found:
            for member in members if isinstance(members, list) else ():
                numbers[member.archive_policy_name].add(member.metric_number)
        self._catalog.register(numbers)

    def _of_group(self, rule: ResourcesThreshold, members: list[Member] | NephoscopeError) -> Found:
        if isinstance(members, NotFound):
            return Missing(f"metric {rule.metric} does not exists", f"there is no resource type {rule.resource_type}")
        if isinstance(members, NephoscopeError):
            return Missing(RETRIEVAL_FAILED + members.message)
        if not members:
            return Missing(f"metric {rule.metric} does not exists", f"no resource matches {rule.query}")
        lacking = f"aggregation {rule.aggregation_method} does not exist for at least one metric of the query"
        read = sorted((each.metric_number, each.archive_policy_name, each.metric_name) for each in members)
        return self._target(read, rule, rule.aggregation_method, lacking)

    def _target(self, metrics: Sequence[Listed], rule: ThresholdRule, aggregation: str | None, lacking: str) -> Found:
        """
        The target of metrics that are there, unless their policies do not keep what is asked for.

        Takes   the number, policy and name of each.

        Rates across several metrics are taken of what is aggregated, so what is read is the method without them.
        """
        method = rule.aggregation_method if aggregation is None else rule.aggregation_method.removeprefix(RATE)
        granularity_ns = rule.granularity * timespan.SECOND_NS
        timespans: list[int] = []
        for _, policy_name, called in metrics:
            policy = self._catalog.policy(policy_name)
            if method not in policy.aggregation_methods:
                kept = ", ".join(sorted(policy.aggregation_methods))
                return Missing(lacking, f"archive policy {policy.name} keeps {kept}")
            timespan_ns = kept_ns(policy, granularity_ns)
            if timespan_ns is None:
                kept = ", ".join(f"{timespan.seconds(each.granularity_ns):g} s" for each in policy.definition)
                told = f"archive policy {policy.name} of metric {called} keeps {kept}"
                return Missing(f"No datapoint for granularity {rule.granularity}", told)
            timespans.append(timespan_ns)
        numbers = tuple(number for number, _, _ in metrics)
        return Target(numbers, _shared(tuple(timespans)), method, granularity_ns, aggregation)


def _group(scoped: Scoped) -> Group:
    assert isinstance(scoped.rule, ResourcesThreshold)
    return scoped.rule, scoped.project_id


def _listed(metrics: Iterable[Metric]) -> list[Listed]:
    return [(each.number, each.archive_policy_name, each.name or str(each.id)) for each in metrics]


def kept_ns(policy: ArchivePolicy, granularity_ns: int) -> int | None:
    """How long a policy keeps aggregates of this granularity; None where it does not."""
    for each in policy.definition:
        if each.granularity_ns == granularity_ns:
            return FOREVER if each.timespan_ns is None else each.timespan_ns
    return None


@lru_cache(maxsize=1000)
def _shared(timespans_ns: tuple[int, ...]) -> tuple[int, ...]:
    """One tuple for all that are equal, as most are."""
    return timespans_ns


def _visible_of(called: Mapping[str, Sequence[Resource]], name: str, project_id: str | None) -> list[Resource]:
    """Those that a project may see, see `visible_to`; by their id where there is one, else by their name."""
    for each in (str(as_uuid(name) or name), name):
        seen = [
            resource
            for resource in called.get(each, ())
            if project_id is None or project_id in {resource.project_id, resource.created_by_project_id}
        ]
        if seen:
            return seen
    return []


def _other_type(resources: Sequence[Resource], rule: ResourceThreshold) -> str:
    others = sorted({each.type for each in resources})
    return f"it is of type {', '.join(others)}, not {rule.resource_type}" if others else ""


def _in_parts(listed: list[str], size: int = 5000) -> Iterable[list[str]]:
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def _good_s(found: Found, look: _Look, *, unchanged: bool = False) -> float:
    """How long what was found is good: longer in an index that bears the same mark still."""
    if isinstance(found, Missing):
        return KEPT_MISSING_S
    if look.kept_s == KEPT_GROUP_S and not (unchanged and look.followed is not None):
        return KEPT_GROUP_S
    # Staggered, so that a hundred thousand are not looked up in the same cycle.
    return (KEPT_UNCHANGED_S if unchanged else look.kept_s) * (0.5 + found.numbers[0] % 1000 / 1000)
