# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""How groups stand: what is said of them is what becomes of them."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nephoscope.act.route.board import Board
from nephoscope.act.route.rules import Rules
from nephoscope.act.route.standing import Standing, standings
from nephoscope.model.alarm import Alarm
from nephoscope.model.route_group import GroupMemory
from tests.act.route.made import QUICK, alarm, firing, inhibition, route, rules, silence, tree
from tests.store.index.samples import SECOND, START_NS

ALWAYS = {"name": "always", "intervals": [{}]}


def at(seconds: int) -> int:
    return START_NS + seconds * SECOND


def one(found: Rules, memories: Sequence[GroupMemory], alarms: Sequence[Alarm], seconds: int) -> Standing:
    """The only group that there is."""
    (standing,) = standings(found, memories, firing(*alarms, whole=True), at(seconds))
    return standing


def told(found: Rules, alarms: Sequence[Alarm], seconds: int, known: Sequence[GroupMemory] = ()) -> list[GroupMemory]:
    """What is remembered after the router has looked at what fires."""
    board = Board(found, known)
    board.take(firing(*alarms, whole=True))
    for group, step in list(board.due(at(seconds))):
        board.done(group, step)
    return [each.memory for each in board.groups.values() if each.memory is not None]


def known(standing: Standing) -> dict[str, tuple[str, str]]:
    return {each.alarm_id: (each.knowledge, each.held) for each in standing.members}


def test_a_group_goes_from_new_to_told_to_over() -> None:
    found = rules(tree(route()))
    new = one(found, [], [alarm("a")], 3)
    assert ({"a": ("new", "")}, "routes[0]", at(QUICK["group_wait_s"])) == (known(new), new.place, new.next_ns)
    memories = told(found, [alarm("a")], 10)
    repeating = one(found, memories, [alarm("a")], 20)
    assert ({"a": ("told", "")}, at(10 + QUICK["repeat_interval_s"])) == (known(repeating), repeating.next_ns)
    changed = one(found, memories, [alarm("b", 15)], 20)
    assert {"a": ("over", ""), "b": ("new", "")} == known(changed)
    assert at(10 + QUICK["group_interval_s"]) == changed.next_ns
    assert at(100) == one(found, memories, [alarm("b", 15)], 100).next_ns


def test_what_is_silenced_after_it_was_told_is_news_once_the_silence_ends() -> None:
    found = rules(tree(route()), silences=[silence("name=a", start=20, end=40)])
    memories = told(found, [alarm("a")], 10)
    held = one(found, told(found, [alarm("a")], 30, memories), [alarm("a")], 35)
    assert ({"a": ("told", "silenced")}, None) == (known(held), held.next_ns)
    assert {"a": ("new", "")} == known(one(found, [held.memory], [alarm("a")], 50))


def test_a_muted_route_tells_why_and_not_when() -> None:
    standing = one(rules(tree(route(mute_timings=["always"]), timings=[ALWAYS])), [], [alarm("a")], 60)
    assert ("mute timing always holds", None) == (standing.muted, standing.next_ns)


def test_what_a_route_told_that_is_no_more_has_no_place() -> None:
    (memory,) = told(rules(tree(route())), [alarm("a")], 10)
    gone = one(rules(), [memory], [alarm("a")], 20)
    assert ({"a": ("over", "")}, "", None, memory) == (known(gone), gone.place, gone.next_ns, gone.memory)


NAMES = ["a", "b", "rack"]
FIRING = st.lists(st.sampled_from(NAMES), unique=True).map(lambda names: [alarm(each) for each in names])


@given(
    before=FIRING,
    now=FIRING,
    first_s=st.integers(0, 700),
    later_s=st.integers(0, 700),
    silenced=st.sampled_from([None, (0, 100), (300, 900)]),
    muted=st.booleans(),
    resolved=st.booleans(),
)
def test_who_is_said_to_be_told_by_now_is_told(
    before: list[Alarm],
    now: list[Alarm],
    first_s: int,
    later_s: int,
    silenced: tuple[int, int] | None,
    muted: bool,
    resolved: bool,
) -> None:
    fields: dict[str, Any] = {"mute_timings": ["always"]} if muted else {}
    silences = [silence("name=a", start=silenced[0], end=silenced[1])] if silenced else []
    made = tree(route("name=a"), route(**fields), timings=[ALWAYS], inhibitions=[inhibition("name=rack", "name=b")])
    found = rules(made, silences=silences, resolved=resolved)
    memories = told(found, before, first_s)
    moment = at(first_s + later_s)
    said = {
        each.memory.key
        for each in standings(found, memories, firing(*now, whole=True), moment)
        if each.next_ns is not None and each.next_ns <= moment
    }
    board = Board(found, memories)
    board.take(firing(*now, whole=True))
    assert said == {group.empty.key for group, step in board.due(moment) if step.firing or step.over}
