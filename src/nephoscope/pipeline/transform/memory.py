# SPDX-License-Identifier: Apache-2.0
"""What transformers remember between batches, in items that can be kept, and handed to another agent."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from typing import Any, NamedTuple, Protocol

import msgspec
import numpy as np

from nephoscope.model.sample_columns import NOTHING, Samples, joined, objects

NUMBERS = ("volume", "time_ns")
REMEMBERED = tuple(each.name for each in fields(Samples) if each.name != "monotonic_s")


class Item(NamedTuple):
    """A piece of memory: whose it is, what tells it from others of its transformer, and its content; None: gone."""

    resource: str
    key: str
    value: bytes | None


class Memory(Protocol):
    """What a transformer remembers from batch to batch."""

    def changes(self) -> list[Item]:
        """What is different since this was last asked."""
        ...

    def restore(self, items: Iterable[Item]) -> None:
        """
        Remember what another has remembered, in addition; it counts as changed.

        Readings of clocks that never go back are not taken over: the other may have run on another machine, or
        before this one started anew.
        """
        ...

    def forget(self, resources: Collection[str]) -> None:
        """Remember nothing of these resources."""
        ...


class Held:
    """Samples held back, in their order, each an item."""

    def __init__(self) -> None:
        self._parts: list[tuple[list[str], Samples]] = []
        self._changed: dict[str, Item] = {}
        self._stored: set[str] = set()
        self._sequence = 0

    def __len__(self) -> int:
        return sum(len(samples) for _, samples in self._parts)

    def add(self, samples: Samples) -> None:
        """Hold these behind the others."""
        if not len(samples):
            return
        keys = [f"{self._sequence + i:016x}" for i in range(len(samples))]
        self._sequence += len(samples)
        self._parts.append((keys, samples))

    @property
    def first_ns(self) -> int:
        """The time of the sample that came first; there is one."""
        return int(self._parts[0][1].time_ns[0])

    def all(self) -> Samples:
        """What is held."""
        return joined([samples for _, samples in self._parts]) if self._parts else NOTHING

    def clear(self) -> None:
        """Hold nothing."""
        self._parts.clear()

    def keep(self, rows: Sequence[int]) -> None:
        """Hold only these rows of `all`."""
        keys = [key for part, _ in self._parts for key in part]
        kept = self.all().take(np.array(rows, np.intp))
        self._parts = [([keys[row] for row in rows], kept)] if len(kept) else []

    def changes(self) -> list[Item]:
        """As `Memory.changes`: what is held now and was not, and the other way round."""
        now = {key for keys, _ in self._parts for key in keys}
        gone = [Item("", key, None) for key in sorted(self._stored - now)]
        new = [
            Item(str(resource or ""), key, value)
            for keys, samples in self._parts
            if not self._stored.issuperset(keys)
            for key, resource, value in zip(keys, samples.resource_id.tolist(), _encoded(samples), strict=True)
            if key not in self._stored
        ]
        self._stored = now
        return gone + new

    def restore(self, items: Iterable[Item]) -> None:
        """As `Memory.restore`."""
        self.add(_decoded([item.value for item in sorted(items, key=lambda item: item.key) if item.value is not None]))

    def forget(self, resources: Collection[str]) -> None:
        """As `Memory.forget`."""
        listed = self.all().resource_id.tolist()
        self.keep([row for row, each in enumerate(listed) if each not in resources])


def _encoded(samples: Samples) -> Iterable[bytes]:
    columns = [getattr(samples, name).tolist() for name in REMEMBERED]
    return map(msgspec.msgpack.encode, zip(*columns, strict=True))


def _decoded(values: Sequence[bytes]) -> Samples:
    if not values:
        return NOTHING
    rows: list[list[Any]] = [msgspec.msgpack.decode(value) for value in values]
    made: dict[str, Any] = {"monotonic_s": np.full(len(rows), np.nan)}
    for name, column in zip(REMEMBERED, zip(*rows, strict=True), strict=True):
        made[name] = np.array(column, getattr(NOTHING, name).dtype) if name in NUMBERS else objects(column)
    return Samples(**made)
