# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The history of alarms: in the words of Aodh, enough to tell the alarm by, and there when the alarm is gone."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import event

from nephoscope.model.alarm import NOT_EVALUATED, SET_BY_HAND, STATES, Alarm, AlarmChange
from nephoscope.model.alarm_body import alarm_body, rule_body, time_text
from nephoscope.model.errors import BadRequest
from nephoscope.model.paging import Page, Sort
from nephoscope.model.search import Compare, Search, equal
from nephoscope.store.index.alarm_contract import Author
from nephoscope.store.index.contract import Index
from tests.store.index.samples import SECOND, START_NS, Clock
from tests.store.index.watched import (
    ANN,
    ANY_NUMBER,
    CPU,
    GROUP,
    NIGHTS,
    RULES,
    UP,
    alarm,
    create,
    decision,
    watched,
)

BOB = Author("bob", "red")


def test_a_creation_tells_all_of_the_alarm(index: Index) -> None:
    create(index, "a", ok_actions=None, alarm_actions=("http://192.0.2.1/",), time_constraints=(NIGHTS,))
    record = index.alarms.history()[0]
    assert {
        "alarm_id": "a",
        "type": "gnocchi_resources_threshold",
        "enabled": True,
        "name": "a",
        "description": "what it says",
        "timestamp": "2027-01-15T08:00:00.000000",
        "user_id": "ann",
        "project_id": "blue",
        "state": "insufficient data",
        "state_timestamp": "2027-01-15T08:00:00.000000",
        "state_reason": NOT_EVALUATED,
        "ok_actions": None,
        "alarm_actions": ["http://192.0.2.1/"],
        "insufficient_data_actions": [],
        "repeat_actions": False,
        "time_constraints": [
            {
                "name": "nights",
                "description": "night hours",
                "start": "0 23 * * *",
                "duration": 10800,
                "timezone": "Europe/Ljubljana",
            }
        ],
        "severity": "low",
        "rule": {
            "metric": "cpu",
            "resource_id": "vm",
            "resource_type": "instance",
            "threshold": 80.0,
            "aggregation_method": "mean",
            "comparison_operator": "eq",
            "evaluation_periods": 1,
            "granularity": 60,
        },
    } == record.detail
    expected = AlarmChange(
        event_id=record.event_id,
        alarm_id="a",
        type="creation",
        detail=record.detail,
        project_id="blue",
        user_id="ann",
        on_behalf_of="blue",
        timestamp_ns=START_NS,
    )
    assert expected == record


def test_a_change_tells_what_is_different_now(index: Index, clock: Clock) -> None:
    create(index, "a")
    later_ns = clock.forward(5)
    rule = replace(CPU, threshold=200.0)
    index.alarms.change(alarm("a", rule, severity="moderate", timestamp_ns=later_ns), BOB)
    record = index.alarms.history()[0]
    assert {"severity": "moderate", "rule": rule_body(rule)} == record.detail
    assert ("rule change", "bob", "red", "blue", later_ns, "moderate") == (
        record.type,
        record.user_id,
        record.project_id,
        record.on_behalf_of,
        record.timestamp_ns,
        record.severity,
    )


def test_a_change_of_type_and_state_is_told_as_one(index: Index) -> None:
    create(index, "a")
    index.alarms.change(alarm("a", UP, state="ok"), ANN)
    assert {"type": "prometheus", "rule": rule_body(UP), "state": "ok", "state_reason": SET_BY_HAND} == (
        index.alarms.history()[0].detail
    )


def test_what_changes_nothing_is_not_told(index: Index) -> None:
    create(index, "a")
    index.alarms.change(alarm("a", timestamp_ns=START_NS + SECOND, sees_all=True), ANN)
    assert ["creation"] == [each.type for each in index.alarms.history()]
    assert START_NS + SECOND == index.alarms.get("a").timestamp_ns


def test_a_state_set_by_hand_is_told_each_time(index: Index) -> None:
    create(index, "a")
    for _ in range(2):
        index.alarms.set_state("a", "alarm", BOB)
    records = index.alarms.history(equal("type", "state transition"))
    assert [{"state": "alarm", "state_reason": SET_BY_HAND}] * 2 == [each.detail for each in records]
    assert "bob" == records[0].user_id


def test_history_outlives_the_alarm(index: Index) -> None:
    create(index, "a")
    create(index, "b")
    last = index.alarms.set_state("a", "ok", ANN)
    index.alarms.delete("a", BOB)
    of_it = equal("alarm_id", "a")
    records = index.alarms.history(of_it)
    assert ["deletion", "state transition", "creation"] == [each.type for each in records]
    assert alarm_body(last) == records[0].detail
    assert [] == index.alarms.history(of_it, ended=False)
    assert ["b"] == [each.alarm_id for each in index.alarms.history(ended=False)]


def told(index: Index, clock: Clock) -> None:
    """Five records: a's creation, b's, a set by hand, b's change, a's end; a minute apart."""
    create(index, "a")
    clock.forward(60)
    index.alarms.create(alarm("b", project_id="red", severity="critical"), BOB, ANY_NUMBER)
    clock.forward(60)
    index.alarms.set_state("a", "ok", BOB)
    clock.forward(60)
    index.alarms.change(alarm("b", project_id="red", severity="moderate"), ANN)
    clock.forward(60)
    index.alarms.delete("a", ANN)


@pytest.mark.parametrize(
    ("expected", "search"),
    [
        ("aaa", equal("alarm_id", "a")),
        ("ba", equal("type", "creation")),
        ("ab", equal("user_id", "bob")),
        ("aba", equal("project_id", "blue")),
        ("bb", equal("on_behalf_of", "red")),
        ("bb", Compare("gt", "severity", "low")),
        ("ab", Compare("ge", "timestamp", "2027-01-15T08:03:00")),
        ("ba", Compare("lt", "timestamp", "2027-01-15T08:02:00")),
        ("aaa", Compare("matches", "alarm_id", "^a")),
        ("ba", Compare("matches", "type", "change|transition")),
    ],
)
def test_records_are_found_newest_first(index: Index, clock: Clock, expected: str, search: Search) -> None:
    told(index, clock)
    assert list(expected) == [each.alarm_id for each in index.alarms.history(search)]


def test_only_what_may_be_seen_is_found(index: Index, clock: Clock) -> None:
    told(index, clock)
    assert ["b", "b"] == [each.alarm_id for each in index.alarms.history(visible=equal("on_behalf_of", "red"))]
    one = index.alarms.history()[2]
    assert [one] == index.alarms.history(equal("event_id", one.event_id))


def test_searches_that_mean_nothing_are_refused(index: Index) -> None:
    for search in (equal("detail", "x"), Compare("matches", "event_id", "a"), equal("severity", "urgent")):
        with pytest.raises(BadRequest):
            index.alarms.history(search)
    with pytest.raises(BadRequest, match="Invalid pagination"):
        index.alarms.history(page=Page(marker="unknown"))


@pytest.mark.parametrize(
    ("expected", "sort"),
    [
        ("ababa", ()),
        ("ababa", (Sort("timestamp"),)),
        ("aaabb", (Sort("alarm_id"), Sort("timestamp", descending=True))),
        ("bbaaa", (Sort("severity", descending=True),)),
    ],
)
def test_pages_of_history_follow_each_other(index: Index, clock: Clock, expected: str, sort: tuple[Sort, ...]) -> None:
    told(index, clock)
    for limit in (1, 2, 10):
        seen: list[AlarmChange] = []
        marker = None
        while found := index.alarms.history(page=Page(limit, marker, sort)):
            seen += found
            marker = seen[-1].event_id
        assert list(expected) == [each.alarm_id for each in seen]


def test_records_of_one_moment_are_in_the_order_in_which_they_were_written(index: Index) -> None:
    create(index, "a")
    index.alarms.set_state("a", "ok", ANN)
    index.alarms.set_state("a", "alarm", ANN)
    assert ["alarm", "ok", "insufficient data"] == [each.detail["state"] for each in index.alarms.history()]


def test_old_records_go_a_few_at_a_time(index: Index, clock: Clock) -> None:
    told(index, clock)
    before_ns = START_NS + 200 * SECOND
    assert [2, 2, 0] == [index.alarms.expire_history(before_ns, 2) for _ in range(3)]
    assert ["deletion"] == [each.type for each in index.alarms.history()]


def test_a_change_whose_record_fails_is_no_change(index: Index) -> None:
    create(index, "a")

    def fail(*arguments: Any) -> None:
        if arguments[2].startswith("INSERT INTO alarm_history"):
            raise OSError("the cable")

    engine = index.alarms._database.engine  # type: ignore[attr-defined]
    event.listen(engine, "before_cursor_execute", fail)
    for work in (
        lambda: create(index, "b"),
        lambda: index.alarms.change(alarm("a", UP), ANN),
        lambda: index.alarms.set_state("a", "ok", ANN),
        lambda: index.alarms.delete("a", ANN),
    ):
        with pytest.raises(OSError, match="the cable"):
            work()
    event.remove(engine, "before_cursor_execute", fail)
    assert [alarm("a")] == index.alarms.find()
    assert 1 == index.alarms.watchlist(0, 4).version


TEXTS = st.text("ab \"'\\é🐍", max_size=5)
ACTIONS = st.none() | st.lists(TEXTS, max_size=2).map(tuple)


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Some fields of a definition, each of which a change may make different."""
    fields = {
        "name": TEXTS,
        "description": TEXTS,
        "rule": st.sampled_from(RULES) | st.floats(allow_nan=False, allow_infinity=False).map(threshold),
        "project_id": st.sampled_from(["blue", "red"]),
        "enabled": st.booleans(),
        "ok_actions": ACTIONS,
        "alarm_actions": ACTIONS,
        "insufficient_data_actions": ACTIONS,
        "repeat_actions": st.booleans(),
        "severity": st.sampled_from(["low", "moderate", "critical"]),
        "time_constraints": st.sampled_from([(), (NIGHTS,)]),
        "state": st.sampled_from(STATES),
    }
    return {name: draw(fields[name]) for name in draw(st.sets(st.sampled_from(sorted(fields)), max_size=4))}


def threshold(value: float) -> Any:
    return replace(CPU, threshold=value)


STEPS = st.tuples(st.sampled_from(["change", "set", "decide"]), definitions(), st.sampled_from(STATES))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=definitions(), steps=st.lists(STEPS, max_size=6))
def test_the_alarm_can_be_told_by_its_history(index: Index, clock: Clock, first: Any, steps: list[Any]) -> None:
    clock.forward(1000)
    ran = f"run {clock.now_ns}"
    current = create(index, ran, **first, timestamp_ns=clock.now_ns, state_timestamp_ns=clock.now_ns)
    for do, fields, state in steps:
        at_ns = clock.forward(1)
        match do:
            case "change":
                current = index.alarms.change(replace(current, **fields, timestamp_ns=at_ns), ANN)
            case "set":
                current = index.alarms.set_state(ran, state, ANN)
            case "decide" if current.enabled:
                decided = decision(watched(index)[ran], state, {}, at_ns=at_ns)
                assert [True] == index.alarms.decide([replace(decided, slot=None)], GROUP, "node")
        assert told_by(index.alarms.history(equal("alarm_id", ran))) == shown(index.alarms.get(ran))
        current = index.alarms.get(ran)
    index.alarms.delete(ran, ANN)
    assert alarm_body(current) == index.alarms.history()[0].detail


def told_by(records: list[AlarmChange]) -> dict[str, Any]:
    """What an alarm is, by what became of it, the newest first."""
    body: dict[str, Any] = {}
    for each in reversed(records):
        detail = dict(each.detail)
        if "transition_reason" in detail:
            detail["state_reason"] = detail.pop("transition_reason")
        if detail.get("state", body.get("state")) != body.get("state"):
            detail["state_timestamp"] = time_text(each.timestamp_ns)
        body |= detail
    return {name: value for name, value in body.items() if name != "timestamp"}


def shown(current: Alarm) -> dict[str, Any]:
    return {
        name: value for name, value in alarm_body(current).items() if name not in ("timestamp", "evaluate_timestamp")
    }
