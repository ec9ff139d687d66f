# SPDX-License-Identifier: Apache-2.0
"""What an alarm would have been in the past: the same decisions, step by step, over values that are there already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from msgspec import structs

from nephoscope.alarm.composites import composite_transition
from nephoscope.alarm.targets import Missing, Scoped, Target, Targets
from nephoscope.alarm.transitions import transition
from nephoscope.alarm.verdicts import Judged, Verdict, judge, unknown
from nephoscope.alarm.windows import Floats, Ints, Windows, read_series
from nephoscope.model.alarm import Alarm, Transition
from nephoscope.model.alarm_rule import Composite, Leaf, PrometheusThreshold, ThresholdRule, threshold_rules
from nephoscope.model.errors import BadRequest
from nephoscope.model.timespan import SECOND_NS
from nephoscope.query.metrics import MetricReader

STEPS_MAX = 20_000


@dataclass(frozen=True)
class PastSeries:
    """The values that one rule looks at, by the start of their bucket; or why there are none."""

    rule: ThresholdRule
    times_ns: Ints
    values: Floats
    missing: str = ""


@dataclass(frozen=True)
class Past:
    """
    What would have become of an alarm: its transitions, oldest first, and what its rules saw.

    The state before the first transition is `insufficient data`, as of a new alarm.
    """

    transitions: Sequence[Transition]
    series: Sequence[PastSeries]


@dataclass
class _Judgement:
    """One rule at every step; `missing` says why there is nothing to judge."""

    judged: Judged | None
    periods: int
    granularity: int
    missing: str = ""

    def verdict(self, step: int) -> Verdict:
        if self.judged is None:
            return unknown(self.missing, self.periods)
        count = int(self.judged.windows.counts[step])
        if count >= self.periods:
            return self.judged.verdict(step)
        if not count:
            return unknown(f"No datapoint for granularity {self.granularity}", self.periods)
        newest = float(self.judged.windows.values[step, 0])
        return unknown(f"{self.periods} datapoints are unknown", self.periods, newest)


@dataclass
class _Looking:
    targets: Targets
    reader: MetricReader
    start_ns: int
    stop_ns: int
    at_ns: Ints
    series: list[PastSeries] = field(default_factory=list)

    def judgement(self, scoped: Scoped, found: Target | Missing) -> _Judgement:
        rule = scoped.rule
        if isinstance(found, Missing):
            self.series.append(PastSeries(rule, np.empty(0, np.int64), np.empty(0), found.text))
            return _Judgement(None, rule.evaluation_periods, rule.granularity, found.text)
        before_ns = found.granularity_ns * (rule.evaluation_periods + 2)
        times, values = read_series(self.reader, found, self.start_ns - before_ns, self.stop_ns)
        windows = windows_at(times, values, self.at_ns, found, rule.evaluation_periods)
        count = len(self.at_ns)
        periods = np.full(count, rule.evaluation_periods, np.int64)
        thresholds = np.full(count, rule.threshold)
        if found.is_rated:
            times, values = times[1:], np.diff(values)
        shown = times >= self.start_ns // found.granularity_ns * found.granularity_ns
        self.series.append(PastSeries(rule, times[shown], values[shown]))
        judged = judge(windows, periods, thresholds, [rule.comparison_operator] * count)
        return _Judgement(judged, rule.evaluation_periods, rule.granularity)


def look_back(
    targets: Targets, reader: MetricReader, alarm: Alarm, start_ns: int, stop_ns: int, interval_s: float = 60.0
) -> Past:
    """
    Decide an alarm at every step from `start_ns` to `stop_ns`, as it would have been decided then.

    A step is a bucket of the finest granularity that its rules look at, at most `interval_s`; the alarm begins as a new
    one. Errors  BadRequest for a rule whose values are not in our store, and for more than STEPS_MAX steps.
    """
    rules = threshold_rules(alarm.rule)
    if not rules:
        raise BadRequest(f"an alarm of type {alarm.type} looks at no metrics, so nothing is known of its past")
    step_ns = int(min(interval_s, *(rule.granularity for rule in rules)) * SECOND_NS)
    count = max(-(-(stop_ns - start_ns) // step_ns), 0)
    if count > STEPS_MAX:
        raise BadRequest(f"{count} steps of {step_ns // SECOND_NS} s are more than {STEPS_MAX}; ask for a shorter time")
    at_ns = start_ns // step_ns * step_ns + step_ns * np.arange(1, count + 1, dtype=np.int64)
    project_id = None if alarm.sees_all else alarm.project_id
    scoped = {rule: Scoped(rule, project_id) for rule in rules}
    found = targets.find(list(scoped.values()))
    looking = _Looking(targets, reader, start_ns, stop_ns, at_ns)
    judgements = {rule: looking.judgement(each, found[each]) for rule, each in scoped.items()}
    return Past(_transitions(alarm, judgements, at_ns), looking.series)


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


def _transitions(alarm: Alarm, judgements: Mapping[ThresholdRule, _Judgement], at_ns: Ints) -> list[Transition]:
    current = structs.replace(alarm, state="insufficient data", repeat_actions=False)
    found: list[Transition] = []
    for step, moment in enumerate(at_ns.tolist()):

        def verdict_of(leaf: Leaf, step: int = step) -> Verdict:
            if isinstance(leaf, PrometheusThreshold):
                return unknown("datapoints are unknown: what a Prometheus had is not looked up", 0)
            return judgements[leaf].verdict(step)

        rule = current.rule
        if isinstance(rule, Composite):
            made = composite_transition(current, rule, verdict_of, moment)
        else:
            (judgement,) = judgements.values()
            made = transition(current, judgement.verdict(step), moment)
        if made is not None:
            found.append(made)
            current = structs.replace(current, state=made.current)
    return found
