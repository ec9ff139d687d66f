# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Notifications on their way: claimed by one at a time, due again when that one dies, and gone when they are old."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace

from nephoscope.model.delivery import Attempt, Delivery, Noted, Progress
from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.model.paging import Page
from nephoscope.model.search import Compare, Search, equal
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from tests.store.index.racing import at_once, problems
from tests.store.index.samples import SECOND, START_NS, Clock
from tests.store.index.watched import note

TTL = 30 * SECOND
TARGET = "https://user:p%40ss@192.0.2.1:8443/hook?a=1&b=%C3%A9#é"


def attempt(delivery: Delivery, at_ns: int = START_NS, status: int = 0, error: str = "") -> Attempt:
    return Attempt(delivery=delivery.number, at_ns=at_ns, lasted_ns=5, status=status, error=error)


def add(index: Index, *keys: str) -> None:
    index.outbox.add([note(key) for key in keys])


def noted(index: Index, one: Delivery, tried: Attempt, progress: Progress, due_ns: int) -> bool:
    """Note an attempt at one; whether it was ours."""
    (is_ours,) = index.outbox.note([Noted(delivery=one, attempt=tried, progress=progress, due_ns=due_ns)])
    return is_ours


def claimed(index: Index, limit: int = 10) -> list[str]:
    return [each.key for each in index.outbox.claim(limit, TTL)]


def test_what_is_put_in_is_due_at_once_as_it_is_written(index: Index) -> None:
    body = {"alarm_name": "größe\0", "reason_data": {"most_recent": 1e300, "all": [None, True, 2]}}
    assert 1 == index.outbox.add([note("k", target=TARGET, body=body)])
    expected = Delivery(
        number=index.outbox.find()[0].number,
        key="k",
        alarm_id="a",
        project_id="blue",
        target=TARGET,
        body=body,
        created_ns=START_NS,
        due_ns=START_NS,
    )
    assert [expected] == index.outbox.find()
    assert [replace(expected, claim=1)] == index.outbox.claim(10, TTL)


def test_a_key_is_taken_once(index: Index) -> None:
    assert 2 == index.outbox.add([note("k", "first"), note("l"), note("k", "second")])
    assert 1 == index.outbox.add([note("k", "third"), note("m")])
    assert 0 == index.outbox.add([])
    assert [("m", "a"), ("l", "a"), ("k", "first")] == [(each.key, each.alarm_id) for each in index.outbox.find()]
    with pytest.raises(BadRequest, match="key: 1 to 255"):
        index.outbox.add([note("n"), note("k" * 256)])
    assert 3 == len(index.outbox.find())


def test_a_key_that_all_put_in_is_taken_once(nodes: list[Index]) -> None:
    drafts = [note(f"k{n}") for n in range(20)]
    outcomes = at_once(nodes, lambda index, n: index.outbox.add(drafts[n:] + drafts[:n]))
    assert [] == problems(outcomes)
    assert 20 == sum(int(str(each)) for each in outcomes) == len(nodes[0].outbox.find())


def test_the_longest_due_are_claimed_first(index: Index, clock: Clock) -> None:
    add(index, "a", "b")
    later_ns = clock.forward(10)
    for each in index.outbox.claim(1, TTL):
        assert noted(index, each, attempt(each), "waiting", later_ns + SECOND)
    add(index, "c")
    clock.forward(5)
    assert ["b", "c"] == claimed(index, 2)
    assert ["a"] == claimed(index)
    assert [] == claimed(index)


def test_what_is_claimed_is_free_again_when_the_time_is_over(index: Index, clock: Clock) -> None:
    add(index, "a")
    first = index.outbox.claim(1, TTL)[0]
    clock.forward(29)
    assert [] == index.outbox.claim(1, TTL)
    clock.forward(1)
    second = index.outbox.claim(1, TTL)[0]
    assert (1, 2) == (first.claim, second.claim)


def test_an_attempt_says_what_comes_next(index: Index, clock: Clock) -> None:
    add(index, "a")
    one = index.outbox.claim(1, TTL)[0]
    due_ns = clock.now_ns + 60 * SECOND
    assert noted(index, one, attempt(one, status=503, error="busy"), "waiting", due_ns)
    waiting = index.outbox.find()[0]
    assert (due_ns, 1, "waiting") == (waiting.due_ns, waiting.attempts, waiting.progress)
    clock.forward(59)
    assert [] == claimed(index)
    clock.forward(1)
    again = index.outbox.claim(1, TTL)[0]
    assert noted(index, again, attempt(again, clock.now_ns, status=200), "delivered", clock.now_ns)
    assert (2, "delivered") == (index.outbox.find()[0].attempts, index.outbox.find()[0].progress)
    assert [attempt(one, status=503, error="busy"), attempt(again, clock.now_ns, status=200)] == (
        index.outbox.attempts(one.number)
    )
    clock.forward(1000)
    assert [] == claimed(index)


def test_many_are_noted_at_once_as_if_one_after_another(index: Index, clock: Clock) -> None:
    add(index, *(f"k{number}" for number in range(40)))
    mine = index.outbox.claim(40, TTL)
    # Of each a second note comes too late, and one is of a delivery that is gone.
    gone = replace(mine[0], number=10**9)
    notes = [
        Noted(delivery=each, attempt=attempt(each), progress="delivered", due_ns=START_NS)
        for each in (*mine, *mine, gone)
    ]
    assert [True] * 40 + [False] * 41 == index.outbox.note(notes)
    assert {("delivered", 2)} == {(each.progress, each.attempts) for each in index.outbox.find()}
    assert [2] * 40 == [len(index.outbox.attempts(each.number)) for each in mine]
    assert [] == index.outbox.note([])


def test_several_that_note_the_same_at_once_are_heard_once(nodes: list[Index]) -> None:
    add(nodes[0], *(f"k{number}" for number in range(40)))
    notes = [
        Noted(delivery=each, attempt=attempt(each), progress="delivered", due_ns=START_NS)
        for each in nodes[0].outbox.claim(40, TTL)
    ]
    # Each in another order: none waits for another that waits for it.
    outcomes = at_once(nodes, lambda index, n: sum(index.outbox.note(notes[n:] + notes[:n])))
    assert [] == problems(outcomes)
    assert 40 == sum(int(str(each)) for each in outcomes)


def test_those_behind_an_older_one_to_the_same_target_are_known(index: Index) -> None:
    add(index, "a1", "a2", "a3")
    index.outbox.add([note("b1", "b"), note("a4", target="http://192.0.2.2/"), note("b2", "b")])
    found = {each.key: each for each in index.outbox.claim(10, TTL)}

    def behind(*keys: str) -> set[str]:
        numbers = index.outbox.behind([found[key] for key in keys])
        return {each.key for each in found.values() if each.number in numbers}

    assert {"a2", "a3", "b2"} == behind(*found)
    assert noted(index, found["a1"], attempt(found["a1"]), "given up", START_NS)
    assert {"a3"} == behind("a2", "a3")
    assert set() == behind("a2") == behind()


def test_the_late_answer_of_one_who_lost_its_claim_changes_nothing(index: Index, clock: Clock) -> None:
    add(index, "a")
    slow = index.outbox.claim(1, TTL)[0]
    clock.forward(30)
    quick = index.outbox.claim(1, TTL)[0]
    assert not noted(index, slow, attempt(slow, error="late"), "given up", START_NS)
    assert "waiting" == index.outbox.find()[0].progress
    assert noted(index, quick, attempt(quick), "delivered", START_NS)
    assert not noted(index, slow, attempt(slow, error="later"), "waiting", START_NS)
    assert not noted(index, quick, attempt(quick), "waiting", START_NS)
    kept = index.outbox.find()[0]
    assert ("delivered", 4) == (kept.progress, kept.attempts)
    assert ["late", "", "later", ""] == [each.error for each in index.outbox.attempts(kept.number)]


def test_who_is_late_but_alone_is_heard(index: Index, clock: Clock) -> None:
    add(index, "a")
    slow = index.outbox.claim(1, TTL)[0]
    clock.forward(100)
    assert noted(index, slow, attempt(slow), "delivered", clock.now_ns)
    assert [] == claimed(index)


def test_what_went_wrong_is_kept_whatever_the_receiver_wrote(index: Index) -> None:
    add(index, "a")
    one = index.outbox.claim(1, TTL)[0]
    assert noted(index, one, attempt(one, error="\0\ud800" + "x" * 5000), "given up", START_NS)
    assert "�?" + "x" * 1998 == index.outbox.attempts(one.number)[0].error


@pytest.mark.parametrize("progress", ["waiting", "delivered", "given up"])
def test_a_delivery_is_sent_again(index: Index, clock: Clock, progress: Progress) -> None:
    add(index, "a")
    one = index.outbox.claim(1, TTL)[0]
    noted(index, one, attempt(one), progress, START_NS + 1000 * SECOND)
    now_ns = clock.forward(1)
    again = index.outbox.send_again(one.number)
    assert ("waiting", now_ns, 1) == (again.progress, again.due_ns, again.attempts)
    assert ["a"] == claimed(index)
    with pytest.raises(NotFound, match="Delivery 0 does not exist"):
        index.outbox.send_again(0)


def test_who_delivers_while_it_is_to_be_sent_again_does_not_end_it(index: Index) -> None:
    add(index, "a")
    one = index.outbox.claim(1, TTL)[0]
    index.outbox.send_again(one.number)
    assert not noted(index, one, attempt(one), "delivered", START_NS)
    assert ["a"] == claimed(index)


def some(index: Index) -> None:
    """Three deliveries of two alarms and projects, the second of which is over."""
    index.outbox.add([note("1", "a"), note("2", "b", project_id="red"), note("3", "b", project_id="red")])
    both = index.outbox.claim(2, TTL)
    noted(index, both[1], attempt(both[1]), "delivered", START_NS)


@pytest.mark.parametrize(
    ("expected", "search"),
    [
        ("2", equal("key", "2")),
        ("32", equal("alarm_id", "b")),
        ("32", equal("project_id", "red")),
        ("31", equal("progress", "waiting")),
        ("321", Compare("ge", "created", "2027-01-15T08:00:00")),
        ("", Compare("gt", "created", "2027-01-15T08:00:00")),
    ],
)
def test_deliveries_are_found_newest_first(index: Index, expected: str, search: Search) -> None:
    some(index)
    assert list(expected) == [each.key for each in index.outbox.find(search)]


def test_pages_of_deliveries_follow_each_other(index: Index) -> None:
    some(index)
    first = index.outbox.find(visible=equal("project_id", "red"), page=Page(1))
    rest = index.outbox.find(page=Page(5, str(first[0].number)))
    assert (["3"], ["2", "1"]) == ([each.key for each in first], [each.key for each in rest])
    for marker in ("x", "0", "9" * 30):
        with pytest.raises(BadRequest, match="Invalid pagination"):
            index.outbox.find(page=Page(marker=marker))
    with pytest.raises(BadRequest, match="Deliveries have no body attribute"):
        index.outbox.find(equal("body", "x"))


def test_old_ones_that_are_over_go_a_few_at_a_time_with_their_attempts(index: Index, clock: Clock) -> None:
    add(index, *"abcde")
    for each in index.outbox.claim(4, TTL):
        noted(index, each, attempt(each), "given up" if each.key == "a" else "delivered", START_NS)
    numbers = {each.key: each.number for each in index.outbox.find()}
    assert 0 == index.outbox.expire(START_NS, 10)
    now_ns = clock.forward(1)
    assert [3, 1, 0] == [index.outbox.expire(now_ns, 3) for _ in range(3)]
    assert ["e"] == [each.key for each in index.outbox.find()]
    assert [] == index.outbox.attempts(numbers["a"])


def test_an_attempt_at_what_is_gone_is_told(index: Index, clock: Clock) -> None:
    add(index, "a")
    one = index.outbox.claim(1, TTL)[0]
    noted(index, one, attempt(one), "delivered", START_NS)
    index.outbox.expire(clock.forward(1), 10)
    assert not noted(index, one, attempt(one), "delivered", START_NS)
    assert [] == index.outbox.attempts(one.number)


def test_of_several_that_claim_at_once_none_gets_what_another_has(nodes: list[Index]) -> None:
    nodes[0].outbox.add([note(f"k{n:03}") for n in range(100)])

    def work(index: Index, _n: int) -> object:
        mine: list[str] = []
        while found := index.outbox.claim(3, TTL):
            mine += [each.key for each in found]
        return mine

    outcomes = at_once(nodes, work)
    assert [] == problems(outcomes)
    keys = [key for each in outcomes if isinstance(each, list) for key in each]
    assert [f"k{n:03}" for n in range(100)] == sorted(keys)


def test_the_databases_clock_tells_the_time_where_there_is_no_other(index_url: str) -> None:
    opened = open_index(index_url)
    opened.upgrade()
    opened.outbox.add([note("a")])
    assert opened.outbox.find()[0].created_ns > 10**18
    assert ["a"] == claimed(opened)
    assert [] == claimed(opened)
    opened.close()


class Workers(RuleBasedStateMachine):
    """Workers claim, answer, dally and die in any order: what one surely holds, no other is given."""

    index: Index
    clock: Clock
    runs: Iterator[int]

    def __init__(self) -> None:
        super().__init__()
        self.run = f"run {next(self.runs)}"
        self.added = 0
        # What was claimed, by its number and until when.
        self.held: list[tuple[Delivery, int]] = []

    @rule()
    def puts_in(self) -> None:
        self.added += 1
        self.index.outbox.add([note(f"{self.run} {self.added}")])

    @rule(limit=st.integers(1, 3), seconds=st.integers(1, 20))
    def claims(self, limit: int, seconds: int) -> None:
        found = self.index.outbox.claim(limit, seconds * SECOND)
        self.held += [(each, self.clock.now_ns + seconds * SECOND) for each in found]

    @rule(choice=st.integers(0, 9), progress=st.sampled_from(["waiting", "delivered", "given up"]))
    def answers(self, choice: int, progress: Progress) -> None:
        if self.held:
            one, until_ns = self.held.pop(choice % len(self.held))
            later = any(other.number == one.number and other.claim > one.claim for other, _ in self.held)
            is_heard = noted(
                self.index,
                one,
                attempt(one),
                progress,
                self.clock.now_ns,
            )
            assert is_heard or until_ns <= self.clock.now_ns
            assert not (is_heard and later)

    @rule(seconds=st.integers(1, 30))
    def passes(self, seconds: int) -> None:
        self.clock.forward(seconds)

    @invariant()
    def nothing_is_claimed_twice(self) -> None:
        running = [each.number for each, until_ns in self.held if until_ns > self.clock.now_ns]
        assert len(running) == len(set(running))


def test_whatever_happens_nothing_is_claimed_twice(index: Index, clock: Clock) -> None:
    class Here(Workers):
        pass

    Here.index, Here.clock, Here.runs = index, clock, iter(range(10_000))
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
