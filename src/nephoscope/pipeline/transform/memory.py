# SPDX-License-Identifier: Apache-2.0
"""What transformers remember between batches, in pages that can be kept, and handed to another agent."""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import fields
from typing import Annotated, Any, Protocol, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from nephoscope.model.errors import BadPayload
from nephoscope.model.sample_columns import NOTHING, Samples, joined, of_rows

PAGE_ROWS = 128
"""Series, or samples, a page: what comes together is written together, what comes alone writes a few kilobytes."""

Places = npt.NDArray[np.intp]
Changes = dict[int, bytes | None]
"""Pages by number; None: gone."""

Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
# A sample on a page: all of it but the reading of the clock that never goes back, which is second to last.
HeldRow = tuple[str, str, str, float, str | None, str | None, str | None, Int64, dict[str, Any]]
REMEMBERED = tuple(each.name for each in fields(Samples) if each.name != "monotonic_s")

Content = TypeVar("Content")


class Memory(Protocol):
    """What a transformer remembers from batch to batch, in numbered pages."""

    def changes(self) -> Changes:
        """The pages that are different since this was last asked."""
        ...

    def of_resources(self, resources: Collection[str]) -> bytes | None:
        """What is remembered of these resources, as one page, of any size; None: nothing."""
        ...

    def restore(self, page: bytes) -> set[str]:
        """
        Remember what another has remembered, in addition, and give whose it is; it counts as changed.

        BadPayload when it is no page of such a memory, and nothing is changed. Readings of clocks that never go back
        are not taken over: the other may have run on another machine, or before this one started anew.
        """
        ...

    def forget(self, resources: Collection[str]) -> None:
        """Remember nothing of these resources."""
        ...


def changed_pages(changed: Places, rows: int, before: int, packed: Callable[[Places], bytes]) -> Changes:
    """
    As `Memory.changes`, of rows that lie on pages in their order.

    Takes   the rows that are new or different; how many there are now, and were when this was last asked; what makes
            a page of rows.
    """
    numbers = set(np.unique(changed // PAGE_ROWS).tolist())
    if 0 < rows < before:
        # What is last now may have had others behind it on its page.
        numbers.add((rows - 1) // PAGE_ROWS)
    pages: Changes = {
        number: packed(np.arange(number * PAGE_ROWS, min((number + 1) * PAGE_ROWS, rows))) for number in sorted(numbers)
    }
    return pages | dict.fromkeys(range(_pages(rows), _pages(before)))


def _pages(rows: int) -> int:
    return -(-rows // PAGE_ROWS)


def read_page(page: bytes, kind: type[Content]) -> Content:
    """What a page holds; BadPayload when that is something else."""
    try:
        return msgspec.msgpack.decode(page, type=kind)
    except msgspec.DecodeError as error:
        raise BadPayload(f"a page of what was remembered cannot be read: {error}") from None


class Held:
    """Samples held back, in their order."""

    def __init__(self) -> None:
        self._held = NOTHING
        # How many there were when changes were last asked for, and how many of these, from the first, are as they were.
        self._told = 0
        self._same = 0

    def __len__(self) -> int:
        return len(self._held)

    def add(self, samples: Samples) -> None:
        """Hold these behind the others."""
        self._held = joined([each for each in (self._held, samples) if len(each)])

    @property
    def first_ns(self) -> int:
        """The time of the sample that came first; there is one."""
        return int(self._held.time_ns[0])

    def all(self) -> Samples:
        """What is held."""
        return self._held

    def clear(self) -> None:
        """Hold nothing."""
        self._held, self._same = NOTHING, 0

    def keep(self, rows: Sequence[int]) -> None:
        """Hold only these rows of `all`."""
        kept = np.array(rows, np.intp)
        moved = np.flatnonzero(kept != np.arange(len(kept)))
        self._same = min(self._same, int(moved[0]) if len(moved) else len(kept))
        self._held = self._held.take(kept)

    def changes(self) -> Changes:
        """As `Memory.changes`."""
        changed = changed_pages(np.arange(self._same, len(self)), len(self), self._told, self._packed)
        self._told = self._same = len(self)
        return changed

    def of_resources(self, resources: Collection[str]) -> bytes | None:
        """As `Memory.of_resources`."""
        rows = [row for row, each in enumerate(self._held.resource_id.tolist()) if each in resources]
        return self._packed(np.array(rows, np.intp)) if rows else None

    def restore(self, page: bytes) -> set[str]:
        """As `Memory.restore`."""
        samples = of_rows([(*row[:-1], math.nan, row[-1]) for row in read_page(page, list[HeldRow])])
        self.add(samples)
        return {each for each in samples.resource_id.tolist() if each is not None}

    def forget(self, resources: Collection[str]) -> None:
        """As `Memory.forget`."""
        listed = self._held.resource_id.tolist()
        self.keep([row for row, each in enumerate(listed) if each not in resources])

    def _packed(self, rows: Places) -> bytes:
        taken = self._held.take(rows)
        columns = [getattr(taken, name).tolist() for name in REMEMBERED]
        return msgspec.msgpack.encode(list(zip(*columns, strict=True)))
