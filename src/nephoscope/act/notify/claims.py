# SPDX-License-Identifier: Apache-2.0
"""
What we have claimed and not noted yet: renewed while we live, so that claims may be short.

    claim ──▸ held ──renew, every third of a claim──▸ held ──▸ noted
                └─ we died, or the outbox was away for the length of a claim ──▸ another claims it
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nephoscope.model.delivery import Delivery
from nephoscope.model.timespan import SECOND_NS
from nephoscope.repeating import Repeating
from nephoscope.store.index.alarm_contract import Outbox

log = logging.getLogger("nephoscope.notify")

BEATS_PER_CLAIM = 3


@dataclass(frozen=True)
class _Claim:
    """A claimed delivery; others may claim it at `until_s` of our monotonic clock."""

    delivery: Delivery
    until_s: float


class Claims:
    """The deliveries that are ours; safe for several threads. `start` lets them be renewed in the background."""

    def __init__(self, outbox: Outbox, claim_s: float, monotonic_s: Callable[[], float]) -> None:
        self._outbox = outbox
        self._claim_s = claim_s
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._held: dict[int, _Claim] = {}
        self._renewing = Repeating(
            "notifier claims",
            self.renew,
            claim_s / BEATS_PER_CLAIM,
            log=log,
            waits="claims of notifications are not renewed",
        )

    def start(self) -> None:
        """Begin, in the background."""
        self._renewing.start()

    def stop(self) -> None:
        """Renew nothing more: what is not noted is free when its claim has ended."""
        self._renewing.stop()

    def claim(self, limit: int) -> Sequence[Delivery]:
        """Take up to so many that are due. Errors as those of the outbox."""
        until_s = self._monotonic_s() + self._claim_s
        claimed = self._outbox.claim(limit, int(self._claim_s * SECOND_NS))
        with self._lock:
            self._held |= {each.number: _Claim(each, until_s) for each in claimed}
        return claimed

    def holds(self, delivery: Delivery) -> bool:
        """Whether nobody else can have claimed a delivery by now."""
        with self._lock:
            held = self._held.get(delivery.number)
        return held is not None and held.delivery.claim == delivery.claim and self._monotonic_s() < held.until_s

    def done(self, delivery: Delivery) -> None:
        """A delivery was noted, or is left to the end of its claim: it is not renewed any more."""
        with self._lock:
            self._held.pop(delivery.number, None)

    def renew(self) -> None:
        """Keep what we hold for the length of a claim from now on. Errors as those of the outbox."""
        with self._lock:
            held = [each.delivery for each in self._held.values()]
        if not held:
            return
        until_s = self._monotonic_s() + self._claim_s
        ours = self._outbox.renew(held, int(self._claim_s * SECOND_NS))
        with self._lock:
            for each in held:
                kept = self._held.get(each.number)
                if kept is None or kept.delivery.claim != each.claim:
                    continue
                if each.number in ours:
                    self._held[each.number] = _Claim(each, until_s)
                else:
                    del self._held[each.number]
