# SPDX-License-Identifier: Apache-2.0
"""Bring batches to the server in order: straight away while it answers, by way of the spool while it does not."""

import logging
import threading
import time
from collections.abc import Callable
from random import Random
from typing import Protocol

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.rejected import Rejected
from nephoscope.client.send import Accepted, Outcome, Refused, RetryLater
from nephoscope.client.spool import Spool
from nephoscope.observe import dropped, registry

log = logging.getLogger("nephoscope.client")

registry.describe("nephoscope_sent_total", "counter", "Samples that the server has accepted.")


class Sends(Protocol):
    """Something that offers a batch to a server once."""

    def send(self, batch: EncodedBatch) -> Outcome:
        """What came of it; raises nothing."""
        ...


class Backoff:
    """
    When to try again: after `first_s`, then twice as long each time up to `longest_s`, less up to a half by chance.

    Chance keeps a thousand agents from knocking together at a server that comes back.
    """

    def __init__(
        self,
        *,
        first_s: float = 1,
        longest_s: float = 60,
        monotonic: Callable[[], float] = time.monotonic,
        random: Random | None = None,
    ) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._monotonic = monotonic
        self._chance = random or Random()  # noqa: S311 - no secret
        self._next_s = first_s
        self._until = monotonic()

    @property
    def wait_s(self) -> float:
        """Seconds until the next try is allowed."""
        return max(0.0, self._until - self._monotonic())

    def failed(self, after_s: float | None) -> None:
        """Wait longer than last time, and at least the `after_s` that the server asked for."""
        pause_s = max(self._next_s * self._chance.uniform(0.5, 1), after_s or 0)
        self._until = self._monotonic() + pause_s
        self._next_s = min(2 * self._next_s, self._longest_s)

    def succeeded(self) -> None:
        """Try at once from now on."""
        self._next_s = self._first_s
        self._until = self._monotonic()


class Delivery:
    """
    Never sends a newer batch before an older one: while anything is spooled, everything goes through the spool.

    `sent` and `refused` count the samples that the peer took and refused so far.

    `offer` and `catch_up` belong to one thread; `abandon` may come from another while that one waits for the server.
    """

    def __init__(
        self,
        sender: Sends,
        spool: Spool,
        rejected: Rejected,
        backoff: Backoff,
        *,
        peer: str = "the server",
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self.sent = 0
        self.refused = 0
        self.trouble: tuple[int, str] | None = None
        """When, in ns since the epoch, the peer did not take a batch the last time, and why."""
        self._wall_ns = wall_ns
        self._peer = peer
        self._sender = sender
        self._spool = spool
        self._rejected = rejected
        self._backoff = backoff
        self._lock = threading.Lock()
        self._in_flight: EncodedBatch | None = None
        self._abandoned = False
        self._away = False

    @property
    def wait_s(self) -> float | None:
        """Seconds until `catch_up` is worth calling; None while nothing is spooled."""
        with self._lock:
            return self._backoff.wait_s if len(self._spool) else None

    def offer(self, following: Callable[[], EncodedBatch | None]) -> bool:
        """
        Send the next batch, or keep it behind those that wait; False when there was none, or after `abandon`.

        It is taken and put down as being on its way in one step, so that whoever abandons knows of each batch.
        """
        with self._lock:
            batch = None if self._abandoned else following()
            if batch is None:
                return False
            if len(self._spool) or self._backoff.wait_s:
                self._spool.append(batch)
                return True
            self._in_flight = batch
        outcome = self._sender.send(batch)
        with self._lock:
            if self._abandoned:
                return True
            self._in_flight = None
            if isinstance(outcome, RetryLater):
                self._spool.append(batch)
            self._learn(batch, outcome)
            return True

    def catch_up(self) -> None:
        """Send the oldest batch that waits, unless it is too early to try again."""
        with self._lock:
            early = self._abandoned or self._backoff.wait_s
            batch = None if early else self._spool.oldest()
        if batch is None:
            return
        outcome = self._sender.send(batch)
        with self._lock:
            if self._abandoned:
                return
            if not isinstance(outcome, RetryLater):
                self._spool.remove_oldest()
            self._learn(batch, outcome)

    def abandon(self) -> None:
        """Stop now. A new batch on its way goes to the spool; should it arrive twice, the server knows its id."""
        with self._lock:
            self._abandoned = True
            if self._in_flight is not None:
                self._spool.append(self._in_flight)

    def keep(self, batch: EncodedBatch) -> None:
        """Spool a batch without trying to send it, after `abandon`."""
        with self._lock:
            self._spool.append(batch)

    def write(self, batch: EncodedBatch) -> str | None:
        """Spool a batch for `catch_up` to send; gives why that cannot be, see `Spool.write`. From any thread."""
        with self._lock:
            return self._spool.write(batch)

    def _learn(self, batch: EncodedBatch, outcome: Outcome) -> None:
        match outcome:
            case RetryLater(reason, after_s):
                self._backoff.failed(after_s)
                self.trouble = (self._wall_ns(), reason)
                self._say_away(reason)
                return
            case Accepted():
                registry.count("nephoscope_sent_total", batch.samples)
                self.sent += batch.samples
            case Refused(status, message):
                dropped("agent", f"refused {status}", batch.samples)
                self.refused += batch.samples
                self.trouble = (self._wall_ns(), f"{status} {message}")
                self._rejected.keep(batch, outcome)
                log.error("%s refused a batch of %d samples: %d %s", self._peer, batch.samples, status, message[:200])
        self._backoff.succeeded()
        self._say_back()

    @property
    def away(self) -> bool:
        """Whether the peer did not take the last batch, or has not caught up since."""
        return self._away

    def _say_away(self, reason: str) -> None:
        if not self._away:
            log.warning("%s takes nothing now; batches are kept on disk until it does (%s)", self._peer, reason)
        self._away = True

    def _say_back(self) -> None:
        if self._away and not len(self._spool):
            log.info("%s has caught up with everything that was kept", self._peer)
            self._away = False
