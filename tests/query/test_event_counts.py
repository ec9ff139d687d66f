# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Events of rules are counted as a filter by hand would count them, now and in the past."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.alarm.events import holds
from nephoscope.model.alarm_rule import EventCondition, RecentEvents
from nephoscope.model.errors import BadRequest
from nephoscope.model.kept_event import KeptEvent
from nephoscope.query.event_counts import PROJECTS_AT_ONCE, RULES_AT_ONCE_MAX, Recent, count_recent, past_of, together
from nephoscope.store.contract import Store
from nephoscope.store.events import keep
from tests.query.kept_events import NOON_NS, SECOND_NS, event, some_events

SLOW = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
PROJECTS = ("blue", "green", "red", "")
RULES = st.builds(
    RecentEvents,
    event_type=st.sampled_from(["*", "compute.*", "*.end", "volume.create[_X]end", "é", "none"]),
    query=st.lists(
        st.builds(
            EventCondition,
            field=st.sampled_from(["traits.state", "traits.size", "traits.none"]),
            op=st.sampled_from(["eq", "ne", "ge"]),
            value=st.sampled_from(["active", "42"]),
        ),
        max_size=2,
    ).map(tuple),
    within_s=st.integers(1, 25),
)
MOMENTS = st.integers(-5, 30).map(lambda second: NOON_NS + second * SECOND_NS)
ANY = RecentEvents(within_s=10)


def by_hand(events: Sequence[KeptEvent], rule: RecentEvents, project: str, now_ns: int) -> Recent:
    """What there is of one rule and project, with no SQL."""
    found = [
        (each.time_ns, each.id)
        for each in events
        if each.project_id == project
        and now_ns - rule.within_s * SECOND_NS < each.time_ns <= now_ns
        and fnmatchcase(each.type, rule.event_type)
        and all(holds(one, each) for one in rule.query)
    ]
    return Recent(len(found), *max(found)) if found else Recent(0)


def test_rules_of_projects_are_counted_as_by_hand(store: Store) -> None:
    events = some_events()
    keep(store, events)

    @SLOW
    @given(st.dictionaries(RULES, st.sets(st.sampled_from(PROJECTS), min_size=1), min_size=1, max_size=4), MOMENTS)
    def check(wanted: dict[RecentEvents, set[str]], now_ns: int) -> None:
        expected = {
            (rule, project): by_hand(events, rule, project, now_ns)
            for rule, projects in wanted.items()
            for project in projects
        }
        assert expected == count_recent(store, wanted, now_ns)

    check()


def test_the_past_is_what_was_counted_then(store: Store) -> None:
    events = some_events()
    keep(store, events)

    @SLOW
    @given(RULES, st.sampled_from(PROJECTS), st.lists(MOMENTS, min_size=1, max_size=5).map(sorted))
    def check(rule: RecentEvents, project: str, moments: list[int]) -> None:
        past = past_of(store, rule, project, moments[0], moments[-1], 1000)
        found = past.within(np.array(moments, np.int64), rule.within_s * SECOND_NS)
        assert [by_hand(events, rule, project, each) for each in moments] == found

    check()


def test_an_event_counts_until_it_is_as_old_as_that(store: Store) -> None:
    keep(store, [event(0)])

    def count(after_ns: int) -> int:
        return count_recent(store, {ANY: ["blue"]}, NOON_NS + after_ns)[ANY, "blue"].events

    assert [0, 1, 1, 0] == [count(-1), count(0), count(10 * SECOND_NS - 1), count(10 * SECOND_NS)]


def test_the_same_event_sent_again_counts_once(store: Store) -> None:
    for _ in range(2):
        keep(store, [event(0), event(1, "green")])
    assert {(ANY, "blue"): Recent(1, NOON_NS, "id-0")} == count_recent(store, {ANY: ["blue"]}, NOON_NS)


def test_many_projects_are_counted_apart(store: Store) -> None:
    projects = [f"p{number}" for number in range(PROJECTS_AT_ONCE + 3)]
    keep(store, [event(number, project) for number, project in enumerate(projects[::2])])
    long = RecentEvents(within_s=1000)
    found = count_recent(store, {long: projects}, NOON_NS + 900 * SECOND_NS)
    assert {(long, each): number % 2 == 0 for number, each in enumerate(projects)} == {
        key: each.events == 1 for key, each in found.items()
    }


def test_more_of_the_past_than_is_allowed_is_refused(store: Store) -> None:
    keep(store, [event(number) for number in range(4)])
    stop_ns = NOON_NS + 4 * SECOND_NS
    assert 4 == len(past_of(store, ANY, "blue", NOON_NS, stop_ns, 4).ids)
    with pytest.raises(BadRequest, match=r"more than 3 events of type \*; ask for a shorter time"):
        past_of(store, ANY, "blue", NOON_NS, stop_ns, 3)


def test_as_many_rules_are_asked_together_as_a_statement_holds() -> None:
    plain = [RecentEvents(within_s=100 - number) for number in range(RULES_AT_ONCE_MAX + 1)]
    first, last = together(plain)
    assert ([*reversed(plain[1:])], [plain[0]]) == (first, last)
    long = EventCondition(field="traits.state", value="x" * 255)
    dear = [RecentEvents(within_s=number, query=(long,) * 20) for number in range(1, 6)]
    assert [3, 2] == [len(each) for each in together(dear)]
    assert [] == list(together([]))


def test_the_most_that_a_statement_holds_can_be_asked(store: Store) -> None:
    deep = EventCondition(field="raw" + ".a" * 9, value="1")
    number = EventCondition(field="traits.a", op="ne", type="integer", value="1")
    projects = [f"{number:032}" for number in range(PROJECTS_AT_ONCE)]
    for condition in (deep, number, EventCondition(field="traits.state", value="~" * 255)):
        rules = [RecentEvents(within_s=60 + number, query=(condition,) * 20) for number in range(RULES_AT_ONCE_MAX)]
        found = count_recent(store, dict.fromkeys(next(together(rules)), projects), NOON_NS)
        assert {Recent(0)} == set(found.values())
