# SPDX-License-Identifier: Apache-2.0
"""Read aggregates of many series in one query, from raw measures and from what is rolled up already."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nephoscope.rollup.buckets import METRICS, buckets_sql
from nephoscope.store.contract import Store
from nephoscope.store.series import NEVER, Int64s, Memory, SeriesState, UInt32s

FOREVER = int(np.iinfo(np.int64).max)

Column = npt.NDArray[np.float64]
Places = npt.NDArray[np.integer[Any]]


def _same(values: Column) -> Column:
    return values


# What a method makes of a bucket with a single measure; those that need two are left to the engine.
OF_ONE: dict[str, Callable[[Column], Column]] = {
    **dict.fromkeys(("mean", "sum", "min", "max", "first", "last", "median"), _same),
    **{f"{n}pct": _same for n in range(1, 100)},
    "count": np.ones_like,
}


@dataclass(frozen=True)
class Points:
    """
    Aggregates by column, sorted: `series` is the position in what was asked for, `time` the bucket's start in ns.

    `twins` tells that rows for the same bucket met, some of which are missing: never in what is given out.
    """

    series: npt.NDArray[np.intp]
    time: Int64s
    value: npt.NDArray[np.float64]
    twins: bool = False

    def __len__(self) -> int:
        return len(self.time)


NO_POINTS = Points(np.empty(0, np.intp), np.empty(0, np.int64), np.empty(0, np.float64))


class MetricReader:
    """Aggregates of metrics, by number; one instance serves all threads. `memory` is asked before the store."""

    def __init__(self, store: Store, series: SeriesState, memory: Memory | None = None) -> None:
        self._store = store
        self._series = series
        self._memory = memory

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
        if method in OF_ONE and self._is_sparse(span, granularity_ns):
            points = self._read_sparse(span, method, granularity_ns)
            if points is not None:
                return points
        sql, parameters = self._statement(span, method, granularity_ns)
        rows = self._store.query(sql, parameters)
        place = (rows["bucket"].to_numpy() - int(span.since.min())) // granularity_ns
        return span.points(rows["metric"].to_numpy(), place, rows["value"].to_numpy(), granularity_ns)

    def _is_sparse(self, span: "_Span", granularity_ns: int) -> bool:
        """Whether there is hardly more than one measure in a bucket, none of them rolled up."""
        if (self._raw_since(span, granularity_ns) > span.since).any():
            return False
        spacing = self._series.spacing[span.numbers]
        if not spacing.all():
            unknown = span.numbers[spacing == 0]
            self._series.spacing[unknown] = self._measured_spacing(unknown, int(span.since.min()), span.until)
            spacing = self._series.spacing[span.numbers]
        return bool((spacing >= granularity_ns).all())

    def _measured_spacing(self, numbers: UInt32s, since: int, until: int) -> int:
        """The usual step between measures of these metrics, told from how many there are."""
        rows = self._store.query(
            f"SELECT count() AS measures, max(time) - min(time) AS span FROM measures WHERE {METRICS} "
            "AND time >= {since:Int64} AND time < {until:Int64}",
            {"metrics": numbers.tolist(), "since": since, "until": until},
        )
        measures, width = int(rows["measures"][0].as_py()), int(rows["span"][0].as_py())
        return max(width * len(numbers) // max(measures - len(numbers), 1), 1)

    def _read_sparse(self, span: "_Span", method: str, granularity_ns: int) -> Points | None:
        """
        Aggregates of buckets that hold one measure each: the measures themselves, which costs no grouping.

        None when a bucket holds several after all; the next read knows.
        """
        points = span.points(*self._measures(span, granularity_ns), granularity_ns)
        if points.twins:
            self._series.spacing[span.numbers] = np.minimum(self._series.spacing[span.numbers], granularity_ns - 1)
            return None
        return Points(points.series, points.time, OF_ONE[method](points.value))

    def _measures(self, span: "_Span", granularity_ns: int) -> tuple[UInt32s | None, Places, Column]:
        """Metric, bucket and value of the measures themselves, from memory where all of them are there."""
        first = int(span.since.min())
        held = self._memory.covering(span.numbers, span.since) if self._memory is not None else None
        # Asked after that, as a commit notes what it rewrites first.
        rewritten = self._series.needs_final(span.numbers, first)
        if held is not None:
            until = _whole_buckets(span.until, granularity_ns)
            metric, time, value = held.between(span.numbers, first, until, rewritten=rewritten)
            return metric if len(span.numbers) > 1 else None, (time - first) // granularity_ns, value
        final = " FINAL" if rewritten else ""
        if len(span.numbers) == 1:
            return self._read_one(int(span.numbers[0]), first, span.until, final, granularity_ns)
        return self._read_many(span.numbers, first, span.until, final, granularity_ns)

    def _read_one(
        self, number: int, first: int, until: int, final: str, granularity_ns: int
    ) -> tuple[None, Places, Column]:
        """The measures of one metric: as plain a statement as there is, for planning takes longer than reading."""
        until = _whole_buckets(until, granularity_ns)
        upper = f" AND time < {until}" if until <= self._series.newest[number] else ""
        rows = self._store.query(
            f"SELECT time, value FROM measures{final} WHERE metric = {number} AND time >= {first}{upper} "
            # The primary key leaves little to filter first.
            "SETTINGS optimize_move_to_prewhere = 0"
        )
        return None, (rows["time"].to_numpy() - first) // granularity_ns, rows["value"].to_numpy()

    def _read_many(
        self, numbers: UInt32s, first: int, until: int, final: str, granularity_ns: int
    ) -> tuple[UInt32s, Places, Column]:
        """The measures of several metrics; the engine counts the buckets, as it divides more quickly."""
        cast = "toUInt32" if (until - first) // granularity_ns < 2**32 else "toInt64"
        rows = self._store.query(
            f"SELECT metric, {cast}(intDiv(time - {{since:Int64}}, {granularity_ns})) AS place, value "
            f"FROM measures{final} WHERE {METRICS} AND time >= {{since:Int64}} AND time < {{until:Int64}}",
            {"metrics": numbers.tolist(), "since": first, "until": _whole_buckets(until, granularity_ns)},
        )
        return rows["metric"].to_numpy(), rows["place"].to_numpy(), rows["value"].to_numpy()

    def over(self, numbers: UInt32s, method: str, step_ns: int, start_ns: int, stop_ns: int) -> Points:
        """
        Aggregates of the measures themselves over steps of any width, whatever granularities are kept: one query.

        Reaches back as far as measures do. A bucket is given when it starts in [floor(start), stop).
        """
        span = self._span(numbers, step_ns, np.full(len(numbers), FOREVER), start_ns, stop_ns)
        if span is None:
            return NO_POINTS
        first = int(span.since.min())
        sql = buckets_sql(method, step_ns, final=self._series.needs_final(span.numbers, first))
        until = _whole_buckets(span.until, step_ns)
        rows = self._store.query(sql, {"metrics": span.numbers.tolist(), "since": first, "until": until})
        place = (rows["bucket"].to_numpy() - first) // step_ns
        return span.points(rows["metric"].to_numpy(), place, rows["value"].to_numpy(), step_ns)

    def spacing(self, numbers: UInt32s) -> Int64s:
        """How far apart the measures of each metric came lately, ns; 0 where that is not known."""
        self._series.newest_of(numbers)  # makes room for them
        return self._series.spacing[numbers]

    def measures(self, number: int, start_ns: int, stop_ns: int, limit: int) -> tuple[Int64s, Column]:
        """Times and values of one metric's measures in [start, stop) as they are stored, the first `limit` of them."""
        table = "measures FINAL" if self._series.needs_final(np.array([number], np.uint32), start_ns) else "measures"
        rows = self._store.query(
            f"SELECT time, value FROM {table} WHERE metric = {{metric:UInt32}} AND time >= {{start:Int64}} "
            "AND time < {stop:Int64} ORDER BY time LIMIT {limit:UInt32}",
            {"metric": number, "start": start_ns, "stop": stop_ns, "limit": limit},
        )
        return rows["time"].to_numpy(), rows["value"].to_numpy()

    def latest(self, numbers: UInt32s) -> Points:
        """The newest point of each metric that has one, as stored; `Points.time` is the point's own time."""
        newest = self._series.newest_of(numbers)
        places = np.flatnonzero(newest != NEVER)
        if not len(places):
            return NO_POINTS
        held = self._memory.covering(numbers[places], newest[places]) if self._memory is not None else None
        if held is not None:
            return Points(places, *held.latest(numbers[places], newest[places]))
        since = int(newest[places].min())
        table = "measures FINAL" if self._series.needs_final(numbers[places], since) else "measures"
        rows = self._store.query(
            f"SELECT metric, max(time) AS newest, argMax(value, time) AS value FROM {table} "
            # The newest times are known: with one metric that has long been silent the others need not be read whole.
            f"WHERE {METRICS} AND time >= {{since:Int64}} "
            "AND time >= transform(metric, {metrics:Array(UInt32)}, {newest:Array(Int64)}, toInt64(0)) GROUP BY metric",
            {"metrics": numbers[places].tolist(), "since": since, "newest": newest[places].tolist()},
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
        raw_since = self._raw_since(span, granularity_ns)
        first = int(raw_since.min())
        parameters: dict[str, object] = {
            "metrics": span.numbers.tolist(),
            "since": first,
            "until": _whole_buckets(span.until, granularity_ns),
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

    def _raw_since(self, span: "_Span", granularity_ns: int) -> Int64s:
        """From where on each metric is read from raw measures; what lies before is rolled up."""
        coarse = self._series.finest[span.numbers] < granularity_ns
        if not coarse.any():
            return span.since
        rolled = np.maximum(self._series.rolled_until[span.numbers], 0) // granularity_ns * granularity_ns
        return np.where(coarse, np.maximum(span.since, rolled), span.since)


@dataclass(frozen=True)
class _Span:
    """Which buckets of which metrics to read: `places` are their positions in what was asked for."""

    places: npt.NDArray[np.intp]
    numbers: UInt32s
    since: Int64s
    until: int

    def points(self, numbers: UInt32s | None, place: Places, value: Column, granularity_ns: int) -> Points:
        """
        Rows of the store, in any order, as sorted points within the span.

        `numbers` None means all are of the one metric; `place` counts buckets from the span's first one.
        """
        first = int(self.since.min())
        lowest = (self.since - first) // granularity_ns
        below = -(-(self.until - first) // granularity_ns)
        if numbers is None:
            row: npt.NDArray[np.intp] = np.zeros(len(place), np.intp)
        else:
            rows = np.zeros(int(self.numbers.max()) + 1, np.intp)
            rows[self.numbers] = np.arange(len(self.numbers))
            row = rows[numbers]
        kept = (place >= lowest[row]) if lowest.any() else np.True_
        if len(place) and not (np.all(kept) and place.max() < below):
            kept = kept & (place < below)
            row, place, value = row[kept], place[kept], value[kept]
        return self._gridded(row, place, value, granularity_ns)

    def _gridded(self, row: npt.NDArray[np.intp], place: Places, value: Column, granularity_ns: int) -> Points:
        """Order by series, then time: by laying out the grid where that is dense, by sorting where it is not."""
        if not len(place):
            return NO_POINTS
        lowest, width = int(place.min()), int(place.max()) - int(place.min()) + 1
        first = int(self.since.min()) + lowest * granularity_ns
        cell = row * width + place - lowest
        if len(cell) == 1 or bool((cell[1:] > cell[:-1]).all()):
            return Points(self.places[row], first + (cell - row * width) * granularity_ns, value)
        cells = len(self.places) * width
        if cells > 4 * len(cell):
            order = np.argsort(cell, kind="stable")
            cell, value = cell[order], value[order]
            twins = bool((cell[1:] == cell[:-1]).any())
        else:
            grid, filled = np.empty(cells, np.float64), np.zeros(cells, bool)
            grid[cell] = value
            filled[cell] = True
            if filled.all():
                times = first + np.arange(width) * granularity_ns
                height = len(self.places)
                return Points(np.repeat(self.places, width), np.tile(times, height), grid, cells < len(cell))
            present = np.flatnonzero(filled)
            twins = len(present) < len(cell)
            cell, value = present, grid[present]
        row = cell // width
        return Points(self.places[row], first + (cell - row * width) * granularity_ns, value, twins)


def _whole_buckets(until: int, granularity_ns: int) -> int:
    """A bucket that starts before the end is complete, whatever lies in it."""
    return min(-(-until // granularity_ns) * granularity_ns, FOREVER)
