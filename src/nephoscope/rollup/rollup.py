# SPDX-License-Identifier: Apache-2.0
"""Measures become coarser aggregates, in bulk, once no late point can change their buckets any more."""

import logging
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.model.errors import StoreUnavailable
from nephoscope.observe import registry
from nephoscope.rollup.buckets import rollup_sql
from nephoscope.store.contract import Store
from nephoscope.store.series import NEVER, Int64s, SeriesState, UInt32s

log = logging.getLogger(__name__)

# As many as a statement has room for: the engine parses 256 KiB, and one metric takes up to 134 bytes.
METRICS_AT_ONCE = 1000

registry.describe("nephoscope_rollups_total", "counter", "Statements that turned measures into aggregates.")


class Rollup:
    """
    Rolls up policies with several granularities: their finest is read from raw measures, the others outlive those.

    A metric is rolled up to the start of its open window as the previous run saw it: a commit that was still on its way
    then has arrived since, on whatever node.
    """

    def __init__(self, store: Store, series: SeriesState) -> None:
        self._store = store
        self._series = series
        self._seen: dict[str, tuple[UInt32s, Int64s]] = {}

    def run(self, policy: ArchivePolicy, numbers: UInt32s) -> int:
        """Roll up the metrics of one policy as far as it goes; gives how many metrics moved on."""
        coarser = sorted({each.granularity_ns for each in policy.definition})[1:]
        if not coarser or not len(numbers):
            return 0
        targets = self._settled(policy.name, numbers)
        done = self._series.rolled_until[numbers]
        due = targets > np.maximum(done, 0)
        numbers, targets, done = numbers[due], targets[due], np.maximum(done[due], 0)
        for first in range(0, len(numbers), METRICS_AT_ONCE):
            piece = slice(first, first + METRICS_AT_ONCE)
            self._roll(policy, coarser, numbers[piece], done[piece], targets[piece])
        return len(numbers)

    def _settled(self, name: str, numbers: UInt32s) -> Int64s:
        """The window starts of the previous run, never later than today's; NEVER where there was none."""
        newest = self._series.newest_of(numbers)
        now = np.where(newest == NEVER, NEVER, self._series.open_since(numbers, newest))
        before = np.full(len(numbers), NEVER, np.int64)
        if name in self._seen:
            seen, starts = self._seen[name]
            order = np.argsort(seen)
            place = np.minimum(np.searchsorted(seen, numbers, sorter=order), len(seen) - 1)
            known = seen[order[place]] == numbers
            before[known] = starts[order[place[known]]]
        self._seen[name] = (numbers, now)
        return np.minimum(before, now)

    def _roll(
        self, policy: ArchivePolicy, granularities: Sequence[int], numbers: UInt32s, since: Int64s, until: Int64s
    ) -> None:
        """One piece of work; where the engine runs out of memory, two halves of it."""
        try:
            for granularity in granularities:
                self._insert(sorted(policy.aggregation_methods), granularity, numbers, since, until)
        except StoreUnavailable:
            if len(numbers) == 1:
                raise
            half = len(numbers) // 2
            self._roll(policy, granularities, numbers[:half], since[:half], until[:half])
            self._roll(policy, granularities, numbers[half:], since[half:], until[half:])
            return
        self._store.insert("rollups", pa.table({"metric": numbers, "until": until}))
        self._series.note_rolled(numbers, until)

    def _insert(
        self, methods: Sequence[str], granularity_ns: int, numbers: UInt32s, since: Int64s, until: Int64s
    ) -> None:
        starts = since // granularity_ns * granularity_ns
        stops = until // granularity_ns * granularity_ns
        final = self._series.needs_final(numbers, int(starts.min()))
        for sql in rollup_sql(methods, granularity_ns, numbers.tolist(), starts.tolist(), stops.tolist(), final=final):
            self._store.execute(sql)
            registry.count("nephoscope_rollups_total")
