# SPDX-License-Identifier: Apache-2.0
"""The ticks of cron lines around a time, in their zones and over changes of the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
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
        # What is left out comes at the change.
        ("30 2 * * *", "Europe/Ljubljana", "2026-03-29T00:59:59", "2026-03-28T01:30:00", "2026-03-29T01:00:00"),
        ("30 2 * * *", "Europe/Ljubljana", "2026-03-29T01:00:00", "2026-03-29T01:00:00", "2026-03-30T00:30:00"),
        # They were set back: an hour comes twice.
        ("30 2 * * *", "Europe/Ljubljana", "2027-10-31T00:29:59", "2027-10-30T00:30:00", "2027-10-31T00:30:00"),
        ("30 2 * * *", "Europe/Ljubljana", "2027-10-31T01:29:59", "2027-10-31T00:30:00", "2027-10-31T01:30:00"),
        ("30 2 * * *", "Europe/Ljubljana", "2027-10-31T01:30:00", "2027-10-31T01:30:00", "2027-11-01T01:30:00"),
        ("45 2 * * *", "Europe/Ljubljana", "2027-10-31T01:30:00", "2027-10-31T00:45:00", "2027-10-31T01:45:00"),
        ("15,45 2,3 * * *", "Europe/Ljubljana", "2027-10-31T01:10:00", "2027-10-31T00:45:00", "2027-10-31T01:15:00"),
        ("*/7 * * * *", "Europe/Ljubljana", "2027-10-31T01:59:59", "2027-10-31T01:56:00", "2027-10-31T02:00:00"),
    ],
)
def test_ticks_are_in_the_zone_of_their_line(line: str, zone: str, now: str, last: str, following: str) -> None:
    assert ns(last) == last_tick_ns(line, zone, ns(now))
    assert ns(following) == next_tick_ns(line, zone, ns(now))


def test_a_line_that_never_comes_round_has_no_tick() -> None:
    assert None is last_tick_ns("0 0 31 2 *", "", ns("2026-03-02T09:00:00"))
    assert None is next_tick_ns("0 0 31 2 *", "", ns("2026-03-02T09:00:00"))


def shown(line: str, zone: str, from_ns: int, until_ns: int) -> list[int]:
    """Each minute of a stretch at which the clock on the wall shows what a line says, or leaves it out."""
    found = []
    wall = before = datetime.fromtimestamp(from_ns // SECOND_NS - 60, ZoneInfo(zone)).replace(tzinfo=None)
    for at_s in range(from_ns // SECOND_NS, until_ns // SECOND_NS, 60):
        wall = datetime.fromtimestamp(at_s, ZoneInfo(zone)).replace(tzinfo=None)
        left_out = int((wall - before).total_seconds()) // 60 - 1
        if any(croniter.match(line, wall - timedelta(minutes=n)) for n in range(max(left_out, 0) + 1)):
            found.append(at_s * SECOND_NS)
        before = wall
    return found


@pytest.mark.parametrize("line", ["*/7 * * * *", "0 2 * * *", "30 2 * * 0", "50 1 * * *", "5,35 1,2,3 * * *"])
@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Ljubljana", "2026-03-29T01:00:00"),
        ("Europe/Ljubljana", "2026-10-25T01:00:00"),
        ("America/New_York", "2026-03-08T07:00:00"),
        ("America/New_York", "2026-11-01T06:00:00"),
        # By half an hour.
        ("Australia/Lord_Howe", "2026-10-03T15:30:00"),
        ("Australia/Lord_Howe", "2026-04-04T15:00:00"),
    ],
)
def test_around_changes_of_the_clock_ticks_are_what_the_clock_shows(line: str, zone: str, change: str) -> None:
    from_ns, until_ns = ns(change) - 3 * 3600 * SECOND_NS, ns(change) + 3 * 3600 * SECOND_NS
    expected = shown(line, zone, from_ns, until_ns)
    found, at_ns = [], from_ns - 1
    while (at_ns := next_tick_ns(line, zone, at_ns) or until_ns) < until_ns:
        found.append(at_ns)
    assert expected == found
    for minute_ns in range(from_ns, until_ns, 60 * SECOND_NS):
        before = [each for each in expected if each <= minute_ns]
        if before:
            assert before[-1] == last_tick_ns(line, zone, minute_ns)


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
