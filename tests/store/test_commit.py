# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Commits: which points are taken, that each counts once, and what happens when the store or the queue gives out."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nephoscope.model.errors import QueueFull, StoreUnavailable
from nephoscope.observe import registry
from nephoscope.query.metrics import MetricReader
from nephoscope.store.commit import GroupCommit, Receipt, sorted_without_twins
from nephoscope.store.contract import Store
from nephoscope.store.series import SeriesState
from tests.store.measured import DAY_NS, MINUTE_NS, NOON_NS, SECOND_NS, WAIT_S, Measured, measures_of, policy_of

POLICY = policy_of(SECOND_NS, MINUTE_NS)


class Gate:
    """A store whose inserts can be held up or made to fail, before or after the rows are on disk."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.open = threading.Event()
        self.open.set()
        self.reached = threading.Event()
        self.inserted: list[tuple[str, int]] = []
        self.fail: str | None = None
        self.shared, self.database = store.shared, store.database
        self.query, self.execute = store.query, store.execute
        self.ask, self.progress, self.cancel = store.ask, store.progress, store.cancel
        self.backup, self.restore, self.close = store.backup, store.restore, store.close

    def insert(self, table: str, rows: pa.Table) -> None:
        self.reached.set()
        assert self.open.wait(WAIT_S)
        if self.fail == "before":
            raise StoreUnavailable("the disk is full")
        self._store.insert(table, rows)
        self.inserted.append((table, len(rows)))
        if self.fail == "after":
            raise StoreUnavailable("the connection broke")

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Hold up inserts for the block; it starts once one of them waits."""
        self.open.clear()
        self.reached.clear()
        try:
            yield
        finally:
            self.open.set()


@pytest.fixture
def gate(measured: Measured) -> Iterator[Gate]:
    """The store of `measured`, behind a gate that its commit and series go through."""
    measured.commit.close()
    gate = Gate(measured.store)
    measured.series = SeriesState(gate)
    measured.commit = GroupCommit(gate, measured.series, rows_max=1000)
    measured.reader = MetricReader(gate, measured.series)
    yield gate
    gate.open.set()
    measured.commit.close()


def late() -> float:
    return registry.value("nephoscope_dropped_total", station="store", cause="late")


def test_points_are_readable_as_soon_as_they_are_acknowledged(measured_anywhere: Measured) -> None:
    metric = measured_anywhere.metric(POLICY)
    for second in range(5):
        assert Receipt(stored=1, late=0) == measured_anywhere.put(metric, {NOON_NS + second * SECOND_NS: 1.0 + second})
        assert {NOON_NS: 1.0 + second} == measured_anywhere.read(metric, "max", MINUTE_NS)


def test_the_first_batch_of_a_metric_may_hold_any_span(measured: Measured) -> None:
    metric = measured.metric(POLICY)
    points = {0: 1.0, 1: 2.0, NOON_NS: 3.0, 2**62: 4.0}
    assert Receipt(stored=4, late=0) == measured.put(metric, points)
    assert points == measured.read(metric, "last", 1)


def test_points_before_the_newest_block_are_late_and_counted(measured_anywhere: Measured) -> None:
    metric, before = measured_anywhere.metric(POLICY), late()
    measured_anywhere.put(metric, {NOON_NS + 90 * SECOND_NS: 1.0})
    receipt = measured_anywhere.put(metric, {NOON_NS + 60 * SECOND_NS - 1: 2.0, NOON_NS + 60 * SECOND_NS: 3.0})
    assert Receipt(stored=1, late=1) == receipt
    assert 1 == late() - before
    assert {NOON_NS + MINUTE_NS: 4.0} == measured_anywhere.read(metric, "sum", MINUTE_NS)


@pytest.mark.parametrize(
    ("back_window", "methods", "blocks"),
    [(0, ["mean"], 0), (2, ["mean"], 2), (0, ["rate:mean"], 1), (2, ["rate:max"], 3)],
)
def test_the_window_is_as_many_blocks_as_the_policy_says(
    measured: Measured, back_window: int, methods: list[str], blocks: int
) -> None:
    """One more for rates."""
    metric = measured.metric(policy_of(SECOND_NS, MINUTE_NS, methods=methods, back_window=back_window))
    measured.put(metric, {NOON_NS + 59 * SECOND_NS: 1.0})
    opens = NOON_NS - blocks * MINUTE_NS
    assert Receipt(stored=1, late=1) == measured.put(metric, {opens: 2.0, opens - 1: 3.0})


def test_the_window_is_that_of_before_the_batch(measured: Measured) -> None:
    """One batch may hold old and new points together."""
    metric = measured.metric(POLICY)
    measured.put(metric, {NOON_NS: 1.0})
    assert Receipt(stored=2, late=0) == measured.put(metric, {NOON_NS + 1: 2.0, NOON_NS + 10 * MINUTE_NS: 3.0})
    assert Receipt(stored=0, late=1) == measured.put(metric, {NOON_NS + 2: 4.0})


def test_the_window_is_each_metrics_own(measured: Measured) -> None:
    first, second = measured.metric(POLICY), measured.metric(POLICY)
    measured.write((first, NOON_NS + 10 * MINUTE_NS, 1.0), (second, NOON_NS, 1.0))
    assert Receipt(stored=1, late=1) == measured.write((first, NOON_NS + 1, 2.0), (second, NOON_NS + 1, 2.0))
    assert {NOON_NS: 3.0} == measured.read(second, "sum", MINUTE_NS)


def test_the_window_is_known_again_after_a_restart(measured_anywhere: Measured) -> None:
    metric = measured_anywhere.metric(POLICY)
    measured_anywhere.put(metric, {NOON_NS + 90 * SECOND_NS: 1.0})
    with Measured.over(measured_anywhere.store) as again:
        assert metric == again.metric(POLICY)
        assert Receipt(stored=1, late=1) == again.put(metric, {NOON_NS: 2.0, NOON_NS + 80 * SECOND_NS: 3.0})
        assert {NOON_NS + MINUTE_NS: 4.0} == again.read(metric, "sum", MINUTE_NS)


def test_of_twins_in_a_batch_the_smallest_stays(measured: Measured) -> None:
    metric = measured.metric(POLICY)
    twins = [(metric, NOON_NS, value) for value in (2.0, float("nan"), -1.0, 3.0)]
    assert Receipt(stored=1, late=0) == measured.write(*twins)
    assert {NOON_NS: -1.0} == measured.read(metric, "sum", MINUTE_NS)


def test_a_later_batch_replaces_the_value_of_a_time(measured_anywhere: Measured) -> None:
    metric = measured_anywhere.metric(POLICY)
    for value in (1.0, 5.0, 3.0):
        measured_anywhere.put(metric, {NOON_NS: value, NOON_NS + SECOND_NS: 1.0})
        assert {NOON_NS: value + 1.0} == measured_anywhere.read(metric, "sum", MINUTE_NS)
        assert {NOON_NS: 2.0} == measured_anywhere.read(metric, "count", MINUTE_NS)
    with Measured.over(measured_anywhere.store) as again:
        again.metric(POLICY)
        assert {NOON_NS: 4.0} == again.read(metric, "sum", MINUTE_NS)
        assert {NOON_NS: 2.0} == again.read(metric, "count", MINUTE_NS)


def test_a_replaced_point_costs_other_metrics_no_accuracy(measured: Measured) -> None:
    again, once = measured.metric(POLICY), measured.metric(POLICY)
    measured.write((again, NOON_NS, 1.0), (once, NOON_NS, 1.0))
    measured.write((again, NOON_NS, 2.0), (once, NOON_NS + 1, 1.0))
    assert ({NOON_NS: 1.0}, {NOON_NS: 2.0}) == tuple(measured.read(each, "count", MINUTE_NS) for each in (again, once))


@pytest.mark.parametrize("fail", ["before", "after"])
def test_a_failed_insert_claims_nothing_and_the_retry_counts_once(measured: Measured, gate: Gate, fail: str) -> None:
    """`after`: the rows reached the disk although the insert failed, as when a connection breaks."""
    metric = measured.metric(POLICY)
    measured.put(metric, {NOON_NS: 1.0})
    gate.fail = fail
    batch = {NOON_NS + SECOND_NS: 2.0, NOON_NS + 2 * MINUTE_NS: 4.0}
    with pytest.raises(StoreUnavailable):
        measured.put(metric, batch)
    gate.fail = None
    # Where nothing came to the disk, the window must not have moved on; where it did, the first point is late now.
    assert Receipt(stored=2 if fail == "before" else 1, late=0 if fail == "before" else 1) == measured.put(
        metric, batch
    )
    assert {NOON_NS: 3.0, NOON_NS + 2 * MINUTE_NS: 4.0} == measured.read(metric, "sum", MINUTE_NS)
    assert {NOON_NS: 2.0, NOON_NS + 2 * MINUTE_NS: 1.0} == measured.read(metric, "count", MINUTE_NS)


def test_a_failed_first_batch_leaves_the_metric_without_a_limit(measured: Measured, gate: Gate) -> None:
    metric = measured.metric(POLICY)
    gate.fail = "before"
    with pytest.raises(StoreUnavailable):
        measured.put(metric, {NOON_NS: 1.0})
    assert {} == measured.read(metric, "sum", MINUTE_NS)
    gate.fail = None
    assert Receipt(stored=1, late=0) == measured.put(metric, {0: 1.0})


def test_a_failure_fails_every_batch_of_its_group_and_none_after(measured: Measured, gate: Gate) -> None:
    metrics = measured.metrics(POLICY, 4)
    with gate.shut():
        first = measured.commit.submit(measures_of((metrics[0], NOON_NS, 1.0)))
        assert gate.reached.wait(WAIT_S)
        group = [measured.commit.submit(measures_of((each, NOON_NS, 1.0))) for each in metrics[1:]]
        gate.fail = "before"
    for each in (first, *group):
        with pytest.raises(StoreUnavailable, match="disk is full"):
            each.result(WAIT_S)
    gate.fail = None
    assert Receipt(stored=1, late=0) == measured.put(int(metrics[1]), {NOON_NS: 1.0})


def test_what_waits_shares_one_insert(measured: Measured, gate: Gate) -> None:
    metrics = measured.metrics(POLICY, 51)
    with gate.shut():
        first = measured.commit.submit(measures_of((metrics[0], NOON_NS, 1.0)))
        assert gate.reached.wait(WAIT_S)
        with ThreadPoolExecutor(8) as threads:
            batches = [measures_of((each, NOON_NS, 1.0)) for each in metrics[1:]]
            waiting: list[Future[Receipt]] = list(threads.map(measured.commit.submit, batches))
        assert not any(each.done() for each in (first, *waiting))
    assert [Receipt(stored=50, late=0)] * 50 == [each.result(WAIT_S) for each in waiting]
    assert [("measures", 1), ("measures", 50)] == gate.inserted


def test_a_full_queue_refuses_and_recovers(measured: Measured, gate: Gate) -> None:
    metric = measured.metric(POLICY)
    many = measures_of(*((metric, NOON_NS + time, 1.0) for time in range(600)))
    with gate.shut():
        waiting = measured.commit.submit(many)
        assert gate.reached.wait(WAIT_S)
        with pytest.raises(QueueFull, match="600 measures wait already, of at most 1000"):
            measured.commit.submit(many)
        small = measured.commit.submit(measures_of((metric, NOON_NS + SECOND_NS, 1.0)))
    assert 600 == waiting.result(WAIT_S).stored
    assert 1 == small.result(WAIT_S).stored
    assert 600 == measured.commit.submit(many).result(WAIT_S).stored


def test_a_batch_beyond_the_queue_is_taken_when_nothing_waits(measured: Measured, gate: Gate) -> None:
    metric = measured.metric(POLICY)
    assert 1500 == measured.write(*((metric, NOON_NS + time, 1.0) for time in range(1500))).stored
    assert ("measures", 1500) == gate.inserted[-1]


def test_closing_commits_what_waits_and_takes_no_more(measured: Measured, gate: Gate) -> None:
    metric = measured.metric(POLICY)
    with gate.shut():
        waiting = [measured.commit.submit(measures_of((metric, NOON_NS + time, 1.0))) for time in range(3)]
        closing = threading.Thread(target=measured.commit.close)
        closing.start()
        assert gate.reached.wait(WAIT_S)
    closing.join(WAIT_S)
    assert not closing.is_alive()
    assert all(each.result(0).stored for each in waiting)
    assert {NOON_NS: 3.0} == measured.read(metric, "count", MINUTE_NS)
    with pytest.raises(StoreUnavailable, match="stopping"):
        measured.commit.submit(measures_of((metric, NOON_NS, 1.0)))
    measured.commit.close()


def test_an_empty_batch_is_fine(measured: Measured) -> None:
    assert Receipt(stored=0, late=0) == measured.write()


TIMES = st.integers(0, 5)
VALUES = st.floats(allow_nan=True, allow_infinity=True)


@given(batches=st.lists(st.lists(st.tuples(st.integers(1, 3), TIMES, VALUES), max_size=6), min_size=1, max_size=4))
@settings(deadline=None)
def test_merging_sorts_and_keeps_the_smallest_of_twins(batches: list[list[tuple[int, int, float]]]) -> None:
    merged = sorted_without_twins([measures_of(*batch) for batch in batches])
    expected: dict[tuple[int, int], float] = {}
    for metric, time, value in (point for batch in batches for point in batch):
        other = expected.get((metric, time), np.nan)
        expected[metric, time] = value if np.isnan(other) else other if np.isnan(value) else min(value, other)
    found = list(zip(merged.metric.tolist(), merged.time.tolist(), strict=True))
    assert sorted(expected) == found
    np.testing.assert_equal([expected[key] for key in found], merged.value.tolist())


def test_when_an_insert_breaks_off_between_two_months_nothing_is_late_as_it_is_sent_again(
    measured: Measured, gate: Gate
) -> None:
    metrics = measured.metrics(POLICY, 2).tolist()
    newer = NOON_NS + 40 * DAY_NS
    batch = ((metrics[0], newer, 1.0), (metrics[1], NOON_NS, 2.0), (metrics[1], newer, 3.0))
    gate.fail = "after"
    with pytest.raises(StoreUnavailable):
        measured.write(*batch)
    gate.fail = None
    assert Receipt(stored=3, late=0) == measured.write(*batch)
    assert {NOON_NS: 2.0, newer: 3.0} == measured.read(metrics[1], "sum", SECOND_NS)
