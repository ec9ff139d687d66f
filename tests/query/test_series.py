# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Stored series: what a policy keeps of a metric, read at one or all granularities, singly or as tables."""

import math
from uuid import uuid4

import numpy as np
import pytest

from nephoscope.model.errors import NotFound
from nephoscope.model.metric import Metric
from nephoscope.query.operations import Part
from nephoscope.query.series import StoredSeries, chosen_granularities, read_parts, read_tables, stored
from tests.store.measured import DAY_NS, HOUR_NS, MINUTE_NS, NOON_NS, Measured, policy_of

POLICY = policy_of((MINUTE_NS, 10 * MINUTE_NS), HOUR_NS, methods=["mean", "sum", "rate:sum"])
METRIC = Metric(uuid4(), 1, "cpu", None, None, None, "tested")
EVERY_MINUTE = {NOON_NS + minute * MINUTE_NS: float(minute) for minute in range(120)}


def pairs(part: Part) -> dict[int, float]:
    return dict(zip(part.times_ns.tolist(), part.values.tolist(), strict=True))


@pytest.fixture
def number(measured: Measured) -> int:
    """A metric with a point a minute over two hours."""
    metric = measured.metric(POLICY)
    measured.put(metric, EVERY_MINUTE)
    return metric


def test_a_method_that_the_policy_does_not_keep_is_not_found() -> None:
    assert StoredSeries(1, POLICY, "mean") == stored(METRIC, POLICY, "mean")
    with pytest.raises(NotFound) as caught:
        stored(METRIC, POLICY, "last")
    assert "Aggregation method does not exist for this metric" == caught.value.cause
    assert {"metric": str(METRIC.id), "aggregation_method": "last"} == caught.value.detail


def test_granularities_come_coarsest_first_and_unkept_ones_are_not_found() -> None:
    series = stored(METRIC, POLICY, "mean")
    assert [HOUR_NS, MINUTE_NS] == chosen_granularities(METRIC, series, [])
    assert [HOUR_NS, MINUTE_NS] == chosen_granularities(METRIC, series, [MINUTE_NS, HOUR_NS])
    assert [MINUTE_NS] == chosen_granularities(METRIC, series, [MINUTE_NS])
    with pytest.raises(NotFound, match=f"'mean' at granularity '61.0' for metric {METRIC.id} does not exist"):
        chosen_granularities(METRIC, series, [61 * 10**9])
    with pytest.raises(KeyError):
        series.timespan_ns(61)


def test_parts_hold_each_granularity_within_its_own_timespan(measured: Measured, number: int) -> None:
    hours, minutes = read_parts(measured.reader, StoredSeries(number, POLICY, "sum"), [HOUR_NS, MINUTE_NS])
    assert (HOUR_NS, MINUTE_NS) == (hours.step, minutes.step)
    assert {NOON_NS: sum(range(60)), NOON_NS + HOUR_NS: sum(range(60, 120))} == pairs(hours)
    assert dict(list(EVERY_MINUTE.items())[110:]) == pairs(minutes)


def test_the_start_is_rounded_down_for_each_granularity_and_the_stop_is_not(measured: Measured, number: int) -> None:
    start, stop = NOON_NS + 115 * MINUTE_NS + 1, NOON_NS + 117 * MINUTE_NS + 1
    series = StoredSeries(number, POLICY, "mean")
    hours, minutes = read_parts(measured.reader, series, [HOUR_NS, MINUTE_NS], start_ns=start, stop_ns=stop)
    assert [NOON_NS + HOUR_NS] == list(pairs(hours))
    assert [115.0, 116.0, 117.0] == list(pairs(minutes).values())


def test_resampling_works_on_what_is_stored_before_the_bounds_apply(measured: Measured, number: int) -> None:
    """The mean of the means; the start is rounded down to the new step."""
    series, five = StoredSeries(number, POLICY, "mean"), 5 * MINUTE_NS
    [part] = read_parts(measured.reader, series, [MINUTE_NS], resample_to=five)
    assert five == part.step
    assert {NOON_NS + 110 * MINUTE_NS: 112.0, NOON_NS + 115 * MINUTE_NS: 117.0} == pairs(part)
    bounds = {"start_ns": NOON_NS + 117 * MINUTE_NS, "stop_ns": NOON_NS + DAY_NS}
    [part] = read_parts(measured.reader, series, [MINUTE_NS], resample_to=five, **bounds)
    assert {NOON_NS + 115 * MINUTE_NS: 117.0} == pairs(part)
    [part] = read_parts(measured.reader, series, [HOUR_NS], resample_to="Y", stop_ns=NOON_NS)
    assert [1735689600 * 10**9] == list(pairs(part))


def test_tables_hold_a_row_for_each_series_in_the_order_asked_for(measured: Measured, number: int) -> None:
    """Of several methods, with a metric asked for twice, and one without points."""
    empty = measured.metric(POLICY)
    asked = [(number, "sum"), (empty, "mean"), (number, "rate:sum"), (number, "sum"), (number, "mean")]
    series = [StoredSeries(each, POLICY, method) for each, method in asked]
    tables = read_tables(measured.reader, series, [HOUR_NS, MINUTE_NS], start_ns=NOON_NS + HOUR_NS)
    assert [HOUR_NS, MINUTE_NS] == list(tables)
    table = tables[HOUR_NS]
    assert [NOON_NS + HOUR_NS] == table.times_ns.tolist()
    expected = [sum(range(60, 120)), math.nan, 60.0, sum(range(60, 120)), 89.5]
    np.testing.assert_equal(np.array(expected), table.values[:, 0])
    assert (5, 10) == tables[MINUTE_NS].values.shape
    assert 0 == read_tables(measured.reader, series[1:2], [HOUR_NS])[HOUR_NS].values.shape[1]
