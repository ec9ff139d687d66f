# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Fewer points for a chart, and what stays whatever they are."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nephoscope.query.metrics import Points
from nephoscope.query.thinning import thinned

values = st.lists(st.floats(-1e6, 1e6, width=32) | st.just(float("nan")), max_size=60)
lists = st.lists(values, max_size=4)


def points_of(series: list[list[float]]) -> Points:
    """Each series with a point at every whole number."""
    return Points(
        np.repeat(np.arange(len(series)), [len(each) for each in series]),
        np.concatenate([np.empty(0, np.int64), *(np.arange(len(each)) for each in series)]),
        np.concatenate([np.empty(0), *(np.array(each, float) for each in series)]),
    )


def shown(points: Points, series: int) -> dict[int, float]:
    mine = points.series == series
    return dict(zip(points.time[mine].tolist(), points.value[mine].tolist(), strict=True))


def test_each_pixel_keeps_its_lowest_and_its_highest_point() -> None:
    points, crowded = thinned(points_of([[5, 1, 9, 3, 4, 4, 4, 4], [1, 2]]), 0, 8, 4)

    assert [0] == crowded.tolist()
    assert {1: 1, 2: 9, 4: 4} == shown(points, 0)
    assert {0: 1, 1: 2} == shown(points, 1)


@settings(deadline=None)
@given(lists, st.integers(2, 30))
def test_what_is_thinned_is_a_bounded_part_with_the_same_extremes(series: list[list[float]], points_max: int) -> None:
    whole = points_of(series)

    points, crowded = thinned(whole, 0, 60, points_max)

    assert {place for place, each in enumerate(series) if len(each) > points_max} == set(crowded.tolist())
    for place, each in enumerate(series):
        before, after = shown(whole, place), shown(points, place)
        if place not in crowded:
            assert np.array_equal(list(before.values()), list(after.values()), equal_nan=True)
            continue
        known = [value for value in each if not np.isnan(value)]
        assert len(after) <= points_max
        assert all(before[time] == value for time, value in after.items())
        if known:
            assert (min(known), max(known)) == (min(after.values()), max(after.values()))


@settings(deadline=None)
@given(lists, st.integers(2, 30))
def test_the_order_stays(series: list[list[float]], points_max: int) -> None:
    points, _ = thinned(points_of(series), 0, 60, points_max)

    pairs = list(zip(points.series.tolist(), points.time.tolist(), strict=True))
    assert sorted(set(pairs)) == pairs
