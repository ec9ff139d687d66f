# SPDX-License-Identifier: Apache-2.0
"""Read aggregates of many series in one query, from raw measures and from what is rolled up already."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nephoscope.rollup.buckets import METRICS, buckets_sql
from nephoscope.store.contract import Store
from nephoscope.store.series import NEVER, Int64s, SeriesState, UInt32s

FOREVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Points:
    """Aggregates by column: `series` is the position in what was asked for, `time` the bucket's start in ns; sorted."""

    series: npt.NDArray[np.intp]
    time: Int64s
    value: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.time)


NO_POINTS = Points(np.empty(0, np.intp), np.empty(0, np.int64), np.empty(0, np.float64))


class MetricReader:
    """Aggregates of metrics, by number; one instance serves all threads."""

    def __init__(self, store: Store, series: SeriesState) -> None:
        self._store = store
        self._series = series

    def read(
        self,
        numbers: UInt32s,
        method: str,
        granularity_ns: int,
        timespan_ns: Int64s,
        start_ns: int | None = None,
        stop_ns: int | None = None,
    ) -> Points:
        """
        The buckets of distinct metrics, all at one granularity and with one method.

        A bucket is given when it starts in [floor(start), stop) and is within `timespan_ns` (one per metric, FOREVER
        for no limit) of its metric's newest bucket.
        """
        span = self._span(numbers, granularity_ns, timespan_ns, start_ns, stop_ns)
        if span is None:
            return NO_POINTS
        sql, parameters = self._statement(span, method, granularity_ns)
        rows = self._store.query(sql, parameters)
        order = np.argsort(span.numbers)
        position = order[np.searchsorted(span.numbers, rows["metric"].to_numpy(), sorter=order)]
        bucket, value = rows["bucket"].to_numpy(), rows["value"].to_numpy()
        kept = (bucket >= span.since[position]) & (bucket < span.until)
        if not kept.all():
            position, bucket, value = position[kept], bucket[kept], value[kept]
        return _sorted(span.places[position], bucket, value, granularity_ns)

    def latest(self, numbers: UInt32s) -> Points:
        """The newest point of each metric that has one, as stored; `Points.time` is the point's own time."""
        newest = self._series.newest_of(numbers)
        places = np.flatnonzero(newest != NEVER)
        if not len(places):
            return NO_POINTS
        rows = self._store.query(
            "SELECT metric, max(time) AS newest, argMax(value, time) AS value FROM measures "
            f"WHERE {METRICS} AND time >= {{since:Int64}} GROUP BY metric",
            {"metrics": numbers[places].tolist(), "since": int(newest[places].min())},
        )
        order = np.argsort(numbers)
        series = order[np.searchsorted(numbers, rows["metric"].to_numpy(), sorter=order)]
        by_series = np.argsort(series)
        return Points(series[by_series], rows["newest"].to_numpy()[by_series], rows["value"].to_numpy()[by_series])

    def _span(
        self, numbers: UInt32s, granularity_ns: int, timespan_ns: Int64s, start_ns: int | None, stop_ns: int | None
    ) -> "_Span | None":
        """Which buckets of which metrics exist and are wanted; None when there are none."""
        newest = self._series.newest_of(numbers)
        label = newest // granularity_ns * granularity_ns
        unlimited = timespan_ns == FOREVER
        oldest = (label - np.where(unlimited, 0, timespan_ns)) // granularity_ns * granularity_ns + granularity_ns
        since = np.where(unlimited, 0, np.maximum(oldest, 0))
        if start_ns is not None:
            since = np.maximum(since, start_ns // granularity_ns * granularity_ns)
        until = int(newest.max()) + 1 if len(numbers) else 0
        if stop_ns is not None:
            until = min(until, stop_ns)
        places = np.flatnonzero((newest != NEVER) & (since < until))
        if not len(places):
            return None
        return _Span(places, numbers[places], since[places], until)

    def _statement(self, span: "_Span", method: str, granularity_ns: int) -> tuple[str, dict[str, object]]:
        raw_since = span.since
        coarse = self._series.finest[span.numbers] < granularity_ns
        if coarse.any():
            rolled = np.maximum(self._series.rolled_until[span.numbers], 0) // granularity_ns * granularity_ns
            raw_since = np.where(coarse, np.maximum(span.since, rolled), span.since)
        first = int(raw_since.min())
        parameters: dict[str, object] = {
            "metrics": span.numbers.tolist(),
            "since": first,
            # Whole buckets: one that starts before the end is complete, whatever lies in it.
            "until": -(-span.until // granularity_ns) * granularity_ns,
        }
        final = self._series.needs_final(span.numbers, first)
        if not (raw_since > span.since).any():
            return buckets_sql(method, granularity_ns, final=final), parameters
        parameters |= {"starts": raw_since.tolist(), "oldest": int(span.since.min()), "method": method}
        each = "transform(metric, {metrics:Array(UInt32)}, {starts:Array(Int64)}, toInt64(0))"
        raw = buckets_sql(method, granularity_ns, final=final, since=each)
        rolled_up = (
            f"SELECT metric, time AS bucket, value FROM aggregates FINAL WHERE {METRICS} "
            f"AND granularity = {granularity_ns} AND method = {{method:String}} "
            f"AND time >= {{oldest:Int64}} AND time < {{until:Int64}} AND time < {each}"
        )
        return f"{rolled_up} UNION ALL {raw}", parameters


@dataclass(frozen=True)
class _Span:
    places: npt.NDArray[np.intp]
    numbers: UInt32s
    since: Int64s
    until: int


def _sorted(series: npt.NDArray[np.intp], time: Int64s, value: npt.NDArray[np.float64], granularity_ns: int) -> Points:
    """Order by series, then time: by placing on the grid where that is dense, by sorting where it is not."""
    if not len(time):
        return NO_POINTS
    if len(time) == 1 or not np.any((np.diff(series) < 0) | ((np.diff(series) == 0) & (np.diff(time) <= 0))):
        return Points(series, time, value)
    first = int(time.min())
    width = (int(time.max()) - first) // granularity_ns + 1
    cells = (int(series.max()) + 1) * width
    cell = series * width + (time - first) // granularity_ns
    if cells > 4 * len(time):
        order = np.argsort(cell, kind="stable")
        return Points(series[order], time[order], value[order])
    grid = np.empty(cells, np.float64)
    filled = np.zeros(cells, bool)
    grid[cell] = value
    filled[cell] = True
    present = np.flatnonzero(filled)
    return Points(present // width, first + present % width * granularity_ns, grid[present])
