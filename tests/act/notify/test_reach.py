# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""A place that does not answer is left alone for a while, longer each time, until somebody answers."""

from nephoscope.act.notify.reach import FAILURES_FREE, PLACES_MAX, Reach
from nephoscope.act.notify.settings import NotifierSettings


def reach() -> Reach:
    return Reach(NotifierSettings(retry_s_min=2, retry_s_max=10), lambda: 0.0)


def test_a_place_closes_after_some_failures_in_a_row_and_longer_each_time() -> None:
    found = reach()
    closed = []
    for _ in range(FAILURES_FREE + 4):
        found.silent("h:80", 100.0)
        closed.append(found.closed_s("h:80", 100.0))
    assert [0, 0, 2, 4, 8, 10, 10] == closed
    assert (5.0, 0.0) == (found.closed_s("h:80", 105.0), found.closed_s("h:80", 110.0))
    assert 0 == found.closed_s("other:80", 100.0)


def test_an_answer_opens_it_and_all_begins_anew() -> None:
    found = reach()
    for _ in range(FAILURES_FREE):
        found.silent("h:80", 0.0)
    found.answered("h:80")
    found.silent("h:80", 0.0)
    assert 0 == found.closed_s("h:80", 0.0)


def test_of_very_many_places_the_ones_that_failed_longest_ago_are_forgotten() -> None:
    found = reach()
    for _ in range(FAILURES_FREE):
        found.silent("first:80", 0.0)
    for number in range(PLACES_MAX - 1):
        found.silent(f"h{number}:80", 0.0)
    assert 2 == found.closed_s("first:80", 0.0)
    found.silent("one more:80", 0.0)
    assert 0 == found.closed_s("first:80", 0.0)
