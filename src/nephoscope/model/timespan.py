# SPDX-License-Identifier: Apache-2.0
"""Timespans: how people write them, as nanoseconds inside, and how answers print them."""

import re
from decimal import Decimal

from nephoscope.model.errors import BadRequest

SECOND_NS = 10**9
MINUTE_NS = 60 * SECOND_NS
HOUR_NS = 60 * MINUTE_NS
DAY_NS = 24 * HOUR_NS
WEEK_NS = 7 * DAY_NS
NANOSECONDS_MAX = 2**63 - 1

NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)

_TEXT_LENGTH_MAX = 128
_NUMBER = r"\d+(?:\.\d*)?|\.\d+"
_UNITS = re.compile(
    rf"(?:(?P<weeks>{_NUMBER})\s*w(?:k|ks|eek|eeks)?\s*,?\s*)?"
    rf"(?:(?P<days>{_NUMBER})\s*d(?:ay|ays)?\s*,?\s*)?"
    rf"(?:(?P<hours>{_NUMBER})\s*h(?:r|rs|our|ours)?\s*,?\s*)?"
    rf"(?:(?P<minutes>{_NUMBER})\s*m(?:in|ins|inute|inutes)?\s*,?\s*)?"
    rf"(?:(?P<seconds>{_NUMBER})\s*s(?:ec|ecs|econd|econds)?)?",
    re.IGNORECASE | re.ASCII,
)
_CLOCK = re.compile(
    r"(?:(?P<days>\d+)\s*d(?:ay|ays)?\s*,?\s*|(?P<days_before_colon>\d+):(?=\d+:\d+:))?"
    r"(?:(?P<hours>\d+):(?=\d+:))?(?P<minutes>\d+):(?P<seconds>\d+(?:\.\d*)?)",
    re.IGNORECASE | re.ASCII,
)
_UNIT_NS = {
    "weeks": WEEK_NS,
    "days": DAY_NS,
    "days_before_colon": DAY_NS,
    "hours": HOUR_NS,
    "minutes": MINUTE_NS,
    "seconds": SECOND_NS,
}


def parse(value: str | float) -> int:
    """
    Read a timespan.

    Takes   seconds as a number or numeric text (fractions allowed), or text such as `5 minutes`, `1d`, `2h 30m`,
            `1:00:00`, `30 days, 0:00:00`; `1:30` is a minute and a half.
    Gives   nanoseconds, at least 1 and below 2**63; digits below a nanosecond are cut off.
    Errors  BadRequest `Timespan must be positive`, or `Unable to parse timespan` (292 years are too many, too).

    >>> parse("0:01:00"), parse("1 hour"), parse(0.5)
    (60000000000, 3600000000000, 500000000)
    """
    span_ns = parse_signed(value)
    if span_ns <= 0:
        raise BadRequest("Timespan must be positive")
    return span_ns


def parse_signed(value: str | float) -> int:
    """
    As `parse`, but a sign before the value is allowed, and zero.

    >>> parse_signed("-10 minutes")
    -600000000000
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadRequest("Unable to parse timespan")
    nanoseconds = _of_number(value)
    if nanoseconds is None and isinstance(value, str):
        nanoseconds = _of_text(value.strip())
    if nanoseconds is None or abs(nanoseconds) > NANOSECONDS_MAX:
        raise BadRequest("Unable to parse timespan")
    return nanoseconds


def render(span_ns: int) -> str:
    """
    Print a timespan the way Gnocchi does; digits below a microsecond are cut off.

    >>> render(60 * SECOND_NS), render(30 * DAY_NS), render(DAY_NS + 1_500_000_000)
    ('0:01:00', '30 days, 0:00:00', '1 day, 0:00:01.500000')
    """
    days, rest_ns = divmod(span_ns, DAY_NS)
    hours, rest_ns = divmod(rest_ns, HOUR_NS)
    minutes, rest_ns = divmod(rest_ns, MINUTE_NS)
    seconds, rest_ns = divmod(rest_ns, SECOND_NS)
    clock = f"{hours}:{minutes:02}:{seconds:02}"
    if rest_ns // 1000:
        clock += f".{rest_ns // 1000:06}"
    if days:
        clock = f"{days} day{'' if days == 1 else 's'}, {clock}"
    return clock


def seconds(span_ns: int) -> float:
    """
    A timespan in seconds, as answers and messages show granularities.

    >>> seconds(60_000_000_000)
    60.0
    """
    return span_ns / SECOND_NS


def _of_number(value: str | float) -> int | None:
    """Seconds to nanoseconds, or None when the value is no finite number; exact where a float would round."""
    text = str(value).strip()
    if len(text) > _TEXT_LENGTH_MAX or not NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    # The exponent is looked at first, because 1e999999999 as an integer would fill the memory.
    if number.adjusted() > 18:
        return None
    return int(number * SECOND_NS)


def _of_text(text: str) -> int | None:
    if len(text) > _TEXT_LENGTH_MAX:
        return None
    sign = -1 if text.startswith("-") else 1
    unsigned = text[1:].lstrip() if text[:1] in {"-", "+"} else text
    found = _CLOCK.fullmatch(unsigned) or _UNITS.fullmatch(unsigned)
    parts = {name: part for name, part in found.groupdict().items() if part} if found else {}
    if not parts:
        return None
    return sign * sum(int(Decimal(part) * _UNIT_NS[name]) for name, part in parts.items())
