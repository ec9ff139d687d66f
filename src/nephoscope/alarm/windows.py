# SPDX-License-Identifier: Apache-2.0
"""The newest values that threshold rules judge: of many rules at once, with one query for a granularity and method."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nephoscope.alarm.targets import RATE, Target
from nephoscope.query.metrics import MetricReader
from nephoscope.query.operations import SeriesTable, reduce

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Windows:
    """
    For each rule a row of its newest values, the newest first.

    values   rules × the largest number of periods; not-a-number beyond a row's count
    counts   how many values a row has, at most its number of periods
    """

    values: Floats
    counts: Ints


def read_windows(
    reader: MetricReader, targets: Sequence[Target], periods: Ints, now_ns: int, lag_ns: int = 0
) -> Windows:
    """
    The newest `periods` values of each target, as clients of a metric service would be given them.

    The window is one period longer than asked for and `lag_ns` more, up to now; its first bucket is the one in which
    it begins. The bucket that is still filling counts.
    """
    width = int(periods.max(initial=0))
    values, counts = np.full((len(targets), width), np.nan), np.zeros(len(targets), np.int64)
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, target in enumerate(targets):
        groups[target.granularity_ns, target.method].append(place)
    for (granularity_ns, method), listed in groups.items():
        places = np.array(listed, np.intp)
        chosen = [targets[place] for place in listed]
        # Each rule's window begins with the bucket around its start.
        starts = now_ns - granularity_ns * (periods[places] + 1) - lag_ns
        firsts = starts // granularity_ns * granularity_ns
        table = _read(reader, chosen, method, granularity_ns, int(firsts.min()), now_ns)
        _Group(table, firsts, periods[places], values, counts, places).fill(chosen)
    return Windows(values, counts)


def read_series(reader: MetricReader, target: Target, start_ns: int, stop_ns: int) -> tuple[Ints, Floats]:
    """
    All that a target has from the bucket around `start_ns` on, before `stop_ns`: times and values.

    Of a target that `is_rated` these are what the rates are between.
    """
    first_ns = start_ns // target.granularity_ns * target.granularity_ns
    return _read(reader, [target], target.method, target.granularity_ns, first_ns, stop_ns).together(target, first_ns)


def _read(
    reader: MetricReader, targets: Sequence[Target], method: str, granularity_ns: int, start_ns: int, stop_ns: int
) -> "_Table":
    spans = {
        number: timespan_ns
        for target in targets
        for number, timespan_ns in zip(target.numbers, target.timespans_ns, strict=True)
    }
    numbers = np.fromiter(spans, np.uint32, len(spans))
    timespans = np.fromiter(spans.values(), np.int64, len(spans))
    points = reader.read(numbers, method, granularity_ns, timespans, start_ns, stop_ns)
    table = SeriesTable.from_columns(granularity_ns, points.series, points.time, points.value, len(numbers))
    return _Table(table, {number: row for row, number in enumerate(spans)})


@dataclass(frozen=True)
class _Table:
    """Series by rows, and the row of each metric's number."""

    series: SeriesTable
    row: dict[int, int]

    def together(self, target: Target, first_ns: int) -> tuple[Ints, Floats]:
        """What the metrics of a target are, aggregated where they are several, from a bucket on; where any is there."""
        since = int(np.searchsorted(self.series.times_ns, first_ns))
        times = self.series.times_ns[since:]
        members = self.series.values[[self.row[number] for number in target.numbers], since:]
        there = ~np.isnan(members).all(axis=0)
        times, members = times[there], members[:, there]
        if target.aggregation is None:
            return times, members[0]
        return times, reduce(target.aggregation.removeprefix(RATE), members, axis=0)


@dataclass(frozen=True)
class _Group:
    """Rules of one granularity and method, with where their newest values go."""

    table: _Table
    firsts: Ints
    periods: Ints
    values: Floats
    counts: Ints
    places: npt.NDArray[np.intp]

    def fill(self, targets: Sequence[Target]) -> None:
        times = self.table.series.times_ns
        if not len(times):
            return
        within = times[None, :] >= self.firsts[:, None]
        alike: dict[tuple[str | None, int], list[int]] = defaultdict(list)
        for position, target in enumerate(targets):
            alike[target.aggregation, len(target.numbers)].append(position)
        for (aggregation, _), listed in alike.items():
            positions = np.array(listed, np.intp)
            rows = np.array([[self.table.row[number] for number in targets[each].numbers] for each in listed], np.intp)
            if aggregation is None:
                self._take(positions, self.table.series.values[rows[:, 0]], within[positions])
            else:
                self._take(positions, _across(self.table.series.values, rows, within[positions], aggregation), np.True_)

    def _take(self, positions: npt.NDArray[np.intp], found: Floats, within: npt.NDArray[np.bool_] | np.bool_) -> None:
        """Put the newest values of rows in time's order where they belong."""
        newest_first = found[:, ::-1]
        there = (~np.isnan(found) & within)[:, ::-1]
        if not there.all():
            order = np.argsort(~there, axis=1, kind="stable")
            newest_first = np.take_along_axis(newest_first, order, axis=1)
        counts = np.minimum(there.sum(axis=1), self.periods[positions])
        width = min(newest_first.shape[1], self.values.shape[1])
        kept = np.where(np.arange(width)[None, :] < counts[:, None], newest_first[:, :width], np.nan)
        places = self.places[positions]
        self.values[places, :width] = kept
        self.counts[places] = counts


def _across(values: Floats, rows: npt.NDArray[np.intp], within: npt.NDArray[np.bool_], aggregation: str) -> Floats:
    """
    Groups of as many metrics each: what `aggregation` makes of those that are there, where any is.

    Takes   the table's values; a line of its rows for each group; which times are in the window of each.
    Gives   groups × times in time's order, not-a-number where there is none.
    """
    members = values[rows]
    there = ~np.isnan(members).all(axis=1) & within
    members[~np.broadcast_to(there[:, None, :], members.shape)] = 0.0
    # Those that lack nothing are reckoned by themselves, as that may differ in the last digit.
    complete = ~np.isnan(members).any(axis=(1, 2))
    together = np.empty(there.shape)
    for chosen in (complete, ~complete):
        together[chosen] = reduce(aggregation.removeprefix(RATE), members[chosen], axis=1)
    together[~there] = np.nan
    if not aggregation.startswith(RATE):
        return together
    # A rate is between one value and the next that is there, however far apart.
    return np.diff(np.take_along_axis(together, np.argsort(~there, axis=1, kind="stable"), axis=1), axis=1)
