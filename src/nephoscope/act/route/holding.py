# SPDX-License-Identifier: Apache-2.0
"""The lease of the router, renewed in the background so that a long round does not lose it."""

import logging
import threading
import time
from collections.abc import Callable

from nephoscope.model.lease import Lease
from nephoscope.model.timespan import SECOND_NS
from nephoscope.repeating import Repeating
from nephoscope.store.index.contract import Leases

log = logging.getLogger("nephoscope.route")

BEATS_PER_TTL = 4


class Holding:
    """
    A lease that is held as long as it is wanted. Who slept through it may believe that it is: the index knows better.

    `holder` names this process, and no other.
    """

    def __init__(
        self,
        leases: Leases,
        name: str,
        holder: str,
        *,
        ttl_s: float,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._leases = leases
        self._name = name
        self._holder = holder[:200]
        self._ttl_s = ttl_s
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._lease: Lease | None = None
        self._wanted = False
        self._beat_s = float("-inf")
        self._beating = Repeating(
            "alarm router lease",
            self._beat,
            ttl_s / BEATS_PER_TTL / 2,
            log=log,
            waits="the lease of the router is not renewed",
        )

    def start(self) -> None:
        """Renew what is held, in the background."""
        self._beating.start()

    def stop(self) -> None:
        """Give it back, so that others need not wait for its end. Errors as those of the index."""
        self._beating.stop()
        self.let_go()

    def get(self) -> Lease | None:
        """The lease, asked for or renewed if it is time; None while another has it. Errors as those of the index."""
        with self._lock:
            self._wanted = True
            self._renew()
            return self._lease

    def let_go(self) -> None:
        """Give it back if it is held. Errors as those of the index."""
        with self._lock:
            self._wanted = False
            lease, self._lease, self._beat_s = self._lease, None, float("-inf")
            if lease is not None:
                self._leases.release(lease)

    def _renew(self) -> None:
        now_s = self._monotonic_s()
        if now_s >= self._beat_s:
            self._lease = self._leases.acquire(self._name, self._holder, int(self._ttl_s * SECOND_NS))
            self._beat_s = now_s + self._ttl_s / BEATS_PER_TTL

    def _beat(self) -> None:
        with self._lock:
            if self._wanted:
                self._renew()
