# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Central work shared out: which slot, and that each slot is polled by exactly one agent for each cycle."""

import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nephoscope.poll.rounds import Rounds
from nephoscope.poll.sharing import EVERY_SLOT, SLOTS, Everything, part_of, slot_of
from tests.poll.counting import Counting, Hand, finding, loaded

TARGETS = [f"volume-{number}" for number in range(200)]
TEXT = "sources: [{name: a, interval: 60, meters: ['*']}]"
LEASE_S = 15


def test_a_slot_is_the_same_in_every_process() -> None:
    assert [45, 23, 0] == [slot_of("ipmi://192.0.2.21"), slot_of("ipmi://192.0.2.22"), slot_of("")]


@given(st.text())
def test_every_name_has_a_slot(name: str) -> None:
    assert slot_of(name) in EVERY_SLOT


def test_slots_are_filled_evenly() -> None:
    filled = Counter(slot_of(f"b2a1c8d0-{number:04d}") for number in range(6400))
    assert SLOTS == len(filled)
    assert max(filled.values()) < 2 * 100


def test_an_agent_alone_holds_everything_once_for_each_number() -> None:
    share = Everything(monotonic=lambda: 7.0, wall_ns=lambda: 1_000 * 10**9)
    assert EVERY_SLOT == share.slots() == share.claim("60s", 5)
    assert frozenset() == share.claim("60s", 5) == share.claim("60s", 4)
    assert EVERY_SLOT == share.claim("300s", 5) == share.claim("60s", 6)
    assert 1_000 == share.time_s()


def test_the_clock_of_an_agent_alone_goes_on_when_people_set_theirs() -> None:
    hand = Hand()
    share = Everything(monotonic=lambda: hand.now, wall_ns=hand.wall_ns)
    before = share.time_s()
    hand.wall_ahead_s -= 3600
    hand.now += 10
    assert pytest.approx(before + 10) == share.time_s()


class Coordination:
    """What agents share: leases that last a while, and what was claimed of each slot; slots are dealt out evenly."""

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        self.good_until: dict[str, float] = {}
        self.claimed: dict[tuple[str, int], int] = {}

    def live(self) -> list[str]:
        return sorted(agent for agent, until in self.good_until.items() if until > self.hand.now)

    def held_by(self, agent: str) -> frozenset[int]:
        live = self.live()
        return frozenset(slot for slot in EVERY_SLOT if live and live[slot % len(live)] == agent)


class Agent:
    """A share in it; `alive` ones renew their lease whenever time passes."""

    group = "central"

    def __init__(self, coordination: Coordination, name: str) -> None:
        self.coordination = coordination
        self.name = name
        self.alive = True
        self.family = Counting()
        self.rounds: Rounds = coordination.hand.rounds(
            TEXT,
            loaded("volumes", ["volume.size", "volume.age"], self.family, namespace="central", discovery="volumes"),
            discoveries={"volumes": finding(*TARGETS)},
            share=self,
        )
        self.renew()

    def renew(self) -> None:
        self.coordination.good_until[self.name] = self.coordination.hand.now + LEASE_S

    def time_s(self) -> float:
        """The coordination's own clock, which no agent's host can set."""
        return self.coordination.hand.now + 1_000_000

    def slots(self) -> frozenset[int]:
        return self.coordination.held_by(self.name)

    def claim(self, task: str, number: int) -> frozenset[int]:
        claimed = self.coordination.claimed
        own = frozenset(slot for slot in self.slots() if claimed.get((task, slot), -1) < number)
        claimed.update({(task, slot): number for slot in own})
        return own


class Cloud:
    """Agents that come and go."""

    def __init__(self) -> None:
        self.hand = Hand()
        self.coordination = Coordination(self.hand)
        self.agents: list[Agent] = []

    def join(self) -> Agent:
        """One more agent."""
        self.agents.append(Agent(self.coordination, f"agent-{len(self.agents)}"))
        return self.agents[-1]

    def pass_time(self, seconds: int) -> None:
        """Second by second, leases renewed."""
        for _ in range(seconds):
            running = [agent for agent in self.agents if agent.alive]
            for agent in running:
                agent.renew()
            if running:
                self.hand.pass_time(1, *(agent.rounds for agent in running))
            else:
                self.hand.now += 1

    def number(self, now_ns: int) -> int:
        """The cycle's number at an instant of the hand's wall clock."""
        return math.floor((now_ns / 1e9 - self.hand.wall_ahead_s + 1_000_000 + 0.001) / 60)

    def polls(self) -> dict[int, Counter[str]]:
        """How often each target was polled in each cycle, by all agents together."""
        found: dict[int, Counter[str]] = {}
        for agent in self.agents:
            for targets, _, now_ns in agent.family.calls:
                found.setdefault(self.number(now_ns), Counter()).update(targets)
        return found


def test_three_agents_share_every_cycle_and_leave_nothing_out() -> None:
    cloud = Cloud()
    for _ in range(3):
        cloud.join()
    cloud.pass_time(600)
    polls = cloud.polls()
    assert 10 <= len(polls)
    assert all(Counter(TARGETS) == counted for counted in polls.values())
    assert all(len(agent.family.calls) >= 9 for agent in cloud.agents)


def test_when_an_agent_dies_and_another_joins_nothing_is_polled_twice_or_forgotten() -> None:
    cloud = Cloud()
    agents = [cloud.join() for _ in range(3)]
    cloud.pass_time(130)
    agents[1].alive = False
    cloud.pass_time(200)
    cloud.join()
    cloud.pass_time(200)
    polls = cloud.polls()
    # The dead one's lease ran out before the next cycle, so not even one was missed.
    assert all(Counter(TARGETS) == counted for counted in polls.values())
    assert list(range(min(polls), max(polls) + 1)) == sorted(polls)
    assert agents[1].family.calls[-1][2] < agents[0].family.calls[-1][2]
    assert 3 <= len(cloud.agents[3].family.calls)


def test_what_a_dying_agent_held_is_polled_by_the_others_for_the_same_number() -> None:
    cloud = Cloud()
    agents = [cloud.join() for _ in range(3)]
    cloud.pass_time(60 - int((cloud.hand.now + 1_000_000) % 60) + 55)  # five seconds before a cycle
    agents[2].alive = False
    cloud.pass_time(185)
    polls = cloud.polls()
    whole = [number for number, counted in sorted(polls.items()) if Counter(TARGETS) == counted]
    assert all(max(counted.values()) == 1 for counted in polls.values())
    assert len(polls) == len(whole)


EVENTS = st.lists(st.tuples(st.integers(1, 90), st.sampled_from(["join", "die", "nothing"])), max_size=8)


@settings(max_examples=25, deadline=None)
@given(EVENTS)
def test_whatever_comes_and_goes_no_target_is_polled_twice_for_a_cycle(events: list[tuple[int, str]]) -> None:
    cloud = Cloud()
    cloud.join()
    for seconds, what in events:
        cloud.pass_time(seconds)
        running = [agent for agent in cloud.agents if agent.alive]
        if what == "join":
            cloud.join()
        elif what == "die" and len(running) > 1:
            running[0].alive = False
    cloud.pass_time(LEASE_S + 61)
    polls = cloud.polls()
    assert all(max(counted.values()) == 1 for counted in polls.values())
    assert Counter(TARGETS) == polls[max(polls)]


def test_a_group_whose_clock_becomes_known_late_is_followed_at_once() -> None:
    """While the server was away at the start, an agent had only its own clock, a year ahead, to go by."""
    hand, family = Hand(), Counting()

    class Late(Everything):
        ahead_s = 365 * 86400.0

        def time_s(self) -> float:
            return super().time_s() + self.ahead_s

        def claim(self, task: str, number: int) -> frozenset[int]:
            return frozenset() if self.ahead_s else super().claim(task, number)

    share = Late(monotonic=lambda: hand.now, wall_ns=hand.wall_ns)
    kind = loaded("volumes", ["volume.size"], family, namespace="central", discovery="volumes")
    rounds = hand.rounds(TEXT, kind, discoveries={"volumes": finding("a")}, share=share)
    hand.pass_time(90, rounds)
    assert [] == family.calls
    share.ahead_s = 0
    hand.pass_time(120, rounds)
    assert 2 == len(family.calls)


def test_samples_are_published_by_slot_and_each_resource_has_one() -> None:
    cloud = Cloud()
    for _ in range(2):
        cloud.join()
    cloud.pass_time(120)
    for part, samples in cloud.hand.published:
        assert {part} == {part_of("central", slot_of(each)) for each in samples.resource_id}
    assert {part_of("central", slot_of(each)) for each in TARGETS} == {part for part, _ in cloud.hand.published}


def test_a_meter_of_a_source_with_a_coordination_expression_is_one_agents_as_a_whole() -> None:
    hand = Hand()

    class Some(Everything):
        def claim(self, task: str, number: int) -> frozenset[int]:
            return super().claim(task, number) & {slot_of("volume.size")}

    assert slot_of("volume.size") != slot_of("volume.age")
    family = Counting()
    text = TEXT.replace("meters:", "group_id_coordination_expression: pollster.name, meters:")
    rounds = hand.rounds(
        text,
        loaded("volumes", ["volume.size", "volume.age"], family, namespace="central", discovery="volumes"),
        discoveries={"volumes": finding("a", "b", "c")},
        share=Some(monotonic=lambda: hand.now, wall_ns=hand.wall_ns),
    )
    hand.pass_time(0, rounds)
    assert [(["a", "b", "c"], ["volume.size"])] == [call[:2] for call in family.calls]
    assert [part_of("central", slot_of("volume.size"))] == [part for part, _ in hand.published]
