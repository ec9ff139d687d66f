# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Roll-ups change no answer, whenever they run, however often, and wherever they are cut off."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.model.archive_policy import METHODS, ArchivePolicy
from nephoscope.model.errors import StoreUnavailable
from nephoscope.rollup.buckets import rollup_sql
from nephoscope.rollup.rollup import METRICS_AT_ONCE, Rollup
from nephoscope.store.commit import Receipt
from nephoscope.store.contract import Store
from nephoscope.store.series import UInt32s
from tests.query.reference import Series, aggregates
from tests.store.measured import DAY_NS, HOUR_NS, MINUTE_NS, NOON_NS, SECOND_NS, Measured, policy_of

ODD = policy_of(SECOND_NS, 7 * SECOND_NS, 90 * SECOND_NS, methods=["std", "last", "95pct", "rate:sum"])
SIMPLE = policy_of(MINUTE_NS, HOUR_NS, methods=["mean", "sum"])
RATED = policy_of(MINUTE_NS, HOUR_NS, methods=["mean", "sum", "rate:sum"])

values = st.one_of(st.integers(-4000, 4000).map(lambda quarters: quarters / 4), st.just(float("nan")))
points = st.dictionaries(
    st.integers(0, 600 * SECOND_NS).map(lambda time: NOON_NS + time), values, min_size=2, max_size=30
)


def settle(rollup: Rollup, policy: ArchivePolicy, *metrics: int) -> int:
    """Roll up as far as it goes: a run takes what the run before saw closed."""
    numbers = np.array(metrics, np.uint32)
    return sum(rollup.run(policy, numbers) for _ in range(2))


def table(store: Store, name: str) -> int:
    return int(store.query(f"SELECT count() AS rows FROM {name} FINAL")["rows"][0].as_py() or 0)


def only_rolled_up(measured: Measured, metric: int, method: str, granularity_ns: int) -> Series:
    """What stands in the table of aggregates."""
    rows = measured.store.query(
        "SELECT time, value FROM aggregates FINAL WHERE metric = {metric:UInt32} AND method = {method:String} "
        "AND granularity = {granularity:Int64} ORDER BY time",
        {"metric": metric, "method": method, "granularity": granularity_ns},
    )
    return dict(zip(rows["time"].to_numpy().tolist(), rows["value"].to_numpy().tolist(), strict=True))


def close_to(expected: object) -> object:
    return pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


def assert_same(expected: dict[tuple[str, int], Series], found: dict[tuple[str, int], Series]) -> None:
    assert expected.keys() == found.keys()
    for key, series in expected.items():
        assert close_to(dict(series)) == dict(found[key]), key


@given(whole=points, later=points)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_aggregates_read_the_same_before_and_after(measured: Measured, whole: Series, later: Series) -> None:
    """Also when more arrives and is rolled up in its turn."""
    metric, rollup = measured.metric(ODD), Rollup(measured.store, measured.series)
    for batch in (whole, {time + 900 * SECOND_NS: value for time, value in later.items()}):
        measured.put(metric, batch)
        before = measured.read_kept(metric, ODD)
        assert any(before.values())
        settle(rollup, ODD, metric)
        assert_same(before, measured.read_kept(metric, ODD))
    with Measured.over(measured.store) as again:
        again.series.register_policy(np.array([metric], np.uint32), ODD)
        assert_same(before, again.read_kept(metric, ODD))


def test_every_method_is_rolled_up_as_in_the_reference(measured: Measured) -> None:
    policy = policy_of(SECOND_NS, HOUR_NS, methods=sorted(METHODS))
    random = np.random.default_rng(7)
    times = random.choice(3 * HOUR_NS, 200, replace=False).tolist()
    whole = {NOON_NS + time: float(value) for time, value in zip(times, random.normal(0, 100, 200), strict=True)}
    metric = measured.metric(policy)
    measured.put(metric, {**whole, NOON_NS + 4 * HOUR_NS: 0.0})
    assert 1 == settle(Rollup(measured.store, measured.series), policy, metric)
    assert 216 == len(METHODS)
    rows = measured.store.query("SELECT method, time, value FROM aggregates FINAL ORDER BY method, time").to_pylist()
    found: dict[str, dict[int, float]] = {}
    for row in rows:
        found.setdefault(row["method"], {})[row["time"]] = row["value"]
    assert METHODS == found.keys()
    for method, series in found.items():
        assert 3 == len(series)
        assert close_to(dict(aggregates(whole, method, HOUR_NS))) == series, method
    assert {**found["sum"], NOON_NS + 4 * HOUR_NS: 0.0} == measured.read(metric, "sum", HOUR_NS)


def test_values_that_are_none_stay_so_through_a_roll_up(measured: Measured) -> None:
    policy = policy_of(SECOND_NS, MINUTE_NS, methods=["mean", "min", "max", "std", "count"])
    metric = measured.metric(policy)
    measured.put(metric, {NOON_NS: float("nan"), NOON_NS + 1: 2.0, NOON_NS + MINUTE_NS: 3.0, NOON_NS + DAY_NS: 4.0})
    before = measured.read_kept(metric, policy)
    settle(Rollup(measured.store, measured.series), policy, metric)
    after = measured.read_kept(metric, policy)
    assert_same(before, after)
    assert {NOON_NS} == {time for time, value in after["mean", MINUTE_NS].items() if np.isnan(value)}
    assert {NOON_NS: 2.0, NOON_NS + MINUTE_NS: 1.0, NOON_NS + DAY_NS: 1.0} == after["count", MINUTE_NS]
    assert NOON_NS + MINUTE_NS not in after["std", MINUTE_NS]


def test_what_is_rolled_up_is_read_from_the_aggregates(measured: Measured) -> None:
    """Closed buckets need the raw measures no more; the open one is still raw."""
    metric = measured.metric(RATED)
    whole = {NOON_NS + half * HOUR_NS // 2: float(half) for half in range(8)}
    measured.put(metric, whole)
    settle(Rollup(measured.store, measured.series), RATED, metric)
    expected = aggregates(whole, "rate:sum", HOUR_NS)
    closed = {time: value for time, value in expected.items() if time < NOON_NS + 2 * HOUR_NS}
    assert closed == only_rolled_up(measured, metric, "rate:sum", HOUR_NS)
    assert {} == only_rolled_up(measured, metric, "rate:sum", MINUTE_NS)
    measured.store.execute(
        f"ALTER TABLE measures DELETE WHERE time < {NOON_NS + 3 * HOUR_NS // 2} SETTINGS mutations_sync = 1"
    )
    assert expected == measured.read(metric, "rate:sum", HOUR_NS)
    bounded = measured.read(
        metric, "rate:sum", HOUR_NS, 3 * HOUR_NS, NOON_NS + 90 * MINUTE_NS, NOON_NS + 2 * HOUR_NS + 1
    )
    assert {time: expected[time] for time in (NOON_NS + HOUR_NS, NOON_NS + 2 * HOUR_NS)} == bounded


def test_a_single_run_takes_nothing_that_may_still_arrive(measured: Measured) -> None:
    """A commit on its way while the first run looks may hold points of buckets that close meanwhile."""
    metric, rollup = measured.metric(SIMPLE), Rollup(measured.store, measured.series)
    numbers = np.array([metric], np.uint32)
    measured.put(metric, {NOON_NS: 1.0})
    assert 0 == rollup.run(SIMPLE, numbers)
    measured.put(metric, {NOON_NS + 2 * HOUR_NS: 1.0})
    assert 1 == rollup.run(SIMPLE, numbers)
    assert [NOON_NS] == measured.series.rolled_until[numbers].tolist()
    assert 1 == rollup.run(SIMPLE, numbers)
    assert [NOON_NS + 2 * HOUR_NS] == measured.series.rolled_until[numbers].tolist()
    assert 0 == rollup.run(SIMPLE, numbers)


def test_a_window_that_is_open_is_not_rolled_up(measured: Measured) -> None:
    policy = policy_of(MINUTE_NS, HOUR_NS, methods=["rate:sum"], back_window=2)
    metric = measured.metric(policy)
    measured.put(metric, {NOON_NS + hour * HOUR_NS: float(hour) for hour in range(6)})
    settle(Rollup(measured.store, measured.series), policy, metric)
    assert [NOON_NS + 2 * HOUR_NS] == measured.series.rolled_until[[metric]].tolist()
    assert Receipt(stored=1, late=0) == measured.put(metric, {NOON_NS + 2 * HOUR_NS: 12.0})
    assert {1: 1.0, 2: 11.0, 3: -9.0, 4: 1.0, 5: 1.0} == {
        (time - NOON_NS) // HOUR_NS: value for time, value in measured.read(metric, "rate:sum", HOUR_NS).items()
    }


def test_policies_with_one_granularity_need_no_roll_up(measured: Measured) -> None:
    policy = policy_of(MINUTE_NS, methods=["mean"])
    metric = measured.metric(policy)
    measured.put(metric, {NOON_NS: 1.0, NOON_NS + DAY_NS: 2.0})
    assert 0 == settle(Rollup(measured.store, measured.series), policy, metric)
    assert 0 == table(measured.store, "aggregates")


def test_metrics_without_points_wait(measured: Measured) -> None:
    empty = measured.metric(SIMPLE)
    assert 0 == settle(Rollup(measured.store, measured.series), SIMPLE, empty)
    assert 0 == Rollup(measured.store, measured.series).run(SIMPLE, np.empty(0, np.uint32))


def test_metrics_that_come_and_go_between_runs_are_told_apart(measured: Measured) -> None:
    metrics, rollup = measured.metrics(SIMPLE, 4), Rollup(measured.store, measured.series)
    measured.write(*((int(each), NOON_NS + hour * HOUR_NS, 1.0) for each in metrics for hour in range(int(each) + 1)))
    assert 0 == rollup.run(SIMPLE, metrics[[2, 0]])
    assert 2 == rollup.run(SIMPLE, metrics)
    expected = [NOON_NS + int(each) * HOUR_NS for each in metrics]
    rolled = measured.series.rolled_until[metrics].tolist()
    assert [expected[0], expected[2]] == [rolled[0], rolled[2]]
    assert 2 == rollup.run(SIMPLE, metrics[[3, 1]]) + rollup.run(SIMPLE, metrics[[1, 3]])
    assert expected == measured.series.rolled_until[metrics].tolist()


class Cut:
    """A store that dies at the n-th statement which writes."""

    def __init__(self, store: Store, writes: int) -> None:
        self._store, self._left = store, writes
        self.shared, self.database, self.query = store.shared, store.database, store.query
        self.ask, self.progress, self.cancel = store.ask, store.progress, store.cancel
        self.backup, self.restore, self.close = store.backup, store.restore, store.close

    def execute(self, sql: str) -> None:
        self._count()
        self._store.execute(sql)

    def insert(self, name: str, rows: pa.Table) -> None:
        self._count()
        self._store.insert(name, rows)

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise StoreUnavailable("killed")


@pytest.mark.parametrize("writes", range(5))
def test_a_run_that_is_killed_anywhere_is_done_again_by_the_next(measured: Measured, writes: int) -> None:
    """Two coarser granularities, values and differences: four statements, then the mark."""
    policy = policy_of(SECOND_NS, MINUTE_NS, 90 * SECOND_NS, methods=["mean", "std", "rate:sum"])
    metric = measured.metric(policy)
    measured.put(metric, {NOON_NS + second * SECOND_NS: float(second % 37) for second in range(0, 600, 7)})
    before = measured.read_kept(metric, policy)
    with pytest.raises(StoreUnavailable):
        settle(Rollup(Cut(measured.store, writes), measured.series), policy, metric)
    assert_same(before, measured.read_kept(metric, policy))
    with Measured.over(measured.store) as again:
        again.metric(policy)
        again.put(metric, {NOON_NS + 599 * SECOND_NS: 3.0})
        changed = again.read_kept(metric, policy)
        assert 1 == settle(Rollup(again.store, again.series), policy, metric)
        assert_same(changed, again.read_kept(metric, policy))
        rows = table(again.store, "aggregates")
        assert 0 == settle(Rollup(again.store, again.series), policy, metric)
        assert rows == table(again.store, "aggregates")


def test_two_nodes_that_roll_up_the_same_change_nothing(measured_anywhere: Measured) -> None:
    metric = measured_anywhere.metric(SIMPLE)
    measured_anywhere.put(metric, {NOON_NS + minute * MINUTE_NS: float(minute**2) for minute in range(0, 300, 11)})
    before = measured_anywhere.read_kept(metric, SIMPLE)
    with Measured.over(measured_anywhere.store) as other:
        other.metric(SIMPLE)
        for node in (measured_anywhere, other):
            assert 1 == settle(Rollup(node.store, node.series), SIMPLE, metric)
        for node in (measured_anywhere, other):
            assert_same(before, node.read_kept(metric, SIMPLE))


def test_rewritten_points_are_rolled_up_with_their_last_value(measured_anywhere: Measured) -> None:
    metric = measured_anywhere.metric(SIMPLE)
    measured_anywhere.put(metric, {NOON_NS: 1.0, NOON_NS + MINUTE_NS: 1.0})
    measured_anywhere.put(metric, {NOON_NS: 5.0})
    measured_anywhere.put(metric, {NOON_NS + 2 * HOUR_NS: 1.0})
    assert 1 == settle(Rollup(measured_anywhere.store, measured_anywhere.series), SIMPLE, metric)
    assert {NOON_NS: 6.0} == only_rolled_up(measured_anywhere, metric, "sum", HOUR_NS)


def test_late_points_are_refused_where_buckets_are_rolled_up_even_if_the_window_widens(measured: Measured) -> None:
    """A back_window that is raised afterwards reopens nothing: what is rolled up stays as it is."""
    metric = measured.metric(SIMPLE)
    measured.put(metric, {NOON_NS + hour * HOUR_NS: 1.0 for hour in range(4)})
    settle(Rollup(measured.store, measured.series), SIMPLE, metric)
    closed = measured.series.rolled_until[metric]
    wider = policy_of(MINUTE_NS, HOUR_NS, methods=["mean", "sum", "rate:sum"], back_window=10)
    for node in (measured, None):
        with Measured.over(measured.store) as fresh:
            here = node or fresh
            here.series.register_policy(np.array([metric], np.uint32), wider)
            assert Receipt(stored=0, late=1) == here.put(metric, {int(closed) - 1: 100.0})
            assert {1.0} == set(here.read(metric, "sum", HOUR_NS).values())
            settle(Rollup(here.store, here.series), wider, metric)
            assert closed == here.series.rolled_until[metric]


def test_thousands_of_metrics_with_differences_are_rolled_up_at_once(measured_anywhere: Measured) -> None:
    """The statement grows with the metrics; it must not outgrow what the engine parses."""
    first = 4_000_000
    numbers: UInt32s = np.arange(first, first + 2500, dtype=np.uint32)
    measured_anywhere.series.register_policy(numbers, RATED)
    measured_anywhere.write(
        *((int(each), NOON_NS + hour * HOUR_NS, float(hour)) for each in numbers for hour in range(4))
    )
    assert 2500 == settle(Rollup(measured_anywhere.store, measured_anywhere.series), RATED, *numbers.tolist())
    rows = measured_anywhere.store.query(
        "SELECT method, count() AS rows, sum(value) AS total FROM aggregates GROUP BY method"
    )
    found = {row["method"]: (row["rows"], row["total"]) for row in rows.to_pylist()}
    assert {"mean": (5000, 2500.0), "sum": (5000, 2500.0), "rate:sum": (2500, 2500.0)} == found


def test_metrics_that_were_rolled_up_before_go_with_those_that_never_were(measured: Measured) -> None:
    """Their first bounds are large numbers and zeros side by side."""
    old = measured.metric(SIMPLE)
    measured.write(*((old, NOON_NS + hour * HOUR_NS, 1.0) for hour in range(4)))
    rollup = Rollup(measured.store, measured.series)
    assert 1 == settle(rollup, SIMPLE, old)
    new = measured.metric(SIMPLE)
    measured.write(*((each, NOON_NS + hour * HOUR_NS, 1.0) for each in (old, new) for hour in range(4, 8)))

    assert 2 == settle(rollup, SIMPLE, old, new)
    expected = {NOON_NS + hour * HOUR_NS: 1.0 for hour in range(4, 7)}
    assert expected == only_rolled_up(measured, new, "mean", HOUR_NS)


def test_a_statement_has_room_for_as_many_metrics_as_are_rolled_up_at_once() -> None:
    """Longer than 256 KiB the engine does not parse it."""
    numbers = list(range(2**32 - METRICS_AT_ONCE, 2**32))
    times = [2**63 - 1] * METRICS_AT_ONCE
    for final in (False, True):
        statements = list(rollup_sql(sorted(METHODS), 10**18, numbers, times, times, final=final))
        assert 2 == len(statements)
        assert 256 * 1024 > max(map(len, statements))


def test_a_piece_that_is_too_big_for_the_engine_is_done_in_halves(measured: Measured) -> None:
    metrics = measured.metrics(SIMPLE, 7)
    measured.write(*((int(each), NOON_NS + hour * HOUR_NS, 1.0) for each in metrics for hour in range(3)))

    class Small(Cut):
        def execute(self, sql: str) -> None:
            if str(int(metrics[1])) + "," + str(int(metrics[2])) in sql:
                raise StoreUnavailable("out of memory")
            self._store.execute(sql)

    assert 7 == settle(Rollup(Small(measured.store, 1000), measured.series), SIMPLE, *metrics.tolist())
    assert [NOON_NS + 2 * HOUR_NS] * 7 == measured.series.rolled_until[metrics].tolist()
    assert 7 * 2 * 2 == table(measured.store, "aggregates")
