# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Alarms are kept as they are written, and found by what is asked of them."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from nephoscope.model.alarm import SET_BY_HAND, Quota
from nephoscope.model.alarm_rule import MetricsThreshold, Rule
from nephoscope.model.errors import BadRequest, Conflict, Forbidden, NotFound, QueryFailed
from nephoscope.model.paging import Page, Sort
from nephoscope.model.search import And, Compare, Not, Search, equal
from nephoscope.store.index import patterns
from nephoscope.store.index.alarm_contract import Limits
from nephoscope.store.index.contract import Index
from tests.store.index.racing import at_once, problems
from tests.store.index.samples import SECOND, START_NS, Clock
from tests.store.index.watched import ANN, ANY_NUMBER, CPU, NIGHTS, RULES, alarm, create, watched

SEVERITIES = ("moderate", "low", "critical", "low")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_an_alarm_is_kept_as_it_is_written(index: Index, rule: Rule) -> None:
    written = alarm(
        "größe 🐍",
        rule,
        enabled=False,
        ok_actions=None,
        alarm_actions=("http://192.0.2.1/a b?%20", "log://"),
        repeat_actions=True,
        severity="critical",
        time_constraints=(NIGHTS,),
        state="ok",
        error="it failed",
        sees_all=True,
    )
    assert written == index.alarms.create(written, ANN, ANY_NUMBER)
    assert written == index.alarms.get(written.id)
    assert [written] == index.alarms.find()


def test_times_are_kept_to_the_microsecond(index: Index) -> None:
    create(index, "a", timestamp_ns=START_NS + 1999, state_timestamp_ns=START_NS + 2001, evaluated_ns=START_NS + 999)
    kept = index.alarms.get("a")
    assert (START_NS + 1000, START_NS + 2000, START_NS) == (
        kept.timestamp_ns,
        kept.state_timestamp_ns,
        kept.evaluated_ns,
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "n" * 256}, "name: 0 to 255"),
        ({"id": ""}, "alarm_id: 1 to 255"),
        ({"project_id": "\0"}, "project_id"),
        ({"description": "a\0"}, "no NUL"),
        ({"ok_actions": ("http://\ud800",)}, "no NUL"),
        ({"rule": MetricsThreshold(metrics=("m" * 40,) * 7000, threshold=1.0, aggregation_method="mean")}, "bytes"),
        ({"rule": replace(CPU, threshold=float("inf"))}, "finite"),
        ({"rule": replace(CPU, threshold=float("nan"))}, "finite"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_changes_nothing(index: Index, fields: dict[str, Any], message: str) -> None:
    create(index, "a")
    wrong = replace(alarm("a"), **fields)
    with pytest.raises(BadRequest, match=message):
        index.alarms.create(wrong, ANN, ANY_NUMBER)
    with pytest.raises(BadRequest, match=message):
        index.alarms.change(wrong, ANN)
    assert [alarm("a")] == index.alarms.find()


def test_what_is_not_there_is_not_found(index: Index) -> None:
    for work in (
        lambda: index.alarms.get("a"),
        lambda: index.alarms.change(alarm("a"), ANN),
        lambda: index.alarms.set_state("a", "ok", ANN),
        lambda: index.alarms.delete("a", ANN),
    ):
        with pytest.raises(NotFound, match="Alarm a not found"):
            work()
    assert [] == index.alarms.history()


def test_an_id_is_taken_once(index: Index) -> None:
    create(index, "a")
    with pytest.raises(Conflict, match="Alarm a already exists"):
        create(index, "a")


def test_a_change_keeps_what_is_not_the_callers_to_say(index: Index, clock: Clock) -> None:
    create(index, "a", state="ok", state_reason="because", error="it failed")
    later_ns = clock.forward(5)
    wanted = alarm("a", RULES[3], name="b", state="ok", timestamp_ns=later_ns, evaluated_ns=1, error="x")
    seen = {"state_timestamp_ns": START_NS, "state_reason": "because", "evaluated_ns": START_NS, "error": "it failed"}
    kept = replace(wanted, **seen)
    assert kept == index.alarms.change(wanted, ANN)
    assert kept == index.alarms.get("a")


def test_a_state_that_a_change_sets_is_set_by_hand(index: Index, clock: Clock) -> None:
    create(index, "a", state="ok", state_reason="because")
    later_ns = clock.forward(5)
    changed = index.alarms.change(alarm("a", timestamp_ns=later_ns), ANN)
    assert ("insufficient data", later_ns, SET_BY_HAND) == (
        changed.state,
        changed.state_timestamp_ns,
        changed.state_reason,
    )
    assert changed == index.alarms.get("a")


def test_the_time_of_a_state_moves_with_the_state(index: Index, clock: Clock) -> None:
    create(index, "a")
    first_ns = clock.forward(5)
    assert first_ns == index.alarms.set_state("a", "ok", ANN).state_timestamp_ns
    clock.forward(5)
    again = index.alarms.set_state("a", "ok", ANN)
    assert (first_ns, SET_BY_HAND) == (again.state_timestamp_ns, again.state_reason)
    assert again == index.alarms.get("a")


def four(index: Index) -> None:
    """Alarms a to d, each newer than the one before, of two projects, states and severities of all kinds."""
    for place, name in enumerate("abcd"):
        create(
            index,
            name,
            RULES[place % 2],
            project_id=("blue", "red")[place // 2],
            user_id=f"u{place}",
            severity=SEVERITIES[place],
            state=("ok", "alarm")[place % 2],
            enabled=place != 1,
            repeat_actions=place == 2,
            timestamp_ns=START_NS + place * SECOND,
            state_timestamp_ns=START_NS - place * SECOND,
        )


@pytest.mark.parametrize(
    ("expected", "search"),
    [
        ("b", equal("alarm_id", "b")),
        ("ca", Compare("in", "name", ("a", "c", "x"))),
        ("ca", equal("type", "gnocchi_resources_threshold")),
        ("dca", equal("enabled", True)),
        ("c", equal("repeat_actions", True)),
        ("db", equal("state", "alarm")),
        ("dc", equal("project_id", "red")),
        ("d", equal("user_id", "u3")),
        ("ca", Compare("ge", "severity", "moderate")),
        ("db", Compare("lt", "severity", "moderate")),
        ("c", Compare("in", "severity", ("critical",))),
        ("dc", Compare("gt", "timestamp", "2027-01-15T08:00:01")),
        ("ba", Compare("ge", "state_timestamp", START_NS // SECOND - 1)),
        ("ba", Compare("matches", "project_id", "^bl")),
        ("dc", Not(Compare("matches", "project_id", "^bl"))),
        ("cb", Compare("matches", "name", "[bc]$")),
        ("", Compare("matches", "name", "B")),
        ("dcba", Compare("matches", "user_id", "")),
        ("", Compare("matches", "user_id", None)),
        ("db", Compare("matches", "type", "by_(metrics|resources)")),
    ],
)
def test_alarms_are_found_newest_first(index: Index, expected: str, search: Search) -> None:
    four(index)
    assert list(expected) == [each.name for each in index.alarms.find(search)]


@pytest.mark.parametrize(
    ("search", "message"),
    [
        (equal("rule", "x"), "Alarms have no rule attribute"),
        (equal("severity", "urgent"), "Invalid value: `urgent' for field `severity'"),
        (equal("timestamp", "soon"), "Invalid value"),
        (Compare("matches", "severity", "low"), "Operator matches is not supported on severity"),
        (Compare("matches", "name", "(a"), "Invalid regular expression: missing \\)"),
        (Compare("matches", "name", "(a)\\1"), "Invalid regular expression"),
        (Compare("matches", "name", "a" * 256), "at most 255 characters"),
    ],
)
def test_searches_that_mean_nothing_are_refused(index: Index, search: Search, message: str) -> None:
    for work in (index.alarms.find, index.alarms.count):
        with pytest.raises(BadRequest, match=message):
            work(search)


def test_a_search_holds_a_few_regular_expressions(index: Index) -> None:
    one = Compare("matches", "name", ".")
    index.alarms.find(And((one,) * 8))
    with pytest.raises(BadRequest, match="at most 8 regular expressions"):
        index.alarms.find(And((one,) * 9))


def test_a_regular_expression_that_takes_too_long_is_given_up(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    four(index)
    monkeypatch.setattr(patterns, "TIME_S_MAX", -1)
    with pytest.raises(QueryFailed, match="make it simpler"):
        index.alarms.find(Compare("matches", "name", "a"))


def test_other_listings_know_no_regular_expressions(index: Index) -> None:
    project, name = Compare("matches", "project_id", "a"), Compare("matches", "name", "a")
    for work in (
        lambda: index.metrics.find(name),
        lambda: index.resources.find(search=project),
        lambda: index.outbox.find(project),
    ):
        with pytest.raises(BadRequest, match="Operator matches is not supported"):
            work()


def test_what_may_not_be_seen_is_not_found_or_counted(index: Index) -> None:
    four(index)
    red = equal("project_id", "red")
    assert ["d"] == [each.name for each in index.alarms.find(equal("state", "alarm"), visible=red)]
    assert {"ok": 1, "alarm": 1, "insufficient data": 0} == index.alarms.count(visible=red)
    assert {"ok": 2, "alarm": 0, "insufficient data": 0} == index.alarms.count(equal("state", "ok"))


@pytest.mark.parametrize(
    ("expected", "sort"),
    [
        ("dcba", ()),
        ("abcd", (Sort("timestamp"),)),
        ("bdac", (Sort("severity"), Sort("name"))),
        ("cadb", (Sort("severity", descending=True),)),
        ("cdab", (Sort("project_id", descending=True), Sort("name"))),
        ("bacd", (Sort("enabled"), Sort("alarm_id"))),
        ("dcba", (Sort("state_timestamp"),)),
    ],
)
def test_pages_follow_each_other_in_any_order(index: Index, expected: str, sort: tuple[Sort, ...]) -> None:
    four(index)
    for limit in (1, 2, 3, 10):
        seen: list[str] = []
        marker = None
        while found := index.alarms.find(page=Page(limit, marker, sort)):
            assert len(found) <= limit
            seen += [each.name for each in found]
            marker = seen[-1]
        assert list(expected) == seen


def test_wrong_pages_are_refused(index: Index) -> None:
    for page in (Page(marker="a"), Page(sort=(Sort("number"),)), Page(sort=(Sort("rule"),))):
        with pytest.raises(BadRequest, match="Invalid pagination"):
            index.alarms.find(page=page)


def test_a_project_has_as_many_alarms_as_its_quota_says(index: Index) -> None:
    limits = Limits(project_max=1)
    index.alarms.create(alarm("a"), ANN, limits)
    with pytest.raises(Forbidden, match="Alarm quota exceeded for user ann on project blue"):
        index.alarms.create(alarm("b"), ANN, limits)
    index.alarms.create(alarm("b", project_id="red"), ANN, limits)
    index.alarms.set_quota(Quota("blue", 2))
    index.alarms.create(alarm("c"), ANN, limits)
    with pytest.raises(Forbidden):
        index.alarms.create(alarm("d"), ANN, limits)
    index.alarms.delete("a", ANN)
    index.alarms.create(alarm("d"), ANN, limits)
    index.alarms.remove_quota("blue")
    with pytest.raises(Forbidden):
        index.alarms.create(alarm("e"), ANN, limits)
    index.alarms.set_quota(Quota("blue", -1))
    index.alarms.create(alarm("e"), ANN, limits)
    assert 4 == len(index.alarms.find())


def test_a_users_alarms_count_over_all_projects(index: Index) -> None:
    limits = Limits(user_max=2)
    index.alarms.create(alarm("a"), ANN, limits)
    index.alarms.create(alarm("b", project_id="red"), ANN, limits)
    with pytest.raises(Forbidden, match="for user ann on project green"):
        index.alarms.create(alarm("c", project_id="green"), ANN, limits)
    index.alarms.create(alarm("c", user_id="bob"), ANN, limits)


def test_a_quota_that_was_asked_for_is_kept(index: Index) -> None:
    assert Quota("blue", 7) == index.alarms.quota("blue", 7)
    assert Quota("blue", 7) == index.alarms.quota("blue", 9)
    index.alarms.remove_quota("blue")
    index.alarms.remove_quota("blue")
    assert Quota("blue", 9) == index.alarms.quota("blue", 9)
    for wrong in (Quota("blue", -2), Quota("blue", 2**31), Quota("b" * 256, 1)):
        with pytest.raises(BadRequest):
            index.alarms.set_quota(wrong)
    assert Quota("blue", 9) == index.alarms.quota("blue", 1)


def test_the_last_place_of_a_quota_is_taken_once(nodes: list[Index]) -> None:
    def work(index: Index, n: int) -> object:
        made = 0
        for place in range(3):
            try:
                index.alarms.create(alarm(f"{n} {place}"), ANN, Limits(project_max=5))
                made += 1
            except Forbidden:
                pass
        return made

    assert 5 == sum(int(str(each)) for each in at_once(nodes, work))
    assert 5 == len(nodes[0].alarms.find())


def test_of_several_makers_of_one_alarm_one_wins(nodes: list[Index]) -> None:
    assert [Conflict] * 3 == problems(at_once(nodes, lambda index, n: create(index, "a", user_id=str(n))))
    assert 1 == len(nodes[0].alarms.history())


def test_changes_of_one_alarm_follow_each_other(nodes: list[Index]) -> None:
    create(nodes[0], "a")

    def work(index: Index, n: int) -> object:
        return [index.alarms.change(alarm("a", name=f"{n} {place}"), ANN).name for place in range(5)]

    assert [] == problems(at_once(nodes, work))
    assert 1 + 20 == watched(nodes[0])["a"].revision
    assert 1 + 20 == len(nodes[0].alarms.history())


NAMES = st.text("abAB1é.-", max_size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(NAMES, max_size=6), pattern=st.sampled_from(["a", "^a", "[A-Z]", "1$", ".", "a|b1", "é", "^$"]))
def test_regular_expressions_find_what_they_fit(index: Index, names: list[str], pattern: str) -> None:
    for place, name in enumerate(names):
        create(index, str(place), name=name)
    fits = sorted(name for name in names if re.search(pattern, name))
    assert fits == sorted(each.name for each in index.alarms.find(Compare("matches", "name", pattern)))
    others = sorted(name for name in names if not re.search(pattern, name))
    assert others == sorted(each.name for each in index.alarms.find(Not(Compare("matches", "name", pattern))))
    for each in index.alarms.find():
        index.alarms.delete(each.id, ANN)
