# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Mute timings by the clock of a place, whose hands are set forward and back."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nephoscope.model.errors import InvalidInput
from nephoscope.model.mute_timing import MuteTiming, check_timing, holds
from nephoscope.model.timespan import SECOND_NS

LJUBLJANA = "Europe/Ljubljana"
ZONES = (LJUBLJANA, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
# 2026-03-29, when clocks go from 2 to 3, and 2026-10-25, when they go from 3 to 2.
SPRING = datetime(2026, 3, 29, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 25, tzinfo=UTC)


def timing(**interval: Any) -> MuteTiming:
    made = msgspec.convert({"name": "t", "intervals": [interval]}, MuteTiming)
    check_timing(made, "mute_timings[0]")
    return made


def times(*spans: str) -> list[dict[str, str]]:
    return [dict(zip(("start_time", "end_time"), span.split("-"), strict=True)) for span in spans]


def ns(moment: datetime) -> int:
    return int(moment.timestamp()) * SECOND_NS


def at(text: str, zone: str = "UTC") -> int:
    return ns(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def minutes(what: MuteTiming, start: datetime, hours: int) -> list[bool]:
    """Whether it holds in each minute from a moment on."""
    return [holds(what, ns(start + timedelta(minutes=minute))) for minute in range(hours * 60)]


@pytest.mark.parametrize(
    ("interval", "within", "without"),
    [
        ({"times": times("09:00-17:00")}, ["2026-03-02T09:00", "2026-03-02T16:59"], ["2026-03-02T17:00"]),
        ({"times": times("22:00-24:00", "00:00-06:00")}, ["2026-03-02T23:59", "2026-03-03T05:59"], ["2026-03-03T06"]),
        ({"weekdays": ["monday:friday"]}, ["2026-03-02", "2026-03-06T23:59"], ["2026-03-07", "2026-03-01"]),
        ({"weekdays": ["Saturday", "sunday"]}, ["2026-03-07", "2026-03-08"], ["2026-03-09"]),
        ({"days_of_month": ["-3:-1"]}, ["2026-02-26", "2026-02-28", "2028-02-29"], ["2026-02-25", "2026-03-28"]),
        ({"days_of_month": ["1:5", "31"]}, ["2026-03-05", "2026-03-31"], ["2026-03-06", "2026-04-30"]),
        ({"days_of_month": ["28:-1"]}, ["2026-02-28", "2026-03-31"], ["2026-02-27"]),
        ({"months": ["may:august", "12"]}, ["2026-05-01", "2026-12-31"], ["2026-04-30", "2026-11-30"]),
        ({"years": ["2026:2027", "2030"]}, ["2027-12-31T23:59", "2030-01-01"], ["2028-01-01"]),
        (
            {"weekdays": ["monday"], "times": times("09:00-10:00")},
            ["2026-03-02T09:30"],
            ["2026-03-02T10:30", "2026-03-03T09:30"],
        ),
        ({}, ["2026-03-02"], []),
    ],
)
def test_an_interval_holds_when_all_of_its_parts_do(
    interval: dict[str, Any], within: list[str], without: list[str]
) -> None:
    assert {True} == {holds(timing(**interval), at(text)) for text in within}
    assert not any(holds(timing(**interval), at(text)) for text in without)


def test_times_are_those_of_the_place() -> None:
    there = timing(times=times("09:00-10:00"), location="Asia/Kathmandu")
    assert [False, True, False] == [holds(there, at(f"2026-03-02T{text}")) for text in ("03:14", "03:15", "04:15")]


def test_an_hour_that_is_left_out_is_never_and_one_that_comes_twice_is_twice() -> None:
    night = timing(times=times("02:00-03:00"), location=LJUBLJANA)
    assert 0 == sum(minutes(night, SPRING - timedelta(hours=2), 8))
    assert 120 == sum(minutes(night, AUTUMN - timedelta(hours=2), 8))


def test_what_spans_the_change_lasts_as_long_as_the_hands_take() -> None:
    night = timing(times=times("01:00-05:00"), location=LJUBLJANA)
    spring, autumn = minutes(night, SPRING - timedelta(hours=2), 10), minutes(night, AUTUMN - timedelta(hours=2), 10)
    assert (180, 300) == (sum(spring), sum(autumn))
    # Without a break in between.
    assert [2, 2] == [sum(a != b for a, b in pairwise(each)) for each in (spring, autumn)]


@given(
    zone=st.sampled_from(ZONES),
    moment=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    start=st.integers(0, 1438),
    length=st.integers(1, 600),
    weekdays=st.lists(st.integers(0, 6), max_size=3),
    days=st.lists(st.tuples(st.integers(1, 31), st.integers(0, 5)), max_size=2),
)
@example(LJUBLJANA, datetime(2026, 3, 29, 1, 30), 120, 60, [], [])
@example(LJUBLJANA, datetime(2026, 10, 25, 0, 30), 120, 60, [0], [(25, 0)])
def test_it_says_what_clocks_on_the_wall_show(
    zone: str, moment: datetime, start: int, length: int, weekdays: list[int], days: list[tuple[int, int]]
) -> None:
    end = min(start + length, 1440)
    span = f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    names = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
    what = timing(
        times=times(span),
        weekdays=[names[each] for each in weekdays],
        days_of_month=[f"{first}:{min(first + more, 31)}" for first, more in days],
        location=zone,
    )
    shown = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    minute = shown.hour * 60 + shown.minute
    expected = (
        start <= minute < end
        and (not weekdays or shown.isoweekday() % 7 in weekdays)
        and (not days or any(first <= shown.day <= first + more for first, more in days))
    )
    assert expected == holds(what, ns(moment.replace(tzinfo=UTC)))


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        ({"times": times("9:00-17:00")}, "times[0]: expected a time from 00:00 to 24:00, found '9:00'"),
        ({"times": times("22:00-06:00")}, "times[0]: the end, 06:00, is to be later than the start"),
        ({"weekdays": ["1:5"]}, "weekdays[0]: expected a range such as monday:friday, found '1:5'"),
        ({"weekdays": ["friday:monday"]}, "weekdays[0]: 'friday:monday' ends before it starts"),
        ({"days_of_month": ["0"]}, "days_of_month[0]: expected a range"),
        ({"days_of_month": ["32"]}, "days_of_month[0]: expected a range"),
        ({"days_of_month": ["-1:-3"]}, "days_of_month[0]: '-1:-3' ends before it starts"),
        ({"days_of_month": ["-3:5"]}, "days_of_month[0]: '-3:5' starts at the end of the month"),
        ({"months": ["1", "mai"]}, "months[1]: expected a range such as may:august"),
        ({"years": ["12345"]}, "years[0]: expected a range"),
        ({"location": "Europe"}, "location: Timezone Europe is not valid"),
    ],
)
def test_what_cannot_be_read_is_named(interval: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        timing(**interval)
    assert f"mute_timings[0].intervals[0].{said}" in raised.value.reason
