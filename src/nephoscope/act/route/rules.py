# SPDX-License-Identifier: Apache-2.0
"""All that decides who is told of what, made ready: silences, and the trees with their timings and inhibitions."""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nephoscope.act.route.matching import Fitting
from nephoscope.model.mute_timing import holds
from nephoscope.model.routing import ContactPoint, Inhibition, Tree, Way, ways
from nephoscope.model.silence import Silence
from nephoscope.store.index.route_contract import Kept, Routing

NOTHING = Kept(0, (), (), ())
ALL_PROJECTS = ""


@dataclass(frozen=True)
class Inhibiting:
    """An inhibition made ready: `number` is its place in the tree of `project_id`, or in the one for all."""

    project_id: str
    number: int
    rule: Inhibition
    source: Fitting
    target: Fitting

    def concerns(self, project_id: str) -> bool:
        """Whether it is about the alarms of a project."""
        return self.project_id in (ALL_PROJECTS, project_id)

    def values(self, labels: Mapping[str, str]) -> tuple[str, ...]:
        """What source and target have to have in common."""
        return tuple(labels.get(each, "") for each in self.rule.equal)


class Branches:
    """The routes of a tree, made ready."""

    def __init__(self, tree: Tree, points: Mapping[str, ContactPoint]) -> None:
        self.project_id = tree.project_id
        self.points = points
        self._timings = {each.name: each for each in tree.mute_timings}
        self._ways = [_Branch(each) for each in ways(tree.routes)]

    def reached(self, labels: Mapping[str, str]) -> list[Way]:
        """The routes that an alarm goes, in the order in which they are written."""
        return list(_reached(self._ways, labels))

    def muted(self, way: Way, now_ns: int) -> str:
        """Why a route tells nobody now, "" where it does: the timing that holds, or those of which none does."""
        for name in way.mute_timings:
            if holds(self._timings[name], now_ns):
                return f"mute timing {name} holds"
        if way.active_timings and not any(holds(self._timings[name], now_ns) for name in way.active_timings):
            return f"active timing {', '.join(way.active_timings)} does not hold"
        return ""


class _Branch:
    def __init__(self, way: Way) -> None:
        self.way = way
        self.fitting = Fitting(way.chain[-1])
        self.below = [_Branch(each) for each in way.below]


def _reached(branches: Sequence[_Branch], labels: Mapping[str, str]) -> Iterator[Way]:
    for branch in branches:
        if branch.fitting.fits(labels):
            below = list(_reached(branch.below, labels))
            yield from below or [branch.way]
            if not branch.way.goes_on:
                return


class _Silences:
    """The silences of a project, so that an alarm is held against few of them: most name a value that it has not."""

    def __init__(self) -> None:
        self.listed: list[Silence] = []
        self._naming: dict[str, dict[str, list[tuple[Silence, Fitting]]]] = defaultdict(lambda: defaultdict(list))
        self._others: list[tuple[Silence, Fitting]] = []

    def add(self, silence: Silence) -> None:
        """Take one in."""
        self.listed.append(silence)
        named = next((each for each in silence.matchers if each.op == "="), None)
        found = self._others if named is None else self._naming[named.label][named.value]
        found.append((silence, Fitting(silence.matchers)))

    def fitting(self, labels: Mapping[str, str]) -> Iterator[Silence]:
        """Those that fit, at whatever time they hold."""
        for label, by_value in self._naming.items():
            yield from _fitting(by_value.get(labels.get(label, ""), ()), labels)
        yield from _fitting(self._others, labels)


def _fitting(silences: Sequence[tuple[Silence, Fitting]], labels: Mapping[str, str]) -> Iterator[Silence]:
    return (silence for silence, fitting in silences if fitting.fits(labels))


class Rules:
    """What is kept at a version, made ready. Safe from any thread."""

    def __init__(self, kept: Kept = NOTHING) -> None:
        self.version = kept.version
        self._silences: dict[str, _Silences] = defaultdict(_Silences)
        for silence in kept.silences:
            self._silences[silence.project_id].add(silence)
        points: dict[str, dict[str, ContactPoint]] = defaultdict(dict)
        for point in kept.contact_points:
            points[point.project_id][point.name] = point
        self.branches = {
            tree.project_id: Branches(tree, points.get(tree.project_id, {})) for tree in kept.trees if tree.routes
        }
        self.inhibitions = [
            Inhibiting(tree.project_id, number, rule, Fitting(rule.source), Fitting(rule.target))
            for tree in kept.trees
            for number, rule in enumerate(tree.inhibitions)
        ]

    @property
    def silences_nothing(self) -> bool:
        """Whether there are no silences at all."""
        return not self._silences

    def branches_of(self, project_id: str) -> list[Branches]:
        """The trees that the alarms of a project go through: its own, and the one for all."""
        return [self.branches[each] for each in dict.fromkeys((project_id, ALL_PROJECTS)) if each in self.branches]

    def silences(self, project_id: str, labels: Mapping[str, str], now_ns: int) -> Iterator[Silence]:
        """The silences that hold now and that an alarm fits."""
        for which in dict.fromkeys((project_id, ALL_PROJECTS)):
            if (found := self._silences.get(which)) is not None:
                yield from (each for each in found.fitting(labels) if each.state(now_ns) == "active")

    def silence(self, project_id: str, labels: Mapping[str, str], now_ns: int) -> Silence | None:
        """One of them, None for none."""
        return next(self.silences(project_id, labels, now_ns), None)

    def active(self, now_ns: int) -> frozenset[str]:
        """The ids of the silences that hold now."""
        every = (silence for found in self._silences.values() for silence in found.listed)
        return frozenset(each.id for each in every if each.state(now_ns) == "active")

    def waits(self, now_ns: int) -> bool:
        """Whether there is anything to do for a router, now or later."""
        every = (silence for found in self._silences.values() for silence in found.listed)
        return bool(self.branches) or any(each.state(now_ns) != "expired" for each in every)


class CurrentRules:
    """The rules in force, brought up to date by what has changed. Safe from any thread."""

    def __init__(self, routing: Routing) -> None:
        self._routing = routing
        self._lock = threading.Lock()
        self._rules = Rules()

    def get(self) -> Rules:
        """Those of the last refresh."""
        return self._rules

    def refresh(self) -> Rules:
        """Take in what changed; one small query where nothing did. Errors as those of the index."""
        with self._lock:
            kept = self._routing.changed(self._rules.version)
            if kept is not None:
                self._rules = Rules(kept)
            return self._rules
