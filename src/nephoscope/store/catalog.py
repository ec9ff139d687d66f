# SPDX-License-Identifier: Apache-2.0
"""Metrics and policies as writes and reads need them: kept in memory, filled from the index in bulk."""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from uuid import UUID

import numpy as np

from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.model.metric import Metric
from nephoscope.store.commit import Measures
from nephoscope.store.index.contract import Index
from nephoscope.store.series import SeriesState, UInt32s

Named = tuple[UUID, str]


class Catalog:
    """
    Answers which metric an id means, and tells `SeriesState` the policies of the metrics it meets.

    Where other nodes share the index, what is known is forgotten every `ttl_s`, so that their changes are seen; where
    this process is alone, the hooks `forget_*` are enough. At most `entries_max` metrics are kept.
    """

    def __init__(
        self,
        index: Index,
        series: SeriesState,
        *,
        ttl_s: float | None = None,
        entries_max: int = 500_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._index = index
        self._series = series
        self._ttl_s = ttl_s
        self._entries_max = entries_max
        self._clock = clock
        self._lock = threading.Lock()
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
        missing = {text: found for text in texts if text not in known and (found := _uuid(text))}
        if missing:
            metrics = self.by_id(missing.values())
            with self._lock:
                self._by_text |= {text: metrics[each] for text, each in missing.items() if each in metrics}
            known = self._by_text
        return {text: metric for text in texts if (metric := known.get(text))}

    def by_id(self, ids: Iterable[UUID]) -> dict[UUID, Metric]:
        """The active metrics among the ids."""
        self._expire()
        wanted = list(ids)
        missing = [each for each in wanted if each not in self._by_id]
        if missing:
            self.remember(self._index.metrics.get(missing).values())
        return {each: metric for each in wanted if (metric := self._by_id.get(each))}

    def by_name(self, wanted: Collection[Named]) -> dict[Named, Metric]:
        """The active metrics among (resource id, name) pairs."""
        self._expire()
        missing = [pair for pair in wanted if pair not in self._by_name]
        if missing:
            found = self._index.metrics.named({pair[0] for pair in missing}, {pair[1] for pair in missing})
            self.remember(found.values())
        return {pair: metric for pair in wanted if (metric := self._by_name.get(pair))}

    def policy(self, name: str) -> ArchivePolicy:
        """The archive policy; NotFound when there is none."""
        self._expire()
        if name not in self._policies:
            self._policies[name] = self._index.archive_policies.get(name)
        return self._policies[name]

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
        metrics = list(metrics)
        ended = self._index.resources.ended({metric.resource_id for metric in metrics if metric.resource_id})
        with self._lock:
            self._ended |= ended
            if len(self._by_id) + len(metrics) > self._entries_max:
                self._clear_metrics()
            for metric in metrics:
                self._by_id[metric.id] = metric
                if metric.resource_id and metric.name:
                    self._by_name[metric.resource_id, metric.name] = metric
        self._register(metrics, new=new)

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
        """Metrics were deleted, renamed or moved to another resource."""
        gone = set(ids)
        with self._lock:
            self._by_id = {key: metric for key, metric in self._by_id.items() if key not in gone}
            self._by_text = {key: metric for key, metric in self._by_text.items() if metric.id not in gone}
            self._by_name = {key: metric for key, metric in self._by_name.items() if metric.id not in gone}

    def forget_policies(self) -> None:
        """A policy was changed: everything is read anew, windows included."""
        with self._lock:
            self._policies.clear()
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
