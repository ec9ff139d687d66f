# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Agents that share work through a real index: every slot is somebody's, and what it remembers goes along."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from nephoscope.client.shared_work import SLOTS, Memory, SharedWork
from nephoscope.model.errors import Unavailable
from nephoscope.model.shared_work import Division, SlotReport
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index


class World:
    """A clock that stands still until it is moved, and an index behind a line that can be cut."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.now_s = 1000.0
        self.cut = False

    def ask(self, group: str, body: object) -> Division:
        if self.cut:
            raise Unavailable("the line is cut")
        sent = msgspec.to_builtins(body)
        reports = msgspec.convert(sent["held"], list[SlotReport])
        return self.index.shared_work.divide(
            group, sent["holder"], reports, slots=sent["slots"], ttl_ns=int(sent["ttl_s"] * 1e9), leave=sent["leave"]
        )


class Agent:
    """One with a memory of a number by slot."""

    def __init__(self, world: World, name: str) -> None:
        self.remembers: dict[int, bytes] = {}
        memory = Memory(self.remembers.get, self.remembers.__setitem__, self.forget)
        self.work = SharedWork(world.ask, "central", memory, holder=name, monotonic=lambda: world.now_s)

    def forget(self, slot: int) -> None:
        self.remembers.pop(slot, None)

    def beat(self) -> None:
        """What the background does three times in a lease."""
        self.work._try()

    def poll(self, number: int) -> frozenset[int]:
        """Do what is claimed, and remember that."""
        claimed = self.work.claim("every hour", number)
        for slot in claimed:
            self.remembers[slot] = f"{self.remembers.get(slot, b'').decode()}{number}".encode()
            self.work.changed(slot)
        return claimed


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    holder: list[World] = []
    index = open_index(f"sqlite:///{tmp_path}/index.db", lambda: int(holder[0].now_s * 1e9))
    holder.append(World(index))
    index.upgrade()
    yield holder[0]
    index.close()


def passes(world: World, seconds: float, *agents: Agent) -> None:
    """Time goes on, with a beat of each every five seconds."""
    for _ in range(int(seconds // 5)):
        world.now_s += 5
        for agent in agents:
            agent.beat()


def test_three_agents_poll_every_slot_once_while_one_joins_and_one_is_killed(world: World) -> None:
    one, two, three = (Agent(world, name) for name in ("a", "b", "c"))
    polled: list[list[int]] = []

    def cycle(number: int, *agents: Agent) -> None:
        polled.append(sorted(slot for agent in agents for slot in agent.poll(number)))

    everything = list(range(SLOTS))
    passes(world, 30, one, two)
    cycle(1, one, two)
    passes(world, 10, one, two, three)  # the third has joined, and slots are on their way
    cycle(2, one, two, three)
    passes(world, 30, one, two, three)
    assert {20, 22} == {len(agent.work.slots()) for agent in (one, two, three)}
    cycle(3, one, two, three)
    passes(world, 5, one, two, three)
    # The first is killed: after its lease the others have everything, with what it had done and remembered.
    passes(world, 30, two, three)
    assert 32 == len(two.work.slots())
    cycle(4, two, three)
    assert [everything] * 4 == polled
    assert {b"1234"} == {*two.remembers.values(), *three.remembers.values()}


def test_a_slot_that_moves_between_the_agents_of_a_cycle_is_not_polled_again(world: World) -> None:
    one, two = Agent(world, "a"), Agent(world, "b")
    one.beat()
    assert SLOTS == len(one.poll(1))
    passes(world, 30, one, two)
    assert SLOTS // 2 == len(two.work.slots())
    assert frozenset() == two.poll(1)
    assert SLOTS // 2 == len(two.poll(2))


def test_without_the_server_what_is_held_runs_out(world: World) -> None:
    one, two = Agent(world, "a"), Agent(world, "b")
    one.beat()
    world.cut = True
    passes(world, 10, one)
    assert SLOTS == len(one.poll(1))
    passes(world, 5, one)
    assert (frozenset(), frozenset()) == (one.work.slots(), one.poll(2))
    world.cut = False
    two.beat()
    one.beat()
    assert SLOTS == len(two.work.slots())
    passes(world, 30, one, two)
    assert SLOTS // 2 == len(one.work.slots())


def test_who_stops_hands_everything_over_at_once(world: World) -> None:
    one, two = Agent(world, "a"), Agent(world, "b")
    one.beat()
    one.poll(7)
    one.work.stop()
    two.beat()
    assert SLOTS == len(two.work.slots())
    assert ({}, {b"7"}) == (one.remembers, set(two.remembers.values()))
    assert frozenset() == two.poll(7)


def test_what_could_not_be_told_is_told_later(world: World) -> None:
    one, two = Agent(world, "a"), Agent(world, "b")
    one.beat()
    world.cut = True
    one.poll(1)
    world.cut = False
    passes(world, 5, one)
    passes(world, 20, two)
    assert frozenset() == two.poll(1)
    assert {b"1"} == set(two.remembers.values())


def test_time_is_the_servers_and_does_not_jump(world: World) -> None:
    one = Agent(world, "a")
    one.beat()
    assert 1000 == one.work.time_s()
    passes(world, 10, one)
    assert 1010 == one.work.time_s()


def test_in_the_background_leases_are_renewed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def ask(group: str, body: object) -> Division:
        asked.append(time.monotonic())
        return world.ask(group, body)

    def nothing(*_: object) -> None:
        return None

    work = SharedWork(ask, "g", Memory(nothing, nothing, nothing), holder="a", ttl_s=0.3)
    work.start()
    wait(lambda: len(asked) >= 4)
    work.stop()
    count = len(asked)
    time.sleep(0.25)
    assert count == len(asked)


def wait(until: Callable[[], bool]) -> None:
    for _ in range(500):
        if until():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")
