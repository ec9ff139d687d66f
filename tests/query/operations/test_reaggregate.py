# SPDX-License-Identifier: Apache-2.0
"""The older aggregation across metrics."""

import math

import numpy as np
import pytest

from nephoscope.model.errors import BadArgument, BadRequest
from nephoscope.query.operations import Outcome, reaggregate
from nephoscope.query.operations.tree import Reference
from tests.query.operations.series import MINUTE_NS, minutes, points_of, table_of

TABLES = {MINUTE_NS: table_of(minutes(1, 2, 4), minutes(10, 20, 50))}


def both(method: str) -> list[Reference]:
    return [Reference("a", method), Reference("b", method)]


def test_the_stored_method_is_used_across_metrics_too() -> None:
    assert points_of(reaggregate(TABLES, both("sum"), "sum")) == [(0.0, 11.0), (1.0, 22.0), (2.0, 54.0)]


def test_another_method_can_be_asked_for() -> None:
    assert points_of(reaggregate(TABLES, both("sum"), "sum", "max")) == [(0.0, 10.0), (1.0, 20.0), (2.0, 50.0)]


def test_a_rate_without_reaggregation_differentiates_twice() -> None:
    assert points_of(reaggregate(TABLES, both("rate:mean"), "rate:mean")) == [(1.0, 5.5), (2.0, 16.0)]
    plain = reaggregate(TABLES, both("rate:mean"), "rate:mean", "mean")
    assert points_of(plain) == [(0.0, 5.5), (1.0, 11.0), (2.0, 27.0)]


@pytest.mark.parametrize("method", ["first", "95pct", "rate:last", "nonsense"])
def test_a_method_that_only_buckets_have_needs_another_across_metrics(method: str) -> None:
    with pytest.raises(BadArgument, match=f"'{method}' cannot be computed across metrics") as refusal:
        reaggregate(TABLES, both(method), method)
    assert refusal.value.detail == "reaggregation"
    assert len(points_of(reaggregate(TABLES, both(method), method, "mean"))) == 3


def test_series_must_overlap_completely_unless_told_otherwise() -> None:
    tables = {MINUTE_NS: table_of(minutes(1, None, 3), minutes(1, 2, 3))}
    with pytest.raises(BadRequest, match=r"Less than 100\.000000% .* \(66\.67%\)"):
        reaggregate(tables, both("mean"), "mean")
    assert len(points_of(reaggregate(tables, both("mean"), "mean", needed_overlap=60.0))) == 3
    assert points_of(reaggregate(tables, both("mean"), "mean", fill=0.0)) == [(0.0, 1.0), (1.0, 1.0), (2.0, 3.0)]


def test_one_metric_is_answered_as_it_is() -> None:
    tables = {MINUTE_NS: table_of(minutes(1, None, math.nan))}
    np.testing.assert_equal(points_of(reaggregate(tables, both("first")[:1], "first")), [(0, 1), (2, math.nan)])


def test_each_series_is_resampled_with_the_stored_method_then_reduced() -> None:
    outcome = reaggregate(TABLES, both("last"), "last", "sum", resample_to=2 * MINUTE_NS)
    assert [part.step for part in outcome.series[0].parts] == [2 * MINUTE_NS]
    assert points_of(outcome) == [(0.0, 22.0), (2.0, 54.0)]


@pytest.mark.parametrize("count", [1, 2])
def test_calendar_steps_are_kept_as_letters(count: int) -> None:
    table = table_of(*[minutes(1, 2, 4)] * count)
    outcome: Outcome = reaggregate({MINUTE_NS: table}, both("sum")[:count], "sum", resample_to="M")
    assert [part.step for part in outcome.series[0].parts] == ["M"]
    assert [(0.0, 7.0 * count)] == points_of(outcome)
