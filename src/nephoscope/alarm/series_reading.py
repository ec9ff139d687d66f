# SPDX-License-Identifier: Apache-2.0
"""The verdicts of series rules about each of their instances, now and at many moments of the past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nephoscope.alarm.instances import Asked, Instances, Labels, Seen
from nephoscope.alarm.members import MemberFinder, Members, Within
from nephoscope.alarm.season import seasons_known, seasons_needed
from nephoscope.alarm.series_values import Floats, Mask, Stretch, Values, read_values
from nephoscope.alarm.thresholds import why_too_few
from nephoscope.alarm.verdicts import Judged, Verdict, judge, unknown
from nephoscope.alarm.windows import Windows
from nephoscope.model.errors import NephoscopeError, TooLarge
from nephoscope.model.series_rule import Band, Earlier, SeriesRule
from nephoscope.model.timespan import SECOND_NS
from nephoscope.query.metrics import MetricReader
from nephoscope.store.series import Int64s, SeriesState

# Of a past: moments of all instances together.
VERDICTS_MAX = 1_000_000


@dataclass(frozen=True)
class PastInstance:
    """
    One instance in the past: what was judged, by the start of its bucket (times_ns, values), and at each moment asked
    for, by its place, the verdicts.
    """

    labels: Labels
    times_ns: Int64s
    values: Floats
    verdicts: Sequence[Verdict]
    recoveries: Sequence[Verdict | None]


@dataclass(frozen=True)
class PastInstances:
    """The instances that there are today, in the past; `missing` says why nothing is known."""

    instances: Sequence[PastInstance] = ()
    missing: str = ""


class SeriesReading:
    """
    Reads and judges series rules, for one thread. `lag_ns` is how late measures may come.

    Of an instance count the newest `evaluation_periods` values among the closed buckets of one period more, and
    `lag_ns`. While a series that was in the bucket before is not in the newest one, that does not count: what comes
    late must not pass for a lower sum.
    """

    def __init__(self, members: MemberFinder, reader: MetricReader, series: SeriesState, lag_ns: int = 0) -> None:
        self._members = members
        self._reader = reader
        self._series = series
        self._lag_ns = lag_ns

    def look(self, wanted: Mapping[Asked, SeriesRule], now_ns: int) -> dict[Asked, Instances]:
        """What is seen of each rule now."""
        within = {asked: Within(rule, asked.project_id) for asked, rule in wanted.items()}
        members = self._members.find(within.values())
        found: dict[Asked, Instances] = {}
        stretches: dict[Within, Stretch] = {}
        for asked, each in within.items():
            of_rule = members[each]
            if isinstance(of_rule, Instances):
                found[asked] = of_rule
            elif each not in stretches:
                stretches[each] = self._window(each.rule, of_rule, now_ns)
        values = dict(zip(stretches, read_values(self._reader, list(stretches.values())), strict=True))
        for asked, each in within.items():
            if asked not in found:
                found[asked] = self._seen(asked, stretches[each].members, values[each])
        return found

    def past(self, asked: Asked, rule: SeriesRule, at_ns: Int64s) -> PastInstances:
        """
        What would have been seen at moments, in ascending order: of the instances and members that there are today.

        Errors  TooLarge where those are more values than can be judged at once; those of reading.
        """
        within = Within(rule, asked.project_id)
        members = self._members.find([within])[within]
        if isinstance(members, Instances):
            return PastInstances(missing=members.missing or members.failed)
        if not len(at_ns):
            return PastInstances()
        granularity_ns = rule.granularity * SECOND_NS
        width, stops = self._width(rule), at_ns // granularity_ns
        if len(members.labels) * len(at_ns) > VERDICTS_MAX:
            told = f"{len(members.labels)} instances at {len(at_ns)} moments are too many"
            raise TooLarge(f"{told}; ask for a shorter time")
        first = int(stops[0]) - width
        stretch = Stretch(rule, members, first * granularity_ns, int(stops[-1]) - first)
        (values,) = read_values(self._reader, [stretch])
        if isinstance(values, NephoscopeError):
            raise values
        places = (stops - first)[:, None] - width + np.arange(width)[None, :]
        judged = values.judged
        times_ns = stretch.first_ns + granularity_ns * np.arange(stretch.width, dtype=np.int64)
        found: list[PastInstance] = []
        for row, labels in enumerate(members.labels):
            at_once = _newest(judged[row][places], values.whole[row][places[:, -1]], rule.evaluation_periods)
            why = members.lacking[row] or f"{rule.evaluation_periods} datapoints are unknown"
            verdicts = _verdicts(_judged(at_once, rule, rule.threshold), why)
            recoveries: Sequence[Verdict | None] = [None] * len(at_ns)
            if asked.recovery_threshold is not None:
                recoveries = _verdicts(_judged(at_once, rule, asked.recovery_threshold), why)
            there = ~np.isnan(judged[row])
            found.append(PastInstance(labels, times_ns[there], judged[row][there], verdicts, recoveries))
        return PastInstances(found)

    def _window(self, rule: SeriesRule, members: Members, now_ns: int) -> Stretch:
        granularity_ns = rule.granularity * SECOND_NS
        width = self._width(rule)
        return Stretch(rule, members, (now_ns // granularity_ns - width) * granularity_ns, width)

    def _width(self, rule: SeriesRule) -> int:
        """How many closed buckets are looked through."""
        late = -(-self._lag_ns // (rule.granularity * SECOND_NS))
        return rule.evaluation_periods + 1 + late

    def _seen(self, asked: Asked, members: Members, values: Values | NephoscopeError) -> Instances:
        if isinstance(values, NephoscopeError):
            return Instances(failed=values.message)
        rule = values.rule
        windows = _newest(values.judged, values.whole[:, -1], rule.evaluation_periods)
        judged = _judged(windows, rule, rule.threshold)
        recovery = None
        if asked.recovery_threshold is not None:
            recovery = _judged(windows, rule, asked.recovery_threshold)
        seen: list[Seen] = []
        for row, (labels, enough) in enumerate(zip(members.labels, judged.enough.tolist(), strict=True)):
            if enough:
                back = None if recovery is None else recovery.verdict(row)
                seen.append(Seen(labels, judged.verdict(row), back))
            else:
                verdict = self._too_little(members, values, windows, row)
                seen.append(Seen(labels, verdict, None if recovery is None else verdict))
        return Instances(seen)

    def _too_little(self, members: Members, values: Values, windows: Windows, row: int) -> Verdict:
        """The verdict about an instance that too little is known of, with the reason in words."""
        rule = values.rule
        periods = rule.evaluation_periods
        count = int(windows.counts[row])
        newest = float(windows.values[row, 0]) if count else None
        if members.lacking[row]:
            return unknown(members.lacking[row], periods)
        plain = int(_newest(values.plain[row : row + 1], values.whole[row : row + 1, -1], periods).counts[0])
        if plain < periods:
            why = why_too_few(self._series, members.numbers_of(row), plain, periods)
            told = f"{periods} datapoints are unknown" if plain else f"No datapoint for granularity {rule.granularity}"
            return unknown(f"{told}: {why}", periods, newest)
        return unknown(_incomparable(values, row, count), periods, newest)


def _incomparable(values: Values, row: int, count: int) -> str:
    """Why values that are there cannot be judged: too little is known of before."""
    rule = values.rule
    told = f"{rule.evaluation_periods} datapoints are unknown: "
    if isinstance(rule.compare, Earlier):
        zero = bool((values.before[0][row] == 0).any())
        why = "was 0, of which nothing is a multiple" if zero and rule.compare.how != "difference" else "is not known"
        return f"{told}{count} can be compared, the value {rule.compare.offset_s} s before others {why}"
    assert isinstance(rule.compare, Band)
    known = int(seasons_known([each[row] for each in values.before]).min())
    needed = seasons_needed(rule.compare)
    seasons = f"{known} of {rule.compare.seasons} seasons of {rule.compare.season_s} s"
    return f"{told}something is known of {seasons}, what is usual takes {needed}"


def _newest(values: Floats, whole: Mask, periods: int) -> Windows:
    """The newest values of each row of buckets in time's order; the last bucket only where it is `whole`."""
    there = ~np.isnan(values)
    there[:, -1] &= whole
    there = there[:, ::-1]
    order = np.argsort(~there, axis=1, kind="stable")[:, :periods]
    counts = np.minimum(there.sum(axis=1), periods)
    chosen = np.take_along_axis(values[:, ::-1], order, axis=1)
    kept = np.where(np.arange(chosen.shape[1])[None, :] < counts[:, None], chosen, np.nan)
    return Windows(kept, counts)


def _judged(windows: Windows, rule: SeriesRule, threshold: float) -> Judged:
    count = len(windows.counts)
    periods = np.full(count, rule.evaluation_periods, np.int64)
    return judge(windows, periods, np.full(count, threshold), [rule.comparison_operator] * count)


def _verdicts(judged: Judged, why: str) -> list[Verdict]:
    found = []
    for row, enough in enumerate(judged.enough.tolist()):
        found.append(judged.verdict(row) if enough else unknown(why, int(judged.periods[row])))
    return found
