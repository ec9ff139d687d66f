# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Ticks of cron lines and what follows them, in zones whose clocks are set forward and back."""

import doctest
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from nephoscope.alarm import time_constraints
from nephoscope.alarm.time_constraints import NEVER_NS, check_line, closed_until_ns, is_open, may_decide
from nephoscope.model.alarm import Alarm, TimeConstraint
from nephoscope.model.alarm_rule import EventRule
from nephoscope.model.zone import zone_of

LJUBLJANA = "Europe/Ljubljana"


def constraint(start: str, duration: int = 0, timezone: str = "") -> TimeConstraint:
    return TimeConstraint(name="tried", start=start, duration=duration, timezone=timezone)


def at(text: str) -> int:
    """Nanoseconds of a time in UTC."""
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000


def test_the_examples_hold() -> None:
    tried = doctest.testmod(time_constraints)
    assert (True, 0) == (tried.attempted > 2, tried.failed)


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-03-02T22:58:59", False),
        ("2026-03-02T22:59:00", False),
        ("2026-03-02T22:59:00.000001", True),  # less than a minute before
        ("2026-03-02T23:00:00", True),
        ("2026-03-03T01:59:59.999999", True),
        ("2026-03-03T02:00:00", True),  # its end belongs to it
        ("2026-03-03T02:00:00.000001", False),
    ],
)
def test_it_is_open_from_a_tick_until_its_end(time: str, expected: bool) -> None:
    assert expected == is_open(constraint("0 23 * * *", 3 * 3600), at(time))


@pytest.mark.parametrize(("time", "expected"), [("12:00:59.999999", True), ("12:01:00", False)])
def test_however_short_it_is_open_for_a_minute(time: str, expected: bool) -> None:
    assert expected == is_open(constraint("0 12 * * *"), at(f"2026-03-02T{time}"))


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-01-15T21:30", False),
        ("2026-01-15T22:00", True),  # 23:00 in winter
        ("2026-07-15T21:00", True),  # 23:00 in summer
        ("2026-07-15T22:30", False),
    ],
)
def test_ticks_are_in_the_zone_of_the_constraint(time: str, expected: bool) -> None:
    assert expected == is_open(constraint("0 23 * * *", 3600, LJUBLJANA), at(time))


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        # On 29 March the hour from 02:00 to 03:00 is left out: the tick comes at 03:00, which is 01:00 in UTC.
        ("2026-03-29T00:58", False),
        ("2026-03-29T01:00", True),
        ("2026-03-29T01:10", True),
        ("2026-03-29T01:11", False),
        ("2026-03-30T00:30", True),
        # On 25 October the hour from 02:00 to 03:00 comes twice: so does the tick.
        ("2026-10-25T00:30", True),
        ("2026-10-25T00:45", False),
        ("2026-10-25T01:30", True),
        ("2026-10-25T01:45", False),
        ("2026-10-26T01:30", True),
    ],
)
def test_when_clocks_are_set_forward_and_back(time: str, expected: bool) -> None:
    assert expected == is_open(constraint("30 2 * * *", 600, LJUBLJANA), at(time))


def test_a_duration_is_of_time_that_passes_not_of_what_clocks_show() -> None:
    """From 23:00 for four hours: across the change of clocks it ends at 04:00 in spring, at 02:00 in autumn."""
    night = constraint("0 23 * * *", 4 * 3600, LJUBLJANA)
    for begins in ("2026-03-28T22:00", "2026-10-24T21:00"):
        ends = at(begins) + 4 * 3600 * 10**9
        assert (True, False) == (is_open(night, ends), is_open(night, ends + 10**9))


def test_one_that_is_open_is_enough_and_none_is_as_well() -> None:
    alarm = Alarm(id="a", name="n", description="", rule=EventRule(), project_id="p", user_id="u")
    shut, opened = constraint("0 1 * * *"), constraint("0 2 * * *")
    noon, two = at("2026-03-02T12:00"), at("2026-03-02T02:00")

    def decided(*constraints: TimeConstraint, now_ns: int) -> bool:
        return may_decide(msgspec.structs.replace(alarm, time_constraints=constraints), now_ns)

    assert decided(now_ns=noon)
    assert decided(shut, opened, now_ns=two)
    assert not decided(shut, opened, now_ns=noon)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("61 99 * * *", "[61 99 * * *] is not acceptable, out of range"),
        ("a b c d e", "[a b c d e] is not acceptable"),
        ("* * *", "columns has to be specified"),
        ("", "columns has to be specified"),
        ("R R * * *", "[R R * * *] is not acceptable"),
        ("r(0-10) * * * *", "is not acceptable"),
        ("0 0 31 2 *", "never comes round"),
        ("* " * 500, "is not acceptable"),
    ],
)
def test_lines_that_cannot_be_are_refused(line: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the words are compared below
        check_line(line)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "line", ["0 1 * * *", "*/5 8-17 * mar-oct fri", "@daily", "0 0 L * *", "0 0 29 2 *", "0 0 * * 7"]
)
def test_lines_that_operators_write_are_taken(line: str) -> None:
    check_line(line)


@pytest.mark.parametrize("name", ["Mars/Crater", "../etc/passwd", "Europe", "/etc/localtime", "a" * 5000, "\0"])
def test_zones_that_are_none_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not valid"):
        zone_of(name)


FIELDS = st.sampled_from(["*", "0", "5", "*/7", "1-5", "3,9", "L", "mon", "jan", "61", "x", "?", "1-", "-1", "", "7#2"])


@given(st.lists(FIELDS, min_size=0, max_size=8), st.integers(0, 4 * 10**18), st.sampled_from(["", LJUBLJANA, "UTC"]))
def test_whatever_is_taken_can_be_judged(fields: list[str], now_ns: int, zone: str) -> None:
    line = " ".join(fields)
    try:
        check_line(line)
    except ValueError:
        return
    assert is_open(constraint(line, 2**31 - 1, zone), now_ns) in (True, False)


LINES = ("0 23 * * *", "*/7 3 * * *", "30 2 * * sun", "0 0 29 2 *", "15 10 L * *")


@given(
    st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from([0, 100, 7200]), st.sampled_from(["", LJUBLJANA]))),
    st.integers(0, 4 * 10**9),
    st.integers(0, 10**6),
)
def test_until_when_it_is_closed_holds(drawn: list[tuple[str, int, str]], now_s: int, part: int) -> None:
    constraints = tuple(
        structs.replace(constraint(line, duration, zone), name=str(place))
        for place, (line, duration, zone) in enumerate(drawn)
    )
    alarm = Alarm(
        id="", name="", description="", rule=EventRule(), project_id="", user_id="", time_constraints=constraints
    )
    now_ns = now_s * 10**9
    until_ns = closed_until_ns(alarm, now_ns)
    if may_decide(alarm, now_ns):
        assert 0 == until_ns
        return
    # Closed all the time until then, and open right after it.
    between_ns = now_ns + (until_ns - 1 - now_ns) * part // 10**6
    assert not may_decide(alarm, between_ns)
    assert may_decide(alarm, until_ns + 10**6)


def test_what_never_opens_is_closed_for_ever() -> None:
    past = constraint("0 0 1 1 * 0 2001")
    about: dict[str, Any] = {"id": "", "name": "", "description": "", "project_id": "", "user_id": ""}
    assert NEVER_NS == closed_until_ns(Alarm(**about, rule=EventRule(), time_constraints=(past,)), at("2026-01-01"))


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 30 * 365 * 86_400))
def test_in_utc_it_is_open_when_the_day_says_so(hour: int, minute: int, now_s: int) -> None:
    """Without changes of clocks, time of day is all there is to it."""
    opened_s = (now_s - hour * 3600 - minute * 60) % 86_400
    expected = opened_s <= 7200 or opened_s > 86_400 - 60
    assert expected == is_open(constraint(f"{minute} {hour} * * *", 7200), now_s * 10**9)


def test_zones_know_their_own_names() -> None:
    assert (ZoneInfo("UTC"), ZoneInfo(LJUBLJANA)) == (zone_of(""), zone_of(LJUBLJANA))
