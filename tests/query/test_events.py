# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Events are found as a plain filter over all of them would find them, page by page, and counted as they are."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.model.errors import BadArgument, BadRequest
from nephoscope.model.event import Trait
from nephoscope.model.search import And, Compare, Not, Or, Search
from nephoscope.model.search_text import read_filter
from nephoscope.query import events as query
from nephoscope.query.events import TYPES_APART_MAX, EventFilter, TimelineRow, TypeRow
from nephoscope.store.contract import Store
from nephoscope.store.events import keep
from tests.query.kept_events import NAMES, NOON_NS, SECOND_NS, TEXTS, TYPES, event, expected, some_events

ALL = EventFilter(project_id=None)
VALUES = st.sampled_from([*TEXTS, 42, 4.5, -1, 2**53, True, None, "2025-06-01T12:00:01Z", NOON_NS / 1e9, "1e400"])
FIELDS = st.sampled_from([f"traits.{name}" for name in (*NAMES, "none")] + ["id", "type", "project_id", "resource_id"])
PATTERNS = st.sampled_from(
    ["%", "a%", "%e", "a\\_b%", "a\\\\b", "a\\", "it's__", "_", "compute.%.end", "volume.create_end"]
)
LEAVES: st.SearchStrategy[Search] = st.one_of(
    st.builds(Compare, st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]), FIELDS, VALUES),
    st.builds(Compare, st.just("like"), FIELDS, PATTERNS),
    st.builds(Compare, st.just("in"), FIELDS, st.lists(VALUES, min_size=1, max_size=4).map(tuple)),
    st.builds(Compare, st.sampled_from(["eq", "ne", "lt", "ge"]), st.just("time"), st.just("2025-06-01T12:00:10Z")),
)
SEARCHES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
GLOBS = st.lists(
    st.sampled_from(["*", "compute.*", "*.end", "volume.create?end", "!*delete*", "!é", "none"]), max_size=3
)
BOUNDS = st.one_of(st.none(), st.integers(0, 20).map(lambda second: NOON_NS + second * SECOND_NS))
FILTERS = st.builds(
    EventFilter,
    project_id=st.sampled_from([None, None, "blue", "green", "", "red"]),
    start_ns=BOUNDS,
    stop_ns=BOUNDS,
    types=GLOBS,
    traits=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([*TEXTS, "-1"])), max_size=2),
    resource_id=st.sampled_from(["", "", "active", "42"]),
    text=st.sampled_from(["", "", "ACT", "É", "a_b", "INSTANCE", "id-1", "%"]),
    search=SEARCHES,
)
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def filled(store: Store) -> Store:
    keep(store, some_events())
    return store


def test_a_search_finds_what_a_plain_filter_finds(filled: Store) -> None:
    events = some_events()

    @SLOW
    @given(SEARCHES)
    def check(search: Search) -> None:
        wanted = EventFilter(project_id=None, search=search)
        assert expected(events, wanted) == query.find(filled, wanted, 1000)

    check()


def test_filters_together_find_count_and_list_the_same_events(filled: Store) -> None:
    events = some_events()

    @SLOW
    @given(FILTERS)
    def check(wanted: EventFilter) -> None:
        found = expected(events, wanted)
        assert found == query.find(filled, wanted, 1000)
        counted = query.timeline(filled, wanted, NOON_NS, 3 * SECOND_NS)
        buckets = Counter((each.type, (each.time_ns - NOON_NS) // (3 * SECOND_NS)) for each in found)
        assert buckets == {(row.type, row.bucket): row.events for row in counted}
        assert Counter(each.type for each in found) == {row.type: row.events for row in query.types(filled, wanted)}
        names = sorted({one.name for each in found for one in each.traits}, key=str.encode)
        assert names == [name for name, _ in query.trait_names(filled, wanted)]

    check()


@pytest.mark.parametrize("limit", [1, 7, 89, 90, 91])
def test_pages_follow_one_another_and_leave_nothing_out(filled: Store, limit: int) -> None:
    seen = []
    page = query.find(filled, ALL, limit)
    while page:
        seen += page
        page = query.find(filled, ALL, limit, query.marker_of(page[-1]))

    assert expected(some_events(), ALL) == seen


def test_two_projects_events_of_one_id_and_time_stand_on_two_pages(store: Store) -> None:
    both = [event(1, "blue"), event(1, "green")]
    keep(store, both)

    first = query.find(store, ALL, 1)
    second = query.find(store, ALL, 1, query.marker_of(first[0]))

    assert [both[1], both[0]] == [*first, *second]
    assert [] == query.find(store, ALL, 1, query.marker_of(second[0]))


@pytest.mark.parametrize("marker", ["", "x", "1:2", "1:9:ab", "-1:0:a", f"{2**63}:0:a", "1:-1:a"])
def test_a_marker_of_nothing_is_refused(store: Store, marker: str) -> None:
    with pytest.raises(BadArgument):
        query.find(store, ALL, 10, marker)


def test_an_event_is_found_by_its_id_with_its_message_by_its_project_alone(store: Store) -> None:
    kept = event(1, raw='{"a": [1, 2]}')
    keep(store, [kept, event(2)])

    assert kept == query.get(store, "id-1", None) == query.get(store, "id-1", "blue")
    assert "" == query.find(store, ALL, 10)[1].raw
    assert query.get(store, "id-1", "green") is query.get(store, "id-1", "") is query.get(store, "id-9", None) is None


def test_the_rarest_types_of_a_timeline_are_counted_together(store: Store) -> None:
    keep(
        store,
        [event(n, type=f"type.{n % 50:02}") for n in range(100)] + [event(200 + n, type="most") for n in range(5)],
    )

    rows = query.timeline(store, ALL, NOON_NS, 1000 * SECOND_NS)

    assert TimelineRow("most", 0, 5) == rows[0]
    assert TYPES_APART_MAX + 1 == len(rows)
    assert TimelineRow("", 0, 2 * (50 - TYPES_APART_MAX + 1)) == rows[-1]


def test_a_type_tells_how_many_and_when_the_newest(store: Store) -> None:
    keep(store, [event(1), event(5), event(3, type=TYPES[1])])

    assert [
        TypeRow(TYPES[0], 2, NOON_NS + 5 * SECOND_NS),
        TypeRow(TYPES[1], 1, NOON_NS + 3 * SECOND_NS),
    ] == query.types(store, ALL)
    assert [("instance_id", "text"), ("size", "integer")] == query.trait_names(store, ALL)


def test_of_two_traits_with_one_name_the_first_counts(store: Store) -> None:
    keep(store, [event(1, traits=(Trait("state", "text", "new"), Trait("state", "text", "old")))])

    def count(text: str) -> int:
        return len(query.find(store, EventFilter(None, search=read_filter(text, dotted=True)), 10))

    assert (1, 0) == (count("traits.state = new"), count("traits.state = old"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("state = active", "events have no field 'state'"),
        ("traits = 1", "events have no field 'traits'"),
        ("time > yesterday", "'yesterday' is no time"),
        ("time like '2025%'", "time cannot be compared by like"),
    ],
)
def test_a_search_that_cannot_be_is_refused(store: Store, text: str, told: str) -> None:
    with pytest.raises(BadRequest, match=told):
        query.find(store, EventFilter(None, search=read_filter(text, dotted=True)), 10)
