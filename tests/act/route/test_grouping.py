# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""When a group is told of what, minute by minute, and over any course of things."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nephoscope.act.route.alerts import Alert
from nephoscope.act.route.grouping import MINUTE_NS, Step, group_key, group_labels, step
from nephoscope.model.route_group import GroupMemory
from nephoscope.model.routing import TOP, Way, ways
from tests.act.route.made import matchers, route, tree
from tests.store.index.samples import SECOND, START_NS

WAY = replace(TOP, contact_point="ops", group_wait_s=10.0, group_interval_s=60.0, repeat_interval_s=600.0)
EMPTY = GroupMemory(key="k", project_id="blue", contact_point="ops", labels={}, told={}, told_ns=0)
TICK_S = 5


@dataclass
class World:
    """A group, a clock, and a receiver that believes what it is told."""

    now_s: int = 0
    memory: GroupMemory | None = None
    firing: dict[str, Alert] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    muted: bool = False
    tells_over: bool = True
    told: list[tuple[int, set[str], set[str]]] = field(default_factory=list)
    believed: set[str] = field(default_factory=set)

    def fire(self, *marks: str) -> None:
        for mark in marks:
            labels = {"name": mark, "project_id": "blue"}
            self.firing[mark] = Alert(mark, mark, "blue", labels, START_NS + self.now_s * SECOND, "high")

    def clear(self, *marks: str) -> None:
        for mark in marks:
            self.firing.pop(mark, None)

    def tick(self) -> Step:
        """Look once, and commit what came of it."""

        def held(labels: Mapping[str, str], mark: str) -> bool:
            return mark in self.held

        now_ns = START_NS + self.now_s * SECOND
        found = step(
            EMPTY,
            self.memory,
            self.firing,
            WAY,
            held,
            muted=self.muted,
            tells_over=self.tells_over,
            now_ns=now_ns,
        )
        if found.firing or found.over:
            firing, over = {each.fingerprint for each in found.firing}, set(found.over)
            self.told.append((self.now_s, firing, over))
            self.believed = (self.believed | firing) - over
        self.memory = found.after
        return found

    def until(self, second: int) -> None:
        """Look every five seconds up to one, and then."""
        while self.now_s < second:
            self.now_s += TICK_S
            self.tick()


def test_a_group_waits_for_others_then_for_its_interval_then_repeats() -> None:
    world = World()
    world.fire("a")
    world.until(5)
    world.fire("b")
    world.until(20)
    world.fire("c")
    world.until(75)
    world.until(700)
    assert [(10, {"a", "b"}, set()), (70, {"a", "b", "c"}, set()), (670, {"a", "b", "c"}, set())] == world.told


def test_what_is_over_is_told_with_what_still_fires_and_the_group_ends_with_the_last() -> None:
    world = World()
    world.fire("a", "b")
    world.until(15)
    world.clear("a")
    world.until(100)
    world.clear("b")
    world.until(1000)
    assert [(10, {"a", "b"}, set()), (70, {"b"}, {"a"}), (130, set(), {"b"})] == world.told
    assert world.memory is None


def test_what_comes_and_goes_before_it_is_told_is_not_told() -> None:
    world = World()
    world.fire("a")
    world.until(5)
    world.clear("a")
    world.until(100)
    assert ([], None) == (world.told, world.memory)


def test_what_flaps_within_an_interval_is_not_news() -> None:
    world = World()
    world.fire("a")
    world.until(15)
    world.clear("a")
    world.until(30)
    world.fire("a")
    world.until(600)
    assert [(10, {"a"}, set())] == world.told


def test_a_contact_point_that_does_not_want_it_is_not_told_that_something_is_over() -> None:
    world = World(tells_over=False)
    world.fire("a", "b")
    world.until(15)
    world.clear("a")
    world.until(100)
    assert {"b"} == set(world.memory.told if world.memory else ())
    world.fire("a")
    world.until(105)
    world.clear("a", "b")
    world.until(1000)
    assert [(10, {"a", "b"}, set()), (105, {"a", "b"}, set())] == world.told
    assert world.memory is None


def test_what_is_silenced_is_told_when_the_silence_ends_as_if_it_were_new() -> None:
    world = World()
    world.held = {"a"}
    world.fire("a")
    world.until(100)
    assert ([], None) == (world.told, world.memory)
    world.held = set()
    world.until(300)
    world.held = {"a"}
    world.until(400)
    world.held = set()
    world.until(405)
    assert [(105, {"a"}, set()), (405, {"a"}, set())] == world.told


def test_what_is_over_while_it_is_silenced_is_told_at_the_end_of_the_silence() -> None:
    world = World()
    world.fire("a")
    world.until(20)
    world.held = {"a"}
    world.until(30)
    world.clear("a")
    world.until(500)
    assert [(10, {"a"}, set())] == world.told
    world.held = set()
    world.until(505)
    assert [(10, {"a"}, set()), (505, set(), {"a"})] == world.told
    assert world.memory is None


def test_a_route_that_is_muted_tells_all_of_it_afterwards() -> None:
    world = World()
    world.fire("a")
    world.until(20)
    world.muted = True
    world.clear("a")
    world.fire("b")
    world.until(500)
    world.muted = False
    world.until(505)
    assert [(10, {"a"}, set()), (505, {"b"}, {"a"})] == world.told


def test_it_says_when_to_look_again() -> None:
    world = World()
    assert None is world.tick().wake_ns
    world.fire("a")
    assert START_NS + 10 * SECOND == world.tick().wake_ns
    world.now_s = 10
    assert START_NS + 610 * SECOND == world.tick().wake_ns
    world.clear("a")
    assert START_NS + 70 * SECOND == world.tick().wake_ns
    world.now_s, world.muted = 100, True
    assert START_NS + 120 * SECOND == world.tick().wake_ns
    assert 0 == (START_NS + 120 * SECOND) % MINUTE_NS


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["fire", "clear", "hold", "let go", "mute", "unmute"]),
        st.sampled_from("abc"),
        st.integers(1, 30),
    ),
    max_size=40,
)


@given(EVENTS)
def test_whatever_happens_the_receiver_learns_it_in_time_and_no_more_than_that(events: Any) -> None:
    world = World()
    for what, mark, ticks in events:
        match what:
            case "fire":
                if mark not in world.firing:
                    world.fire(mark)
            case "clear":
                world.clear(mark)
            case "hold":
                world.held.add(mark)
            case "let go":
                world.held.discard(mark)
            case "mute" | "unmute":
                world.muted = what == "mute"
        world.until(world.now_s + ticks * TICK_S)
    world.held, world.muted = set(), False
    before = len(world.told)
    world.until(world.now_s + 130)
    assert set(world.firing) == world.believed
    assert len(world.told) <= before + 2
    for (first_s, *first), (second_s, *second) in zip(world.told, world.told[1:], strict=False):
        # A group that ended begins anew.
        if first[0]:
            assert second_s - first_s >= WAY.group_interval_s
        if not any(what in ("hold", "mute") for what, _, _ in events) and first == second:
            assert second_s - first_s >= WAY.repeat_interval_s
    assert {each for _, _, over in world.told for each in over} <= {each for _, told, _ in world.told for each in told}
    if not world.firing:
        assert world.memory is None


def test_groups_are_named_by_route_contact_point_and_labels() -> None:
    labels = {"name": "a", "team": "db", "host": "h"}

    def way(*written: dict[str, Any]) -> Way:
        return ways(tree(*written).routes)[0]

    by_team = way(route("name=a", group_by=["team", "absent"]))
    assert {"team": "db"} == group_labels(by_team, labels)
    assert labels == group_labels(way(route(group_by=["..."])), labels)
    assert {} == group_labels(way(route()), labels)
    key = group_key("blue", by_team, {"team": "db"})
    assert key == group_key("blue", way(route("name=a", group_wait_s=0, repeat_interval_s=5)), {"team": "db"})
    others = {
        group_key("red", by_team, {"team": "db"}),
        group_key("blue", by_team, {"team": "web"}),
        group_key("blue", by_team, {"team": "db"}, 1),
        group_key("blue", way(route("name=b")), {"team": "db"}),
        group_key("blue", way(route("name=a", contact_point="db")), {"team": "db"}),
    }
    assert (5, False) == (len(others), key in others)
    assert matchers("name=a") == by_team.chain[-1]
