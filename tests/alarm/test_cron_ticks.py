# SPDX-License-Identifier: Apache-2.0
"""The ticks of cron lines around a time, in their zones and over changes of the clock."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.alarm.cron_ticks import last_tick_ns, next_tick_ns

SECOND_NS = 10**9


def ns(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND_NS


@pytest.mark.parametrize(
    ("line", "zone", "now", "last", "following"),
    [
        ("0 22 * * *", "", "2026-03-02T09:00:00", "2026-03-01T22:00:00", "2026-03-02T22:00:00"),
        ("0 22 * * *", "Europe/Ljubljana", "2026-03-02T21:00:00", "2026-03-02T21:00:00", "2026-03-03T21:00:00"),
        # The clocks were set forward in between.
        ("0 22 * * *", "Europe/Ljubljana", "2026-03-29T19:59:59", "2026-03-28T21:00:00", "2026-03-29T20:00:00"),
    ],
)
def test_ticks_are_in_the_zone_of_their_line(line: str, zone: str, now: str, last: str, following: str) -> None:
    assert ns(last) == last_tick_ns(line, zone, ns(now))
    assert ns(following) == next_tick_ns(line, zone, ns(now))


def test_a_line_that_never_comes_round_has_no_tick() -> None:
    assert None is last_tick_ns("0 0 31 2 *", "", ns("2026-03-02T09:00:00"))
    assert None is next_tick_ns("0 0 31 2 *", "", ns("2026-03-02T09:00:00"))


@given(
    line=st.sampled_from(["*/7 * * * *", "0 2 * * *", "30 2 * * 0", "15 3 1 * *"]),
    zone=st.sampled_from(["", "Europe/Ljubljana", "America/New_York", "Australia/Lord_Howe"]),
    now_ns=st.integers(ns("2026-01-01T00:00:00"), ns("2027-12-31T00:00:00")),
)
def test_every_tick_is_the_last_one_from_itself_on_and_the_next_one_until_then(
    line: str, zone: str, now_ns: int
) -> None:
    last, following = last_tick_ns(line, zone, now_ns), next_tick_ns(line, zone, now_ns)
    assert last is not None
    assert following is not None
    assert last <= now_ns < following
    assert last == last_tick_ns(line, zone, last)
    assert following == last_tick_ns(line, zone, following)
