# SPDX-License-Identifier: Apache-2.0
"""The end of a pipeline: the spool in which batches for a peer wait, and the thread that sends them."""

import logging
import threading
from typing import Protocol

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.delivery import Backoff, Delivery, Sends
from nephoscope.client.rejected import Rejected
from nephoscope.client.spool import Spool
from nephoscope.model import agent_report
from nephoscope.model.agent_report import shown
from nephoscope.model.errors import StoreUnavailable
from nephoscope.observe import dropped

log = logging.getLogger(__name__)

REST_S = 5.0


class Peer(Sends, Protocol):
    """Whoever batches go to: a publisher, or anything else that sends."""

    def close(self) -> None:
        """Let go of connections and files."""
        ...


class Outlet:
    """
    Takes batches for one peer: what `keep` has taken is on disk, and is sent in order, whatever becomes of us.

    Each outlet has a folder and a thread of its own, so a peer that hangs or is away holds up nobody else. `keep` may
    be called from any thread.
    """

    def __init__(self, name: str, peer: Peer, spool: Spool, rejected: Rejected, backoff: Backoff) -> None:
        self.name = name
        self._peer = peer
        self._spool = spool
        self._delivery = Delivery(peer, spool, rejected, backoff, peer=name)
        self._work = threading.Event()
        self._stopping = threading.Event()
        self._abandoned = False
        self._too_large = 0
        # A daemon, as a peer that never answers must not keep the program from ending.
        self._thread = threading.Thread(target=self._send, name=f"publish {name}", daemon=True)

    def start(self) -> None:
        """Send what waits from now on."""
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Batches that are not sent yet."""
        return len(self._spool)

    @property
    def waiting_bytes(self) -> int:
        """What they take on disk."""
        return self._spool.size_bytes

    @property
    def away(self) -> bool:
        """Whether the peer takes nothing at the moment."""
        return self._delivery.away

    def report(self) -> agent_report.Outlet:
        """How it stands with the peer, and what has gone to it so far."""
        at_ns, trouble = self._delivery.trouble or (None, "")
        return agent_report.Outlet(
            name=shown(self.name),
            away=self.away,
            waiting=self.waiting,
            waiting_bytes=self.waiting_bytes,
            sent=self._delivery.sent,
            refused=self._delivery.refused,
            lost=self._spool.lost + self._too_large,
            trouble=shown(trouble),
            trouble_ns=at_ns,
        )

    def keep(self, batch: EncodedBatch) -> None:
        """Take a batch: it is on disk when this returns. StoreUnavailable when the disk does not take it."""
        cause = self._delivery.write(batch)
        if cause == "full":
            dropped("spool", cause, batch.samples)
            self._too_large += batch.samples
            log.error("%s: a batch of %d samples is larger than the spool; lost", self.name, batch.samples)
        elif cause is not None:
            raise StoreUnavailable(f"the spool of {self.name} takes nothing: {cause}")
        self._work.set()

    def stop(self, timeout_s: float) -> None:
        """Send for at most `timeout_s` what waits, while the peer takes it; the rest stays on disk."""
        self._stopping.set()
        self._work.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        self._abandoned = True
        self._delivery.abandon()
        self._peer.close()
        self._spool.close()

    def _send(self) -> None:
        while not self._abandoned:
            wait_s = self._delivery.wait_s
            if wait_s == 0:
                self._delivery.catch_up()
            elif self._stopping.is_set():
                return
            elif wait_s is not None:
                self._stopping.wait(min(wait_s, REST_S))
            else:
                self._work.wait(REST_S)
                self._work.clear()
