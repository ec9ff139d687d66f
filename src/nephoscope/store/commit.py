# SPDX-License-Identifier: Apache-2.0
"""Group commit: concurrent batches of measures share one insert and are answered when it is on disk."""

import logging
import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from nephoscope.model.errors import QueueFull, StoreUnavailable
from nephoscope.observe import dropped, registry
from nephoscope.store.contract import Store
from nephoscope.store.dead_letters import bury
from nephoscope.store.head import Head, Run
from nephoscope.store.series import NEVER, Int64s, SeriesState, UInt32s

log = logging.getLogger(__name__)

FAR = np.iinfo(np.int64).max
BURIED_MAX = 100  # of one group: who sends for hours with a wrong clock must not fill the disk

registry.describe("nephoscope_measures_accepted_total", "counter", "Measures on disk, counted as they came.")
registry.describe("nephoscope_commits_total", "counter", "Inserts into the store, each for one group of batches.")
registry.describe("nephoscope_commit_seconds_sum", "counter", "Seconds spent in commits.")


@dataclass(frozen=True)
class Measures:
    """Columns of equal length: metric numbers, times in ns since the epoch UTC, values."""

    metric: UInt32s
    time: Int64s
    value: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.metric)


@dataclass(frozen=True)
class Receipt:
    """What became of the group a batch was part of: rows stored, and rows too late for their metric's window."""

    stored: int
    late: int


@dataclass
class _Pending:
    measures: Measures
    done: "Future[Receipt]" = field(default_factory=Future)


class GroupCommit:
    """
    One thread that gathers what waits, decides what is in time, and inserts it at once.

    `submit` gives a future that is resolved when the rows are on disk, or failed with StoreUnavailable when none of the
    group is. Waiting rows are bounded by `rows_max`: beyond it `submit` raises QueueFull. With a `head`, rows are in it
    as well before the future is resolved.
    """

    def __init__(
        self,
        store: Store,
        series: SeriesState,
        head: Head | None = None,
        *,
        rows_max: int = 2_000_000,
        group_max: int = 500_000,
    ) -> None:
        self._store = store
        self._series = series
        self._head = head
        self._rows_max = rows_max
        self._group_max = group_max
        self._waiting: queue.SimpleQueue[_Pending | None] = queue.SimpleQueue()
        self._rows = 0
        self._lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()
        registry.gauge("nephoscope_commit_queue_rows", "Measures that wait for their commit.", lambda: self._rows)

    def submit(self, measures: Measures) -> "Future[Receipt]":
        """Queue a batch; QueueFull when too many rows wait already, StoreUnavailable after `close`."""
        pending = _Pending(measures)
        with self._lock:
            if self._closed:
                raise StoreUnavailable("the server is stopping; send again shortly")
            if self._rows and self._rows + len(measures) > self._rows_max:
                dropped("store", "queue full", len(measures))
                raise QueueFull(f"{self._rows} measures wait already, of at most {self._rows_max}; send again shortly")
            self._rows += len(measures)
            self._waiting.put(pending)
        return pending.done

    def close(self) -> None:
        """Commit what waits, then stop; may be called twice."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            group, last = self._gather(first)
            self._commit(group)
            if self._head is not None:
                self._head.settle()
            if last:
                return

    def _gather(self, first: _Pending) -> tuple[list[_Pending], bool]:
        """Take what waits, up to the size of a group; the flag tells that the queue was closed behind it."""
        group, rows = [first], len(first.measures)
        while rows < self._group_max:
            try:
                pending = self._waiting.get_nowait()
            except queue.Empty:
                break
            if pending is None:
                return group, True
            group.append(pending)
            rows += len(pending.measures)
        return group, False

    def _commit(self, group: list[_Pending]) -> None:
        rows = sum(len(pending.measures) for pending in group)
        try:
            with registry.timed("nephoscope_commit"):
                receipt = self._store_group([pending.measures for pending in group])
        except Exception as error:
            log.warning("a commit of %d measures failed: %s", rows, error)
            for pending in group:
                pending.done.set_exception(error)
        else:
            for pending in group:
                pending.done.set_result(receipt)
        finally:
            with self._lock:
                self._rows -= rows

    def _store_group(self, batches: list[Measures]) -> Receipt:
        merged = sorted_without_twins(batches)
        if not len(merged):
            return Receipt(stored=0, late=0)
        edges = np.flatnonzero(_starts(merged.metric))
        numbers = merged.metric[edges]
        counts = np.diff(edges, append=len(merged))
        newest = self._series.newest_of(numbers)
        in_time = merged.time >= np.repeat(self._series.open_since(numbers, newest), counts)
        late = int(len(merged) - in_time.sum())
        self._mark_rewrites(merged, in_time, np.repeat(newest, counts))
        kept = merged if not late else Measures(merged.metric[in_time], merged.time[in_time], merged.value[in_time])
        if len(kept):
            self._insert(kept, numbers)
            if self._head is not None:
                # Before the newest times are raised: who reads up to there must find these rows.
                self._head.add(Run.of(kept.metric, kept.time, kept.value), numbers, newest)
            self._series.note_newest(numbers, _group_max(merged.time, in_time, edges))
            self._series.spacing[numbers] = _spacing(merged.time, edges, newest)
        if late:
            dropped("store", "late", late)
            self._bury(merged, ~in_time)
        registry.count("nephoscope_measures_accepted_total", sum(map(len, batches)) - late)
        registry.count("nephoscope_commits_total")
        return Receipt(stored=len(kept), late=late)

    def _insert(self, kept: Measures, numbers: UInt32s) -> None:
        try:
            for part in by_month(kept):
                rows = pa.table({"metric": part.metric, "time": part.time, "value": part.value})
                self._store.insert("measures", rows)
        except Exception:
            # Some partitions of the group may be on disk: what is there decides, not what we remember.
            self._series.forget_newest(numbers)
            raise

    def _bury(self, merged: Measures, late: npt.NDArray[np.bool_]) -> None:
        """Keep the first of the points that came too late where somebody can look at them."""
        rows = np.flatnonzero(late)[:BURIED_MAX]
        points = zip(merged.metric[rows].tolist(), merged.time[rows].tolist(), merged.value[rows].tolist(), strict=True)
        records = [f'{{"metric":{metric},"time":{time},"value":{value!r}}}' for metric, time, value in points]
        bury(self._store, "store", "late", records)

    def _mark_rewrites(self, merged: Measures, in_time: npt.NDArray[np.bool_], newest: Int64s) -> None:
        """Note, before the rows go in, which metrics may now hold two rows for one time."""
        again = in_time & (merged.time <= newest)
        if not again.any():
            return
        until = np.full(int(merged.metric[again].max()) + 1, NEVER, np.int64)
        np.maximum.at(until, merged.metric[again], merged.time[again])
        numbers = np.unique(merged.metric[again])
        numbers = numbers[until[numbers] > self._series.rewritten_until[numbers]]
        if len(numbers):
            self._store.insert("rewrites", pa.table({"metric": numbers, "until": until[numbers]}))
            self._series.note_rewritten(numbers, until[numbers])


def sorted_without_twins(batches: list[Measures]) -> Measures:
    """One batch, ordered by metric then time; of several values for one time the smallest stays."""
    metric = np.concatenate([batch.metric for batch in batches])
    time = np.concatenate([batch.time for batch in batches])
    value = np.concatenate([batch.value for batch in batches])
    same = metric[1:] == metric[:-1]
    if not np.all((metric[1:] > metric[:-1]) | (same & (time[1:] > time[:-1]))):
        order = np.lexsort((value, time, metric))
        metric, time, value = metric[order], time[order], value[order]
        first = _starts(metric)
        first[1:] |= time[1:] != time[:-1]
        if not first.all():
            metric, time, value = metric[first], time[first], value[first]
    return Measures(metric, time, value)


def by_month(measures: Measures) -> Iterator[Measures]:
    """
    The rows of each month, a partition of the store, oldest first.

    The engine commits an insert partition by partition, in no order that helps. When one fails, the older ones are on
    disk and the newer are not, so nothing is late when the batch is sent again.
    """
    first, last = (np.datetime64(int(edge), "ns").astype("datetime64[M]") for edge in _span(measures))
    if first == last:
        yield measures
        return
    months = measures.time.astype("datetime64[ns]").astype("datetime64[M]")
    for month in np.unique(months):
        inside = months == month
        yield Measures(measures.metric[inside], measures.time[inside], measures.value[inside])


def _span(measures: Measures) -> tuple[np.int64, np.int64]:
    return measures.time.min(), measures.time.max()


def _starts(metric: UInt32s) -> npt.NDArray[np.bool_]:
    """True where a run of one metric starts."""
    starts = np.ones(len(metric), bool)
    starts[1:] = metric[1:] != metric[:-1]
    return starts


def _group_max(time: Int64s, counted: npt.NDArray[np.bool_], edges: npt.NDArray[np.intp]) -> Int64s:
    """The newest counted time of each run that starts at `edges`."""
    return np.maximum.reduceat(np.where(counted, time, NEVER), edges)


def _spacing(time: Int64s, edges: npt.NDArray[np.intp], newest: Int64s) -> Int64s:
    """The shortest step in each run that starts at `edges`, that from `newest` on included; 0 where none is known."""
    steps = np.diff(time, prepend=0)
    steps[edges] = np.where(newest == NEVER, 0, time[edges] - newest)
    shortest = np.minimum.reduceat(np.where(steps > 0, steps, FAR), edges)
    return np.where(shortest == FAR, 0, shortest)
