# SPDX-License-Identifier: Apache-2.0
"""What the server reads of itself goes the way of any agent's samples."""

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import TimeoutError as TooSlow

import numpy as np

from nephoscope.api.native.samples import Sender, take
from nephoscope.model.audit import PROGRAM
from nephoscope.model.errors import NephoscopeError, NotFound
from nephoscope.model.resource_id import resource_id
from nephoscope.model.sample import SampleBatch
from nephoscope.model.timespan import SECOND_NS
from nephoscope.observe import dropped, registry
from nephoscope.query.platform import store_size
from nephoscope.store.catalog import Catalog
from nephoscope.store.commit import GroupCommit
from nephoscope.store.contract import Store
from nephoscope.store.index.contract import Index
from nephoscope.store.series import UNREAD, SeriesState, UInt32s

log = logging.getLogger("nephoscope.own")

CREATOR = PROGRAM.name
# Fine points for an hour, minutes for a week; where it is gone, a rule decides.
POLICY = "high"
COMMIT_TIMEOUT_S = 30.0
OWN_MEASURES = "nephoscope_own_measures_total"
registry.describe(OWN_MEASURES, "counter", "Measures on disk that the server made of itself.")


class OwnSamples:
    """
    Sends batches as the program itself, and knows what the store says of itself.

    Nobody can be told when it fails: that is counted as dropped, and logged when it begins.
    """

    def __init__(self, index: Index, store: Store, catalog: Catalog, commit: GroupCommit, series: SeriesState) -> None:
        self._store = store
        self._series = series
        self._catalog = catalog
        self._index = index
        self._commit = commit
        self._own: UInt32s = np.empty(0, np.uint32)
        self._failing = False
        self._lock = threading.Lock()

    def publish(self, batch: SampleBatch) -> None:
        """Commit a batch and wait for it."""
        try:
            take(self._sender(), batch).result(COMMIT_TIMEOUT_S)
        except (NephoscopeError, TooSlow) as error:
            dropped("poll", "not stored", len(batch.value))
            if not self._failing:
                log.warning("the server cannot write down how it is itself: %s", error)
            self._failing = True
            return
        self._failing = False
        registry.count(OWN_MEASURES, len(batch.value))
        owners = [resource_id(each.id, CREATOR) for each in batch.resources]
        named = [(owner, meter.name) for owner in owners for meter in batch.meters]
        numbers = np.array(list(self._catalog.numbers(named).values()), np.uint32)
        # Others send through here, too, each of its own things.
        with self._lock:
            self._own = np.union1d(self._own, numbers)

    def facts(self, now_ns: int) -> Mapping[str, float]:
        """How large the store is, and how old the newest measure that anybody else sent, if there is one."""
        size = store_size(self._store)
        found: dict[str, float] = {
            "server.store.bytes": size.bytes,
            "server.store.rows": size.rows,
            "server.disk.free": size.disk_free_bytes,
        }
        newest = self._series.newest.copy()
        newest[self._own] = UNREAD
        latest_ns = int(newest.max(initial=UNREAD))
        return found if latest_ns <= UNREAD else {**found, "server.lag": max(now_ns - latest_ns, 0) / SECOND_NS}

    def _sender(self) -> Sender:
        policy: str | None = POLICY
        try:
            self._catalog.policy(POLICY)
        except NotFound:
            policy = None
        return Sender(self._index, self._catalog, self._commit, CREATOR, None, PROGRAM, policy)
