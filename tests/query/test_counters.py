# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Counters as rates."""

from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nephoscope.model.metric import Kind, Metric
from nephoscope.query.counters import is_counter, kind_of, per_second, reading_of
from nephoscope.query.metrics import NO_POINTS, Points
from tests.store.measured import HOUR_NS, MINUTE_NS, SECOND_NS, policy_of


def test_growth_is_told_by_the_second_within_each_series() -> None:
    points = Points(
        np.array([0, 0, 0, 1, 1]), np.array([0, 60, 90, 0, 10]) * SECOND_NS, np.array([100.0, 160, 160, 7, 27])
    )

    rates = per_second(points)

    assert [0, 0, 1] == rates.series.tolist()
    assert [60, 90, 10] == (rates.time // SECOND_NS).tolist()
    assert [1, 0, 2] == rates.value.tolist()


def test_a_counter_that_was_set_back_has_no_rate() -> None:
    points = Points(np.zeros(3, int), np.arange(3) * SECOND_NS, np.array([5.0, 2, 3]))

    assert np.array_equal([np.nan, 1], per_second(points).value, equal_nan=True)
    assert 0 == len(per_second(NO_POINTS))


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_rates_times_seconds_add_up_to_the_growth(steps: list[int]) -> None:
    values = np.cumsum(steps).astype(float)
    points = Points(np.zeros(len(values), int), np.arange(len(values)) * 7 * SECOND_NS, values)

    assert values[-1] - values[0] == pytest.approx(float((per_second(points).value * 7).sum()))


@pytest.mark.parametrize(
    ("expected", "kind", "methods"),
    [
        ("gauge", "gauge", ["rate:mean"]),
        ("cumulative", "cumulative", ["mean"]),
        ("cumulative", None, ["rate:mean"]),
        (None, None, ["mean"]),
        ("delta", "delta", ["mean"]),
    ],
)
def test_what_a_metric_counts(expected: Kind | None, kind: Kind | None, methods: list[str]) -> None:
    metric = Metric(uuid4(), 1, "cpu", None, None, None, "tested", kind=kind)
    policy = policy_of(MINUTE_NS, methods=methods)

    assert expected == kind_of(metric, policy)
    assert (expected == "cumulative") == is_counter(metric, policy)


def test_a_counter_is_read_by_what_is_kept_of_it() -> None:
    policy = policy_of(MINUTE_NS, HOUR_NS, methods=["mean", "max"])

    assert "last" == reading_of(policy, MINUTE_NS)
    assert "max" == reading_of(policy, HOUR_NS)
    assert "mean" == reading_of(policy_of(MINUTE_NS, HOUR_NS, methods=["mean"]), HOUR_NS)
