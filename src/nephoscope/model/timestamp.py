# SPDX-License-Identifier: Apache-2.0
"""Points in time: the notations that bodies and arguments may use, as nanoseconds since the epoch inside."""

import re
from datetime import UTC, datetime, timedelta

from nephoscope.model import timespan
from nephoscope.model.errors import BadRequest

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND_NS = 1000

UNREADABLE = "Unable to convert timestamps"
BEFORE_EPOCH = "Timestamp must be after Epoch"

# The bulk reader of measures uses the same pattern; its groups are date, clock, fraction and offset.
ISO = (
    r"^(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?P<clock>\d{2}:\d{2}(?::\d{2})?)(?:[.,](?P<fraction>\d+))?"
    r"\s?(?P<offset>[Zz]|[+-]\d{2}(?::?\d{2})?)?)?$"
)
_ISO = re.compile(ISO, re.ASCII)
_TEXT_LENGTH_MAX = 128


def parse(value: str | float, now_ns: int) -> int:
    """
    Read one point in time.

    Takes   epoch seconds as number or numeric text, fractions allowed; ISO 8601 with `T` or a blank, fraction down to
            nanoseconds (further digits are cut off), `Z` or an offset (none means UTC); or relative to `now_ns` as a
            timespan with a sign: `-10 minutes`.
    Gives   nanoseconds since the epoch, UTC, below 2**63 (the year 2262).
    Errors  BadRequest `Timestamp must be after Epoch`, or `Unable to convert timestamps`.

    >>> parse("2025-06-01T12:00:00.5+02:00", 0), parse("1.5", 0), parse("-1 minute", 90_000_000_000)
    (1748772000500000000, 1500000000, 30000000000)
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadRequest(UNREADABLE)
    time_ns = _of_iso(value) if isinstance(value, str) else None
    if time_ns is None:
        time_ns = _of_number_or_span(value, now_ns)
    if time_ns < 0:
        raise BadRequest(BEFORE_EPOCH)
    if time_ns > timespan.NANOSECONDS_MAX:
        raise BadRequest(UNREADABLE)
    return time_ns


def parse_absolute(value: str | float) -> int:
    """As `parse`, without the notations that count from now: they are unreadable here."""
    if isinstance(value, str) and _of_iso(value) is None and not timespan.NUMBER.fullmatch(value.strip()):
        raise BadRequest(UNREADABLE)
    return parse(value, 0)


def to_microseconds(time_ns: int) -> int:
    """
    Cut off what is below a microsecond: resources' times are kept as precisely as they are shown.

    >>> to_microseconds(1_999)
    1000
    """
    return time_ns - time_ns % MICROSECOND_NS


def render(time_ns: int) -> str:
    """
    ISO form with microseconds when they are not zero, as resources show it.

    >>> render(1_735_689_600_000_000_000), render(1_735_689_600_293_542_000)
    ('2025-01-01T00:00:00+00:00', '2025-01-01T00:00:00.293542+00:00')
    """
    return (EPOCH + timedelta(microseconds=time_ns // MICROSECOND_NS)).isoformat()


def render_seconds(time_ns: int) -> str:
    """
    ISO form in whole seconds, the fraction being cut off, as measures show it.

    >>> render_seconds(1_735_689_600_999_000_000)
    '2025-01-01T00:00:00+00:00'
    """
    return (EPOCH + timedelta(seconds=time_ns // timespan.SECOND_NS)).isoformat()


def _of_iso(text: str) -> int | None:
    found = _ISO.match(text.strip()) if len(text) <= _TEXT_LENGTH_MAX else None
    if found is None:
        return None
    clock = found["clock"] or "00:00"
    offset = (found["offset"] or "Z").upper()
    try:
        moment = datetime.fromisoformat(f"{found['date']}T{clock}{'+00:00' if offset == 'Z' else offset}")
    except ValueError:
        raise BadRequest(UNREADABLE) from None
    whole_seconds = (moment - EPOCH) // timedelta(seconds=1)
    return whole_seconds * timespan.SECOND_NS + int((found["fraction"] or "0")[:9].ljust(9, "0"))


def _of_number_or_span(value: str | float, now_ns: int) -> int:
    """A number is epoch seconds; any other text with a sign counts from now."""
    try:
        span_ns = timespan.parse_signed(value)
    except BadRequest:
        raise BadRequest(UNREADABLE) from None
    if not isinstance(value, str) or timespan.NUMBER.fullmatch(value.strip()):
        return span_ns
    if value.strip()[0] not in "+-":
        raise BadRequest(UNREADABLE)
    return now_ns + span_ns
