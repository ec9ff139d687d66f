# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The lease of the router: one has it at a time, renewed while it works, and free when it dies."""

import threading

from nephoscope.act.route.holding import Holding
from nephoscope.model.errors import IndexUnavailable
from nephoscope.model.lease import Lease

PATIENCE_S = 30.0


class MemoryLeases:
    """As `Leases`, by a clock that stands still; tells of each time that it is asked."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.away = False
        self._held = Lease("", "", 0, 0)
        self._changed = threading.Condition()
        self.asked = 0

    def wait_for(self, asked: int) -> None:
        """Wait until it was asked so often."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.asked >= asked, PATIENCE_S)

    def acquire(self, name: str, holder: str, ttl_ns: int) -> Lease | None:
        with self._changed:
            self.asked += 1
            self._changed.notify_all()
            if self.away:
                raise IndexUnavailable("away")
            now_ns = int(self.now_s * 10**9)
            if self._held.holder != holder and now_ns < self._held.until_ns:
                return None
            is_mine = self._held.holder == holder and now_ns < self._held.until_ns
            self._held = Lease(name, holder, now_ns + ttl_ns, self._held.fencing + (not is_mine))
            return self._held

    def renew(self, held: Lease, ttl_ns: int) -> Lease | None:
        return self.acquire(held.name, held.holder, ttl_ns)

    def release(self, held: Lease) -> bool:
        is_mine = (held.holder, held.fencing) == (self._held.holder, self._held.fencing)
        if is_mine:
            self._held = Lease("", "", 0, self._held.fencing)
        return is_mine


def holding(leases: MemoryLeases, holder: str, ttl_s: float = 10.0) -> Holding:
    return Holding(leases, "work", holder, ttl_s=ttl_s, monotonic_s=lambda: leases.now_s)


def test_one_has_it_until_it_lets_go_or_dies() -> None:
    leases = MemoryLeases()
    one, two = holding(leases, "one"), holding(leases, "two")
    first = one.get()
    assert (first is not None, None) == (True, two.get())
    one.let_go()
    leases.now_s = 3
    second = two.get()
    assert first is not None
    assert second is not None
    assert second.fencing > first.fencing
    leases.now_s = 14
    assert one.get() is not None


def test_it_is_asked_for_no_oftener_than_needed() -> None:
    leases = MemoryLeases()
    one = holding(leases, "one")
    for leases.now_s in (0, 1, 2, 2.5, 3, 4):
        one.get()
    assert 2 == leases.asked


def test_it_is_renewed_in_the_background_while_it_is_wanted() -> None:
    leases = MemoryLeases()
    one = holding(leases, "one", ttl_s=0.01)
    one.start()
    one.get()
    for step in range(1, 5):
        leases.now_s = step * 0.009
        leases.wait_for(step + 1)
    assert None is holding(leases, "two").get()
    leases.away = True
    leases.now_s = 0.045
    leases.wait_for(6)
    leases.away = False
    one.stop()
    assert holding(leases, "two").get() is not None
