# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Pauses grow, differ, and end; what is refused or too old is given up."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.act.notify import retry
from nephoscope.act.notify.contract import Outcome
from nephoscope.act.notify.retry import Next, after, pause_s
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.model.timespan import SECOND_NS
from tests.act.notify.made import NOON_NS, delivery

SETTINGS = NotifierSettings(retry_s_min=2, retry_s_max=300, attempts_max=10, age_s_max=3600)
FAILED = Outcome("again", 503, "5xx", "answered 503")
HALF_PAST_NS = NOON_NS + 1800 * SECOND_NS


def none() -> float:
    return 0.0


def test_the_examples_hold() -> None:
    assert 0 == doctest.testmod(retry).failed


@given(
    attempts=st.integers(0, 10**9),
    least=st.floats(0.001, 1000),
    most=st.floats(0.001, 10**6),
    chance=st.floats(0, 1, exclude_max=True),
)
def test_a_pause_is_between_half_and_all_of_a_doubling_that_has_an_end(
    attempts: int, least: float, most: float, chance: float
) -> None:
    settings = NotifierSettings(retry_s_min=least, retry_s_max=most)
    whole = pause_s(attempts, settings, none)
    assert min(least, most) <= whole <= most
    assert whole <= pause_s(attempts + 1, settings, none) <= max(2 * whole, least)
    assert whole / 2 <= pause_s(attempts, settings, lambda: chance) <= whole


def test_what_is_over_is_not_due_again() -> None:
    assert Next("delivered", NOON_NS) == after(delivery("x:"), Outcome("delivered"), NOON_NS, SETTINGS, none)
    refused = Outcome("refused", 404, "4xx", "answered 404")
    assert Next("given up", NOON_NS, "4xx") == after(delivery("x:"), refused, NOON_NS, SETTINGS, none)


@pytest.mark.parametrize(("attempts", "wait_s"), [(0, 2), (1, 4), (5, 64), (8, 300)])
def test_a_failure_is_tried_again_after_a_pause(attempts: int, wait_s: int) -> None:
    found = after(delivery("x:", attempts=attempts), FAILED, HALF_PAST_NS, SETTINGS, none)
    assert Next("waiting", HALF_PAST_NS + wait_s * SECOND_NS) == found


@pytest.mark.parametrize(("asked_s", "wait_s"), [(1, 2), (100, 100), (1800, 1800)])
def test_whoever_asks_for_a_longer_pause_gets_it(asked_s: float, wait_s: int) -> None:
    outcome = Outcome("again", 429, "429", "answered 429", pause_s=asked_s)
    assert Next("waiting", HALF_PAST_NS + wait_s * SECOND_NS) == after(
        delivery("x:"), outcome, HALF_PAST_NS, SETTINGS, none
    )


def test_what_cannot_be_tried_within_its_age_is_given_up() -> None:
    outcome = Outcome("again", 429, "429", "answered 429", pause_s=1801)
    assert Next("given up", HALF_PAST_NS, "age") == after(delivery("x:"), outcome, HALF_PAST_NS, SETTINGS, none)


def test_the_last_try_is_at_the_end_of_its_age() -> None:
    end_ns = NOON_NS + 3600 * SECOND_NS
    almost_ns = end_ns - SECOND_NS
    assert Next("waiting", end_ns) == after(delivery("x:", attempts=8), FAILED, almost_ns, SETTINGS, none)
    assert Next("given up", end_ns, "age") == after(delivery("x:", attempts=8), FAILED, end_ns, SETTINGS, none)


def test_after_so_many_tries_it_is_given_up() -> None:
    assert "waiting" == after(delivery("x:", attempts=8), FAILED, NOON_NS, SETTINGS, none).progress
    assert Next("given up", NOON_NS, "attempts") == after(delivery("x:", attempts=9), FAILED, NOON_NS, SETTINGS, none)


@given(
    attempts=st.integers(0, 12),
    passed_s=st.integers(0, 5000),
    asked_s=st.floats(0, 10**9),
    chance=st.floats(0, 1, exclude_max=True),
)
def test_every_failure_ends_and_none_is_due_in_the_past(
    attempts: int, passed_s: int, asked_s: float, chance: float
) -> None:
    now_ns = NOON_NS + passed_s * SECOND_NS
    outcome = Outcome("again", pause_s=asked_s)
    found = after(delivery("x:", attempts=attempts), outcome, now_ns, SETTINGS, lambda: chance)
    assert found.due_ns >= now_ns
    if found.progress == "waiting":
        assert int(asked_s * SECOND_NS) <= found.due_ns - now_ns
        assert found.due_ns <= NOON_NS + 3600 * SECOND_NS
