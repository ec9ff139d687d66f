# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Guessing is slowed down more and more; whoever knows the password still gets in."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.api.auth.throttle import Slope, Throttle, ThrottleSettings, network_of
from nephoscope.model.errors import IndexUnavailable, TooManyRequests, Unauthenticated

FREE, MOST_S = 3, 60.0
SETTINGS = ThrottleSettings(
    pair=Slope(FREE, MOST_S), address=Slope(10, 20), user=Slope(12, 5), forget_s=1000, size_max=50
)
HOME, AWAY = "192.0.2.1", "198.51.100.7"


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def throttle(clock: Clock) -> Throttle:
    return Throttle(SETTINGS, clock)


def guess(throttle: Throttle, user: str = "alice", address: str = AWAY, *, right: bool = False) -> str:
    """What becomes of one try: `in`, `wrong`, or how long to wait."""
    try:
        with throttle.attempt(user, address):
            if not right:
                raise Unauthenticated("wrong")
    except TooManyRequests as error:
        return f"wait {error.retry_after_s}"
    except Unauthenticated:
        return "wrong"
    return "in"


def test_waiting_doubles_up_to_its_most_and_what_comes_too_soon_does_not_count(
    throttle: Throttle, clock: Clock
) -> None:
    assert ["wrong"] * (FREE + 1) == [guess(throttle) for _ in range(FREE + 1)]
    for expected_s in (1, 2, 4, 8, 16, 32, 60, 60, 60):
        assert [f"wait {expected_s}"] * 5 == [guess(throttle) for _ in range(5)]
        clock.now_s += expected_s
        assert "wrong" == guess(throttle)


def test_the_right_password_is_not_even_looked_at_before_its_time(throttle: Throttle, clock: Clock) -> None:
    for _ in range(FREE + 1):
        guess(throttle)

    assert "wait 1" == guess(throttle, right=True)
    clock.now_s += 1
    assert "in" == guess(throttle, right=True)


def test_success_begins_anew(throttle: Throttle, clock: Clock) -> None:
    for _ in range(FREE + 1):
        guess(throttle)
    clock.now_s += 1
    guess(throttle, right=True)

    assert ["wrong"] * (FREE + 1) + ["wait 1"] == [guess(throttle) for _ in range(FREE + 2)]


def test_a_stranger_does_not_lock_the_user_out_of_its_own_address(throttle: Throttle, clock: Clock) -> None:
    assert "in" == guess(throttle, address=HOME, right=True)
    for network in range(100):
        guess(throttle, address=f"198.51.100.{network}")

    assert "wait 1" == guess(throttle, address="203.0.113.1", right=True)
    assert "in" == guess(throttle, address=HOME, right=True)
    clock.now_s += 1
    assert "in" == guess(throttle, address="203.0.113.1", right=True)


def test_one_address_cannot_go_through_all_users(throttle: Throttle, clock: Clock) -> None:
    tried = [guess(throttle, user=f"user{number}") for number in range(20)]

    assert ["wrong"] * 11 + ["wait 1"] * 9 == tried
    assert "in" == guess(throttle, address=HOME, right=True)


def test_guesses_from_one_subscribers_many_ipv6_addresses_count_together(throttle: Throttle) -> None:
    tried = [guess(throttle, address=f"2001:db8:1:2::{number:x}") for number in range(FREE + 2)]

    assert ["wrong"] * (FREE + 1) + ["wait 1"] == tried
    assert "wrong" == guess(throttle, address="2001:db8:1:3::1")


def test_many_guesses_at_once_do_not_slip_through_together(throttle: Throttle) -> None:
    let_in = 0
    attempts = []
    for _ in range(20):
        attempt = throttle.attempt("alice", AWAY)
        with suppress(TooManyRequests):
            attempt.__enter__()
            let_in += 1
            attempts.append(attempt)

    assert FREE + 1 == let_in


def test_what_could_not_be_judged_does_not_count(throttle: Throttle) -> None:
    for _ in range(20):
        with suppress(IndexUnavailable), throttle.attempt("alice", AWAY):
            raise IndexUnavailable("away")

    assert "wrong" == guess(throttle)


def test_old_guesses_are_forgotten(throttle: Throttle, clock: Clock) -> None:
    for _ in range(FREE + 1):
        guess(throttle)
    clock.now_s += 1000

    assert ["wrong"] * (FREE + 1) == [guess(throttle) for _ in range(FREE + 1)]


def test_whoever_makes_us_forget_by_many_names_is_known_by_its_address(throttle: Throttle) -> None:
    for number in range(11):
        guess(throttle, user=f"made up {number}")

    assert "wait 1" == guess(throttle)


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(0, 500), st.booleans()), max_size=300))
def test_memory_is_bounded(tries: list[tuple[str, int, bool]]) -> None:
    throttle = Throttle(SETTINGS, Clock())
    for user, host, right in tries:
        guess(throttle, user, f"10.0.{host // 250}.{host % 250}", right=right)
        assert len(throttle) <= SETTINGS.size_max


@given(st.integers(0, 50), st.floats(1, 1e6), st.integers(0, 1000))
def test_a_slope_never_falls_and_never_passes_its_most(free: int, delay_s_max: float, wrong: int) -> None:
    slope = Slope(free, delay_s_max)

    assert 0 <= slope.delay_s(wrong) <= slope.delay_s(wrong + 1) <= delay_s_max


@pytest.mark.parametrize(
    ("expected", "address"),
    [("192.0.2.1", "192.0.2.1"), ("192.0.2.1", "::ffff:192.0.2.1"), ("::/64", "::1"), ("socket", "socket")],
)
def test_addresses_count_as_networks(expected: str, address: str) -> None:
    assert expected == network_of(address)
