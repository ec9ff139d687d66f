# SPDX-License-Identifier: Apache-2.0
"""What came before each sample of the same meter and resource."""

import struct
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nephoscope.model.sample_columns import Floats, Int64s, Samples
from nephoscope.observe import dropped
from nephoscope.pipeline.transform.memory import Item

SERIES_MAX = 1_000_000
# Time in ns, volume.
MEMORY = struct.Struct("<qd")
BETWEEN = "\x1f"

Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Steps:
    """Samples (`rows`) that have a predecessor: seconds since it, and its volume."""

    rows: Places
    seconds: Floats
    before: Floats


class Predecessors:
    """
    The newest sample of each series, a meter of a resource.

    Of a sample that is older than the newest nothing becomes; it is counted, and the newest stays. At most
    `series_max` series are remembered: beyond it those that were silent longest are forgotten, a tenth at a time.
    """

    def __init__(self, *, monotonic: bool, series_max: int = SERIES_MAX) -> None:
        self._monotonic = monotonic
        self._series_max = series_max
        self._slots: dict[tuple[object, object], int] = {}
        self._time_ns: Int64s = np.empty(0, np.int64)
        self._monotonic_s: Floats = np.empty(0, np.float64)
        self._volume: Floats = np.empty(0, np.float64)
        self._touched = np.empty(0, np.bool_)
        self._gone: list[Item] = []

    def step(self, samples: Samples) -> Steps:
        """Take samples in, in their order; the steps are in that order too."""
        slots = self._slots_of(samples)
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

    def _slots_of(self, samples: Samples) -> Places:
        known = self._slots
        keys = zip(samples.name.tolist(), samples.resource_id.tolist(), strict=True)
        slots = np.fromiter((known.setdefault(key, len(known)) for key in keys), np.intp, len(samples))
        self._make_room()
        return slots

    def _make_room(self) -> None:
        missing = len(self._slots) - len(self._volume)
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
        count = len(self._slots)
        if count > self._series_max:
            by_age = np.argsort(self._time_ns[:count], kind="stable")
            self._keep(np.sort(by_age[count - self._series_max * 9 // 10 :]))

    def _keep(self, kept: Places) -> None:
        """Forget all series but these."""
        keys = list(self._slots)
        self._slots = {keys[old]: new for new, old in enumerate(kept.tolist())}
        self._gone += [Item("", _text(key), None) for key in keys if key not in self._slots]
        self._time_ns, self._monotonic_s = self._time_ns[kept], self._monotonic_s[kept]
        self._volume, self._touched = self._volume[kept], self._touched[kept]

    def changes(self) -> list[Item]:
        """As `Memory.changes`: an item for each series."""
        touched = np.flatnonzero(self._touched[: len(self._slots)])
        gone, self._gone = self._gone, []
        if not len(touched):
            return gone
        keys = list(self._slots)
        columns = zip(
            touched.tolist(),
            self._time_ns[touched].tolist(),
            self._volume[touched].tolist(),
            strict=True,
        )
        self._touched[touched] = False
        return gone + [Item(str(keys[slot][1]), _text(keys[slot]), MEMORY.pack(*row)) for slot, *row in columns]

    def restore(self, items: Iterable[Item]) -> None:
        """As `Memory.restore`; of a series that is known already the newer sample stays."""
        for item in items:
            name, _, resource = item.key.partition(BETWEEN)
            if item.value is None or len(item.value) != MEMORY.size:
                continue
            slot = self._slots.setdefault((name, resource), len(self._slots))
            self._make_room()
            time_ns, volume = MEMORY.unpack(item.value)
            if np.isnan(self._volume[slot]) or time_ns > self._time_ns[slot]:
                self._time_ns[slot], self._monotonic_s[slot], self._volume[slot] = time_ns, np.nan, volume
                self._touched[slot] = True
        self._forget_some()

    def forget(self, resources: Collection[str]) -> None:
        """As `Memory.forget`."""
        kept = [slot for (_, resource), slot in self._slots.items() if resource not in resources]
        if len(kept) < len(self._slots):
            self._keep(np.array(kept, np.intp))


def _text(key: tuple[object, object]) -> str:
    return f"{key[0]}{BETWEEN}{key[1]}"


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
