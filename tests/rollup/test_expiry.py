# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Expiry takes away what no read shows and no later write needs, and nothing else."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.observe import registry
from nephoscope.rollup.expiry import Expiry
from nephoscope.rollup.rollup import Rollup
from nephoscope.store.schema import Layout
from nephoscope.store.series import UInt32s
from tests.query.reference import Series
from tests.store.measured import DAY_NS, HOUR_NS, MINUTE_NS, NOON_NS, SECOND_NS, Measured, policy_of

NONE: UInt32s = np.empty(0, np.uint32)
# Raw for ten minutes, hours for a day.
TWO = policy_of((MINUTE_NS, 10 * MINUTE_NS), (HOUR_NS, DAY_NS), methods=["mean", "sum", "std", "rate:sum"])
ONE = policy_of((MINUTE_NS, 10 * MINUTE_NS), methods=["sum"])
RATED = policy_of((MINUTE_NS, 10 * MINUTE_NS), methods=["sum", "rate:sum"])


def listed(*metrics: int) -> UInt32s:
    return np.array(metrics, np.uint32)


def expire(measured: Measured, policy: ArchivePolicy, *metrics: int, share_min: float = 0.0) -> int:
    """One expiry of metrics under one policy; gives the rows that went."""
    expiry = Expiry(measured.store, measured.series, Layout(), share_min)
    return expiry.run([(policy, listed(*metrics))], NONE)


def roll_up(measured: Measured, policy: ArchivePolicy, *metrics: int) -> None:
    rollup = Rollup(measured.store, measured.series)
    for _ in range(2):
        rollup.run(policy, listed(*metrics))


def every_minute(count: int, since: int = NOON_NS) -> dict[int, float]:
    return {since + minute * MINUTE_NS: float(minute % 17) for minute in range(count)}


def rows(measured: Measured, table: str) -> int:
    return int(measured.store.query(f"SELECT count() AS rows FROM {table}")["rows"][0].as_py() or 0)


def assert_same(expected: dict[tuple[str, int], Series], found: dict[tuple[str, int], Series]) -> None:
    for key, series in expected.items():
        assert pytest.approx(dict(series), rel=1e-9, abs=1e-9) == dict(found[key]), key


def test_what_is_past_its_timespan_goes(measured_anywhere: Measured) -> None:
    metric = measured_anywhere.metric(ONE)
    measured_anywhere.put(metric, every_minute(30))
    before = measured_anywhere.read_kept(metric, ONE)
    counted = registry.value("nephoscope_expired_rows_total", table="measures")
    assert 20 == expire(measured_anywhere, ONE, metric)
    assert list(every_minute(30))[20:] == measured_anywhere.raw_times(metric)
    assert before == measured_anywhere.read_kept(metric, ONE)
    assert 20 == registry.value("nephoscope_expired_rows_total", table="measures") - counted
    assert 0 == expire(measured_anywhere, ONE, metric)


def test_age_counts_from_the_newest_point_of_each_metric(measured: Measured) -> None:
    """What was filled in for last year stays, while others are at today."""
    filled, current = measured.metric(ONE), measured.metric(ONE)
    measured.put(filled, every_minute(30, NOON_NS - 365 * DAY_NS))
    measured.put(current, every_minute(5))
    before = measured.read_kept(filled, ONE)
    assert 10 == len(before["sum", MINUTE_NS])
    assert 20 == expire(measured, ONE, filled, current)
    assert before == measured.read_kept(filled, ONE)
    assert list(every_minute(5)) == measured.raw_times(current)


def test_what_is_kept_for_ever_stays(measured: Measured) -> None:
    policy = policy_of(MINUTE_NS, methods=["sum"])
    metric = measured.metric(policy)
    measured.put(metric, {0: 1.0, NOON_NS: 2.0})
    assert 0 == expire(measured, policy, metric)
    assert [0, NOON_NS] == measured.raw_times(metric)


def test_raw_measures_stay_until_they_are_rolled_up(measured: Measured) -> None:
    metric = measured.metric(TWO)
    measured.put(metric, every_minute(300))
    before = measured.read_kept(metric, TWO)
    assert 0 == expire(measured, TWO, metric)
    assert 300 == len(measured.raw_times(metric))
    roll_up(measured, TWO, metric)
    # Rates keep one block more open, and the measure before it, to which the next difference is taken.
    assert 179 == expire(measured, TWO, metric)
    assert list(every_minute(300))[179:] == measured.raw_times(metric)
    assert_same(before, measured.read_kept(metric, TWO))


def test_raw_measures_stay_while_their_window_is_open(measured: Measured) -> None:
    policy = policy_of((MINUTE_NS, 10 * MINUTE_NS), methods=["sum"], back_window=15)
    metric = measured.metric(policy)
    measured.put(metric, every_minute(30))
    assert 14 == expire(measured, policy, metric)
    first = list(every_minute(30))[14]
    assert first == measured.raw_times(metric)[0]
    assert 1 == measured.put(metric, {first - 1: 1.0}).late
    assert 0 == measured.put(metric, {first: 5.0}).late


def test_the_measure_before_the_oldest_stays_where_rates_look_back(measured: Measured) -> None:
    """However long before it was, and only it."""
    metric = measured.metric(RATED)
    measured.put(metric, {NOON_NS - 2 * DAY_NS: 1.0, NOON_NS - DAY_NS: 10.0, **every_minute(10)})
    before = measured.read_kept(metric, RATED)
    assert -10.0 == before["rate:sum", MINUTE_NS][NOON_NS]
    assert 1 == expire(measured, RATED, metric)
    assert [NOON_NS - DAY_NS, *every_minute(10)] == measured.raw_times(metric)
    assert before == measured.read_kept(metric, RATED)
    assert 0 == expire(measured, RATED, metric)


def test_aggregates_go_when_their_own_timespan_is_over(measured: Measured) -> None:
    metric = measured.metric(TWO)
    measured.put(metric, every_minute(60 * 30))
    roll_up(measured, TWO, metric)
    before = measured.read_kept(metric, TWO)
    assert 24 == len(before["mean", HOUR_NS])
    assert 0 < expire(measured, TWO, metric)
    assert_same(before, measured.read_kept(metric, TWO))
    oldest = measured.store.query("SELECT min(time) AS oldest FROM aggregates")["oldest"].to_pylist()
    assert [NOON_NS + 6 * HOUR_NS] == oldest


POINTS = st.dictionaries(
    st.integers(0, 40 * HOUR_NS // SECOND_NS).map(lambda second: NOON_NS + second * SECOND_NS),
    st.integers(-100, 100).map(float),
    min_size=1,
    max_size=40,
)


@given(whole=POINTS, later=POINTS)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reads_are_the_same_before_and_after(measured: Measured, whole: Series, later: Series) -> None:
    """And what arrives afterwards gives what it would have given."""
    expired, untouched = measured.metric(TWO), measured.metric(TWO)
    for batch in (whole, {time + 6 * HOUR_NS: value for time, value in later.items()}):
        measured.put(untouched, batch)
        measured.put(expired, batch)
        roll_up(measured, TWO, expired)
        expire(measured, TWO, expired)
        assert_same(measured.read_kept(untouched, TWO), measured.read_kept(expired, TWO))


def test_everything_of_deleted_metrics_goes_and_nothing_of_others(measured: Measured) -> None:
    deleted, other = measured.metric(TWO), measured.metric(TWO)
    for metric in (deleted, other):
        measured.put(metric, {**every_minute(300), NOON_NS - 40 * DAY_NS: 1.0})
    roll_up(measured, TWO, deleted, other)
    before = measured.read_kept(other, TWO)
    Expiry(measured.store, measured.series, Layout(), 1.0).run([], listed(deleted))
    for table in ("measures", "aggregates"):
        assert [other] == measured.store.query(f"SELECT DISTINCT metric FROM {table}")["metric"].to_pylist()
    assert 301 == len(measured.raw_times(other))
    assert_same(before, measured.read_kept(other, TWO))


def test_a_partition_is_rewritten_only_when_enough_of_it_goes(measured: Measured) -> None:
    """Months are partitions: a tenth of the first is past its time, all of the other."""
    metric, long = measured.metric(ONE), measured.metric(policy_of(MINUTE_NS, methods=["sum"]))
    measured.put(metric, {**every_minute(5, NOON_NS - 60 * DAY_NS), **every_minute(30)})
    measured.put(long, every_minute(170))
    assert 5 == expire(measured, ONE, metric, share_min=0.2)
    assert list(every_minute(30)) == measured.raw_times(metric)
    assert 0 == expire(measured, ONE, metric, share_min=0.11)
    assert 20 == expire(measured, ONE, metric, share_min=0.1)
    assert 180 == rows(measured, "measures")


def test_metrics_without_points_and_no_metrics_at_all_are_fine(measured: Measured) -> None:
    empty = measured.metric(TWO)
    assert 0 == expire(measured, TWO, empty)
    assert 0 == Expiry(measured.store, measured.series, Layout(), 0.2).run([], NONE)
    assert 0 == Expiry(measured.store, measured.series, Layout(), 0.2).run([], listed(empty))


def test_thousands_of_metrics_expire_at_once(measured_anywhere: Measured) -> None:
    metrics = measured_anywhere.metrics(RATED, 5000)
    measured_anywhere.write(
        *((int(each), NOON_NS + minute * MINUTE_NS, 1.0) for each in metrics for minute in (0, 1, 30, 31))
    )
    assert 5000 == expire(measured_anywhere, RATED, *metrics.tolist())
    assert 15000 == rows(measured_anywhere, "measures")


def test_what_expired_is_known_as_expired_after_a_restart(measured: Measured) -> None:
    metric = measured.metric(TWO)
    measured.put(metric, every_minute(300))
    roll_up(measured, TWO, metric)
    expire(measured, TWO, metric)
    before = measured.read_kept(metric, TWO)
    with Measured.over(measured.store) as again:
        again.metric(TWO)
        assert_same(before, again.read_kept(metric, TWO))
        assert 1 == again.put(metric, {NOON_NS: 1.0}).late
        roll_up(again, TWO, metric)
        assert 0 == expire(again, TWO, metric)
        assert_same(before, again.read_kept(metric, TWO))
