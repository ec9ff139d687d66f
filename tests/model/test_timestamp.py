# SPDX-License-Identifier: Apache-2.0
"""Points in time: each notation that clients use, and what cannot be one."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model import timestamp
from nephoscope.model.errors import BadRequest

NEW_YEAR_NS = 1_735_689_600 * 10**9  # 2025-01-01T00:00:00Z
SECOND = 10**9


@pytest.mark.parametrize(
    ("expected_ns", "written"),
    [
        (NEW_YEAR_NS, 1735689600),
        (NEW_YEAR_NS, "1735689600"),
        (NEW_YEAR_NS + SECOND // 2, 1735689600.5),
        (NEW_YEAR_NS + 123_456_789, "1735689600.123456789"),
        (0, 0),
        (NEW_YEAR_NS, "2025-01-01"),
        (NEW_YEAR_NS, "2025-01-01T00:00"),
        (NEW_YEAR_NS, "2025-01-01T00:00:00"),
        (NEW_YEAR_NS, "2025-01-01 00:00:00"),
        (NEW_YEAR_NS, "2025-01-01T00:00:00Z"),
        (NEW_YEAR_NS, "2025-01-01T01:00:00+01:00"),
        (NEW_YEAR_NS, "2024-12-31T19:30:00-0430"),
        (NEW_YEAR_NS, "2025-01-01T02:00:00+02"),
        (NEW_YEAR_NS + 123_456_789, "2025-01-01T00:00:00.123456789"),
        (NEW_YEAR_NS + 123_456_789, "2025-01-01T00:00:00.1234567899Z"),
        (NEW_YEAR_NS + 100_000_000, "2025-01-01T00:00:00.1"),
        (NEW_YEAR_NS - 600 * SECOND, "-10 minutes"),
        (NEW_YEAR_NS - 86400 * SECOND, "-1 day"),
        (NEW_YEAR_NS + 3600 * SECOND, "+1:00:00"),
    ],
)
def test_every_notation_is_read(expected_ns: int, written: str | float) -> None:
    assert expected_ns == timestamp.parse(written, NEW_YEAR_NS)


@pytest.mark.parametrize("written", [-1, "-5", "1969-12-31T23:59:59", "1970-01-01T00:00:00+01:00", "-60 years"])
def test_times_before_the_epoch_are_refused(written: str | float) -> None:
    expected = timestamp.UNREADABLE if written == "-60 years" else timestamp.BEFORE_EPOCH
    with pytest.raises(BadRequest) as refused:
        timestamp.parse(written, NEW_YEAR_NS)
    assert expected == refused.value.message


@pytest.mark.parametrize(
    "written",
    [
        "",
        "noon",
        "yesterday-ish",
        "2025-13-01",
        "2025-02-30",
        "2025-01-01T25:00:00",
        "2025-01-01T00:00:00 02:00x",
        "10 minutes",
        "9999-01-01",
        "1e30",
        "nan",
        float("nan"),
        float("inf"),
        True,
        None,
        {},
        "2025-01-01T",
        "9" * 400,
        "2025-01-01T00:00:00+25:00",
        "٢٠٢٥-01-01",
    ],
)
def test_what_is_no_time_is_refused(written: str | float) -> None:
    with pytest.raises(BadRequest, match=r"^Unable to convert timestamps$"):
        timestamp.parse(written, NEW_YEAR_NS)


def test_an_absolute_time_does_not_count_from_now() -> None:
    assert timestamp.parse_absolute("2025-01-01") == NEW_YEAR_NS
    assert timestamp.parse_absolute(" 1735689600 ") == NEW_YEAR_NS
    with pytest.raises(BadRequest):
        timestamp.parse_absolute("+1 day")


def test_resources_show_microseconds_when_they_are_not_zero_and_measures_never() -> None:
    assert timestamp.render(NEW_YEAR_NS) == "2025-01-01T00:00:00+00:00"
    assert timestamp.render(NEW_YEAR_NS + 293_542_999) == "2025-01-01T00:00:00.293542+00:00"
    assert timestamp.render_seconds(NEW_YEAR_NS + 999_999_999) == "2025-01-01T00:00:00+00:00"


@given(st.datetimes(datetime(1970, 1, 2), datetime(2262, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_any_moment_in_any_offset_is_read_back(moment: datetime, offset_minutes: int) -> None:
    local = moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=offset_minutes)))
    expected_ns = (moment.replace(tzinfo=UTC) - timestamp.EPOCH) // timedelta(microseconds=1) * 1000
    assert expected_ns == timestamp.parse(local.isoformat(), 0)
    assert expected_ns == timestamp.parse(timestamp.render(expected_ns), 0)


@given(st.text(alphabet="0123456789-:.TZ+ dminhour", max_size=40))
def test_near_misses_are_read_or_refused_but_never_break(written: str) -> None:
    with contextlib.suppress(BadRequest):
        assert 0 <= timestamp.parse(written, NEW_YEAR_NS) < 2**63
