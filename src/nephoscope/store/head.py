# SPDX-License-Identifier: Apache-2.0
"""The measures that were committed last, in memory: what most reads ask for is answered without the engine."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nephoscope.observe import registry
from nephoscope.store.series import NEVER, Float64s, Int64s, SeriesState, UInt32s

log = logging.getLogger(__name__)

ROW_BYTES = 20
RUN_ROWS_MAX = 2**19  # merging two runs of half this size takes some 20 ms
RUN_ROWS_MIN = 2**11  # smaller ones are merged with whatever follows: a read looks through each run
RUNS_MERGED_MIN = 4  # merging in pairs would touch each row twice as often
RUNS_FULL = 8  # of the largest size, so that what is let go at once is an eighth


@dataclass(frozen=True)
class Run:
    """Rows ordered by (metric, time), no such pair twice; times in ns, from `oldest` to `newest`."""

    metric: UInt32s
    time: Int64s
    value: Float64s
    oldest: int
    newest: int

    @classmethod
    def of(cls, metric: UInt32s, time: Int64s, value: Float64s) -> "Run":
        """Columns that are in order already and at least one row long."""
        return cls(metric, time, value, int(time.min()), int(time.max()))

    def __len__(self) -> int:
        return len(self.metric)


@dataclass(frozen=True)
class Runs:
    """All runs of one moment, the oldest first."""

    runs: tuple[Run, ...]

    def between(self, numbers: UInt32s, since: int, until: int, *, rewritten: bool) -> tuple[UInt32s, Int64s, Float64s]:
        """See `Newest`; of a time that was written twice the later run counts."""
        take = _rows_of_one if len(numbers) == 1 else _rows_of_many
        pieces = [take(run, numbers, since, until) for run in self.runs if run.oldest < until and run.newest >= since]
        metric, time, value = _joined(pieces)
        if rewritten:
            order = np.lexsort((time, metric))
            order = order[_last_of_each(metric[order], time[order])]
            return metric[order], time[order], value[order]
        return metric, time, value

    def latest(self, numbers: UInt32s, known: Int64s) -> tuple[Int64s, Float64s]:
        """See `Newest`; looks from the newest run back until each metric has its row."""
        time, value = np.full(len(numbers), NEVER, np.int64), np.zeros(len(numbers))
        missing = np.arange(len(numbers))
        for run in reversed(self.runs):
            last = run.metric.searchsorted(numbers[missing], "right") - 1
            found = (run.metric[last] == numbers[missing]) & (run.time[last] > time[missing])
            place, last = missing[found], last[found]
            time[place], value[place] = run.time[last], run.value[last]
            missing = missing[time[missing] < known[missing]]
            if not len(missing):
                break
        return time, value


class Head:
    """
    A bounded log of commits, as few sorted runs: the `Memory` of what was committed last.

    `SeriesState.covered` says from where on a metric's stored rows are all here. One thread writes, any thread reads:
    runs never change, and the tuple of them is replaced as a whole. Past `bytes_max` the oldest runs are let go.
    """

    def __init__(self, series: SeriesState, bytes_max: int) -> None:
        self._series = series
        self._rows_max = bytes_max // ROW_BYTES
        self._run_rows_max = max(1, min(RUN_ROWS_MAX, self._rows_max // RUNS_FULL))
        self._runs: tuple[Run, ...] = ()
        registry.gauge("nephoscope_head_bytes", "Memory taken by the newest measures.", self.bytes)

    def bytes(self) -> int:
        """What the columns of all runs take."""
        return ROW_BYTES * sum(map(len, self._runs))

    def add(self, run: Run, numbers: UInt32s, newest: Int64s) -> None:
        """
        Rows that are on disk now, before anybody is told so.

        `numbers` are their metrics, each once, and `newest` the newest time that each had in the store before.
        """
        self._runs = (*self._runs, run)
        # Only now: who finds a metric covered must find its rows.
        self._series.note_covered(numbers, newest)

    def settle(self) -> None:
        """Merge runs and let go of the oldest, as far as needed; for after the answers, as it may take a while."""
        try:
            self._runs = self._merged_runs()
        except MemoryError:
            log.warning("no memory to merge the newest measures: all are let go, and read from the store again")
            self._let_go(len(self._runs))
        rows, gone = sum(map(len, self._runs)), 0
        while rows > self._rows_max:
            rows -= len(self._runs[gone])
            gone += 1
        self._let_go(gone)

    def _merged_runs(self) -> tuple[Run, ...]:
        """Neighbours become one run, from the end on, while the older one is no larger than all that follow it."""
        runs = self._runs
        first, rows = len(runs) - 1, len(runs[-1]) if runs else 0
        while first > 0 and len(runs[first - 1]) <= max(rows, RUN_ROWS_MIN):
            if rows + len(runs[first - 1]) > self._run_rows_max:
                break
            first -= 1
            rows += len(runs[first])
        return runs if len(runs) - first < RUNS_MERGED_MIN else (*runs[:first], merged(runs[first:]))

    def _let_go(self, count: int) -> None:
        for run in self._runs[:count]:
            last = np.append(np.flatnonzero(run.metric[1:] != run.metric[:-1]), len(run) - 1)
            # Before the run is gone: who took the runs earlier still has it.
            self._series.raise_covered(run.metric[last], run.time[last])
        self._runs = self._runs[count:]

    def covering(self, numbers: UInt32s, since: Int64s) -> Runs | None:
        """See `Memory`."""
        runs = self._runs  # before looking what they cover, see `add` and `_let_go`
        return Runs(runs) if bool((self._series.covered[numbers] < since).all()) else None


def merged(runs: Sequence[Run]) -> Run:
    """One run of several, the oldest first: of rows for the same metric and time the last stays."""
    metric, time, value = _joined([(run.metric, run.time, run.value) for run in runs])
    # Stable, and quick as the runs are in order; times mostly are then as well, as they come in order.
    order = np.argsort(metric, kind="stable")
    metric, time = metric[order], time[order]
    if not bool(((metric[1:] > metric[:-1]) | (time[1:] > time[:-1])).all()):
        again = np.lexsort((time, metric))
        metric, time, order = metric[again], time[again], order[again]
        last = _last_of_each(metric, time)
        metric, time, order = metric[last], time[last], order[last]
    return Run.of(metric, time, value[order])


def _rows_of_one(run: Run, numbers: UInt32s, since: int, until: int) -> tuple[UInt32s, Int64s, Float64s]:
    start, stop = run.metric.searchsorted(numbers[0], "left"), run.metric.searchsorted(numbers[0], "right")
    first, last = start + run.time[start:stop].searchsorted((since, until))
    return run.metric[first:last], run.time[first:last], run.value[first:last]


def _rows_of_many(run: Run, numbers: UInt32s, since: int, until: int) -> tuple[UInt32s, Int64s, Float64s]:
    start, stop = run.metric.searchsorted(numbers, "left"), run.metric.searchsorted(numbers, "right")
    counts = stop - start
    # Rows of the first metric, then of the second ...: each metric's start, plus 0, 1, 2 ...
    rows = np.repeat(start - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
    time = run.time[rows]
    if run.oldest < since or run.newest >= until:
        inside = (time >= since) & (time < until)
        rows, time = rows[inside], time[inside]
    return run.metric[rows], time, run.value[rows]


def _joined(pieces: Sequence[tuple[UInt32s, Int64s, Float64s]]) -> tuple[UInt32s, Int64s, Float64s]:
    if not pieces:
        return np.empty(0, np.uint32), np.empty(0, np.int64), np.empty(0, np.float64)
    metric, time, value = zip(*pieces, strict=True)
    return np.concatenate(metric), np.concatenate(time), np.concatenate(value)


def _last_of_each(metric: UInt32s, time: Int64s) -> npt.NDArray[np.bool_]:
    """True for the last of neighbouring rows with the same metric and time."""
    last = np.ones(len(metric), bool)
    last[:-1] = (metric[1:] != metric[:-1]) | (time[1:] != time[:-1])
    return last
