# SPDX-License-Identifier: Apache-2.0
"""Reductions that pass over what is missing."""

import math
import statistics
import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nephoscope.query.operations.methods import METHODS, reduce

DEFINITIONS: dict[str, Callable[[list[float]], float]] = {
    "mean": statistics.fmean,
    "median": statistics.median,
    "std": statistics.pstdev,
    "var": statistics.pvariance,
    "min": min,
    "max": max,
    "sum": math.fsum,
    "count": len,
}
# Sixteenths add up without rounding in any order.
SIXTEENTHS = st.integers(-1000, 1000).map(lambda value: value / 16)


@pytest.mark.parametrize("method", METHODS)
@given(
    values=arrays(
        np.float64, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=SIXTEENTHS | st.just(math.nan)
    ),
    axis=st.sampled_from([0, 1]),
)
def test_each_method_is_its_definition_over_the_values_that_are_there(
    method: str, values: np.ndarray[tuple[int, int], np.dtype[np.float64]], axis: int
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        outcome = reduce(method, values, axis)
    lines = values.T if axis == 0 else values
    assert len(lines) == len(outcome)
    for line, given_value in zip(lines.tolist(), outcome.tolist(), strict=True):
        known = [value for value in line if not math.isnan(value)]
        nothing = 0.0 if method in {"sum", "count"} else math.nan
        expected = DEFINITIONS[method](known) if known else nothing
        assert given_value == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True)


def test_there_is_a_definition_for_each_method() -> None:
    assert DEFINITIONS.keys() == set(METHODS)


@pytest.mark.parametrize("method", METHODS)
def test_a_line_without_places_is_a_line_without_values(method: str) -> None:
    expected = 0.0 if method in {"sum", "count"} else math.nan
    np.testing.assert_equal(reduce(method, np.empty((0, 2)), 0), [expected, expected])
    assert reduce(method, np.empty((2, 0, 3)), 2).shape == (2, 0)


def test_infinities_are_values() -> None:
    values = np.array([[np.inf, 1.0, np.nan], [np.inf, -np.inf, np.inf]])
    np.testing.assert_equal(reduce("median", values, 1), [np.inf, np.inf])
    np.testing.assert_equal(reduce("max", values, 0), [np.inf, 1.0, np.inf])
    np.testing.assert_equal(reduce("mean", values, 1), [np.inf, np.nan])
