# SPDX-License-Identifier: Apache-2.0
"""What came before each sample of the same meter and resource."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import msgspec
import numpy as np

from nephoscope.model.sample_columns import Floats, Int64s, Samples
from nephoscope.observe import dropped
from nephoscope.pipeline.transform.memory import Changes, Int64, Places, changed_pages, read_page

SERIES_MAX = 1_000_000

Key = tuple[str, str | None]
"""A series: a meter, and the resource that it is of."""


@dataclass(frozen=True)
class Steps:
    """Samples (`rows`) that have a predecessor: seconds since it, and its volume."""

    rows: Places
    seconds: Floats
    before: Floats


class Series(msgspec.Struct, array_like=True):
    """
    A page: the newest sample of some series, by column.

    What changes from batch to batch comes last, and has the same length each time: so SQLite, which leaves alone what
    stays the same of a row, writes little of the keys again.
    """

    keys: list[Key]
    time_ns: list[Int64]
    volume: list[float]

    def __post_init__(self) -> None:
        if not len(self.keys) == len(self.time_ns) == len(self.volume):
            raise ValueError("columns of different lengths")


class Predecessors:
    """
    The newest sample of each series, a meter of a resource.

    Series lie on pages in the order in which they were first seen, so those that are polled together share pages.

    Of a sample that is older than the newest nothing becomes; it is counted, and the newest stays. At most
    `series_max` series are remembered: beyond it those that were silent longest are forgotten, a tenth at a time.
    """

    def __init__(self, *, monotonic: bool, series_max: int = SERIES_MAX) -> None:
        self._monotonic = monotonic
        self._series_max = series_max
        self._slots: dict[Key, int] = {}
        self._keys: list[Key] = []
        self._names: set[str] = set()
        self._time_ns: Int64s = np.empty(0, np.int64)
        self._monotonic_s: Floats = np.empty(0, np.float64)
        self._volume: Floats = np.empty(0, np.float64)
        self._touched = np.empty(0, np.bool_)
        # How many series there were when changes were last asked for.
        self._told = 0

    def step(self, samples: Samples) -> Steps:
        """Take samples in, in their order; the steps are in that order too."""
        keys = zip(samples.name.tolist(), samples.resource_id.tolist(), strict=True)
        slots = self._slots_of(keys, len(samples))
        found: list[Steps] = []
        late = 0
        for rows in _rounds(slots):
            slot = slots[rows]
            known = np.isfinite(self._volume[slot])
            seconds = self._seconds(samples, rows, slot)
            late_rows = known & (seconds < 0)
            late += int(late_rows.sum())
            follows = known & ~late_rows
            found.append(Steps(rows[follows], seconds[follows], self._volume[slot[follows]]))
            self._remember(samples, rows[~late_rows], slot[~late_rows])
        if late:
            dropped("pipeline", "older than its predecessor", late)
        self._forget_some()
        return _in_order(found)

    def _slots_of(self, keys: Iterable[Key], count: int) -> Places:
        known = self._slots
        slots = np.fromiter((known.setdefault(key, len(known)) for key in keys), np.intp, count)
        self._make_room()
        return slots

    def _make_room(self) -> None:
        new = [*islice(reversed(self._slots), len(self._slots) - len(self._keys))]
        self._keys += reversed(new)
        self._names.update(name for name, _ in new)
        missing = len(self._keys) - len(self._volume)
        if missing > 0:
            room = max(missing, len(self._volume))
            self._time_ns = np.concatenate([self._time_ns, np.zeros(room, np.int64)])
            self._monotonic_s = np.concatenate([self._monotonic_s, np.full(room, np.nan)])
            self._volume = np.concatenate([self._volume, np.full(room, np.nan)])
            self._touched = np.concatenate([self._touched, np.zeros(room, np.bool_)])

    def _seconds(self, samples: Samples, rows: Places, slot: Places) -> Floats:
        """Since the predecessor: by the clock that never goes back where both have it, else by their timestamps."""
        by_time: Floats = (samples.time_ns[rows] - self._time_ns[slot]) / 1e9
        if not self._monotonic:
            return by_time
        by_clock = samples.monotonic_s[rows] - self._monotonic_s[slot]
        return np.where(np.isnan(by_clock), by_time, by_clock)

    def _remember(self, samples: Samples, rows: Places, slot: Places) -> None:
        self._time_ns[slot] = samples.time_ns[rows]
        self._monotonic_s[slot] = samples.monotonic_s[rows]
        self._volume[slot] = samples.volume[rows]
        self._touched[slot] = True

    def _forget_some(self) -> None:
        count = len(self._keys)
        if count > self._series_max:
            by_age = np.argsort(self._time_ns[:count], kind="stable")
            self._keep(np.sort(by_age[count - self._series_max * 9 // 10 :]))

    def _keep(self, kept: Places) -> None:
        """Forget all series but these."""
        self._keys = [self._keys[old] for old in kept.tolist()]
        self._slots = {key: new for new, key in enumerate(self._keys)}
        self._names = {name for name, _ in self._keys}
        self._time_ns, self._monotonic_s = self._time_ns[kept], self._monotonic_s[kept]
        self._volume = self._volume[kept]
        self._touched = self._touched[kept] | (kept != np.arange(len(kept)))

    def changes(self) -> Changes:
        """As `Memory.changes`."""
        touched = np.flatnonzero(self._touched[: len(self._keys)])
        changed = changed_pages(touched, len(self._keys), self._told, self._packed)
        self._touched[touched] = False
        self._told = len(self._keys)
        return changed

    def of_resources(self, resources: Collection[str]) -> bytes | None:
        """As `Memory.of_resources`."""
        # There are few names: asking for each is quicker than going through all series.
        keys = ((name, resource) for resource in resources for name in self._names)
        slots = sorted(slot for key in keys if (slot := self._slots.get(key)) is not None)
        return self._packed(np.array(slots, np.intp)) if slots else None

    def restore(self, page: bytes) -> set[str]:
        """As `Memory.restore`; of a series that is known already the newer sample stays."""
        series = read_page(page, Series)
        time_ns, volume = np.array(series.time_ns, np.int64), np.array(series.volume, np.float64)
        slots = self._slots_of(series.keys, len(series.keys))
        newer = np.isnan(self._volume[slots]) | (time_ns > self._time_ns[slots])
        slot = slots[newer]
        self._time_ns[slot], self._monotonic_s[slot], self._volume[slot] = time_ns[newer], np.nan, volume[newer]
        self._touched[slot] = True
        self._forget_some()
        return {resource for _, resource in series.keys if resource is not None}

    def forget(self, resources: Collection[str]) -> None:
        """As `Memory.forget`."""
        kept = [slot for slot, (_, resource) in enumerate(self._keys) if resource not in resources]
        if len(kept) < len(self._keys):
            self._keep(np.array(kept, np.intp))

    def _packed(self, slots: Places) -> bytes:
        keys = [self._keys[slot] for slot in slots.tolist()]
        return msgspec.msgpack.encode(Series(keys, self._time_ns[slots].tolist(), self._volume[slots].tolist()))


def _rounds(slots: Places) -> Iterator[Places]:
    """The first sample of every series, then the second of each …: within a round none depends on another."""
    order = np.argsort(slots, kind="stable")
    in_order = slots[order]
    starts = np.flatnonzero(np.concatenate(([True], in_order[1:] != in_order[:-1]))[: len(in_order)])
    counts = np.diff(starts, append=len(in_order))
    rank = np.arange(len(in_order)) - np.repeat(starts, counts)
    by_rank = np.argsort(rank, kind="stable")
    edges = np.cumsum(np.bincount(rank))
    yield from np.split(order[by_rank], edges[:-1]) if len(slots) else ()


def _in_order(found: list[Steps]) -> Steps:
    if not found:
        return Steps(np.empty(0, np.intp), np.empty(0, np.float64), np.empty(0, np.float64))
    rows = np.concatenate([each.rows for each in found])
    order = np.argsort(rows, kind="stable")
    seconds = np.concatenate([each.seconds for each in found])
    before = np.concatenate([each.before for each in found])
    return Steps(rows[order], seconds[order], before[order])
