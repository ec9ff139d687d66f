# SPDX-License-Identifier: Apache-2.0
"""The agent: readings come in from a schedule, are gathered into batches, and delivered; until it is stopped."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from nephoscope.client.batch import EncodedBatch, Gatherer, encode
from nephoscope.client.delivery import Delivery

log = logging.getLogger("nephoscope.client")

POLLS_STOP_S = 1.0
DELIVERY_STOP_S = 3.0


class Polls(Protocol):
    """What feeds the gatherer: a schedule of pollsters."""

    def start(self) -> None:
        """Begin to feed, in the background."""
        ...

    def stop(self, timeout_s: float) -> None:
        """Feed no more once this returns, after at most `timeout_s`, give or take."""
        ...

    @property
    def alive(self) -> bool:
        """Whether it still does its work."""
        ...


class Agent:
    """Ties a schedule, the gatherer it feeds, and a delivery together; `start`, then `stop` once, from one thread."""

    def __init__(
        self,
        polls: Polls,
        gatherer: Gatherer,
        delivery: Delivery,
        *,
        gzip_over_bytes: int = 1024,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._polls = polls
        self._gatherer = gatherer
        self._delivery = delivery
        self._gzip_over_bytes = gzip_over_bytes
        self._wall_ns = wall_ns
        self._stopping = threading.Event()
        # A daemon, as a server that never answers must not keep the program from ending.
        self._thread = threading.Thread(target=self._deliver, name="deliver", daemon=True)

    def start(self) -> None:
        """Begin to poll and to send, in the background."""
        self._thread.start()
        self._polls.start()

    @property
    def alive(self) -> bool:
        """Whether all parts still work; once not, only a new agent helps."""
        return self._thread.is_alive() and self._polls.alive

    def stop(self) -> None:
        """Poll no more, send or spool what was polled, and return within about five seconds."""
        self._polls.stop(POLLS_STOP_S)
        self._stopping.set()
        self._gatherer.close()
        if self._thread.ident is not None:
            self._thread.join(DELIVERY_STOP_S)
        if self._thread.is_alive():
            self._delivery.abandon()
        while (batch := self._next()) is not None:
            self._delivery.keep(batch)

    def _deliver(self) -> None:
        while not self._stopping.is_set():
            self._gatherer.wait(self._delivery.wait_s)
            self._delivery.offer(self._next)
            self._delivery.catch_up()
        while self._delivery.offer(self._next):
            pass

    def _next(self) -> EncodedBatch | None:
        batch = self._gatherer.take()
        if batch is None:
            return None
        return encode(batch, created_ns=self._wall_ns(), gzip_over_bytes=self._gzip_over_bytes)
