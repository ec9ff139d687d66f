# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Slots of work: each is held by one agent at a time, and all are held soon."""

import threading
from collections.abc import Iterator

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from nephoscope.model.shared_work import Division, SlotReport
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from tests.store.index.samples import SECOND, Clock

TTL = 15 * SECOND


class Agent:
    """One that does as the answers say."""

    def __init__(self, index: Index, name: str, slots: int = 8, group: str = "g") -> None:
        self.index = index
        self.group = group
        self.name = name
        self.slots = slots
        self.held: dict[int, int] = {}
        self.state: dict[int, bytes | None] = {}
        self.back: set[int] = set()

    def ask(self, *, leave: bool = False, **report: bytes) -> Division:
        reports = [
            SlotReport(slot, fencing, release=leave or slot in self.back, **report)  # type: ignore[arg-type]
            for slot, fencing in self.held.items()
        ]
        said = self.index.shared_work.divide(self.group, self.name, reports, slots=self.slots, ttl_ns=TTL, leave=leave)
        for grant in said.slots:
            if grant.slot not in self.held:
                self.state[grant.slot] = grant.state
        self.held = {grant.slot: grant.fencing for grant in said.slots}
        self.back = set(said.give_back)
        return said


def test_one_agent_holds_everything(index: Index) -> None:
    one = Agent(index, "a")
    one.ask()
    assert set(range(8)) == set(one.held)
    assert ("a",) == one.ask().members


def test_a_second_agent_gets_its_half_once_the_first_has_given_it_back(index: Index) -> None:
    one, two = Agent(index, "a"), Agent(index, "b")
    one.ask()
    two.ask()
    assert {} == two.held
    assert 4 == len(one.ask().give_back)
    one.ask()
    two.ask()
    assert (4, 4) == (len(one.held), len(two.held))
    assert set(range(8)) == set(one.held) | set(two.held)


def test_what_a_dead_agent_held_goes_to_the_others_with_what_it_remembered(index: Index, clock: Clock) -> None:
    one, two = Agent(index, "a"), Agent(index, "b")
    one.ask()
    one.ask(state=b"remembered")
    clock.forward(10)
    two.ask()
    assert {} == two.held
    clock.forward(5)
    two.ask()
    assert set(range(8)) == set(two.held)
    assert {b"remembered"} == set(two.state.values())


def test_who_slept_too_long_is_told_and_does_no_harm(index: Index, clock: Clock) -> None:
    one, two = Agent(index, "a"), Agent(index, "b")
    one.ask()
    clock.forward(16)
    two.ask(state=b"")
    one.ask(state=b"old")
    assert {} == one.held
    two.ask()
    assert set(range(8)) == set(two.held)
    clock.forward(16)
    three = Agent(index, "c")
    three.ask()
    assert b"old" not in three.state.values()


def test_who_leaves_frees_everything_at_once(index: Index) -> None:
    one, two = Agent(index, "a"), Agent(index, "b")
    one.ask()
    one.ask(leave=True)
    two.ask()
    assert (set(), set(range(8))) == (set(one.held), set(two.held))
    assert ("b",) == two.ask().members


def test_groups_do_not_know_each_other(index: Index) -> None:
    Agent(index, "a").ask()
    other = index.shared_work.divide("other", "b", [], slots=2, ttl_ns=TTL)
    assert [0, 1] == [grant.slot for grant in other.slots]


def test_claims_go_with_the_slot(index: Index) -> None:
    said = index.shared_work.divide("g", "a", [], slots=1, ttl_ns=TTL)
    done = SlotReport(0, said.slots[0].fencing, claims={"task": 7}, release=True)
    index.shared_work.divide("g", "a", [done], slots=1, ttl_ns=TTL, leave=True)
    assert {"task": 7} == index.shared_work.divide("g", "b", [], slots=1, ttl_ns=TTL).slots[0].claims


def test_many_at_once_never_hold_the_same(index_url: str) -> None:
    index = open_index(index_url)
    index.upgrade()
    agents = [Agent(index, f"agent-{n}", slots=16) for n in range(6)]

    def work(agent: Agent) -> None:
        for _ in range(12):
            agent.ask()

    threads = [threading.Thread(target=work, args=(agent,)) for agent in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = [slot for agent in agents for slot in agent.held]
    assert sorted(set(held)) == sorted(held)
    for _ in range(3):
        for agent in agents:
            agent.ask()
    assert list(range(16)) == sorted(slot for agent in agents for slot in agent.held)
    index.close()


class Group(RuleBasedStateMachine):
    """Agents ask, die, sleep and leave in any order: a slot that two believe in is believed in out of date."""

    index: Index
    clock: Clock

    runs: Iterator[int]

    def __init__(self) -> None:
        super().__init__()
        # The index is the same in each run, so each has a group of its own.
        self.group = f"run {next(self.runs)}"
        self.number = 0
        self.agents: dict[str, tuple[Agent, int]] = {}

    @rule()
    def joins(self) -> None:
        self.number += 1
        self.agents[f"a{self.number}"] = (Agent(self.index, f"a{self.number}", 6, self.group), 0)

    @rule(choice=st.integers(0, 99))
    def asks(self, choice: int) -> None:
        if self.agents:
            name = sorted(self.agents)[choice % len(self.agents)]
            agent, _ = self.agents[name]
            agent.ask()
            self.agents[name] = (agent, self.clock.now_ns + TTL)

    @rule(choice=st.integers(0, 99))
    def dies(self, choice: int) -> None:
        if self.agents:
            del self.agents[sorted(self.agents)[choice % len(self.agents)]]

    @rule(seconds=st.integers(1, 20))
    def passes(self, seconds: int) -> None:
        self.clock.forward(seconds)

    @invariant()
    def no_slot_is_held_twice(self) -> None:
        sure = [slot for agent, until_ns in self.agents.values() if until_ns > self.clock.now_ns for slot in agent.held]
        assert len(sure) == len(set(sure))


def test_whatever_happens_no_slot_is_held_twice(index: Index, clock: Clock) -> None:
    class Here(Group):
        pass

    Here.index, Here.clock, Here.runs = index, clock, iter(range(10_000))
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
