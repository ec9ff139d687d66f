# SPDX-License-Identifier: Apache-2.0
"""What is found of all rules that are due, whoever knows it: our metrics and events, a Prometheus, load balancers."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from msgspec.structs import replace

from nephoscope.alarm.instances import Asked, Instances, Seen
from nephoscope.alarm.recent_events import AskedEvents
from nephoscope.alarm.targets import Scoped
from nephoscope.alarm.thresholds import Judge, Looked
from nephoscope.alarm.transitions import UNKNOWN
from nephoscope.alarm.verdicts import Verdict, unknown
from nephoscope.model.alarm import RETRIEVAL_FAILED, Alarm, State
from nephoscope.model.alarm_rule import (
    Composite,
    EventRule,
    Leaf,
    LoadBalancerHealth,
    PrometheusThreshold,
    RecentEvents,
    Threshold,
    ThresholdRule,
)
from nephoscope.model.errors import NephoscopeError
from nephoscope.model.series_rule import SeriesRule, SqlRule

NO_LOAD_BALANCER = unknown(
    "datapoints are unknown: no load balancing service is asked, set [alarm] load_balancer_url", 0
)
NO_PROMETHEUS = unknown("datapoints are unknown: no Prometheus is asked, set [alarm] prometheus_url", 0)
NO_EVENTS = unknown("events are unknown: they are not read here", 0)
NO_INSTANCES = Instances(missing="datapoints are unknown: series and SQL are not read here")
# An alarm that watches many is as the worst of them; None stands for values that are mixed.
WORST: tuple[State | None, ...] = ("alarm", UNKNOWN, None, "ok")


class PrometheusJudge(Protocol):
    """Judges rules by what a Prometheus knows."""

    def verdicts(self, rules: Collection[PrometheusThreshold]) -> Mapping[PrometheusThreshold, Verdict]:
        """The verdict about each rule."""
        ...


class LoadBalancerJudge(Protocol):
    """Judges rules by what a load balancer service knows of its members."""

    def verdicts(self, rules: Collection[LoadBalancerHealth]) -> Mapping[LoadBalancerHealth, Verdict]:
        """The verdict about each rule."""
        ...


class InstanceJudge(Protocol):
    """Looks at rules of which each instance is decided by itself."""

    def look(self, wanted: Collection[Asked], now_ns: int) -> Mapping[Asked, Instances]:
        """What is seen of each rule now."""
        ...


class EventJudge(Protocol):
    """Judges rules by the events that are kept."""

    def verdicts(self, wanted: Collection[AskedEvents], now_ns: int) -> Mapping[AskedEvents, Verdict]:
        """The verdict about each rule now."""
        ...


@dataclass(frozen=True)
class Judges:
    """Who is asked about which rules; what None is asked about stays unknown, and says so."""

    thresholds: Judge
    prometheus: PrometheusJudge | None = None
    instances: InstanceJudge | None = None
    load_balancers: LoadBalancerJudge | None = None
    events: EventJudge | None = None


@dataclass
class Wanted:
    """The rules of alarms that are due, each once."""

    thresholds: set[Scoped] = field(default_factory=set)
    prometheus: set[PrometheusThreshold] = field(default_factory=set)
    instances: set[Asked] = field(default_factory=set)
    load_balancers: set[LoadBalancerHealth] = field(default_factory=set)
    events: set[AskedEvents] = field(default_factory=set)

    def add(self, alarm: Alarm) -> None:
        """All that an alarm asks for."""
        rule = alarm.rule
        if isinstance(rule, Composite):
            self.add_leaves(alarm, rule.leaves())
        elif isinstance(rule, LoadBalancerHealth):
            self.load_balancers.add(rule)
        elif not isinstance(rule, EventRule):
            self._add(alarm, rule, alarm.behaviour.recovery_threshold)

    def add_leaves(self, alarm: Alarm, leaves: Iterable[Leaf]) -> None:
        """The parts of a composite rule."""
        for each in leaves:
            self._add(alarm, each, None)

    def _add(self, alarm: Alarm, rule: Leaf, recovery: float | None) -> None:
        match rule:
            case SeriesRule() | SqlRule():
                self.instances.add(asked_of(alarm, rule, recovery))
            case PrometheusThreshold():
                self.prometheus.add(rule)
                if recovery is not None:
                    self.prometheus.add(replace(rule, threshold=recovery))
            case RecentEvents():
                self.events.add(AskedEvents(rule, alarm.project_id))
            case _:
                self.thresholds.add(scoped_of(alarm, rule))
                if recovery is not None:
                    self.thresholds.add(scoped_of(alarm, replace(rule, threshold=recovery)))


@dataclass(frozen=True)
class Readings:
    """What was found of the rules that were wanted."""

    judge: Judge
    looked: Looked
    prometheus: Mapping[PrometheusThreshold, Verdict]
    instances: Mapping[Asked, Instances]
    load_balancers: Mapping[LoadBalancerHealth, Verdict]
    events: Mapping[AskedEvents, Verdict]

    def verdict(self, alarm: Alarm, rule: Leaf | LoadBalancerHealth) -> Verdict:
        """The verdict about a rule of an alarm; of one with instances that of the worst."""
        match rule:
            case SeriesRule() | SqlRule():
                return worst(self.instances[asked_of(alarm, rule, None)])
            case PrometheusThreshold():
                return self.prometheus[rule]
            case LoadBalancerHealth():
                return self.load_balancers[rule]
            case RecentEvents():
                return self.events[AskedEvents(rule, alarm.project_id)]
        return self.judge.verdict(self.looked, scoped_of(alarm, rule))

    def of(self, alarm: Alarm) -> Instances:
        """What an alarm without a composite rule watches, as instances."""
        rule, recovery = alarm.rule, alarm.behaviour.recovery_threshold
        assert not isinstance(rule, Composite | EventRule)
        if isinstance(rule, SeriesRule | SqlRule):
            return self.instances[asked_of(alarm, rule, recovery)]
        if isinstance(rule, Threshold) and (failed := self.looked.failed.get(scoped_of(alarm, rule))) is not None:
            return Instances(failed=failed)
        back = None
        if recovery is not None and not isinstance(rule, LoadBalancerHealth):
            back = self.verdict(alarm, replace(rule, threshold=recovery))
        return Instances([Seen((), self.verdict(alarm, rule), back)])


def read(judges: Judges, wanted: Wanted, now_ns: int) -> Readings:
    """Ask everybody for what is wanted of them, nobody for nothing."""
    return Readings(
        judges.thresholds,
        judges.thresholds.look(wanted.thresholds, now_ns),
        _prometheus(judges.prometheus, wanted.prometheus),
        _instances(judges.instances, wanted.instances, now_ns),
        _load_balancers(judges.load_balancers, wanted.load_balancers),
        _events(judges.events, wanted.events, now_ns),
    )


def scoped_of(alarm: Alarm, rule: ThresholdRule) -> Scoped:
    """A rule within what its alarm may see."""
    return Scoped(rule, None if alarm.sees_all else alarm.project_id)


def asked_of(alarm: Alarm, rule: SeriesRule | SqlRule, recovery: float | None) -> Asked:
    """As `scoped_of`, of rules with instances."""
    return Asked(rule, None if alarm.sees_all else alarm.project_id, recovery)


def worst(found: Instances) -> Verdict:
    """The verdict about all instances together: that of the first of those that are worst."""
    if found.failed:
        return unknown(RETRIEVAL_FAILED + found.failed, 0)
    if found.missing:
        return unknown(found.missing, 0)
    if not found.seen:
        return Verdict("ok", "ok")
    return min((each.verdict for each in found.seen), key=lambda verdict: WORST.index(verdict.state))


def _prometheus(
    judge: PrometheusJudge | None, rules: Collection[PrometheusThreshold]
) -> Mapping[PrometheusThreshold, Verdict]:
    if not rules or judge is None:
        return dict.fromkeys(rules, NO_PROMETHEUS)
    return judge.verdicts(rules)


def _instances(judge: InstanceJudge | None, wanted: Collection[Asked], now_ns: int) -> Mapping[Asked, Instances]:
    if not wanted or judge is None:
        return dict.fromkeys(wanted, NO_INSTANCES)
    try:
        return judge.look(wanted, now_ns)
    except NephoscopeError as error:
        # What these fail at must not keep the others from being decided.
        return dict.fromkeys(wanted, Instances(failed=error.message))


def _load_balancers(
    judge: LoadBalancerJudge | None, rules: Collection[LoadBalancerHealth]
) -> Mapping[LoadBalancerHealth, Verdict]:
    if not rules or judge is None:
        return dict.fromkeys(rules, NO_LOAD_BALANCER)
    return judge.verdicts(rules)


def _events(judge: EventJudge | None, wanted: Collection[AskedEvents], now_ns: int) -> Mapping[AskedEvents, Verdict]:
    if not wanted or judge is None:
        return dict.fromkeys(wanted, NO_EVENTS)
    return judge.verdicts(wanted, now_ns)
