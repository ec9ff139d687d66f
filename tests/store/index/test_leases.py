# SPDX-License-Identifier: Apache-2.0
"""Leases: one owner at a time, however many ask."""

import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from nephoscope.model.lease import Lease
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from tests.store.index.samples import SECOND, START_NS, Clock

TTL = 30 * SECOND


def test_one_holder_at_a_time(index: Index, clock: Clock) -> None:
    first = index.leases.acquire("roll-up", "node-1", TTL)
    assert Lease("roll-up", "node-1", START_NS + TTL, 1) == first
    assert index.leases.acquire("roll-up", "node-2", TTL) is None
    assert index.leases.acquire("other", "node-2", TTL) is not None
    clock.forward(29)
    assert index.leases.acquire("roll-up", "node-2", TTL) is None
    clock.forward(1)
    second = index.leases.acquire("roll-up", "node-2", TTL)
    assert second is not None
    assert second.fencing == 2


def test_a_holder_that_asks_again_goes_on(index: Index, clock: Clock) -> None:
    first = index.leases.acquire("roll-up", "node-1", TTL)
    now_ns = clock.forward(10)
    assert Lease("roll-up", "node-1", now_ns + TTL, 1) == index.leases.acquire("roll-up", "node-1", TTL)
    assert first is not None
    clock.forward(100)
    again = index.leases.acquire("roll-up", "node-1", TTL)
    assert again is not None
    assert again.fencing == 2


def test_a_lease_is_renewed_until_somebody_else_has_had_it(index: Index, clock: Clock) -> None:
    held = index.leases.acquire("roll-up", "node-1", TTL)
    assert held is not None
    now_ns = clock.forward(100)
    renewed = index.leases.renew(held, TTL)
    assert Lease("roll-up", "node-1", now_ns + TTL, 1) == renewed
    clock.forward(100)
    taken = index.leases.acquire("roll-up", "node-2", TTL)
    assert taken is not None
    assert index.leases.renew(held, TTL) is None
    assert index.leases.release(held) is False
    assert index.leases.acquire("roll-up", "node-3", TTL) is None


def test_a_lease_given_back_is_free_at_once(index: Index) -> None:
    held = index.leases.acquire("roll-up", "node-1", TTL)
    assert held is not None
    assert index.leases.release(held) is True
    assert index.leases.release(held) is False
    assert index.leases.renew(held, TTL) is None
    taken = index.leases.acquire("roll-up", "node-2", TTL)
    assert taken is not None
    assert taken.fencing == 2


def test_of_many_that_ask_at_once_one_gets_it(index: Index) -> None:
    got: list[Lease | None] = []
    ready = threading.Barrier(8)

    def ask(holder: str) -> None:
        ready.wait()
        got.append(index.leases.acquire("roll-up", holder, TTL))

    threads = [threading.Thread(target=ask, args=(f"node-{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert [each.fencing for each in got if each is not None] == [1]


def test_without_a_clock_the_databases_time_counts(index_url: str) -> None:
    opened = open_index(index_url)
    opened.upgrade()
    held = opened.leases.acquire("roll-up", "node-1", SECOND)
    assert held is not None
    assert abs(held.until_ns - SECOND - time.time_ns()) < 5 * SECOND
    assert opened.leases.acquire("roll-up", "node-2", SECOND) is None
    time.sleep(1.05)
    assert opened.leases.acquire("roll-up", "node-2", SECOND) is not None
    opened.close()


class Nodes(RuleBasedStateMachine):
    """Whatever nodes do, no two own a lease at the same time, and fencing numbers never fall."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.held: dict[str, Lease] = {}
        self.fencing = 0

    @initialize()
    def open(self) -> None:
        self.index = open_index(f"sqlite:///{self.folder}/leases-{time.monotonic_ns()}.db", self.clock)
        self.index.upgrade()

    @rule(node=st.sampled_from(["a", "b", "c"]))
    def acquire(self, node: str) -> None:
        owner = self.owner()
        lease = self.index.leases.acquire("work", node, TTL)
        assert (lease is not None) is (owner in (None, node))
        if lease is not None:
            self.held[node] = lease
            assert lease.fencing >= self.fencing
            self.fencing = lease.fencing

    @rule(node=st.sampled_from(["a", "b", "c"]))
    def renew(self, node: str) -> None:
        if node in self.held:
            renewed = self.index.leases.renew(self.held[node], TTL)
            assert (renewed is not None) is (self.held[node].fencing == self.fencing)
            if renewed is not None:
                self.held[node] = renewed

    @rule(node=st.sampled_from(["a", "b", "c"]))
    def release(self, node: str) -> None:
        if node in self.held:
            lease = self.held.pop(node)
            assert self.index.leases.release(lease) is (lease.fencing == self.fencing)

    @rule(seconds=st.sampled_from([1, 29, 31]))
    def wait(self, seconds: int) -> None:
        self.clock.forward(seconds)

    def owner(self) -> str | None:
        owners = [
            node
            for node, lease in self.held.items()
            if lease.until_ns > self.clock.now_ns and lease.fencing == self.fencing
        ]
        assert len(owners) <= 1
        return owners[0] if owners else None

    def teardown(self) -> None:
        if hasattr(self, "index"):
            self.index.close()


def test_any_order_of_steps_keeps_one_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Nodes, "folder", tmp_path, raising=False)
    few = settings(max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Nodes, settings=few)
