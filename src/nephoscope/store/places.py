# SPDX-License-Identifier: Apache-2.0
"""Numbers of metrics by the places that they have, a resource and a name, and what was last said of the resources."""

import random
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain, islice
from sys import intern
from typing import TypeVar
from uuid import UUID

import msgspec

from nephoscope.model.metric import Metric

T = TypeVar("T")

# What makes room is this part of all that is kept: all at once would make everybody ask the index at once.
PARTS = 64
NOTHING: Mapping[str, int] = {}


class _Home(msgspec.Struct, gc=False):
    """One resource: its metrics' numbers by name and their ids, and what was said of it."""

    resource_id: UUID
    born: float
    numbers: dict[str, int]
    ids: tuple[int, ...] = ()
    noted: bytes | None = None


class Places:
    """
    A bounded memory for the many metrics that agents write to, of at most `metrics_max`; full, it lets go of a part.

    800 000 metrics of 40 000 resources take 180 bytes each here, and 1040 as whole ones under three keys. The garbage
    collector, for which all threads stop, is through with them in 0.09 s instead of 0.9 s: it passes over dicts and
    tuples of nothing but texts and numbers.

    What is older than `ttl_s` is not known any more. Any thread may ask; who changes it holds a lock.
    """

    def __init__(
        self,
        metrics_max: int,
        ttl_s: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        choose: Callable[[int], int] = random.randrange,
    ) -> None:
        self._metrics_max = metrics_max
        self._ttl_s = ttl_s
        self._clock = clock
        self._choose = choose
        self._homes: dict[UUID, _Home] = {}
        self._owners: dict[int, _Home] = {}

    def __len__(self) -> int:
        """How many metrics are kept."""
        return len(self._owners)

    def numbers(self, resource_id: UUID) -> Mapping[str, int]:
        """The numbers that are known of a resource's metrics, by name."""
        home = self._known(resource_id)
        return NOTHING if home is None else home.numbers

    def is_noted(self, resource_id: UUID, said: bytes) -> bool:
        """Whether `said` is what was noted last of a resource."""
        home = self._known(resource_id)
        return home is not None and home.noted == said

    def note(self, resource_id: UUID, said: bytes) -> None:
        """
        Note what was said of a resource; of one without a known metric nothing is.

        For only ids of metrics tell that a resource was deleted.
        """
        home = self._known(resource_id)
        if home is not None:
            home.noted = said

    def unnote(self, resource_id: UUID) -> None:
        """Somebody else has changed the resource."""
        home = self._homes.get(resource_id)
        if home is not None:
            home.noted = None

    def unnote_all(self) -> None:
        """Something was changed that may concern every resource."""
        for home in list(self._homes.values()):
            home.noted = None

    def add(self, metrics: Collection[Metric]) -> None:
        """Keep the numbers of those metrics that have a place."""
        if len(metrics) > self._metrics_max:
            return
        self._make_room(len(metrics))
        now = self._clock()
        found: dict[UUID, list[Metric]] = {}
        for metric in metrics:
            if metric.resource_id is not None and metric.name is not None:
                found.setdefault(metric.resource_id, []).append(metric)
        for resource_id, its in found.items():
            # Where they were before, if anywhere, they are no more.
            self.forget_metrics((metric.id for metric in its), unless_of=resource_id)
            home = self._known(resource_id)
            if home is None:
                self.forget(resource_id)
                home = self._homes[resource_id] = _Home(resource_id, now, {})
            new = {metric.id.int: home for metric in its if metric.id.int not in self._owners}
            home.ids += tuple(new)
            self._owners |= new
            home.numbers |= {intern(str(metric.name)): metric.number for metric in its}

    def forget(self, resource_id: UUID) -> None:
        """Forget a resource and its metrics."""
        home = self._homes.pop(resource_id, None)
        if home is not None:
            for each in home.ids:
                self._owners.pop(each, None)

    def forget_metrics(self, ids: Iterable[UUID], *, unless_of: UUID | None = None) -> None:
        """Forget the resources that have these metrics, but for one whose metrics they are."""
        for each in ids:
            home = self._owners.get(each.int)
            if home is not None and home.resource_id != unless_of:
                self.forget(home.resource_id)

    def _known(self, resource_id: UUID) -> _Home | None:
        home = self._homes.get(resource_id)
        if home is None or (self._ttl_s is not None and self._clock() - home.born > self._ttl_s):
            return None
        return home

    def _make_room(self, wanted: int) -> None:
        going = room_needed(len(self._owners), wanted, self._metrics_max)
        gone: list[UUID] = []
        for home in part_of(self._homes.values(), self._choose) if going else ():
            if going <= 0:
                break
            gone.append(home.resource_id)
            going -= len(home.ids)
        for resource_id in gone:
            self.forget(resource_id)


def room_needed(kept: int, wanted: int, kept_max: int) -> int:
    """
    How many must go before `wanted` more can be kept: none while they fit, else a part at least.

    >>> room_needed(90, 10, 100), room_needed(91, 10, 100), room_needed(6400, 1, 6400)
    (0, 1, 100)
    """
    return 0 if kept + wanted <= kept_max else max(kept + wanted - kept_max, kept_max // PARTS)


def part_of(kept: Collection[T], choose: Callable[[int], int]) -> Iterator[T]:
    """
    All that is kept, from a chosen place on.

    Chance decides what goes: were it the oldest, then of a few more than fit, asked for in turn, none would be found.
    """
    start = choose(len(kept)) if kept else 0
    return chain(islice(kept, start, None), islice(kept, start))
