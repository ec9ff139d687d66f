# SPDX-License-Identifier: Apache-2.0
"""Resampling with the stored methods."""

import math
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.query.operations import CALENDAR_STEPS, Step, floor_to_step, resample
from tests.query.operations.series import MINUTE_NS, minutes, nanoseconds, reduced, table_of

SIXTEENTHS = st.integers(-1000, 1000).map(lambda value: value / 16)
ROW = st.lists(SIXTEENTHS | st.none(), min_size=8, max_size=8)


@pytest.mark.parametrize(
    ("step", "label"),
    [
        (90 * 10**9, "2025-08-20T13:13:30"),
        ("Y", "2025-01-01T00:00:00"),
        ("H", "2025-07-01T00:00:00"),
        ("Q", "2025-07-01T00:00:00"),
        ("M", "2025-08-01T00:00:00"),
        ("W", "2025-08-17T00:00:00"),
    ],
)
def test_a_wednesday_in_august_belongs_to_the_step_that_began_before_it(step: Step, label: str) -> None:
    moment = np.array([nanoseconds("2025-08-20T13:14:15")])
    expected = nanoseconds(label)
    assert [expected] == floor_to_step(moment, step).tolist()


@given(st.integers(0, 4 * 10**9), st.sampled_from(CALENDAR_STEPS))
def test_a_calendar_step_begins_at_midnight_utc_and_is_its_own_label(second: int, step: Step) -> None:
    (label,) = floor_to_step(np.array([second * 10**9]), step).tolist()
    assert label <= second * 10**9
    assert [label] == floor_to_step(np.array([label]), step).tolist()
    began = datetime.fromtimestamp(label // 10**9, UTC)
    assert (began.hour, began.minute, began.second) == (0, 0, 0)
    assert began.weekday() == 6 if step == "W" else began.day == 1


@pytest.mark.parametrize("method", ["mean", "sum", "min", "max", "count", "first", "last", "median", "5pct", "95pct"])
@given(rows=st.lists(ROW, min_size=1, max_size=3))
def test_a_step_holds_the_method_over_the_values_that_a_series_has_in_it(
    method: str, rows: list[list[float | None]]
) -> None:
    step = 3 * MINUTE_NS
    table = table_of(*(minutes(*row) for row in rows))
    times, values = resample(table.times_ns, table.values, step, method)
    for place, row in enumerate(rows):
        given_values = {
            time: value
            for time, value in zip(times.tolist(), values[place].tolist(), strict=True)
            if not math.isnan(value)
        }
        expected: dict[int, list[float]] = {}
        for time, value in minutes(*row).items():
            expected.setdefault(time // step * step, []).append(value)
        assert {label: reduced(method, each) for label, each in expected.items()} == pytest.approx(given_values)


def test_std_and_var_are_sample_figures_and_one_value_has_none() -> None:
    table = table_of(minutes(1, 3, 7))
    times, values = resample(table.times_ns, table.values, 2 * MINUTE_NS, "var")
    assert (times.tolist(), values.tolist()) == ([0], [[2.0]])
    _, values = resample(table.times_ns, table.values, 2 * MINUTE_NS, "std")
    assert [[math.sqrt(2)]] == values.tolist()


def test_a_rate_goes_over_differences_to_the_value_before_across_gaps() -> None:
    table = table_of(minutes(1, None, 4, 9), minutes(0, 0, 0, 0))
    times, values = resample(table.times_ns, table.values, 2 * MINUTE_NS, "rate:sum")
    assert times.tolist() == [0, 2 * MINUTE_NS]
    np.testing.assert_equal(values, [[np.nan, 8.0], [0.0, 0.0]])


def test_a_step_in_which_no_series_has_an_outcome_does_not_exist() -> None:
    table = table_of(minutes(5, None, 7, 8))
    times, values = resample(table.times_ns, table.values, 2 * MINUTE_NS, "rate:mean")
    assert (times.tolist(), values.tolist()) == ([2 * MINUTE_NS], [[1.5]])


def test_nothing_resampled_is_nothing() -> None:
    table = table_of({}, {})
    times, values = resample(table.times_ns, table.values, MINUTE_NS, "rate:95pct")
    assert (times.tolist(), values.shape) == ([], (2, 0))


def test_infinities_survive_interpolation() -> None:
    table = table_of(minutes(math.inf, math.inf))
    assert [[math.inf]] == resample(table.times_ns, table.values, 2 * MINUTE_NS, "95pct")[1].tolist()
