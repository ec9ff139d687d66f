# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What is usual, and how far values are from it: as reckoned one by one, and where it says nothing."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.alarm.season import DEVIATIONS_MAX, deviations, seasons_known, seasons_needed
from nephoscope.model.series_rule import Band

NAN = float("nan")
VALUES = st.one_of(st.just(NAN), st.integers(-20, 20).map(float))


def away(value: float, *seasons: tuple[float, float, float], direction: str = "both") -> float:
    band = Band(seasons=len(seasons), direction=direction)  # type: ignore[arg-type]
    return float(deviations(np.array([[value]]), [np.array([each]) for each in seasons], band)[0, 0])


@given(VALUES, st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=6))
def test_it_is_as_reckoned_one_by_one(value: float, seasons: list[tuple[float, float, float]]) -> None:
    found = away(value, *seasons)
    samples = [each for season in seasons for each in season if not math.isnan(each)]
    known = sum(any(not math.isnan(each) for each in season) for season in seasons)
    if math.isnan(value) or known < (len(seasons) + 1) // 2:
        assert np.isnan(found)
        return
    usual = statistics.median(samples)
    scale = max(1.4826 * statistics.median(abs(each - usual) for each in samples), abs(usual) / 100)
    if value == usual:
        assert 0.0 == found
    else:
        expected = abs(value - usual) / scale if scale else DEVIATIONS_MAX
        assert found == pytest.approx(min(expected, DEVIATIONS_MAX))


@given(VALUES, st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=4))
def test_above_and_below_are_opposites_and_both_takes_the_larger(
    value: float, seasons: list[tuple[float, float, float]]
) -> None:
    above, below, both = (away(value, *seasons, direction=each) for each in ("above", "below", "both"))
    assert (-below, max(above, below)) == pytest.approx((above, both), nan_ok=True)


def test_what_was_always_the_same_may_differ_by_a_hundredth() -> None:
    assert 2.0 == pytest.approx(away(102.0, (100.0, 100.0, 100.0)))


def test_what_was_always_nothing_is_left_at_once_and_by_a_finite_number() -> None:
    assert (0.0, DEVIATIONS_MAX) == (away(0.0, (0.0, 0.0, 0.0)), away(0.1, (0.0, 0.0, 0.0)))
    assert -DEVIATIONS_MAX == away(0.1, (0.0, 0.0, 0.0), direction="below")


@pytest.mark.parametrize(("seasons", "needed"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
def test_half_of_the_seasons_have_to_be_known(seasons: int, needed: int) -> None:
    assert needed == seasons_needed(Band(seasons=seasons))


def test_a_season_is_known_by_any_neighbour() -> None:
    known = seasons_known([np.array([[NAN, NAN, 1.0, NAN, NAN]]), np.array([[NAN, NAN, NAN, NAN, 2.0]])])
    assert [[1, 1, 2]] == known.tolist()
