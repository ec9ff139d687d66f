# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Reads of aggregates, against a plain-Python reference and the laws that hold for them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.query.metrics import FOREVER, MetricReader
from tests.query.reference import Series, aggregates
from tests.store.measured import DAY_NS, HOUR_NS, MINUTE_NS, NOON_NS, SECOND_NS, Measured, by_bucket, policy_of

WIDE = policy_of(SECOND_NS, HOUR_NS, methods=["mean"], back_window=1000)
SPAN_NS = 3 * HOUR_NS
SOME_METHODS = ("mean", "sum", "min", "max", "count", "first", "last", "std", "median", "5pct", "95pct")
METHODS = (*SOME_METHODS, *(f"rate:{method}" for method in SOME_METHODS))
GRANULARITIES = (SECOND_NS // 2, 7 * SECOND_NS, MINUTE_NS, 90 * SECOND_NS, HOUR_NS)

# Quarters: their sums are exact, so whatever order the engine adds them in, the answer is one.
values = st.integers(-4000, 4000).map(lambda quarters: quarters / 4)
times = st.one_of(
    st.integers(0, SPAN_NS - 1),
    st.integers(0, SPAN_NS // MINUTE_NS - 1).flatmap(
        lambda minute: st.sampled_from([minute * MINUTE_NS, minute * MINUTE_NS - 1])
    ),
).map(lambda time: NOON_NS + max(time, 0))
points = st.dictionaries(times, values, min_size=1, max_size=40)
in_the_engine = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[Series, list[list[tuple[int, float]]]]:
    """Points with distinct times, and a way in which they arrive: any order, any batches, some batches twice."""
    given_points = draw(points)
    shuffled = draw(st.permutations(list(given_points.items())))
    cuts = sorted(draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    batches = [shuffled[since:until] for since, until in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    again = draw(st.lists(st.sampled_from(batches), max_size=2))
    return given_points, batches + again


def close_to(series: Series) -> object:
    return pytest.approx(dict(series), rel=1e-9, abs=1e-9, nan_ok=True)


def numbers_of(*metrics: int) -> "np.ndarray[tuple[int], np.dtype[np.uint32]]":
    return np.array(metrics, np.uint32)


def read_all(
    reader: MetricReader, metrics: Sequence[int], method: str, granularity_ns: int, **bounds: int
) -> dict[int, Mapping[int, float]]:
    """The aggregates of many metrics in one read, by metric."""
    unlimited = np.full(len(metrics), FOREVER)
    found = reader.read(np.array(metrics, np.uint32), method, granularity_ns, unlimited, **bounds)
    assert (np.diff(found.series) >= 0).all()
    series: dict[int, dict[int, float]] = {metric: {} for metric in metrics}
    for place, time, value in zip(found.series.tolist(), found.time.tolist(), found.value.tolist(), strict=True):
        assert time > max(series[metrics[place]], default=-1)
        series[metrics[place]][time] = value
    return dict(series)


@given(delivery=deliveries(), methods=st.lists(st.sampled_from(METHODS), min_size=5, max_size=5, unique=True))
@settings(in_the_engine, max_examples=15)
def test_any_split_any_order_and_any_retry_gives_the_same_aggregates(
    measured: Measured, delivery: tuple[Series, list[list[tuple[int, float]]]], methods: list[str]
) -> None:
    whole, batches = delivery
    once, split = measured.metric(WIDE), measured.metric(WIDE)
    measured.put(once, whole)
    for batch in batches:
        assert 0 == measured.write(*((split, time, value) for time, value in batch)).late
    for method in methods:
        found = read_all(measured.reader, [once, split], method, MINUTE_NS)
        assert close_to(aggregates(whole, method, MINUTE_NS)) == found[once]
        assert close_to(found[once]) == found[split]


@given(whole=points)
@in_the_engine
def test_hours_from_minutes_equal_hours_from_raw(measured: Measured, whole: Series) -> None:
    metric = measured.metric(WIDE)
    measured.put(metric, whole)
    for method, combine in (("sum", sum), ("count", sum), ("min", min), ("max", max)):
        minutes: dict[int, list[float]] = {}
        for time, value in measured.read(metric, method, MINUTE_NS).items():
            minutes.setdefault(time // HOUR_NS * HOUR_NS, []).append(value)
        combined = {hour: combine(each) for hour, each in minutes.items()}
        assert combined == measured.read(metric, method, HOUR_NS)


@given(
    whole=points,
    method=st.sampled_from(METHODS),
    granularity_ns=st.sampled_from(GRANULARITIES),
    kept=st.one_of(st.none(), st.integers(1, 200)),
    start=st.one_of(st.none(), times),
    stop=st.one_of(st.none(), times),
)
@settings(in_the_engine, max_examples=30)
def test_bounds_and_retention_are_as_in_the_reference(
    measured: Measured,
    whole: Series,
    method: str,
    granularity_ns: int,
    kept: int | None,
    start: int | None,
    stop: int | None,
) -> None:
    """The start is rounded down to its bucket, the stop is not; retention counts from the newest bucket."""
    metric = measured.metric(WIDE)
    measured.put(metric, whole)
    timespan = None if kept is None else kept * granularity_ns
    expected = {
        bucket: value
        for bucket, value in aggregates(whole, method, granularity_ns, timespan).items()
        if (start is None or bucket >= start // granularity_ns * granularity_ns) and (stop is None or bucket < stop)
    }
    assert close_to(expected) == measured.read(metric, method, granularity_ns, timespan, start, stop)


def test_a_value_that_is_not_a_number_makes_its_bucket_so_and_no_other(measured: Measured) -> None:
    whole = {NOON_NS: 1.0, NOON_NS + 1: float("nan"), NOON_NS + 2: 3.0, NOON_NS + MINUTE_NS: 4.0}
    metric = measured.metric(WIDE)
    measured.put(metric, whole)
    for method in ("mean", "sum", "min", "max"):
        expected = aggregates(whole, method, MINUTE_NS)
        assert close_to(expected) == measured.read(metric, method, MINUTE_NS)
        assert expected[NOON_NS] != expected[NOON_NS]
    assert {NOON_NS: 3.0, NOON_NS + MINUTE_NS: 1.0} == measured.read(metric, "count", MINUTE_NS)


def test_infinities_are_values_like_others(measured: Measured) -> None:
    metric = measured.metric(WIDE)
    measured.put(metric, {NOON_NS: float("inf"), NOON_NS + 1: 1.0, NOON_NS + MINUTE_NS: float("-inf")})
    assert {NOON_NS: 1.0, NOON_NS + MINUTE_NS: float("-inf")} == measured.read(metric, "min", MINUTE_NS)
    assert {NOON_NS: float("inf"), NOON_NS + MINUTE_NS: float("-inf")} == measured.read(metric, "mean", MINUTE_NS)


def test_a_rate_looks_back_over_any_gap_and_before_the_start(measured_anywhere: Measured) -> None:
    metric = measured_anywhere.metric(WIDE)
    measured_anywhere.put(metric, {NOON_NS - 100 * DAY_NS: 10.0})
    measured_anywhere.put(metric, {NOON_NS: 12.0, NOON_NS + HOUR_NS: 7.0})
    assert {NOON_NS: 2.0, NOON_NS + HOUR_NS: -5.0} == measured_anywhere.read(metric, "rate:mean", MINUTE_NS)
    later = measured_anywhere.read(metric, "rate:mean", MINUTE_NS, start_ns=NOON_NS + HOUR_NS)
    assert {NOON_NS + HOUR_NS: -5.0} == later
    assert {NOON_NS: 2.0} == measured_anywhere.read(metric, "rate:mean", MINUTE_NS, 200 * DAY_NS, NOON_NS, NOON_NS + 1)


def test_thousands_of_series_are_read_at_once_in_the_order_asked_for(measured_anywhere: Measured) -> None:
    metrics = measured_anywhere.metrics(policy_of(MINUTE_NS, methods=["sum"]), 5000).tolist()
    measured_anywhere.write(*((metric, NOON_NS + metric % 3 * MINUTE_NS, float(metric)) for metric in metrics))
    asked = np.random.default_rng(1).permutation(metrics).tolist()
    found = read_all(measured_anywhere.reader, asked, "sum", MINUTE_NS)
    assert {metric: {NOON_NS + metric % 3 * MINUTE_NS: float(metric)} for metric in asked} == found
    assert asked == list(found)


def test_each_series_has_its_own_retention(measured: Measured) -> None:
    metrics = measured.metrics(WIDE, 3)
    whole = {NOON_NS + minute * MINUTE_NS: float(minute) for minute in range(10)}
    measured.write(*((int(each), time, value) for each in metrics for time, value in whole.items()))
    measured.put(int(metrics[1]), {NOON_NS + 20 * MINUTE_NS: 20.0})
    timespans = np.array([2 * MINUTE_NS, 15 * MINUTE_NS, FOREVER])
    found = measured.reader.read(metrics[[2, 1, 0]], "sum", MINUTE_NS, timespans[[2, 1, 0]])
    minutes = [(time - NOON_NS) // MINUTE_NS for time in found.time.tolist()]
    series = found.series.tolist()
    assert [list(range(10)), [6, 7, 8, 9, 20], [8, 9]] == [
        [minute for place, minute in zip(series, minutes, strict=True) if place == each] for each in range(3)
    ]


def test_metrics_without_points_and_bounds_without_buckets_give_nothing(measured: Measured) -> None:
    empty, full = measured.metric(WIDE), measured.metric(WIDE)
    measured.put(full, {NOON_NS: 1.0})
    assert {} == measured.read(empty, "mean", MINUTE_NS)
    assert {} == measured.read(100_000, "mean", MINUTE_NS)
    assert {empty: {}, full: {NOON_NS: 1.0}} == read_all(measured.reader, [empty, full], "mean", MINUTE_NS)
    assert {} == by_bucket(measured.reader.read(numbers_of(), "mean", MINUTE_NS, np.empty(0, np.int64)))
    for start, stop in ((NOON_NS + MINUTE_NS, None), (None, NOON_NS), (NOON_NS + 1, NOON_NS), (2**62, None), (None, 0)):
        assert {} == measured.read(full, "mean", MINUTE_NS, None, start, stop)


def test_buckets_wider_than_all_time_are_read(measured: Measured) -> None:
    metric = measured.metric(WIDE)
    measured.put(metric, {NOON_NS: 1.0, 2**62: 3.0})
    assert {0: 2.0} == measured.read(metric, "mean", 2**63 - 1)
    assert {2**62: 3.0, 0: 1.0} == measured.read(metric, "mean", 2**62)


def test_fine_buckets_far_apart_keep_their_times(measured: Measured) -> None:
    """More buckets between two points than 32 bits can count."""
    whole = {NOON_NS - 100 * DAY_NS: 1.0, NOON_NS: 2.0, NOON_NS + 50 * DAY_NS: 3.0}
    metric = measured.metric(WIDE)
    measured.put(metric, whole)
    for method in ("mean", "max", "std", "rate:sum"):
        assert close_to(aggregates(whole, method, 10**6)) == measured.read(metric, method, 10**6)


def test_one_point_a_bucket_or_many_makes_no_difference(measured: Measured) -> None:
    """Buckets that held one point each so far are read without grouping, which must end as soon as one holds two."""
    metric = measured.metric(WIDE)
    whole = {NOON_NS + minute * MINUTE_NS: float(minute) for minute in range(20)}
    measured.put(metric, whole)
    for extra in ({}, {NOON_NS + 3 * MINUTE_NS + 1: 50.0}, {NOON_NS + 3 * MINUTE_NS: -7.0}):
        if extra:
            measured.put(metric, extra)
        whole |= extra
        for method in (*METHODS, "mean"):
            assert close_to(aggregates(whole, method, MINUTE_NS)) == measured.read(metric, method, MINUTE_NS)


def test_the_latest_point_is_given_as_stored(measured_anywhere: Measured) -> None:
    metrics = measured_anywhere.metrics(WIDE, 4)
    measured_anywhere.write(
        (int(metrics[0]), NOON_NS + 7, 1.0), (int(metrics[0]), NOON_NS, 5.0), (int(metrics[3]), 3, 2.0)
    )
    measured_anywhere.write((int(metrics[0]), NOON_NS + 7, 4.0))
    found = measured_anywhere.reader.latest(metrics[[3, 1, 0]])
    assert [(0, 3, 2.0), (2, NOON_NS + 7, 4.0)] == list(
        zip(found.series.tolist(), found.time.tolist(), found.value.tolist(), strict=True)
    )
    assert 0 == len(measured_anywhere.reader.latest(metrics[1:3]))
