# SPDX-License-Identifier: Apache-2.0
"""Metrics and policies as writes and reads need them: kept in memory, filled from the index in bulk."""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from uuid import UUID

import numpy as np

from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.model.metric import Metric
from nephoscope.model.resource import Resource
from nephoscope.store.commit import Measures
from nephoscope.store.index.contract import Index
from nephoscope.store.series import SeriesState, UInt32s

Named = tuple[UUID, str]


class Catalog:
    """
    Answers which metric an id means, and tells `SeriesState` the policies of the metrics it meets.

    Where other nodes share the index, what is known is forgotten every `ttl_s`, so that their changes are seen; where
    this process is alone, the hooks `forget_*` and `resource_changed` are enough. At most `entries_max` metrics are
    kept. What was read from the index while something changed is given, but not kept: it may be from before.
    """

    def __init__(
        self,
        index: Index,
        series: SeriesState,
        *,
        ttl_s: float | None = None,
        entries_max: int = 2_000_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._index = index
        self._series = series
        self._ttl_s = ttl_s
        self._entries_max = entries_max
        self._clock = clock
        self._lock = threading.Lock()
        self._changes = 0
        self._born = clock()
        self._by_id: dict[UUID, Metric] = {}
        self._by_text: dict[str, Metric] = {}
        self._by_name: dict[Named, Metric] = {}
        self._policies: dict[str, ArchivePolicy] = {}
        self._ended: dict[UUID, int] = {}

    def by_text(self, texts: Collection[str]) -> dict[str, Metric]:
        """The active metrics among ids as clients write them; what is unknown or no id is left out."""
        self._expire()
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
        self._expire()
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
        self._expire()
        known = self._by_name
        found = {pair: metric for pair in wanted if (metric := known.get(pair))}
        missing = [pair for pair in wanted if pair not in found]
        if missing:
            seen = self._changes
            read = self._index.metrics.named({pair[0] for pair in missing}, {pair[1] for pair in missing})
            self._remember(list(read.values()), seen)
            found |= read
        return {pair: found[pair] for pair in wanted if pair in found}

    def policy(self, name: str) -> ArchivePolicy:
        """The archive policy; NotFound when there is none."""
        self._expire()
        known = self._policies.get(name)
        if known is not None:
            return known
        seen = self._changes
        read = self._index.archive_policies.get(name)
        with self._lock:
            if self._changes == seen:
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

    def _remember(self, metrics: list[Metric], seen: int, *, new: bool = False) -> None:
        """Keep metrics unless something changed since `seen`; their windows are made known in any case."""
        ended = self._index.resources.ended({metric.resource_id for metric in metrics if metric.resource_id})
        self._register(metrics, new=new)
        with self._lock:
            if self._changes != seen:
                return
            if len(self._by_id) + len(metrics) > self._entries_max:
                self._clear_metrics()
            self._ended |= ended
            for metric in metrics:
                self._by_id[metric.id] = metric
                # Only the usual one of an id's many spellings, which most clients send.
                self._by_text[str(metric.id)] = metric
                if metric.resource_id and metric.name:
                    self._by_name[metric.resource_id, metric.name] = metric

    def _register(self, metrics: Sequence[Metric], *, new: bool) -> None:
        policies = [self.policy(metric.archive_policy_name) for metric in metrics]
        self._series.register(
            numbers_of(metrics),
            np.array([min(each.granularity_ns for each in policy.definition) for policy in policies], np.int64),
            np.array([policy.block_ns for policy in policies], np.int64),
            np.array([policy.back_window + policy.has_rate for policy in policies], np.int64),
            new=new,
        )

    def forget_metrics(self, ids: Iterable[UUID]) -> None:
        """Metrics were deleted."""
        with self._lock:
            self._changes += 1
            for each in ids:
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
                mine = (metric for metric in self._by_id.values() if metric.resource_id == resource.id)
                stale += [metric.id for metric in mine if names.get(metric.id) != metric.name]
            for each in stale:
                self._forget(each)

    def _forget(self, metric_id: UUID) -> None:
        metric = self._by_id.pop(metric_id, None)
        if metric is not None:
            self._by_text.pop(str(metric.id), None)
            if metric.resource_id and metric.name:
                self._by_name.pop((metric.resource_id, metric.name), None)

    def forget_policies(self) -> None:
        """A policy was changed: everything is read anew, windows included."""
        with self._lock:
            self._changes += 1
            # Replaced, not emptied: who looks things up just now keeps what it has.
            self._policies = {}
            self._clear_metrics()

    def _expire(self) -> None:
        if self._ttl_s is not None and self._clock() - self._born > self._ttl_s:
            self.forget_policies()
            self._born = self._clock()

    def _clear_metrics(self) -> None:
        self._by_id, self._by_text, self._by_name, self._ended = {}, {}, {}, {}


def numbers_of(metrics: Iterable[Metric]) -> UInt32s:
    """The metrics' numbers, in order."""
    return np.array([metric.number for metric in metrics], np.uint32)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
