# SPDX-License-Identifier: Apache-2.0
"""Tables of series from long columns."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import TooLarge
from nephoscope.query.operations import SeriesTable
from tests.query.operations.series import MINUTE_NS, minutes, table_of

POINTS = st.dictionaries(st.integers(0, 40) | st.integers(0, 10**8), st.floats(width=32), max_size=12)


@given(st.lists(POINTS, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_every_point_is_found_at_its_series_and_time_whatever_the_order(
    series: list[dict[int, float]], shuffle: Random
) -> None:
    rows = [(row, minute * MINUTE_NS, value) for row, points in enumerate(series) for minute, value in points.items()]
    shuffle.shuffle(rows)
    table = SeriesTable.from_columns(
        MINUTE_NS,
        np.array([row for row, _, _ in rows], dtype=np.uint8),
        np.array([time for _, time, _ in rows], dtype=np.int64),
        np.array([value for _, _, value in rows], dtype=np.float64),
        len(series),
    )
    assert sorted({time for _, time, _ in rows}) == table.times_ns.tolist()
    present = np.ones(table.values.shape, bool) if table.present is None else table.present
    assert len(rows) == present.sum()
    for row, time, value in rows:
        column = table.times_ns.tolist().index(time)
        assert present[row, column]
        np.testing.assert_equal(table.values[row, column], value)
    assert np.isnan(table.values[~present]).all()


def test_aligned_columns_are_used_without_a_copy() -> None:
    times = np.tile(np.arange(3, dtype=np.int64) * MINUTE_NS, 2)
    values = np.arange(6.0)
    table = SeriesTable.from_columns(MINUTE_NS, np.repeat([0, 1], 3), times, values, 2)
    assert table.values.tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert np.shares_memory(values, table.values)
    assert table.present is None


def test_aligned_series_in_another_order_come_out_in_order() -> None:
    times = np.tile(np.arange(3, dtype=np.int64) * MINUTE_NS, 2)
    table = SeriesTable.from_columns(MINUTE_NS, np.repeat([1, 0], 3), times, np.arange(6.0), 2)
    assert table.values.tolist() == [[3.0, 4.0, 5.0], [0.0, 1.0, 2.0]]


def test_a_stored_not_a_number_is_present() -> None:
    table = table_of(minutes(1, float("nan")), minutes(None, 2))
    assert table.present is not None
    assert table.present.tolist() == [[True, True], [False, True]]


def test_series_without_any_point_make_an_empty_table_of_their_number() -> None:
    assert table_of({}, {}).values.shape == (2, 0)


def test_bounds_keep_the_bucket_around_the_start_and_labels_before_the_stop() -> None:
    table = table_of(minutes(0, 1, 2, 3), minutes(0, None, 2, 3)).between(90 * 10**9, 3 * MINUTE_NS)
    assert table.times_ns.tolist() == [1 * MINUTE_NS, 2 * MINUTE_NS]
    assert table.values[0].tolist() == [1.0, 2.0]
    assert table.present is not None
    assert table.present[1].tolist() == [False, True]


def test_a_stop_before_the_start_leaves_nothing() -> None:
    assert table_of(minutes(0, 1, 2)).between(2 * MINUTE_NS, MINUTE_NS).times_ns.tolist() == []


def test_series_that_share_no_times_are_refused_when_their_table_would_be_huge() -> None:
    count = 1000
    columns = (np.arange(count), np.arange(count, dtype=np.int64) * MINUTE_NS, np.zeros(count))
    with pytest.raises(TooLarge, match="1000 series at 1000 times"):
        SeriesTable.from_columns(MINUTE_NS, *columns, count, max_cells=count * count - 1)
