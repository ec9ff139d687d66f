# SPDX-License-Identifier: Apache-2.0
"""The periodic work of roll-up and expiry, done by one node at a time."""

import logging
import os
import socket
import time
from collections.abc import Callable
from typing import Protocol

from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.model.errors import NephoscopeError
from nephoscope.model.timespan import DAY_NS, SECOND_NS
from nephoscope.observe import registry
from nephoscope.repeating import Repeating
from nephoscope.rollup.expiry import Expiry
from nephoscope.rollup.rollup import Rollup
from nephoscope.store import dead_letters, events
from nephoscope.store.catalog import Catalog, numbers_of
from nephoscope.store.contract import Store
from nephoscope.store.index.contract import Index
from nephoscope.store.schema import Layout
from nephoscope.store.series import SeriesState, UInt32s

log = logging.getLogger(__name__)

LEASE = "housekeeping"
DELETED_AT_ONCE = 10_000


class Intervals(Protocol):
    """How often to roll up and to expire, in seconds, and which share of a partition is worth rewriting it."""

    interval_s: float
    expiry_interval_s: float
    expired_share_min: float


class Housekeeping:
    """One thread that rolls up and expires while this node holds the lease; another takes over when it dies."""

    def __init__(
        self,
        store: Store,
        index: Index,
        series: SeriesState,
        catalog: Catalog,
        intervals: Intervals,
        layout: Layout,
        clock: Callable[[], float] = time.monotonic,
        refresh_names: Callable[[], None] = lambda: None,
        events_kept_ns: int = 90 * DAY_NS,
    ) -> None:
        """`refresh_names` keeps the store's names in step with the index, on every node."""
        self._events_kept_ns = events_kept_ns
        self._refresh_names = refresh_names
        self._store = store
        self._layout = layout
        self._index = index
        self._series = series
        self._catalog = catalog
        self._intervals = intervals
        self._clock = clock
        self._holder = f"{socket.gethostname()}.{os.getpid()}"
        self._rollup = Rollup(store, series)
        self._expiry = Expiry(store, series, layout, intervals.expired_share_min)
        self._next_expiry = clock() + intervals.expiry_interval_s
        self._turning = Repeating(
            "housekeeping",
            self.turn,
            intervals.interval_s,
            log=log,
            waits="housekeeping waits for its next turn",
            failed=lambda: registry.count("nephoscope_housekeeping_errors_total"),
        )

    def start(self) -> None:
        """Begin, in the background."""
        self._turning.start()

    def stop(self) -> None:
        """Finish what is under way, then end."""
        self._turning.stop()

    def turn(self) -> None:
        """One turn: nothing where another node holds the lease."""
        self._refresh_names()
        if self._store.shared:
            self._series.reload_marks()
        lease = self._index.leases.acquire(LEASE, self._holder, int(10 * self._intervals.interval_s * SECOND_NS))
        if lease is None:
            return
        policies = self.policies()
        for policy, numbers in policies:
            self._roll_up(policy, numbers)
        if self._clock() >= self._next_expiry:
            self._next_expiry = self._clock() + self._intervals.expiry_interval_s
            self.expire(policies)

    def _roll_up(self, policy: ArchivePolicy, numbers: UInt32s) -> None:
        """What one policy fails at must keep neither the others nor expiry waiting, as a full disk is in need of it."""
        try:
            self._rollup.run(policy, numbers)
        except NephoscopeError as error:
            registry.count("nephoscope_housekeeping_errors_total")
            log.warning("roll-up of policy %s waits for the next turn: %s", policy.name, error)

    def policies(self) -> list[tuple[ArchivePolicy, UInt32s]]:
        """Every policy with the numbers of its active metrics, whose windows are made known on the way."""
        found = []
        for name, numbers in self._index.metrics.numbers_by_policy().items():
            policy = self._catalog.policy(name)
            self._series.register_policy(numbers, policy)
            found.append((policy, numbers))
        return found

    def expire(self, policies: list[tuple[ArchivePolicy, UInt32s]]) -> None:
        """Take away what is past retention and what belonged to deleted metrics."""
        on_cluster = self._layout.on_cluster
        dead_letters.forget_old(self._store, self._layout.local("dead_letters"), on_cluster)
        events.forget_old(self._store, self._layout.local("events"), on_cluster, self._events_kept_ns)
        deleted = self._index.metrics.deleted(DELETED_AT_ONCE)
        self._expiry.run(policies, numbers_of(deleted))
        if deleted:
            self._series.forget_newest(numbers_of(deleted))
            self._index.metrics.forget([metric.id for metric in deleted])
