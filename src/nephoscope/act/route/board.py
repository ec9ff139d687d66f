# SPDX-License-Identifier: Apache-2.0
"""
What fires, laid out in groups: kept in memory, changed by what changes, and looked at where something is due.

It knows no index and no clock, so that it is the same on every server that begins with the same rules and memories.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from nephoscope.act.route.alerts import Alert, alerts_of
from nephoscope.act.route.grouping import Step, group_key, group_labels, step
from nephoscope.act.route.rules import Branches, Inhibiting, Rules
from nephoscope.model.route_group import GroupMemory
from nephoscope.model.routing import Way
from nephoscope.store.index.route_contract import Firing

HeldBack = Literal["", "silenced", "inhibited"]


@dataclass
class Group:
    """A group: its alerts by fingerprint, and when it is looked at next, None for not before something changes."""

    empty: GroupMemory
    way: Way
    branches: Branches
    memory: GroupMemory | None = None
    alerts: dict[str, Alert] = field(default_factory=dict)
    wake_ns: int | None = 0


class Sources:
    """Which alerts inhibit others: those that fit the source of an inhibition, by what its targets have to share."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules.inhibitions
        self._by_values: list[dict[tuple[str, ...], dict[str, Alert]]] = [defaultdict(dict) for _ in self._rules]

    def add(self, alert: Alert) -> bool:
        """Take one in; whether it inhibits anything."""
        found = False
        for rule, kept in zip(self._rules, self._by_values, strict=True):
            if rule.concerns(alert.project_id) and rule.source.fits(alert.labels):
                kept[rule.values(alert.labels)][alert.fingerprint] = alert
                found = True
        return found

    def remove(self, alert: Alert) -> bool:
        """Let one go; whether it inhibited anything."""
        gone = [
            kept.get(rule.values(alert.labels), {}).pop(alert.fingerprint, None)
            for rule, kept in zip(self._rules, self._by_values, strict=True)
        ]
        return any(each is not None for each in gone)

    def inhibiting(
        self, project_id: str, labels: Mapping[str, str], fingerprint: str
    ) -> Iterator[tuple[Inhibiting, Alert]]:
        """
        What inhibits something of a project: the rule and one of its sources.

        What fits both sides of a rule is not inhibited by others that do, as they would silence each other.
        """
        for rule, kept in zip(self._rules, self._by_values, strict=True):
            if not rule.concerns(project_id) or not rule.target.fits(labels):
                continue
            is_source = rule.source.fits(labels)
            for mark, source in kept.get(rule.values(labels), {}).items():
                if mark != fingerprint and not (is_source and rule.target.fits(source.labels)):
                    yield rule, source
                    break


class Board:
    """The groups of all trees, for rules that stay as they are; others need another board."""

    def __init__(self, rules: Rules, memories: Iterable[GroupMemory]) -> None:
        self.rules = rules
        self.sources = Sources(rules)
        self.groups: dict[str, Group] = {}
        # Those of routes that are no more are left over in the end.
        self._memories = {each.key: each for each in memories}
        self._alerts: dict[str, list[Alert]] = {}
        self._groups_of: dict[str, list[str]] = {}
        for memory in list(self._memories.values()):
            self._revive(memory)

    @property
    def forgotten(self) -> list[GroupMemory]:
        """The memories of groups to which no route leads any more."""
        return list(self._memories.values())

    def take(self, firing: Firing) -> None:
        """Take in what fires now, and what does not any more."""
        if firing.whole:
            for alarm_id in list(self._alerts):
                self._put(alarm_id, [])
        for alarm_id in firing.gone:
            self._put(alarm_id, [])
        for alarm in firing.alarms:
            self._put(alarm.id, alerts_of(alarm, firing.instances.get(alarm.id, ())))

    def wake(self) -> None:
        """Have every group looked at: silences have begun or ended."""
        for group in self.groups.values():
            group.wake_ns = 0

    def due(self, now_ns: int) -> Iterator[tuple[Group, Step]]:
        """What is to be done about the groups that are due now. Each is due again until it was `done`."""
        for group in self.groups.values():
            if group.wake_ns is not None and group.wake_ns <= now_ns:
                yield group, self.step(group, now_ns, muted=bool(group.branches.muted(group.way, now_ns)))

    def done(self, group: Group, taken: Step) -> None:
        """A step was made, and is remembered."""
        group.memory, group.wake_ns = taken.after, taken.wake_ns
        if not group.alerts and group.memory is None:
            self.groups.pop(group.empty.key, None)

    def held_back(self, project_id: str, labels: Mapping[str, str], fingerprint: str, now_ns: int) -> HeldBack:
        """What holds something of a project back, "" for nothing."""
        if self.rules.silence(project_id, labels, now_ns) is not None:
            return "silenced"
        is_inhibited = next(self.sources.inhibiting(project_id, labels, fingerprint), None) is not None
        return "inhibited" if is_inhibited else ""

    def step(self, group: Group, now_ns: int, *, muted: bool) -> Step:
        """What is to be done about a group now, if its route is `muted` or not."""
        point = group.branches.points.get(group.way.contact_point)

        def held(labels: Mapping[str, str], fingerprint: str) -> bool:
            return bool(self.held_back(labels.get("project_id", ""), labels, fingerprint, now_ns))

        return step(
            group.empty,
            group.memory,
            group.alerts,
            group.way,
            held,
            muted=muted,
            tells_over=point is None or point.resolved,
            now_ns=now_ns,
        )

    def _put(self, alarm_id: str, alerts: list[Alert]) -> None:
        """These are what fires of an alarm now."""
        before = self._alerts.pop(alarm_id, [])
        if alerts:
            self._alerts[alarm_id] = alerts
        if alerts == before:
            return
        left = [self.groups[key] for key in self._groups_of.pop(alarm_id, ())]
        for group in left:
            for each in before:
                group.alerts.pop(each.fingerprint, None)
            group.wake_ns = 0
        inhibits = [self.sources.remove(each) for each in before] + [self.sources.add(each) for each in alerts]
        if alerts:
            self._groups_of[alarm_id] = sorted({group.empty.key for each in alerts for group in self._enter(each)})
        for group in left:
            if not group.alerts and group.memory is None:
                self.groups.pop(group.empty.key, None)
        if any(inhibits):
            self.wake()

    def _enter(self, alert: Alert) -> Iterator[Group]:
        """Put an alert into its groups."""
        for branches in self.rules.branches_of(alert.project_id):
            for way, ordinal in _numbered(branches.reached(alert.labels)):
                if way.contact_point:
                    group = self._group(branches, way, group_labels(way, alert.labels), ordinal)
                    group.alerts[alert.fingerprint] = alert
                    group.wake_ns = 0
                    yield group

    def _group(self, branches: Branches, way: Way, labels: dict[str, str], ordinal: int) -> Group:
        key = group_key(branches.project_id, way, labels, ordinal)
        if key not in self.groups:
            empty = GroupMemory(
                key=key,
                project_id=branches.project_id,
                contact_point=way.contact_point,
                labels=labels,
                told={},
                told_ns=0,
            )
            self.groups[key] = Group(empty, way, branches, self._memories.pop(key, None))
        return self.groups[key]

    def _revive(self, memory: GroupMemory) -> None:
        """A group that was told of something is there even if nothing of it fires any more: so that this is told."""
        branches = self.rules.branches.get(memory.project_id)
        if branches is None:
            return
        for told in memory.told.values():
            for way, ordinal in _numbered(branches.reached(told.labels)):
                labels = group_labels(way, told.labels)
                if group_key(memory.project_id, way, labels, ordinal) == memory.key:
                    self._group(branches, way, labels, ordinal)
                    return


def _numbered(reached: Iterable[Way]) -> Iterator[tuple[Way, int]]:
    """Routes with a number that tells those apart which lead alike to the same contact point."""
    seen: dict[tuple[object, str], int] = defaultdict(int)
    for way in reached:
        alike = (way.chain, way.contact_point)
        yield way, seen[alike]
        seen[alike] += 1
