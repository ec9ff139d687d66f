# SPDX-License-Identifier: Apache-2.0
"""Metrics and policies as writes and reads need them: kept in memory, filled from the index in bulk."""

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from uuid import UUID

import numpy as np

from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.model.metric import Metric
from nephoscope.model.resource import Resource
from nephoscope.store.commit import Measures
from nephoscope.store.index.contract import Index
from nephoscope.store.places import Places, part_of, room_needed
from nephoscope.store.series import SeriesState, UInt32s

Named = tuple[UUID, str]
NONE: Mapping[str, Metric] = {}


class Catalog:
    """
    Answers which metric an id means, and tells `SeriesState` the policies of the metrics it meets.

    What writers by resource and name need, numbers, is kept apart from whole metrics, see `Places`. Of either kind at
    most `entries_max` metrics are kept; full, it lets go of a part.

    Where other nodes share the index, what is known is forgotten after `ttl_s`, so that their changes are seen; where
    this process is alone, the hooks `forget_*` and `*_changed` are enough. What was read from the index while something
    changed is given, but not kept: it may be from before.
    """

    def __init__(
        self,
        index: Index,
        series: SeriesState,
        *,
        ttl_s: float | None = None,
        entries_max: int = 2_000_000,
        clock: Callable[[], float] = time.monotonic,
        choose: Callable[[int], int] = random.randrange,
    ) -> None:
        """`choose` gives a number below its argument: where the part begins that is let go."""
        self._index = index
        self._series = series
        self._ttl_s = ttl_s
        self._entries_max = entries_max
        self._clock = clock
        self._choose = choose
        self._lock = threading.Lock()
        self._changes = 0
        self._places = Places(entries_max, ttl_s, clock, choose)
        self._by_id: dict[UUID, Metric] = {}
        self._by_text: dict[str, Metric] = {}
        self._by_name: dict[UUID, dict[str, Metric]] = {}
        self._ended: dict[UUID, int] = {}
        # Which metrics were read when, the oldest first; only where they are forgotten by time.
        self._read_at: deque[tuple[float, list[UUID]]] = deque()
        self._policies: dict[str, ArchivePolicy] = {}
        self._policies_at = clock()
        self._policies_turn = threading.Lock()
        # How often policies were changed, and how many of these changes all windows have followed.
        self._policy_changes = 0
        self._windows_follow = 0

    @property
    def changes(self) -> int:
        """How many changes it was told of: who keeps what it reads has to see none meanwhile, see `note`."""
        return self._changes

    @property
    def policy_changes(self) -> int:
        """How many changes of archive policies have been seen."""
        self._refresh()
        return self._policy_changes

    def known_numbers(self, resource_ids: Iterable[UUID]) -> list[Mapping[str, int]]:
        """The numbers of each resource's metrics, by name, as far as they are in memory."""
        self._refresh()
        return [self._places.numbers(each) for each in resource_ids]

    def numbers(self, wanted: Collection[Named]) -> dict[Named, int]:
        """The numbers of the active metrics among (resource id, name) pairs."""
        self._refresh()
        found: dict[Named, int] = {}
        missing = []
        for pair in wanted:
            number = self._places.numbers(pair[0]).get(pair[1])
            if number is None:
                missing.append(pair)
            else:
                found[pair] = number
        if missing:
            seen = self._changes
            read = self._index.metrics.named({pair[0] for pair in missing}, {pair[1] for pair in missing})
            self._remember_places(list(read.values()), seen)
            found |= {pair: read[pair].number for pair in missing if pair in read}
        return found

    def is_noted(self, resource_id: UUID, said: bytes) -> bool:
        """Whether this was noted last of a resource, and nothing that we know of has changed it since."""
        return self._places.is_noted(resource_id, said)

    def note(self, said: Mapping[UUID, bytes], seen: int) -> None:
        """Note what was found true of resources, unless anything has changed since there were `seen` changes."""
        with self._lock:
            if self._changes == seen:
                for resource_id, each in said.items():
                    self._places.note(resource_id, each)

    def by_text(self, texts: Collection[str]) -> dict[str, Metric]:
        """The active metrics among ids as clients write them; what is unknown or no id is left out."""
        self._refresh()
        known = self._by_text
        found = {text: metric for text in texts if (metric := known.get(text))}
        if len(found) == len(texts):
            return found
        missing = {text: each for text in texts if text not in found and (each := _uuid(text))}
        metrics = self.by_id(missing.values())
        found |= {text: metrics[each] for text, each in missing.items() if each in metrics}
        return {text: found[text] for text in texts if text in found}

    def by_id(self, ids: Iterable[UUID]) -> dict[UUID, Metric]:
        """The active metrics among the ids."""
        self._refresh()
        wanted, known = list(ids), self._by_id
        found = {each: metric for each in wanted if (metric := known.get(each))}
        missing = [each for each in wanted if each not in found]
        if missing:
            seen = self._changes
            read = self._index.metrics.get(missing)
            self._remember(list(read.values()), seen)
            found |= read
        return {each: found[each] for each in wanted if each in found}

    def by_name(self, wanted: Collection[Named]) -> dict[Named, Metric]:
        """The active metrics among (resource id, name) pairs."""
        return self._by_place(wanted, self._remember)

    def look_up(self, wanted: Collection[Named]) -> dict[Named, Metric]:
        """As `by_name`, for who keeps the answer: what was not in memory is not kept there, but its windows are."""
        return self._by_place(wanted, lambda metrics, _seen: self._register(metrics, new=False))

    def _by_place(self, wanted: Collection[Named], note: Callable[[list[Metric], int], None]) -> dict[Named, Metric]:
        self._refresh()
        known = self._by_name
        found = {pair: metric for pair in wanted if (metric := known.get(pair[0], NONE).get(pair[1]))}
        missing = [pair for pair in wanted if pair not in found]
        if missing:
            seen = self._changes
            read = self._index.metrics.named({pair[0] for pair in missing}, {pair[1] for pair in missing})
            note(list(read.values()), seen)
            found |= read
        return {pair: found[pair] for pair in wanted if pair in found}

    def policy(self, name: str) -> ArchivePolicy:
        """The archive policy; NotFound when there is none."""
        self._refresh()
        return self._policy(name)

    def _policy(self, name: str) -> ArchivePolicy:
        known = self._policies.get(name)
        if known is not None:
            return known
        seen = self._policy_changes
        read = self._index.archive_policies.get(name)
        with self._lock:
            if self._policy_changes == seen:
                self._policies[name] = read
        return read

    def any_ended(self, metrics: Iterable[Metric]) -> bool:
        """Whether one of the metrics belongs to a resource that has an end."""
        return bool(self._ended) and any(metric.resource_id in self._ended for metric in metrics)

    def reopen(self, metrics: Iterable[Metric], arrived: Measures) -> None:
        """Take the end off those metrics' resources for which a point not older than it has arrived."""
        ids = {metric.number: metric.id for metric in metrics if metric.resource_id in self._ended}
        newest: dict[UUID, int] = {}
        for number, metric_id in ids.items():
            newest[metric_id] = int(arrived.time[arrived.metric == number].max(initial=0))
        for resource in self._index.resources.reopen(newest):
            self._ended.pop(resource, None)

    def remember(self, metrics: Iterable[Metric], *, new: bool = False) -> None:
        """Take in metrics that were just read or, when `new`, made: those have no measures yet."""
        self._remember(list(metrics), self._changes, new=new)

    def remember_numbers(self, metrics: Iterable[Metric], *, new: bool = False) -> None:
        """As `remember`, but keep only their numbers, for `known_numbers` and `numbers`."""
        self._remember_places(list(metrics), self._changes, new=new)

    def _remember(self, metrics: list[Metric], seen: int, *, new: bool = False) -> None:
        """Keep metrics unless something changed since `seen`; their windows are made known in any case."""
        owners = {metric.resource_id for metric in metrics if metric.resource_id}
        ended = self._index.resources.ended(owners)
        self._register(metrics, new=new)
        with self._lock:
            if self._changes != seen:
                return
            for each in owners - ended.keys():
                self._ended.pop(each, None)
            self._ended |= ended
            if len(metrics) > self._entries_max:
                return
            self._make_room(len(metrics))
            for metric in metrics:
                self._by_id[metric.id] = metric
                # Only the usual one of an id's many spellings, which most clients send.
                self._by_text[str(metric.id)] = metric
                if metric.resource_id and metric.name:
                    self._by_name.setdefault(metric.resource_id, {})[metric.name] = metric
            if self._ttl_s is not None:
                self._read_at.append((self._clock(), [metric.id for metric in metrics]))

    def _remember_places(self, metrics: list[Metric], seen: int, *, new: bool = False) -> None:
        self._register(metrics, new=new)
        with self._lock:
            if self._changes == seen:
                self._places.add(metrics)

    def _make_room(self, wanted: int) -> None:
        going = room_needed(len(self._by_id), wanted, self._entries_max)
        for each in list(islice(part_of(self._by_id, self._choose), going)):
            self._forget(each)

    def register(self, numbers: Mapping[str, Collection[int]]) -> None:
        """Make the windows of metrics known, given by their numbers, by policy; nothing else is kept of them."""
        self._refresh()
        self._register_numbers({name: np.array(list(its), np.uint32) for name, its in numbers.items()}, new=False)

    def _register(self, metrics: Sequence[Metric], *, new: bool) -> None:
        by_policy: dict[str, list[Metric]] = {}
        for metric in metrics:
            by_policy.setdefault(metric.archive_policy_name, []).append(metric)
        self._register_numbers({name: numbers_of(its) for name, its in by_policy.items()}, new=new)

    def _register_numbers(self, numbers: Mapping[str, UInt32s], *, new: bool) -> None:
        """Make windows known. They follow a policy that is changed meanwhile, too."""
        while True:
            seen = self._policy_changes
            for name, its in numbers.items():
                self._series.register_policy(its, self._policy(name), new=new)
            if self._policy_changes == seen:
                return

    def forget_metrics(self, ids: Iterable[UUID]) -> None:
        """Metrics were deleted, perhaps with their resources."""
        gone = list(ids)
        with self._lock:
            self._changes += 1
            self._places.forget_metrics(gone)
            for each in gone:
                self._forget(each)

    def resource_changed(self, resource: Resource, *, replaced: bool) -> None:
        """A resource is new or different now; `replaced` when metrics may have left it or changed their names."""
        names = {metric_id: name for name, metric_id in resource.metrics.items()}
        with self._lock:
            self._changes += 1
            if resource.ended_at_ns is None:
                self._ended.pop(resource.id, None)
            else:
                self._ended[resource.id] = resource.ended_at_ns
            stale = [each for each in names if each in self._by_id and self._by_id[each].resource_id != resource.id]
            if replaced:
                mine = self._by_name.get(resource.id, NONE).values()
                stale += [metric.id for metric in mine if names.get(metric.id) != metric.name]
                self._places.forget(resource.id)
            for each in stale:
                self._forget(each)
            self._places.unnote(resource.id)
            self._places.forget_metrics(names, unless_of=resource.id)

    def resource_type_changed(self) -> None:
        """A type has other attributes now, and its resources perhaps as well."""
        with self._lock:
            self._changes += 1
            self._places.unnote_all()

    def _forget(self, metric_id: UUID) -> None:
        metric = self._by_id.pop(metric_id, None)
        if metric is None:
            return
        self._by_text.pop(str(metric.id), None)
        if metric.resource_id and metric.name:
            its = self._by_name.get(metric.resource_id, {})
            its.pop(metric.name, None)
            if not its:
                self._by_name.pop(metric.resource_id, None)
                self._ended.pop(metric.resource_id, None)

    def forget_policies(self) -> None:
        """A policy was changed: policies are read anew, and the windows of all metrics follow them."""
        with self._lock:
            self._policy_changes += 1
            # Replaced, not emptied: who looks things up just now keeps what it has.
            self._policies = {}

    def _refresh(self) -> None:
        """Let go of what is too old, and have the windows follow the policies."""
        if self._ttl_s is not None:
            self._expire(self._clock() - self._ttl_s)
        if self._windows_follow != self._policy_changes:
            with self._policies_turn:
                self._renew_windows()

    def _renew_windows(self) -> None:
        """One column of numbers a policy; that the metrics themselves stay known, nobody has to ask for them again."""
        seen = self._policy_changes
        if self._windows_follow == seen:
            return
        for name, numbers in self._index.metrics.numbers_by_policy().items():
            self._series.register_policy(numbers, self._policy(name))
        self._windows_follow = seen

    def _expire(self, before: float) -> None:
        if self._policies_at < before:
            with self._policies_turn:
                self._look_at_policies(before)
        if self._read_at and self._read_at[0][0] < before:
            with self._lock:
                while self._read_at and self._read_at[0][0] < before:
                    for each in self._read_at.popleft()[1]:
                        self._forget(each)

    def _look_at_policies(self, before: float) -> None:
        if self._policies_at >= before:
            return
        read_at = self._clock()
        there = {each.name: each for each in self._index.archive_policies.list_all()}
        if any(there.get(name) != known for name, known in self._policies.items()):
            self.forget_policies()
        self._policies_at = read_at


def numbers_of(metrics: Iterable[Metric]) -> UInt32s:
    """The metrics' numbers, in order."""
    return np.array([metric.number for metric in metrics], np.uint32)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
