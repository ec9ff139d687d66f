# SPDX-License-Identifier: Apache-2.0
"""What is known of each series while writing and reading: newest point, open window, rewritten and rolled-up spans."""

import threading
from typing import Protocol

import numpy as np
import numpy.typing as npt

from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.store.contract import Store

Int64s = npt.NDArray[np.int64]
UInt32s = npt.NDArray[np.uint32]
Float64s = npt.NDArray[np.float64]

NEVER = np.iinfo(np.int64).min  # no point yet
UNREAD = NEVER + 1  # the store has not been asked yet
UNCOVERED = np.iinfo(np.int64).max  # no row of the metric is known to be in memory

# A metric that was written to within this span is found without looking through its whole history.
RECENT_NS = 32 * 86400 * 10**9


class Newest(Protocol):
    """Measures in memory, as of one moment."""

    def between(self, numbers: UInt32s, since: int, until: int, *, rewritten: bool) -> tuple[UInt32s, Int64s, Float64s]:
        """
        Metric, time and value of the rows of distinct metrics in [since, until), in no order.

        `rewritten` False promises that no time of theirs was written twice.
        """

    def latest(self, numbers: UInt32s, known: Int64s) -> tuple[Int64s, Float64s]:
        """Time and value of each metric's newest row, which is at its `known` time or later."""


class Memory(Protocol):
    """Where the newest measures can be had without the store."""

    def covering(self, numbers: UInt32s, since: Int64s) -> Newest | None:
        """What holds all stored rows of metrics from `since` on, one time each; None when something does not."""


class SeriesState:
    """
    Columns indexed by metric number, all times in nanoseconds.

    `newest` is read from the store once per metric and then kept; with a shared store it is asked again, from the known
    value on, because other nodes write too. Any thread may read the columns; they are changed under the lock only, as
    they move when they grow.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self.newest = np.empty(0, np.int64)
        self.finest = np.empty(0, np.int64)
        self.block = np.empty(0, np.int64)
        self.window_blocks = np.empty(0, np.int64)
        self.rewritten_until = np.empty(0, np.int64)
        self.rolled_until = np.empty(0, np.int64)
        # How far apart measures came lately, 0 where that is not known: a hint for choosing how to read, no more.
        self.spacing = np.empty(0, np.int64)
        # Stored rows later than this are all in memory too, see `Head`.
        self.covered = np.empty(0, np.int64)
        self._reserve(1024)
        self.reload_marks()

    def _reserve(self, size: int) -> None:
        """Make room for metric numbers below `size`."""
        # The column that grows last: where it has room, all have. Most calls need not wait for their turn.
        if size <= len(self.covered):
            return
        with self._lock:
            have = len(self.newest)
            if size <= have:
                return
            size = max(size, 2 * have)
            for name, fill in (
                ("newest", UNREAD),
                ("finest", 1),
                ("block", 1),
                ("window_blocks", 0),
                ("rewritten_until", NEVER),
                ("rolled_until", NEVER),
                ("spacing", 0),
                ("covered", UNCOVERED),
            ):
                grown = np.full(size, fill, np.int64)
                grown[:have] = getattr(self, name)
                setattr(self, name, grown)

    def register_policy(self, numbers: UInt32s, policy: ArchivePolicy, *, new: bool = False) -> None:
        """Note that metrics are under one policy, which says how long their windows stay open; `new` have no data."""
        if not len(numbers):
            return
        self._reserve(int(numbers.max()) + 1)
        with self._lock:
            self.finest[numbers] = min(each.granularity_ns for each in policy.definition)
            self.block[numbers] = policy.block_ns
            # So many blocks before the newest stay open.
            self.window_blocks[numbers] = policy.back_window + policy.has_rate
            if new:
                # Somebody else may have made and written the same metrics a moment ago.
                self.newest[numbers[self.newest[numbers] == UNREAD]] = NEVER

    def reload_marks(self) -> None:
        """Read how far metrics are rewritten and rolled up; other nodes move these marks too."""
        for table, column in (("rewrites", "rewritten_until"), ("rollups", "rolled_until")):
            rows = self._store.query(f"SELECT metric, max(until) AS until FROM {table} GROUP BY metric")
            numbers = rows["metric"].to_numpy()
            if len(numbers):
                self._reserve(int(numbers.max()) + 1)
                self._raise(column, numbers, rows["until"].to_numpy())

    def note_newest(self, numbers: UInt32s, newest: Int64s) -> None:
        """Points up to `newest` are on disk."""
        self._raise("newest", numbers, newest)

    def note_rewritten(self, numbers: UInt32s, until: Int64s) -> None:
        """Up to `until` the store may hold two rows for one time."""
        self._raise("rewritten_until", numbers, until)

    def note_rolled(self, numbers: UInt32s, until: Int64s) -> None:
        """Buckets that end at or before `until` are aggregates now."""
        self._raise("rolled_until", numbers, until)

    def note_covered(self, numbers: UInt32s, since: Int64s) -> None:
        """From now on rows after `since` are kept in memory, for those metrics of which none were so far."""
        with self._lock:
            covered = self.covered[numbers]
            self.covered[numbers] = np.where(covered == UNCOVERED, since, covered)

    def raise_covered(self, numbers: UInt32s, until: Int64s) -> None:
        """Rows up to `until` are in memory no more."""
        self._raise("covered", numbers, until)

    def _raise(self, name: str, numbers: UInt32s, values: Int64s) -> None:
        with self._lock:
            column = getattr(self, name)
            column[numbers] = np.maximum(column[numbers], values)

    def newest_of(self, numbers: UInt32s) -> Int64s:
        """The newest time of each metric, `NEVER` where it has no point; one or two queries for those not yet known."""
        if not len(numbers):
            return np.empty(0, np.int64)
        self._reserve(int(numbers.max()) + 1)
        unread = numbers[self.newest[numbers] == UNREAD]
        if len(unread):
            self._read_newest(unread)
        if self._store.shared:
            self._refresh_newest(numbers)
        return self.newest[numbers]

    def _read_newest(self, numbers: UInt32s) -> None:
        top = self._store.query("SELECT max(time) AS newest FROM measures")["newest"][0].as_py()
        self._merge_newest(numbers, top - RECENT_NS)
        missing = numbers[self.newest[numbers] == UNREAD]
        if len(missing):
            self._merge_newest(missing, 0)
            with self._lock:
                self.newest[missing[self.newest[missing] == UNREAD]] = NEVER

    def _refresh_newest(self, numbers: UInt32s) -> None:
        known = self.newest[numbers]
        since = int(known.min())
        self._merge_newest(numbers, max(since, 0))

    def _merge_newest(self, numbers: UInt32s, since: int) -> None:
        rows = self._store.query(
            "SELECT metric, max(time) AS newest FROM measures "
            "WHERE metric IN {metrics:Array(UInt32)} AND time >= {since:Int64} GROUP BY metric",
            {"metrics": numbers.tolist(), "since": since},
        )
        self._raise("newest", rows["metric"].to_numpy(), rows["newest"].to_numpy())

    def forget_newest(self, numbers: UInt32s) -> None:
        """Ask the store again next time: an insert failed half-way, or a metric was deleted."""
        if len(numbers):
            self._reserve(int(numbers.max()) + 1)
            with self._lock:
                self.newest[numbers] = UNREAD
                self.covered[numbers] = UNCOVERED

    def open_since(self, numbers: UInt32s, newest: Int64s) -> Int64s:
        """
        Where the open window of each metric starts; earlier points are late.

        floor(newest / block) · block − window_blocks · block, and never before what is rolled up already. With blocks
        of 60 s, one block kept open and the newest point at 185 s: floor(185 / 60) · 60 − 60 = 120 s.
        """
        block = self.block[numbers]
        start = np.where(newest == NEVER, NEVER, (newest // block - self.window_blocks[numbers]) * block)
        return np.maximum(start, self.rolled_until[numbers])

    def needs_final(self, numbers: UInt32s, since: int) -> bool:
        """Whether a read from `since` on can meet two rows for one time."""
        if self._store.shared:
            return True
        return bool((self.rewritten_until[numbers] >= since).any())
