# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What evaluators see of alarms, and what they decide: kept once, all or nothing, by who holds the slot."""

import sqlite3
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, event

from nephoscope.model.alarm import State
from nephoscope.model.errors import NephoscopeError
from nephoscope.model.timespan import DAY_NS
from nephoscope.store.index.contract import Index
from tests.store.index.conftest import plain
from tests.store.index.counting import counting
from tests.store.index.racing import at_once, problems
from tests.store.index.samples import SECOND, START_NS, Clock
from tests.store.index.watched import ANN, GROUP, SLOTS, alarm, create, decision, holding, note, watched

OTHER: dict[State, State] = {"insufficient data": "ok", "ok": "alarm", "alarm": "ok"}


def test_an_evaluator_sees_what_changed_since_it_looked(index: Index) -> None:
    first = index.alarms.watchlist(0, SLOTS)
    assert (0, (), (), True) == (first.version, tuple(first.changed), tuple(first.gone), first.whole)
    kept = [create(index, name) for name in "abc"]
    seen = index.alarms.watchlist(0, SLOTS)
    assert kept == [each.alarm for each in seen.changed]
    assert seen.whole
    index.alarms.set_state("b", "ok", ANN)
    index.alarms.delete("c", ANN)
    later = index.alarms.watchlist(seen.version, SLOTS)
    assert [(index.alarms.get("b"), 2)] == [(each.alarm, each.revision) for each in later.changed]
    assert (["c"], False) == (later.gone, later.whole)
    nothing = index.alarms.watchlist(later.version, SLOTS)
    assert (later.version, (), (), False) == (nothing.version, nothing.changed, nothing.gone, nothing.whole)


def test_looking_where_nothing_changed_is_one_small_query(index: Index) -> None:
    create(index, "a")
    seen = index.alarms.watchlist(0, SLOTS)
    with counting(index) as counter:
        index.alarms.watchlist(seen.version, SLOTS)
    begin = 1 if index.alarms._database.is_sqlite else 0  # type: ignore[attr-defined]
    assert 1 + begin == counter.statements


def test_an_alarm_that_is_switched_off_is_gone_until_it_is_on_again(index: Index) -> None:
    create(index, "a")
    create(index, "b", enabled=False)
    assert ["a"] == list(watched(index))
    version = index.alarms.watchlist(0, SLOTS).version
    index.alarms.change(alarm("a", enabled=False), ANN)
    index.alarms.change(alarm("b"), ANN)
    off = index.alarms.watchlist(version, SLOTS)
    assert (["b"], ["a"]) == ([each.alarm.id for each in off.changed], off.gone)
    index.alarms.change(alarm("a"), ANN)
    assert ["a"] == [each.alarm.id for each in index.alarms.watchlist(off.version, SLOTS).changed]


def test_an_alarm_that_is_made_again_is_not_gone(index: Index) -> None:
    create(index, "a")
    version = index.alarms.watchlist(0, SLOTS).version
    for _ in range(2):
        index.alarms.delete("a", ANN)
        create(index, "a", name="new")
    found = index.alarms.watchlist(version, SLOTS)
    assert (["new"], []) == ([each.alarm.name for each in found.changed], found.gone)


def test_slots_are_the_same_everywhere(index: Index) -> None:
    for name in ("3f1c", "é"):
        create(index, name)
    assert {"3f1c": 17, "é": 62} == {each.alarm.id: each.slot for each in index.alarms.watchlist(0, 64).changed}


def test_who_looked_before_what_is_remembered_is_given_everything(index: Index, clock: Clock) -> None:
    for name in "abcd":
        create(index, name)
    old = index.alarms.watchlist(0, SLOTS).version
    index.alarms.delete("a", ANN)
    between = index.alarms.watchlist(old, SLOTS).version
    clock.now_ns += DAY_NS + SECOND
    index.alarms.delete("b", ANN)
    anew = index.alarms.watchlist(old, SLOTS)
    assert (["c", "d"], True) == ([each.alarm.id for each in anew.changed], anew.whole)
    told = index.alarms.watchlist(between, SLOTS)
    assert ([], ["b"], False) == (told.changed, told.gone, told.whole)
    ahead = index.alarms.watchlist(anew.version + 1, SLOTS)
    assert (anew.version, True) == (ahead.version, ahead.whole)


def test_a_decision_moves_the_state_and_its_time(index: Index, clock: Clock) -> None:
    create(index, "a")
    held = holding(index)
    at_ns = clock.forward(60)
    told = decision(watched(index)["a"], "alarm", held, at_ns=at_ns, notes=(note("k"),))
    assert [True] == index.alarms.decide([told], GROUP, "node")
    expected = replace(
        alarm("a"),
        state="alarm",
        state_reason="Transition to alarm",
        state_timestamp_ns=at_ns,
        evaluated_ns=at_ns,
    )
    assert expected == index.alarms.get("a")
    assert (expected, 2) == (watched(index)["a"].alarm, watched(index)["a"].revision)
    assert ["k"] == [each.key for each in index.outbox.find()]
    record = index.alarms.history()[0]
    assert ("state transition", {"state": "alarm", "transition_reason": "Transition to alarm"}) == (
        record.type,
        record.detail,
    )
    assert ("system:nephoscope", "", "blue") == (record.user_id, record.project_id, record.on_behalf_of)


def test_a_repeat_keeps_only_the_notifications(index: Index) -> None:
    create(index, "a", state="alarm")
    seen, held = watched(index)["a"], holding(index)
    version = index.alarms.watchlist(0, SLOTS).version
    repeated = [decision(seen, "alarm", held, notes=(note(key),)) for key in ("k1", "k2", "k1")]
    assert [True] * 3 == index.alarms.decide(repeated, GROUP, "node")
    assert version == index.alarms.watchlist(0, SLOTS).version
    assert ["creation"] == [each.type for each in index.alarms.history()]
    assert ["k2", "k1"] == [each.key for each in index.outbox.find()]


def test_a_repeat_that_asks_for_it_is_recorded_and_changes_nothing_else(index: Index) -> None:
    create(index, "a")
    seen, held = watched(index)["a"], holding(index)
    assert [True] == index.alarms.decide([replace(decision(seen, "alarm", held), recorded=True)], GROUP, "node")
    seen = watched(index)["a"]
    again = replace(decision(seen, "alarm", held, at_ns=START_NS + SECOND), recorded=True)
    assert [True, True] == index.alarms.decide([again, again], GROUP, "node")
    assert seen == watched(index)["a"]
    detail = {"state": "alarm", "transition_reason": "Transition to alarm"}
    assert [detail] * 3 == [each.detail for each in index.alarms.history()[:-1]]


def test_a_decision_of_an_older_definition_is_not_taken(index: Index) -> None:
    changes: dict[str, Callable[[], object]] = {
        "changed": lambda: index.alarms.change(alarm("changed", description="new"), ANN),
        "set": lambda: index.alarms.set_state("set", "ok", ANN),
        "off": lambda: index.alarms.change(alarm("off", enabled=False), ANN),
        "gone": lambda: index.alarms.delete("gone", ANN),
        "rewritten": lambda: index.alarms.change(alarm("rewritten", timestamp_ns=START_NS + SECOND), ANN),
        "noted": lambda: index.alarms.note_errors({"noted": "it failed"}),
    }
    for name in changes:
        create(index, name)
    seen, held = watched(index), holding(index)
    for change in changes.values():
        change()
    decided = [decision(seen[name], "alarm", held, notes=(note(name),)) for name in changes]
    assert [False, False, False, False, True, True] == index.alarms.decide(decided, GROUP, "node")
    assert ["noted", "rewritten"] == [each.key for each in index.outbox.find()]


def test_of_two_decisions_about_one_alarm_the_first_is_taken(index: Index) -> None:
    create(index, "a")
    seen, held = watched(index)["a"], holding(index)
    decided = [decision(seen, "ok", held, notes=(note("1"),)), decision(seen, "alarm", held, notes=(note("2"),))]
    assert [True, False] == index.alarms.decide(decided, GROUP, "node")
    assert ("ok", ["1"]) == (index.alarms.get("a").state, [each.key for each in index.outbox.find()])


def test_only_who_holds_the_slot_decides(index: Index, clock: Clock) -> None:
    create(index, "a")
    seen, held = watched(index)["a"], holding(index)
    told = decision(seen, "alarm", held)
    for group, holder in ((GROUP, "other"), ("other", "node")):
        assert [False] == index.alarms.decide([told], group, holder)
    clock.forward(60)
    assert [True] == index.alarms.decide([told], GROUP, "node")  # Nobody has had the slot since.
    index.alarms.set_state("a", "ok", ANN)
    taken = holding(index, "other")
    again = watched(index)["a"]
    assert [False] == index.alarms.decide([decision(again, "alarm", held)], GROUP, "node")
    assert [False] == index.alarms.decide([decision(again, "alarm", held)], GROUP, "other")
    assert [True] == index.alarms.decide([decision(again, "alarm", taken)], GROUP, "other")


def test_what_asks_for_no_slot_needs_none(index: Index) -> None:
    create(index, "a")
    told = replace(decision(watched(index)["a"], "alarm", {}), slot=None)
    assert [True, False] == index.alarms.decide([told, told], GROUP, "node")
    assert [] == index.alarms.decide([], GROUP, "node")


def test_reasons_that_no_database_holds_are_kept_without_what_it_refuses(index: Index) -> None:
    create(index, "a")
    told = decision(watched(index)["a"], "alarm", holding(index), notes=(note("k", body={"event": "a\0"}),))
    told = replace(told, transition=replace(told.transition, reason="event \0 \ud800"))
    assert [True] == index.alarms.decide([told], GROUP, "node")
    assert "event � ?" == index.alarms.get("a").state_reason
    assert {"event": "a\0"} == index.outbox.find()[0].body


def test_a_thousand_decisions_are_no_more_statements_than_one(index: Index) -> None:
    for name in range(30):
        create(index, str(name))
    held, counts = holding(index), []
    for few in (1, 29):
        seen = [each for each in watched(index).values() if each.alarm.state == "insufficient data"][:few]
        decided = [decision(each, "alarm", held, notes=(note(f"{few} {each.alarm.id}"),)) for each in seen]
        with counting(index) as counter:
            assert all(index.alarms.decide(decided, GROUP, "node"))
        counts.append(counter.statements)
    assert counts[0] == counts[1] <= 10
    assert {"ok": 0, "alarm": 30, "insufficient data": 0} == index.alarms.count()
    assert 30 == len(index.outbox.find())


@pytest.mark.parametrize("where", ["UPDATE alarm", "INSERT INTO alarm_history", "UPDATE setting", "INSERT INTO outbox"])
def test_decisions_that_fail_in_the_middle_keep_nothing(index: Index, where: str) -> None:
    for name in "ab":
        create(index, name)
    seen, held = watched(index), holding(index)
    decided = [decision(seen[name], "alarm", held, notes=(note(name),)) for name in "ab"]

    def fail(*arguments: Any) -> None:
        if arguments[2].startswith(where):
            raise OSError("the cable")

    before = everything(index)
    event.listen(engine_of(index), "before_cursor_execute", fail)
    with pytest.raises(OSError, match="the cable"):
        index.alarms.decide(decided, GROUP, "node")
    event.remove(engine_of(index), "before_cursor_execute", fail)
    assert before == everything(index)
    assert [True, True] == index.alarms.decide(decided, GROUP, "node")
    assert ["b", "a"] == [each.key for each in index.outbox.find()]


def everything(index: Index) -> list[Any]:
    seen = index.alarms.watchlist(0, SLOTS)
    return [seen.version, list(seen.changed), index.alarms.history(), index.outbox.find()]


def engine_of(index: Index) -> Engine:
    engine: Engine = index.alarms._database.engine  # type: ignore[attr-defined]
    return engine


def test_no_slot_is_taken_over_while_its_holder_decides(index: Index) -> None:
    create(index, "a")
    told = decision(watched(index)["a"], "alarm", holding(index))
    refused: list[str] = []

    def take_over(*arguments: Any) -> None:
        if arguments[2].startswith("INSERT INTO alarm_history"):
            refused.append(refusal(engine_of(index)))

    event.listen(engine_of(index), "before_cursor_execute", take_over)
    assert [True] == index.alarms.decide([told], GROUP, "node")
    event.remove(engine_of(index), "before_cursor_execute", take_over)
    assert ["locked"] == refused


def refusal(engine: Engine) -> str:
    """What becomes of another program that would give a slot to somebody else, and does not wait."""
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(engine.url.database or "", timeout=0) as connection:
            try:
                connection.execute("UPDATE work_slot SET holder = 'thief'")
            except sqlite3.OperationalError as problem:
                return "locked" if "locked" in str(problem) else str(problem)
            return "taken"
    with psycopg.connect(plain(engine.url.render_as_string(hide_password=False))) as connection:
        try:
            connection.execute("SELECT slot FROM work_slot FOR UPDATE NOWAIT")
        except psycopg.errors.LockNotAvailable:
            return "locked"
        return "taken"


def test_evaluators_that_believe_in_the_same_slots_decide_each_state_once(nodes: list[Index], clock: Clock) -> None:
    """Each takes the slots over again and again, and decides by what it saw before."""
    for name in "abcdef":
        create(nodes[0], name)

    def work(index: Index, n: int) -> object:
        taken = 0
        for turn in range(6):
            clock.now_ns += 20 * SECOND  # Whoever holds a slot has lost it, but need not know.
            held = holding(index, f"node {n}")
            seen = watched(index).values()
            decided = [
                decision(each, OTHER[each.alarm.state], held, notes=(note(f"{n} {turn} {each.alarm.id}"),))
                for each in seen
            ]
            taken += sum(index.alarms.decide(decided, GROUP, f"node {n}"))
        return taken

    outcomes = at_once(nodes, work)
    assert [] == problems(outcomes)
    taken = sum(int(str(each)) for each in outcomes)
    assert taken == len(nodes[0].outbox.find())
    assert taken == sum(each.revision - 1 for each in watched(nodes[0]).values())
    for name in "abcdef":
        records = [each for each in reversed(nodes[0].alarms.history()) if each.alarm_id == name]
        states = ["insufficient data", *(each.detail["state"] for each in records[1:])]
        assert all(OTHER[before] == after for before, after in pairwise(states))


def test_errors_are_seen_by_others_and_begin_no_revision(index: Index) -> None:
    for name in "ab":
        create(index, name)
    version = index.alarms.watchlist(0, SLOTS).version
    for _ in range(2):
        index.alarms.note_errors({"a": "it \0 failed", "b": "", "unknown": "x"})
    index.alarms.note_errors({})
    found = index.alarms.watchlist(version, SLOTS)
    assert version + 1 == found.version
    assert [("a", "it � failed", 1)] == [(each.alarm.id, each.alarm.error, each.revision) for each in found.changed]
    index.alarms.note_errors({"a": ""})
    assert [alarm("a"), alarm("b")] == sorted(index.alarms.find(), key=lambda each: each.id)
    assert ["creation"] * 2 == [each.type for each in index.alarms.history()]


def test_reasons_of_what_is_not_decided_are_kept_while_it_is_not(index: Index) -> None:
    create(index, "a")
    create(index, "b", state="ok", state_reason="because")
    version = index.alarms.watchlist(0, SLOTS).version
    for _ in range(2):
        index.alarms.note_reasons({"a": "no datapoint", "b": "no datapoint", "unknown": "x"})
    assert ("no datapoint", "because") == (index.alarms.get("a").state_reason, index.alarms.get("b").state_reason)
    found = index.alarms.watchlist(version, SLOTS)
    assert [("a", 1)] == [(each.alarm.id, each.revision) for each in found.changed]
    assert version + 1 == found.version


def test_a_database_that_is_away_is_said_to_be(nodes: list[Index]) -> None:
    create(nodes[0], "a")
    told = decision(watched(nodes[0])["a"], "alarm", holding(nodes[0]))

    def fail(*_arguments: Any) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    event.listen(engine_of(nodes[1]), "before_cursor_execute", fail)
    with pytest.raises(NephoscopeError, match="away or cannot write"):
        nodes[1].alarms.decide([told], GROUP, "node")
    assert [True] == nodes[0].alarms.decide([told], GROUP, "node")
