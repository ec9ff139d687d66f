# SPDX-License-Identifier: Apache-2.0
"""An agent's part in work that several share, as the server divides it."""

import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

import msgspec

from nephoscope.client.ask import Server
from nephoscope.model.errors import NephoscopeError
from nephoscope.model.shared_work import STATE_BYTES_MAX, Division, SlotReport
from nephoscope.observe import dropped, registry

log = logging.getLogger("nephoscope.client")

SLOTS = 64
ASKS_PER_TTL = 3

registry.describe("nephoscope_shared_slots", "gauge", "Slots of shared work that this agent holds, by group.")

Ask = Callable[[str, object], Division]
"""The answer to a report on a group, or a NephoscopeError."""


@dataclass(frozen=True)
class Memory:
    """
    What work in a slot remembers, to go with it: as bytes when it leaves (None: nothing), taken over when it comes.

    `gone` is called once another may hold the slot.
    """

    packed: Callable[[int], bytes | None]
    take_over: Callable[[int, bytes], None]
    gone: Callable[[int], None]


@dataclass
class _Held:
    """
    A slot: `changes` counts how often what it remembers changed, `told` up to where the server knows.

    `leaves` is when it is given back, on the monotonic clock: not at once, so that a poll under way comes to its end.
    """

    fencing: int
    claims: dict[str, int]
    changes: int = 0
    told: int = 0
    leaves: float | None = None


@dataclass
class _Lease:
    """The slots held, good until `until` on the monotonic clock."""

    until: float = 0.0
    slots: dict[int, _Held] = field(default_factory=dict)


class SharedWork:
    """
    Holds slots by leases that are renewed in the background; what it says it holds, nobody else does.

    Takes   `ask`, which brings a report to the server; the group and a name for us that no other agent has; what the
            slots remember. While the server is away leases run out, and nothing is held.
    """

    def __init__(
        self,
        ask: Ask,
        group: str,
        memory: Memory,
        *,
        holder: str,
        ttl_s: float = 15,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.group = group
        self._ask = ask
        self._memory = memory
        self._holder = f"{holder[:200]} {uuid.uuid4().hex[:12]}"
        self._ttl_s = ttl_s
        self._monotonic = monotonic
        self._lease = _Lease()
        self._ahead_s: float | None = None
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._stopping = threading.Event()
        self._away = False
        self._thread = threading.Thread(target=self._renew, name=f"share {group}", daemon=True)

    def start(self) -> None:
        """Take part: ask once now, so that there is an answer, then in the background."""
        self._try()
        self._thread.start()

    def stop(self) -> None:
        """Give everything back, with what it remembers; the others take it over at once."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(self._ttl_s)
        self._try(leave=True)

    def time_s(self) -> float:
        """Seconds since the epoch by the server's clock, as it was when it was first asked; never jumps."""
        with self._lock:
            ahead_s = self._ahead_s
        return self._monotonic() + (time.time() - time.monotonic() if ahead_s is None else ahead_s)

    def slots(self) -> frozenset[int]:
        """What is held now."""
        return frozenset(self._good())

    def claim(self, task: str, number: int) -> frozenset[int]:
        """
        The slots held for which nobody has claimed this number of the task, or a later one; now it is claimed.

        The server is asked for what is free before, and told before they are given, if it answers; else at the next
        chance, while the lease is good.
        """
        self._try()
        free = []
        for slot, held in self._good().items():
            if held.claims.get(task, -1) < number:
                held.claims[task] = number
                free.append(slot)
        self._try()
        return frozenset(free) & self._good().keys()

    def changed(self, slot: int) -> None:
        """What the slot remembers is other than it was; the server is told with the next report."""
        if held := self._good().get(slot):
            held.changes += 1

    def _good(self) -> dict[int, _Held]:
        with self._lock:
            return dict(self._lease.slots) if self._monotonic() < self._lease.until else {}

    def _renew(self) -> None:
        while not self._stopping.wait(self._ttl_s / ASKS_PER_TTL):
            self._try()

    def _try(self, *, leave: bool = False) -> None:
        try:
            with self._asking:
                self._report(leave)
        except NephoscopeError as error:
            if not self._away:
                log.warning("shared work of %s: %s; what is held runs out in %g s", self.group, error, self._ttl_s)
            self._away = True
        else:
            self._away = False

    def _report(self, leave: bool) -> None:
        began = self._monotonic()
        with self._lock:
            held = dict(self._lease.slots)
        changes = {slot: each.changes for slot, each in held.items()}
        reports = [self._said_of(slot, each, leave) for slot, each in held.items()]
        said = self._ask(self.group, self._body(reports, leave))
        given = {grant.slot for grant in said.slots}
        for slot in held.keys() - given:
            # Given back or lost: another may have it from now on.
            self._memory.gone(slot)
        for grant in said.slots:
            if grant.state is not None:
                self._memory.take_over(grant.slot, grant.state)
        for slot, count in changes.items():
            held[slot].told = count
        self._hold(said, began)
        registry.count("nephoscope_shared_slots", len(given) - len(held), group=self.group)

    def _said_of(self, slot: int, held: _Held, leave: bool) -> SlotReport:
        release = leave or (held.leaves is not None and self._monotonic() >= held.leaves)
        state = self._memory.packed(slot) if release or held.changes > held.told else None
        if state is not None and len(state) > STATE_BYTES_MAX:
            dropped("agent", "too much to remember of a slot")
            state = None
        return SlotReport(slot, held.fencing, dict(held.claims), state, release)

    def _hold(self, said: Division, began: float) -> None:
        """What is granted counts from when it was asked for, which is earlier than when the server granted it."""
        leaves = self._monotonic() + self._ttl_s / ASKS_PER_TTL
        with self._lock:
            if self._ahead_s is None:
                self._ahead_s = said.time_ns / 1e9 - self._monotonic()
            before, slots = self._lease.slots, {}
            for grant in said.slots:
                held = before.get(grant.slot)
                if held is None or held.fencing != grant.fencing:
                    held = _Held(grant.fencing, dict(grant.claims))
                if grant.slot not in said.give_back:
                    held.leaves = None
                elif held.leaves is None:
                    held.leaves = leaves
                slots[grant.slot] = held
            self._lease = _Lease(began + self._ttl_s, slots)

    def _body(self, reports: list[SlotReport], leave: bool) -> object:
        return {"holder": self._holder, "slots": SLOTS, "ttl_s": self._ttl_s, "held": reports, "leave": leave}


def over(server: Server) -> Ask:
    """Reports go to this server."""

    def ask(group: str, body: object) -> Division:
        said = server.post(f"shared-work/{quote(group, safe='')}", body)
        return msgspec.convert(said, Division)

    return ask
