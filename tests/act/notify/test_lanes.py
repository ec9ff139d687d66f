# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Few at a time at one place, one at a time of a line, in the order of numbers; places take turns."""

from collections import Counter
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from nephoscope.act.notify.contract import Channel
from nephoscope.act.notify.lanes import Job, Lanes
from tests.act.notify.made import delivery

NOBODY = cast(Channel, None)


def job(number: int, alarm: str = "", place: str = "h:80", claim: int = 1) -> Job:
    """One of its own line, unless an alarm is given."""
    found = delivery(f"http://{place}/", number, alarm_id=alarm or f"a-{number}", claim=claim)
    return Job(found, NOBODY, place)


def begun(lanes: Lanes) -> list[int]:
    """The numbers of all that may begin now."""
    found = []
    while (each := lanes.begin()) is not None:
        found.append(each.delivery.number)
    return found


def test_few_begin_at_one_place_and_others_are_not_held_up() -> None:
    lanes = Lanes(2)
    for number in range(1, 6):
        lanes.add(job(number))
    lanes.add(job(9, place="other:80"))
    assert [1, 9, 2] == begun(lanes)
    assert (3, 3, 3) == (lanes.turns, lanes.running, lanes.waiting)
    lanes.done([job(1)])
    assert 2 == lanes.turns
    assert [3] == begun(lanes)


def test_of_one_line_the_next_begins_when_the_one_before_has_ended() -> None:
    lanes = Lanes(5)
    for number in (3, 1, 2):
        lanes.add(job(number, "a"))
    assert [1] == begun(lanes)
    lanes.done([job(1, "a")])
    assert [2] == begun(lanes)


def test_a_turn_goes_on_at_its_place_with_other_lines_only() -> None:
    lanes = Lanes(1)
    for number, alarm in enumerate("aab", 1):
        lanes.add(job(number, alarm))
    lanes.add(job(9, place="other:80"))
    first = lanes.begin()
    second = lanes.go_on("h:80")
    assert first is not None
    assert second is not None
    assert (1, 3) == (first.delivery.number, second.delivery.number)
    assert (None, [9]) == (lanes.go_on("h:80"), begun(lanes))
    lanes.done([first, second])
    assert [2] == begun(lanes)


def test_the_same_target_of_other_alarms_is_another_line() -> None:
    lanes = Lanes(5)
    lanes.add(job(1, "a"))
    lanes.add(job(2, "b"))
    assert [1, 2] == begun(lanes)


def test_one_that_is_claimed_again_takes_its_own_place() -> None:
    lanes = Lanes(1)
    lanes.add(job(1))
    lanes.add(job(2))
    lanes.add(job(2, claim=2))
    assert 2 == lanes.waiting
    first = lanes.begin()
    assert first is not None
    lanes.add(job(1, claim=2))
    lanes.done([first])
    second = lanes.begin()
    assert second is not None
    assert (2, 2, 0) == (second.delivery.number, second.delivery.claim, lanes.waiting)


def test_of_a_crowd_those_that_came_last_are_taken_back() -> None:
    lanes = Lanes(1)
    for number in (1, 2, 3):
        lanes.add(job(number, "a"))
    lanes.add(job(4))
    lanes.add(job(5, place="other:80"))
    assert [] == lanes.take_back(4)
    assert [3, 4] == [each.delivery.number for each in lanes.take_back(2)]
    assert 3 == lanes.waiting
    assert [1, 5] == begun(lanes)
    lanes.done([job(1, "a")])
    assert [2] == begun(lanes)
    assert [] == Lanes(1).take_back(1)


def test_draining_leaves_what_runs() -> None:
    lanes = Lanes(1)
    for number in (1, 2, 3):
        lanes.add(job(number, "a"))
    lanes.add(job(4, place="other:80"))
    first = lanes.begin()
    assert first is not None
    assert [2, 3, 4] == [each.delivery.number for each in lanes.drain()]
    assert (1, 0, None) == (lanes.running, lanes.waiting, lanes.begin())
    lanes.done([first])
    assert (0, 0, []) == (lanes.running, lanes.waiting, lanes.drain())


@given(st.data(), st.integers(1, 3))
def test_whatever_comes_and_ends_when_the_rules_hold(data: Any, at_once: int) -> None:
    """Deliveries of few alarms to few places come, begin and end in any order."""
    lanes = Lanes(at_once)
    turns: list[list[Job]] = []
    last: dict[tuple[str, str], int] = {}
    added = ended = 0

    def goes(begun: Job) -> Job:
        assert begun.line not in {each.line for turn in turns for each in turn}
        assert last.get(begun.line, 0) < begun.delivery.number
        last[begun.line] = begun.delivery.number
        return begun

    for number in range(1, data.draw(st.integers(1, 40))):
        match data.draw(st.sampled_from(["add", "add", "add", "begin", "begin", "go on", "done", "take back"])):
            case "add":
                lanes.add(job(number, data.draw(st.sampled_from("ab")), data.draw(st.sampled_from(["x", "y"]))))
                added += 1
            case "take back":
                added -= len(lanes.take_back(data.draw(st.integers(1, 3))))
            case "begin" if (begun := lanes.begin()) is not None:
                turns.append([goes(begun)])
            case "go on" if turns:
                turn = turns[data.draw(st.integers(0, len(turns) - 1))]
                if (begun := lanes.go_on(turn[0].place)) is not None:
                    turn.append(goes(begun))
                    assert turn[0].place == begun.place
            case "done" if turns:
                over = turns.pop(data.draw(st.integers(0, len(turns) - 1)))
                lanes.done(over)
                ended += len(over)
        assert all(count <= at_once for count in Counter(turn[0].place for turn in turns).values())
        running = sum(map(len, turns))
        assert (len(turns), running) == (lanes.turns, lanes.running)
        assert added == running + lanes.waiting + ended
    while (begun := lanes.begin()) is not None or turns:
        if begun is not None:
            turns.append([begun])
        else:
            lanes.done(turns.pop())
    assert (0, 0) == (lanes.running, lanes.waiting)
