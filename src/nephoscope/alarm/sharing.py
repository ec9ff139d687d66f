# SPDX-License-Identifier: Apache-2.0
"""Alarms lie in slots, each of which one evaluator holds by a lease; who dies loses its slots within seconds."""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping

from nephoscope.model.errors import NephoscopeError
from nephoscope.model.shared_work import Division, SlotReport
from nephoscope.model.timespan import SECOND_NS
from nephoscope.observe import registry
from nephoscope.repeating import Repeating
from nephoscope.store.index.contract import Index

log = logging.getLogger("nephoscope.alarm")

GROUP = "alarms"
SLOTS = 64
TTL_S = 6.0
BEATS_PER_TTL = 4


class Share:
    """
    The slots that this evaluator holds, renewed in the background so that a long cycle does not lose them.

    What it says it holds another may hold already, if this process slept; so decisions carry the fencing numbers, and
    the index refuses them.
    """

    def __init__(
        self, index: Index, node: str, *, ttl_s: float = TTL_S, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`node` names this process for people; the holder's name is unique."""
        self.holder = f"{node[:200]} {uuid.uuid4().hex[:12]}"
        self._index = index
        self._ttl_s = ttl_s
        self._monotonic = monotonic
        self._held: dict[int, int] = {}
        self._until = 0.0
        self._lock = threading.Lock()
        self._away = False
        waits = "the shares of alarms are not renewed"
        self._beating = Repeating("alarm share", self.beat, ttl_s / BEATS_PER_TTL, log=log, waits=waits)
        registry.gauge("nephoscope_alarm_slots", "Shares of alarms that this evaluator decides.", self._count)

    def start(self) -> None:
        """Take part: ask once now, then in the background."""
        self.beat()
        self._beating.start()

    def stop(self) -> None:
        """Give everything back, so that others need not wait for the lease to end."""
        self._beating.stop(self._ttl_s)
        self._ask(leave=True)

    def slots(self) -> Mapping[int, int]:
        """The fencing numbers of the slots that are held now, by slot; none once the lease is over."""
        with self._lock:
            return dict(self._held) if self._monotonic() < self._until else {}

    def _count(self) -> float:
        return len(self.slots())

    def beat(self) -> None:
        """Renew what is held, take what is free, and give back what is another's share."""
        back = self._ask()
        if back:
            self._ask(back)

    def _ask(self, back: tuple[int, ...] = (), *, leave: bool = False) -> tuple[int, ...]:
        with self._lock:
            reports = [
                SlotReport(slot=slot, fencing=fencing, release=leave or slot in back)
                for slot, fencing in self._held.items()
            ]
        asked = self._monotonic()
        try:
            division = self._index.shared_work.divide(
                GROUP, self.holder, reports, slots=SLOTS, ttl_ns=int(self._ttl_s * SECOND_NS), leave=leave
            )
        except NephoscopeError as error:
            if not self._away:
                log.warning("the index does not say which alarms are ours; they are decided by others then: %s", error)
            self._away = True
            return ()
        self._away = False
        self._keep(division, asked)
        return division.give_back

    def _keep(self, division: Division, asked: float) -> None:
        with self._lock:
            self._held = {grant.slot: grant.fencing for grant in division.slots}
            self._until = asked + self._ttl_s
