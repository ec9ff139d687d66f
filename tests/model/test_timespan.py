# SPDX-License-Identifier: Apache-2.0
"""Timespans: each notation that clients use, and what cannot be one."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model import timespan
from nephoscope.model.errors import BadRequest

SECOND, MINUTE, HOUR, DAY = timespan.SECOND_NS, timespan.MINUTE_NS, timespan.HOUR_NS, timespan.DAY_NS
HUNDRED_YEARS_US = 100 * 365 * 86_400 * 10**6


@pytest.mark.parametrize(
    ("expected_ns", "written"),
    [
        (60 * SECOND, 60),
        (SECOND // 2, 0.5),
        (90 * SECOND, "90"),
        (100_000_000, "0.1"),
        (1000 * SECOND, "1e3"),
        (1, "0.000000001"),
        (5 * MINUTE, "5 minutes"),
        (HOUR, "1 hour"),
        (DAY, "1d"),
        (90 * MINUTE, "1.5h"),
        (2 * HOUR + 30 * MINUTE, "2h 30m"),
        (HOUR + 20 * MINUTE + SECOND, "1 hour, 20 min, 1 sec"),
        (10 * DAY, "1w3d"),
        (MINUTE, "0:01:00"),
        (HOUR, "1:00:00"),
        (90 * SECOND, "1:30"),
        (HOUR + 500_000_000, "1:00:00.5"),
        (30 * DAY, "30 days, 0:00:00"),
        (DAY + HOUR, "1 day, 1:00:00"),
        (2 * DAY + 3 * HOUR + 4 * MINUTE + 5 * SECOND, "2:03:04:05"),
        (5 * MINUTE, "  5 MINUTES "),
    ],
)
def test_every_notation_is_read(expected_ns: int, written: str | float) -> None:
    assert expected_ns == timespan.parse(written)


@pytest.mark.parametrize("written", [0, -1, "0", "-5 minutes", "0:00:00", 1e-10])
def test_zero_and_less_is_refused_as_not_positive(written: str | float) -> None:
    with pytest.raises(BadRequest, match=r"^Timespan must be positive$"):
        timespan.parse(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "abc",
        "h",
        "5 parsecs",
        "1:2:3:4:5",
        "nan",
        "inf",
        "1e400",
        "1e30",
        "1 hour 1 hour",
        "1:",
        "--1",
        "٣",
        "1 minute 1 hour",
        True,
        None,
        [],
        float("nan"),
        float("inf"),
        "9" * 500,
    ],
)
def test_what_is_no_timespan_is_refused(written: str | float) -> None:
    with pytest.raises(BadRequest, match=r"^Unable to parse timespan$"):
        timespan.parse(written)


@pytest.mark.parametrize(
    ("expected", "span_ns"),
    [
        ("0:01:00", MINUTE),
        ("1:40:00", 100 * MINUTE),
        ("1 day, 0:00:00", DAY),
        ("365 days, 0:00:00", 365 * DAY),
        ("0:00:00.500000", SECOND // 2),
        ("0:00:00", 999),
    ],
)
def test_answers_print_timespans_as_gnocchi_does(expected: str, span_ns: int) -> None:
    assert expected == timespan.render(span_ns)


@given(st.integers(1, HUNDRED_YEARS_US))
def test_what_is_printed_is_read_back(span_us: int) -> None:
    assert span_us * 1000 == timespan.parse(timespan.render(span_us * 1000))


@given(st.text(alphabet="0123456789.:,-+ dhmswekayinutrc", max_size=30))
def test_near_misses_are_read_or_refused_but_never_break(written: str) -> None:
    with contextlib.suppress(BadRequest):
        assert 0 < timespan.parse(written) <= timespan.NANOSECONDS_MAX
