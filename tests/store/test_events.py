# SPDX-License-Identifier: Apache-2.0
"""Events are kept once, however they come, and go when they are past retention."""

import time
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.model.timespan import DAY_NS
from nephoscope.query import events as query
from nephoscope.query.events import EventFilter
from nephoscope.store.contract import Store
from nephoscope.store.events import forget_old, keep
from tests.query.kept_events import event, expected, some_events

ALL = EventFilter(project_id=None)


def test_what_is_written_is_read(store: Store) -> None:
    keep(store, [])
    keep(store, some_events())

    assert expected(some_events(), ALL) == query.find(store, ALL, 1000)


def test_any_split_any_order_and_any_repetition_store_the_same(store: Store) -> None:
    events = some_events(30)

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32), st.integers(1, 4))
    def check(seed: int, repetitions: int) -> None:
        store.execute("TRUNCATE TABLE events")
        chance = Random(seed)
        sent = events * repetitions
        chance.shuffle(sent)
        while sent:
            size = chance.randrange(1, len(sent) + 1)
            keep(store, sent[:size])
            sent = sent[size:]
        assert expected(events, ALL) == query.find(store, ALL, 1000)
        assert len(events) == sum(each.events for each in query.types(store, ALL))

    check()


def test_what_was_sent_last_takes_the_place_and_no_other_projects(store: Store) -> None:
    keep(store, [event(1, type="old"), event(1, "green", type="theirs")])
    keep(store, [event(1, type="new")])

    assert {("blue", "new"), ("green", "theirs")} == {(e.project_id, e.type) for e in query.find(store, ALL, 10)}


def test_weeks_past_retention_go_whole(store: Store) -> None:
    now_ns = time.time_ns()
    days = [0, 20, 30, 38, 39, 400]
    keep(store, [event(day, time_ns=now_ns - day * DAY_NS) for day in days])

    forget_old(store, "events", "", 31 * DAY_NS)

    left = {each.id for each in query.find(store, ALL, 10)}
    # Those between retention and a week more may be there, as the days of the week go.
    assert {"id-0", "id-20", "id-30"} <= left
    assert not left & {"id-39", "id-400"}
