# SPDX-License-Identifier: Apache-2.0
"""Holes: filled, kept, dropped, or too many."""

import math

import numpy as np
import pytest

from nephoscope.model.errors import BadArgument, BadRequest
from nephoscope.query.operations.missing import MODES, Fill, cut_to_overlap, fill_holes, parse_fill, without_holes
from tests.query.operations.series import MINUTE_NS, labels, minutes, table_of

NAN = math.nan
HOLES = table_of(minutes(None, 1, None, 3, None), minutes(0, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        (7.0, [7, 1, 7, 3, 7]),
        ("null", [NAN, 1, NAN, 3, NAN]),
        ("dropna", [NAN, 1, NAN, 3, NAN]),
        ("ffill", [NAN, 1, 1, 3, 3]),
        ("bfill", [1, 1, 3, 3, NAN]),
        ("full_ffill", [1, 1, 1, 3, 3]),
        ("full_bfill", [1, 1, 3, 3, 3]),
    ],
)
def test_each_way_to_fill_a_hole(fill: Fill, expected: list[float]) -> None:
    np.testing.assert_equal(fill_holes(HOLES, fill).values[0], expected)


def test_a_number_replaces_what_is_missing_but_not_a_stored_not_a_number() -> None:
    table = table_of(minutes(NAN, None, 1), minutes(0, 0, 0))
    np.testing.assert_equal(fill_holes(table, 5.0).values[0], [NAN, 5.0, 1.0])


@pytest.mark.parametrize("fill", MODES)
def test_a_series_of_holes_only_stays_so(fill: Fill) -> None:
    filled = fill_holes(table_of({}, minutes(1, 2)), fill).values
    assert np.isnan(filled[0]).all()
    assert filled[1].tolist() == [1.0, 2.0]


def test_fill_is_a_mode_or_a_number() -> None:
    assert [parse_fill(text) for text in ("null", "dropna", "-1.5")] == ["null", "dropna", -1.5]
    with pytest.raises(BadArgument, match="Must be a float, 'dropna', 'null'") as refusal:
        parse_fill("zero")
    assert refusal.value.detail == "fill"


OVERLAPPING = table_of(minutes(1, 1, 1, 1, None, None), minutes(None, 2, None, 2, 2, None))


@pytest.mark.parametrize(
    ("start_given", "stop_given", "share"),
    [(False, False, "66.67"), (True, False, "50.00"), (False, True, "50.00"), (True, True, "40.00")],
)
def test_incomplete_rows_at_an_end_without_a_bound_are_cut_before_the_share_is_taken(
    start_given: bool, stop_given: bool, share: str
) -> None:
    with pytest.raises(BadRequest) as refusal:
        cut_to_overlap(OVERLAPPING, 90.0, labels(2), start_given=start_given, stop_given=stop_given)
    expected = f"Less than 90.000000% of datapoints overlap in this timespan ({share}%)"
    assert ("Metrics cannot be aggregated", expected) == (refusal.value.cause, refusal.value.reason)
    assert refusal.value.detail == [["a", "mean"], ["b", "mean"]]


def test_enough_overlap_keeps_the_incomplete_rows_between() -> None:
    table = cut_to_overlap(OVERLAPPING, 66.0, labels(2), start_given=False, stop_given=False)
    assert table.times_ns.tolist() == [1 * MINUTE_NS, 2 * MINUTE_NS, 3 * MINUTE_NS]
    np.testing.assert_equal(table.values, [[1, 1, 1], [2, NAN, 2]])


@pytest.mark.parametrize("table", [table_of(minutes(1), minutes(None, 1)), table_of({}, {})])
def test_no_complete_row_fails_unless_none_is_needed(table: object) -> None:
    with pytest.raises(BadRequest) as refusal:
        cut_to_overlap(table, 0.1, labels(2), start_given=False, stop_given=False)  # type: ignore[arg-type]
    assert refusal.value.reason == "No overlap"
    assert table is cut_to_overlap(table, 0.0, labels(2), start_given=False, stop_given=False)  # type: ignore[arg-type]


def test_not_a_number_and_infinities_are_dropped_with_their_times() -> None:
    times, values = without_holes(np.arange(4), np.array([1.0, NAN, math.inf, 2.0]))
    assert (times.tolist(), values.tolist()) == ([0, 3], [1.0, 2.0])
