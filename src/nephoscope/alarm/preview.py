# SPDX-License-Identifier: Apache-2.0
"""What an alarm would have been in the past: the same decisions, step by step, over values that are there already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from msgspec import structs

from nephoscope.alarm.composites import composed, composite_transition
from nephoscope.alarm.course import NOBODY, Words, course, of_composite
from nephoscope.alarm.instance_reader import InstanceReader
from nephoscope.alarm.instances import Asked, Instances, Seen
from nephoscope.alarm.readings import asked_of, worst
from nephoscope.alarm.recent_events import EventReading, verdict_about
from nephoscope.alarm.series_reading import PastInstances
from nephoscope.alarm.targets import Missing, Scoped, Target, Targets
from nephoscope.alarm.transitions import told, transition
from nephoscope.alarm.verdicts import Judged, Verdict, judge, unknown
from nephoscope.alarm.windows import Floats, Ints, Windows, read_series
from nephoscope.model.alarm import Alarm, State, Transition
from nephoscope.model.alarm_instance import Instance, Labels
from nephoscope.model.alarm_rule import Composite, Leaf, RecentEvents, Rule, ThresholdRule, leaves_of, threshold_rules
from nephoscope.model.errors import BadRequest
from nephoscope.model.series_rule import SeriesRule
from nephoscope.model.timespan import SECOND_NS
from nephoscope.query.event_counts import Recent
from nephoscope.query.metrics import MetricReader

STEPS_MAX = 20_000
# Decisions about instances, each by itself.
DECISIONS_MAX = 200_000
NOT_LOOKED_UP = unknown("datapoints are unknown: what a Prometheus had, or SQL gave, is not looked up", 0)


@dataclass(frozen=True)
class PastSeries:
    """The values that one rule looks at, by the start of their bucket, perhaps an instance's; or why there are none."""

    rule: ThresholdRule | SeriesRule
    times_ns: Ints
    values: Floats
    missing: str = ""
    labels: Labels = ()


@dataclass(frozen=True)
class Past:
    """
    What would have become of an alarm: its transitions, oldest first, and what its rules saw.

    `moved` are the transitions of instances. The state before the first transition is `insufficient data`, as of a new
    alarm.
    """

    transitions: Sequence[Transition]
    series: Sequence[PastSeries]
    moved: Sequence[Transition] = ()


@dataclass
class _Judgement:
    """One rule at every step, perhaps against a recovery threshold; `missing` says why there is nothing to judge."""

    judged: Judged | None
    periods: int
    granularity: int
    missing: str = ""
    back: Judged | None = None

    def verdict(self, step: int) -> Verdict:
        return self._verdict(self.judged, step)

    def recovery(self, step: int) -> Verdict | None:
        return None if self.back is None else self._verdict(self.back, step)

    def _verdict(self, judged: Judged | None, step: int) -> Verdict:
        if judged is None:
            return unknown(self.missing, self.periods)
        count = int(judged.windows.counts[step])
        if count >= self.periods:
            return judged.verdict(step)
        if not count:
            return unknown(f"No datapoint for granularity {self.granularity}", self.periods)
        newest = float(judged.windows.values[step, 0])
        return unknown(f"{self.periods} datapoints are unknown", self.periods, newest)


@dataclass
class _Looking:
    reader: MetricReader
    start_ns: int
    stop_ns: int
    at_ns: Ints
    recovery_threshold: float | None
    series: list[PastSeries] = field(default_factory=list)

    def judgement(self, scoped: Scoped, found: Target | Missing) -> _Judgement:
        rule = scoped.rule
        if isinstance(found, Missing):
            self.series.append(PastSeries(rule, np.empty(0, np.int64), np.empty(0), found.text))
            return _Judgement(None, rule.evaluation_periods, rule.granularity, found.text)
        before_ns = found.granularity_ns * (rule.evaluation_periods + 2)
        times, values = read_series(self.reader, found, self.start_ns - before_ns, self.stop_ns)
        windows = windows_at(times, values, self.at_ns, found, rule.evaluation_periods)
        if found.is_rated:
            times, values = times[1:], np.diff(values)
        self._show(rule, times, values)
        judged = self._judged(rule, windows, rule.threshold)
        back = None if self.recovery_threshold is None else self._judged(rule, windows, self.recovery_threshold)
        return _Judgement(judged, rule.evaluation_periods, rule.granularity, back=back)

    def instances(self, reader: InstanceReader, asked: Asked, rule: SeriesRule) -> PastInstances:
        past = reader.past(asked, self.at_ns.tolist())
        if len(past.instances) * len(self.at_ns) > DECISIONS_MAX:
            many = f"{len(past.instances)} instances at {len(self.at_ns)} steps are more than {DECISIONS_MAX}"
            raise BadRequest(f"{many} decisions; ask for a shorter time")
        if past.missing:
            self.series.append(PastSeries(rule, np.empty(0, np.int64), np.empty(0), past.missing))
        for each in past.instances:
            self._show(rule, each.times_ns, each.values, each.labels)
        return past

    def _judged(self, rule: ThresholdRule, windows: Windows, threshold: float) -> Judged:
        count = len(self.at_ns)
        periods = np.full(count, rule.evaluation_periods, np.int64)
        return judge(windows, periods, np.full(count, threshold), [rule.comparison_operator] * count)

    def _show(self, rule: ThresholdRule | SeriesRule, times: Ints, values: Floats, labels: Labels = ()) -> None:
        width_ns = rule.granularity * SECOND_NS
        shown = times >= self.start_ns // width_ns * width_ns
        self.series.append(PastSeries(rule, times[shown], values[shown], labels=labels))


@dataclass(frozen=True)
class _Seen:
    """What there was of every rule at every step."""

    judgements: Mapping[Rule, _Judgement]
    instances: Mapping[Rule, PastInstances]
    events: Mapping[RecentEvents, Sequence[Recent]]

    def verdict(self, leaf: Leaf, step: int) -> Verdict:
        if isinstance(leaf, RecentEvents):
            return verdict_about(leaf, self.events[leaf][step]) if leaf in self.events else NOT_LOOKED_UP
        if (judgement := self.judgements.get(leaf)) is not None:
            return judgement.verdict(step)
        if leaf in self.instances:
            return worst(self.of(leaf, step))
        return NOT_LOOKED_UP

    def of(self, rule: Rule, step: int) -> Instances:
        if (judgement := self.judgements.get(rule)) is not None:
            return Instances([Seen(NOBODY, judgement.verdict(step), judgement.recovery(step))])
        past = self.instances[rule]
        seen = [Seen(each.labels, each.verdicts[step], each.recoveries[step]) for each in past.instances]
        return Instances(seen, past.missing)


def look_back(
    targets: Targets,
    reader: MetricReader,
    instances: InstanceReader,
    alarm: Alarm,
    start_ns: int,
    stop_ns: int,
    events: EventReading | None = None,
    interval_s: float = 60.0,
) -> Past:
    """
    Decide an alarm at every step from `start_ns` to `stop_ns`, as it would have been decided then.

    A step is a bucket of the finest granularity that its rules look at, at most `interval_s`; the alarm begins as a new
    one. Without `events` none are played again. Errors  BadRequest for a rule whose values are not in our store, and
    for more than STEPS_MAX steps, or events.
    """
    rules = threshold_rules(alarm.rule)
    of_series = series_rules(alarm.rule)
    of_events = [each for each in dict.fromkeys(leaves_of(alarm.rule)) if isinstance(each, RecentEvents)]
    if not rules and not of_series and not of_events:
        raise BadRequest(f"an alarm of type {alarm.type} looks at no metrics, so nothing is known of its past")
    widths_s = [rule.granularity for rule in (*rules, *of_series)] + [rule.within_s // 2 for rule in of_events]
    at_ns = _steps(start_ns, stop_ns, min(interval_s, *widths_s))
    project_id = None if alarm.sees_all else alarm.project_id
    scoped = {rule: Scoped(rule, project_id) for rule in rules}
    found = targets.find(list(scoped.values()))
    recovery = alarm.behaviour.recovery_threshold
    looking = _Looking(reader, start_ns, stop_ns, at_ns, recovery)
    seen = _Seen(
        {rule: looking.judgement(each, found[each]) for rule, each in scoped.items()},
        {rule: looking.instances(instances, asked_of(alarm, rule, recovery), rule) for rule in of_series},
        events.past(of_events, alarm.project_id, at_ns) if events is not None else {},
    )
    new = structs.replace(alarm, state="insufficient data", repeat_actions=False)
    if new.keeps_instances:
        return _courses(new, seen, at_ns, looking.series)
    return Past(_transitions(new, seen, at_ns), looking.series)


def series_rules(rule: Rule) -> list[SeriesRule]:
    """The rules of series that a rule consists of, each once."""
    return list(dict.fromkeys(each for each in leaves_of(rule) if isinstance(each, SeriesRule)))


def _steps(start_ns: int, stop_ns: int, step_s: float) -> Ints:
    step_ns = int(step_s * SECOND_NS)
    count = max(-(-(stop_ns - start_ns) // step_ns), 0)
    if count > STEPS_MAX:
        raise BadRequest(f"{count} steps of {step_ns // SECOND_NS} s are more than {STEPS_MAX}; ask for a shorter time")
    return start_ns // step_ns * step_ns + step_ns * np.arange(1, count + 1, dtype=np.int64)


def windows_at(times_ns: Ints, values: Floats, at_ns: Ints, target: Target, periods: int) -> Windows:
    """As `windows.read_windows`, for the series of one target at many moments: a row for each."""
    # Between n + 1 values are n rates.
    width = periods + target.is_rated
    stops = np.searchsorted(times_ns, at_ns)
    firsts = (at_ns - target.granularity_ns * (periods + 1)) // target.granularity_ns * target.granularity_ns
    counts = np.minimum(stops - np.searchsorted(times_ns, firsts), width)
    places = stops[:, None] - 1 - np.arange(width)[None, :]
    there = np.arange(width)[None, :] < counts[:, None]
    found = np.where(there, values[np.maximum(places, 0)], np.nan) if len(values) else np.full(there.shape, np.nan)
    if target.is_rated:
        return Windows(found[:, :-1] - found[:, 1:], np.maximum(counts - 1, 0))
    return Windows(found, counts)


def _transitions(new: Alarm, seen: _Seen, at_ns: Ints) -> list[Transition]:
    current = new
    found: list[Transition] = []
    for step, moment in enumerate(at_ns.tolist()):

        def verdict_of(leaf: Leaf, step: int = step) -> Verdict:
            return seen.verdict(leaf, step)

        rule = current.rule
        if isinstance(rule, Composite):
            made = composite_transition(current, rule, verdict_of, moment)
        else:
            (judgement,) = seen.judgements.values()
            made = transition(current, judgement.verdict(step), moment)
        if made is not None:
            found.append(made)
            current = structs.replace(current, state=made.current)
    return found


def _courses(new: Alarm, seen: _Seen, at_ns: Ints, series: Sequence[PastSeries]) -> Past:
    """As `_transitions`, of an alarm that remembers its instances."""
    current = new
    kept: Mapping[Labels, Instance] = {}
    found: list[Transition] = []
    moved: list[Transition] = []
    for step, moment in enumerate(at_ns.tolist()):
        there, words = _at_step(current, kept, seen, step)
        made = course(current, kept, there, moment, words)
        kept = made.instances
        moved += made.moved
        if made.transition.current != current.state:
            found.append(made.transition)
            current = structs.replace(current, state=made.transition.current, state_timestamp_ns=moment)
    return Past(found, series, moved)


def _at_step(alarm: Alarm, kept: Mapping[Labels, Instance], seen: _Seen, step: int) -> tuple[Instances, Words]:
    if not isinstance(alarm.rule, Composite):
        return seen.of(alarm.rule, step), told
    state: State = kept[NOBODY].state if NOBODY in kept else alarm.state
    return of_composite(composed(alarm.rule, lambda leaf: seen.verdict(leaf, step), state), state)
