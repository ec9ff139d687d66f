# SPDX-License-Identifier: Apache-2.0
"""
Times of the week and the year by the clock of a place, as Alertmanager's `time_intervals` write them.

    {"times": [{"start_time": "22:00", "end_time": "24:00"}], "weekdays": ["monday:friday"],
     "days_of_month": ["1:7", "-1"], "months": ["may:august", "12"], "years": ["2026:2028"],
     "location": "Europe/Ljubljana"}

An interval holds when each of its parts does, a part when one of its ranges does; a part that is left out always does.
Ranges include their end, but for times: 22:00 to 24:00 is over at midnight. What the clock shows counts: an hour that
is left out when clocks are set forward is never, one that comes twice is twice.
"""

import calendar
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, NamedTuple

import msgspec

from nephoscope.model.errors import InvalidInput
from nephoscope.model.timestamp import EPOCH, MICROSECOND_NS
from nephoscope.model.zone import zone_of

RANGES_MAX = 50
INTERVALS_MAX = 50
MINUTES_OF_DAY = 24 * 60
WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
MONTHS = tuple(calendar.month_name[number].lower() for number in range(1, 13))
YEAR_MAX = 9999
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)

Range = Annotated[str, msgspec.Meta(max_length=40)]
Ranges = Annotated[tuple[Range, ...], msgspec.Meta(max_length=RANGES_MAX)]


class TimeRange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From a time of the day up to another, without that: "09:00" to "17:00", or to "24:00"."""

    start_time: str
    end_time: str


class TimeInterval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When all of its parts hold, in the time of `location`; UTC without one."""

    times: Annotated[tuple[TimeRange, ...], msgspec.Meta(max_length=RANGES_MAX)] = ()
    weekdays: Ranges = ()
    days_of_month: Ranges = ()
    months: Ranges = ()
    years: Ranges = ()
    location: Annotated[str, msgspec.Meta(max_length=255)] = ""


class MuteTiming(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Intervals under one name: it holds when one of them does."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    intervals: Annotated[tuple[TimeInterval, ...], msgspec.Meta(max_length=INTERVALS_MAX)]


class _Part(NamedTuple):
    """How ranges of one part are read: the lowest and highest number, or names in their place."""

    low: int
    high: int
    example: str
    names: Sequence[str] = ()


PARTS = {
    "weekdays": _Part(0, 6, "monday:friday", WEEKDAYS),
    "days_of_month": _Part(-31, 31, "1:7 or -3:-1"),
    "months": _Part(1, 12, "may:august or 5:8", MONTHS),
    "years": _Part(1970, YEAR_MAX, "2026:2028"),
}


def holds(timing: MuteTiming, now_ns: int) -> bool:
    """
    Whether a timing holds at a moment, in ns since the epoch; it has been checked.

    >>> night = MuteTiming(name="night", intervals=(TimeInterval(times=(
    ...     TimeRange(start_time="22:00", end_time="24:00"), TimeRange(start_time="00:00", end_time="06:00"))),))
    >>> [holds(night, hour * 3_600_000_000_000) for hour in (5, 6, 21, 22, 24)]
    [True, False, False, True, True]
    """
    now = EPOCH + timedelta(microseconds=now_ns // MICROSECOND_NS)
    return any(_open(each, now.astimezone(zone_of(each.location))) for each in timing.intervals)


def check_timing(timing: MuteTiming, place: str) -> None:
    """InvalidInput names the part that cannot be read, as `PLACE.intervals[0].weekdays[1]`."""
    for number, interval in enumerate(timing.intervals):
        where = f"{place}.intervals[{number}]"
        _checked(f"{where}.location", zone_of, interval.location)
        for at, listed in enumerate(interval.times):
            _checked(f"{where}.times[{at}]", _minutes, listed)
        for name in PARTS:
            for at, text in enumerate(getattr(interval, name)):
                _checked(f"{where}.{name}[{at}]", lambda text, name=name: _numbers(text, name), text)


def _checked(where: str, read: Callable[..., object], given: object) -> None:
    try:
        read(given)
    except ValueError as error:
        raise InvalidInput(f"{where}: {error}", [where]) from None


def _open(interval: TimeInterval, here: datetime) -> bool:
    """Whether an interval holds when clocks there show this."""
    minute = here.hour * 60 + here.minute
    in_month = calendar.monthrange(here.year, here.month)[1]
    shown = {
        "weekdays": here.isoweekday() % 7,
        "days_of_month": here.day,
        "months": here.month,
        "years": here.year,
    }
    if interval.times and not any(start <= minute < end for start, end in map(_minutes, interval.times)):
        return False
    return all(
        not getattr(interval, name)
        or any(_within(shown[name], *_numbers(text, name), in_month, name) for text in getattr(interval, name))
        for name in PARTS
    )


def _within(shown: int, first: int, last: int, in_month: int, name: str) -> bool:
    if name != "days_of_month":
        return first <= shown <= last
    # Counted from the end, -1 is the last day; beyond the month's ends there is nothing.
    first, last = (each if each > 0 else in_month + 1 + each for each in (first, last))
    return first <= shown <= last


def _minutes(listed: TimeRange) -> tuple[int, int]:
    """Minutes of the day from the first to the one after the last. ValueError says what is wrong."""
    for text in (listed.start_time, listed.end_time):
        if not _TIME.fullmatch(text):
            raise ValueError(f"expected a time from 00:00 to 24:00, found '{text[:20]}'")
    start, end = (int(text[:2]) * 60 + int(text[3:]) for text in (listed.start_time, listed.end_time))
    if start >= end:
        raise ValueError(f"the end, {listed.end_time}, is to be later than the start; write two ranges across midnight")
    return start, end


def _numbers(text: str, name: str) -> tuple[int, int]:
    """The first and last number of a range. ValueError says what is wrong."""
    part = PARTS[name]
    first, colon, last = text.partition(":")
    numbers = [_number(each.strip().lower(), part) for each in ((first, last) if colon else (first, first))]
    known = [each for each in numbers if each is not None]
    if len(known) < 2:
        raise ValueError(f"expected a range such as {part.example}, found '{text[:40]}'")
    start, end = known
    if start > end and (start > 0) == (end > 0):
        raise ValueError(f"'{text[:40]}' ends before it starts; write two ranges")
    if start < 0 < end:
        raise ValueError(f"'{text[:40]}' starts at the end of the month and ends at its beginning")
    return start, end


def _number(text: str, part: _Part) -> int | None:
    if text in part.names:
        return part.names.index(text) + part.low
    if not re.fullmatch(r"-?\d{1,4}", text, re.ASCII) or part.names is WEEKDAYS:
        return None
    number = int(text)
    return number if part.low <= number <= part.high and (number or part.low == 0) else None
