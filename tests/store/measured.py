# SPDX-License-Identifier: Apache-2.0
"""Metrics without an index: series, commit and reader over a store, and short ways to write and read points."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from nephoscope.model.archive_policy import ArchivePolicy, definition
from nephoscope.query.metrics import FOREVER, MetricReader, Points
from nephoscope.store.commit import GroupCommit, Measures, Receipt
from nephoscope.store.contract import Store
from nephoscope.store.series import SeriesState, UInt32s

SECOND_NS = 10**9
MINUTE_NS = 60 * SECOND_NS
HOUR_NS = 60 * MINUTE_NS
DAY_NS = 24 * HOUR_NS
# 2025-06-01T00:00:00Z: far enough in the past that no test depends on the clock.
NOON_NS = 1_748_736_000 * SECOND_NS + 12 * HOUR_NS
WAIT_S = 30.0

Series = Mapping[int, float]


def policy_of(
    *granularities: int | tuple[int, int],
    methods: Sequence[str] = ("mean", "min", "max", "sum", "count", "std"),
    back_window: int = 0,
    name: str = "tested",
) -> ArchivePolicy:
    """A policy of granularities in ns, each alone (kept for ever) or with its timespan."""
    pairs = [each if isinstance(each, tuple) else (each, None) for each in granularities]
    definitions = tuple(definition(granularity_ns=width, timespan_ns=span) for width, span in pairs)
    return ArchivePolicy(name, back_window, definitions, frozenset(methods))


def measures_of(*points: tuple[int, int, float]) -> Measures:
    """A batch of (metric number, time, value)."""
    return Measures(
        np.array([metric for metric, _, _ in points], np.uint32),
        np.array([time for _, time, _ in points], np.int64),
        np.array([value for _, _, value in points], np.float64),
    )


@dataclass
class Measured:
    """The parts that writes and reads of measures pass through."""

    store: Store
    series: SeriesState
    commit: GroupCommit
    reader: MetricReader
    given: int = 0

    @classmethod
    @contextmanager
    def over(cls, store: Store) -> Iterator["Measured"]:
        """New parts over a store that has its schema, as after a start; the commit is closed afterwards."""
        series = SeriesState(store)
        commit = GroupCommit(store, series)
        try:
            yield cls(store, series, commit, MetricReader(store, series))
        finally:
            commit.close()

    def metrics(self, policy: ArchivePolicy, count: int) -> UInt32s:
        """Numbers of new metrics under the policy."""
        numbers = np.arange(self.given + 1, self.given + 1 + count, dtype=np.uint32)
        self.given += count
        self.series.register_policy(numbers, policy)
        return numbers

    def metric(self, policy: ArchivePolicy) -> int:
        """The number of a new metric under the policy."""
        return int(self.metrics(policy, 1)[0])

    def write(self, *points: tuple[int, int, float]) -> Receipt:
        """Commit one batch of (metric, time, value) and wait until it is on disk."""
        return self.commit.submit(measures_of(*points)).result(WAIT_S)

    def put(self, metric: int, points: Series) -> Receipt:
        """Commit one batch of one metric."""
        return self.write(*((metric, time, value) for time, value in points.items()))

    def read(
        self,
        metric: int,
        method: str,
        granularity_ns: int,
        timespan_ns: int | None = None,
        start_ns: int | None = None,
        stop_ns: int | None = None,
    ) -> Series:
        """The aggregates of one metric by the start of their bucket."""
        timespans = np.array([FOREVER if timespan_ns is None else timespan_ns], np.int64)
        numbers = np.array([metric], np.uint32)
        return by_bucket(self.reader.read(numbers, method, granularity_ns, timespans, start_ns, stop_ns))

    def read_kept(self, metric: int, policy: ArchivePolicy) -> dict[tuple[str, int], Series]:
        """Everything that the policy keeps of a metric, by method and granularity."""
        return {
            (method, each.granularity_ns): self.read(metric, method, each.granularity_ns, each.timespan_ns)
            for method in sorted(policy.aggregation_methods)
            for each in policy.definition
        }

    def raw_times(self, metric: int) -> list[int]:
        """Times of the raw measures that the store still holds."""
        rows = self.store.query(f"SELECT time FROM measures FINAL WHERE metric = {metric} ORDER BY time")
        times: list[int] = rows["time"].to_numpy().tolist()
        return times


def by_bucket(points: Points) -> Series:
    """Points of one series as a mapping, which must be sorted and without twins."""
    times = points.time.tolist()
    assert times == sorted(set(times))
    return dict(zip(times, points.value.tolist(), strict=True))
