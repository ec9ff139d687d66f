# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The newest measures in memory: whatever was committed, reads give with them what they give without."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.model.errors import StoreUnavailable
from nephoscope.observe import registry
from nephoscope.query.metrics import FOREVER, MetricReader, Points
from nephoscope.store import head as head_module
from nephoscope.store.commit import GroupCommit
from nephoscope.store.contract import Store
from nephoscope.store.head import ROW_BYTES, Head, Run, Runs, merged
from nephoscope.store.series import SeriesState, UInt32s
from tests.store.measured import MINUTE_NS, NOON_NS, SECOND_NS, WAIT_S, Measured, measures_of, policy_of
from tests.store.test_commit import Gate

Row = tuple[int, int, float]

MINUTES = policy_of(SECOND_NS, MINUTE_NS)
HOURS = policy_of(SECOND_NS, 60 * MINUTE_NS, back_window=1)
LARGE = 10**7


@dataclass
class Headed:
    """The parts that writes and reads pass through, once with the head and once without it, over one store."""

    gate: Gate
    series: SeriesState
    head: Head
    commit: GroupCommit
    quick: MetricReader
    plain: MetricReader

    @classmethod
    @contextmanager
    def over(cls, store: Store, rows_max: int) -> Iterator["Headed"]:
        """New parts, as after a start, with room for so many rows in memory."""
        gate = Gate(store)
        series = SeriesState(gate)
        head = Head(series, rows_max * ROW_BYTES)
        commit = GroupCommit(gate, series, head)
        try:
            yield cls(gate, series, head, commit, MetricReader(gate, series, head), MetricReader(gate, series))
        finally:
            gate.open.set()
            commit.close()

    def write(self, *rows: Row) -> None:
        """Commit one batch and wait until it is on disk."""
        self.commit.submit(measures_of(*rows)).result(WAIT_S)

    @contextmanager
    def without_the_store(self) -> Iterator[None]:
        """Every query within the block fails."""
        query = self.gate.query
        self.gate.query = refuse
        try:
            yield
        finally:
            self.gate.query = query


def refuse(sql: str, parameters: Mapping[str, object] | None = None, *, guest: bool = False) -> NoReturn:
    raise StoreUnavailable(f"asked for {sql}")


def rows_of(points: Points) -> list[Row]:
    return list(zip(points.series.tolist(), points.time.tolist(), points.value.tolist(), strict=True))


def read(reader: MetricReader, numbers: UInt32s, start: int | None = None, stop: int | None = None) -> list[Row]:
    """What is stored of the metrics at each nanosecond."""
    return rows_of(reader.read(numbers, "last", 1, np.full(len(numbers), FOREVER), start, stop))


def run_of(rows: Sequence[Row]) -> Run:
    """Rows as a run: in order, of twins the last."""
    columns = measures_of(*((*key, value) for key, value in sorted({row[:2]: row[2] for row in rows}.items())))
    return Run.of(columns.metric, columns.time, columns.value)


def rows_in(metric: UInt32s, time: "np.ndarray[tuple[int], np.dtype[np.int64]]", value: object) -> list[Row]:
    return list(zip(metric.tolist(), time.tolist(), np.asarray(value).tolist(), strict=True))


metrics = st.integers(0, 3)
seconds = st.one_of(st.integers(0, 10), st.integers(0, 600))
batches = st.lists(st.tuples(metrics, seconds, st.integers(0, 99)), min_size=1, max_size=12)
failures = st.sampled_from([None, None, None, None, "before", "after"])
in_the_engine = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@given(
    lives=st.lists(st.lists(st.tuples(batches, failures), min_size=1, max_size=6), min_size=1, max_size=2),
    rows_max=st.sampled_from([1, 10, 30, 1000]),
    policy=st.sampled_from([MINUTES, HOURS]),
    start=st.one_of(st.none(), seconds),
    stop=st.one_of(st.none(), seconds),
)
@in_the_engine
def test_any_commits_are_read_with_the_head_as_without(
    measured: Measured,
    lives: list[list[tuple[list[tuple[int, int, int]], str | None]]],
    rows_max: int,
    policy: ArchivePolicy,
    start: int | None,
    stop: int | None,
) -> None:
    """Out of order, written again, late, failed, with rows let go, and after a restart."""
    numbers = measured.metrics(policy, 4)
    bounds = [None if each is None else NOON_NS + each * SECOND_NS for each in (start, stop)]
    for life in lives:
        with Headed.over(measured.store, rows_max) as headed:
            headed.series.register_policy(numbers, policy)
            for batch, failure in life:
                headed.gate.fail = failure
                rows = [(int(numbers[place]), NOON_NS + second * SECOND_NS, value) for place, second, value in batch]
                if failure is None:
                    headed.write(*rows)
                else:
                    # Where all rows are late there is no insert that could fail.
                    headed.commit.submit(measures_of(*rows)).exception(WAIT_S)
                headed.gate.fail = None
                for asked in (numbers, numbers[2:3], numbers[::-1]):
                    assert read(headed.plain, asked, *bounds) == read(headed.quick, asked, *bounds)
                    assert rows_of(headed.plain.latest(asked)) == rows_of(headed.quick.latest(asked))
                    minutes = [
                        rows_of(reader.read(asked, "mean", MINUTE_NS, np.full(len(asked), 5 * MINUTE_NS)))
                        for reader in (headed.plain, headed.quick)
                    ]
                    assert minutes[0] == minutes[1]


def test_what_was_written_since_the_start_is_read_without_the_store(measured: Measured) -> None:
    numbers = measured.metrics(MINUTES, 2)
    one, other = numbers.tolist()
    with Headed.over(measured.store, LARGE) as headed:
        headed.series.register_policy(numbers, MINUTES)
        for minute in range(10):
            headed.write((one, NOON_NS + minute * MINUTE_NS, float(minute)), (other, NOON_NS + minute * MINUTE_NS, 0.5))
        headed.write((one, NOON_NS + 9 * MINUTE_NS, 90.0), (one, NOON_NS + 10 * MINUTE_NS, 10.0))
        whole = [(0, NOON_NS + minute * MINUTE_NS, 90.0 if minute == 9 else float(minute)) for minute in range(11)]
        with headed.without_the_store():
            assert whole == read(headed.quick, numbers[:1])
            assert whole[3:5] == read(headed.quick, numbers[:1], whole[3][1], whole[5][1])
            assert [*whole, *((1, NOON_NS + minute * MINUTE_NS, 0.5) for minute in range(10))] == read(
                headed.quick, numbers
            )
            assert [whole[10], (1, NOON_NS + 9 * MINUTE_NS, 0.5)] == rows_of(headed.quick.latest(numbers))


def test_after_a_start_the_head_answers_for_what_comes_then(measured: Measured) -> None:
    metric = measured.metric(MINUTES)
    numbers = np.array([metric], np.uint32)
    measured.put(metric, {NOON_NS: 1.0, NOON_NS + MINUTE_NS: 2.0})
    with Headed.over(measured.store, LARGE) as headed:
        headed.series.register_policy(numbers, MINUTES)
        headed.write((metric, NOON_NS + 2 * MINUTE_NS, 3.0))
        with headed.without_the_store():
            assert [(0, NOON_NS + 2 * MINUTE_NS, 3.0)] == read(headed.quick, numbers, NOON_NS + MINUTE_NS + 1)
            with pytest.raises(StoreUnavailable):
                read(headed.quick, numbers, NOON_NS + MINUTE_NS)
        assert [1.0, 2.0, 3.0] == [value for _, _, value in read(headed.quick, numbers)]


@pytest.mark.parametrize("failure", ["before", "after"])
def test_a_failed_insert_sends_reads_to_the_store_until_more_is_committed(measured: Measured, failure: str) -> None:
    metric = measured.metric(MINUTES)
    numbers = np.array([metric], np.uint32)
    with Headed.over(measured.store, LARGE) as headed:
        headed.series.register_policy(numbers, MINUTES)
        # The second notes that this time is rewritten, so that the third has nothing to insert but its measure.
        headed.write((metric, NOON_NS, 0.5))
        headed.write((metric, NOON_NS, 1.0))
        headed.gate.fail = failure
        with pytest.raises(StoreUnavailable):
            headed.write((metric, NOON_NS, 2.0))
        headed.gate.fail = None
        expected = 1.0 if failure == "before" else 2.0
        assert [(0, NOON_NS, expected)] == read(headed.quick, numbers)
        assert [(0, NOON_NS, expected)] == rows_of(headed.quick.latest(numbers))
        headed.write((metric, NOON_NS + SECOND_NS, 3.0))
        with headed.without_the_store():
            assert [(0, NOON_NS + SECOND_NS, 3.0)] == read(headed.quick, numbers, NOON_NS + 1)
        assert [expected, 3.0] == [value for _, _, value in read(headed.quick, numbers)]


def test_a_deleted_metric_is_read_from_the_store(measured: Measured) -> None:
    metric = measured.metric(MINUTES)
    numbers = np.array([metric], np.uint32)
    with Headed.over(measured.store, LARGE) as headed:
        headed.series.register_policy(numbers, MINUTES)
        headed.write((metric, NOON_NS, 1.0))
        measured.store.execute(f"DELETE FROM measures WHERE metric = {metric}")
        headed.series.forget_newest(numbers)
        assert [] == read(headed.quick, numbers)
        assert [] == rows_of(headed.quick.latest(numbers))


def test_memory_stays_within_its_bound_and_the_rest_is_read_from_the_store(measured: Measured) -> None:
    numbers = measured.metrics(MINUTES, 50)
    with Headed.over(measured.store, 1000) as headed:
        headed.series.register_policy(numbers, MINUTES)
        for minute in range(60):
            headed.write(*((each, NOON_NS + minute * MINUTE_NS, float(minute)) for each in numbers.tolist()))
        headed.commit.close()
        assert 0.8 * 1000 * ROW_BYTES <= headed.head.bytes() <= 1000 * ROW_BYTES
        assert f"nephoscope_head_bytes {headed.head.bytes()}" in registry.render()
        with headed.without_the_store():
            assert 50 * 10 == len(read(headed.quick, numbers, NOON_NS + 50 * MINUTE_NS))
        assert 50 * 60 == len(read(headed.quick, numbers))


def test_readers_miss_nothing_that_was_acknowledged_while_rows_come_and_go(measured: Measured) -> None:
    numbers = measured.metrics(MINUTES, 20)
    acknowledged = 0
    with Headed.over(measured.store, 400) as headed:
        headed.series.register_policy(numbers, MINUTES)

        def check(asked: UInt32s, back: int) -> int:
            checked = 0
            while acknowledged < 60:
                known = acknowledged
                first = max(known - back, 0)
                found = read(headed.quick, asked, NOON_NS + first * SECOND_NS)
                times = [(time - NOON_NS) // SECOND_NS for place, time, _ in found if place == len(asked) - 1]
                assert [*range(first, first + len(times))] == times
                assert times[-1:] >= [known - 1] if known else True
                assert all((time - NOON_NS) // SECOND_NS == value for _, time, value in found)
                latest = rows_of(headed.quick.latest(asked))
                assert all(time >= NOON_NS + (known - 1) * SECOND_NS for _, time, _ in latest)
                assert len(asked) == len(latest) or not known
                checked += 1
            return checked

        with ThreadPoolExecutor(3) as threads:
            readers = [threads.submit(check, numbers[:each], back) for each, back in ((1, 4), (20, 10), (20, 60))]
            try:
                for second in range(60):
                    headed.write(*((each, NOON_NS + second * SECOND_NS, float(second)) for each in numbers.tolist()))
                    acknowledged = second + 1
            finally:
                acknowledged = 60
            assert all(reader.result(WAIT_S) for reader in readers)


def test_without_memory_to_merge_everything_is_let_go(measured: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    metric = measured.metric(MINUTES)
    numbers = np.array([metric], np.uint32)

    def fail(_: Sequence[Run]) -> NoReturn:
        raise MemoryError

    with Headed.over(measured.store, LARGE) as headed:
        headed.series.register_policy(numbers, MINUTES)
        monkeypatch.setattr(head_module, "merged", fail)
        for second in range(6):
            headed.write((metric, NOON_NS + second * SECOND_NS, float(second)))
            assert [*range(second + 1)] == [value for _, _, value in read(headed.quick, numbers)]
        headed.commit.close()
        assert 2 * ROW_BYTES == headed.head.bytes()


def test_few_runs_stay_of_many_commits(measured: Measured) -> None:
    numbers = np.arange(1, 101, dtype=np.uint32)
    series = SeriesState(measured.store)
    head = Head(series, LARGE)
    for second in range(1500):
        head.add(Run.of(numbers, np.full(100, second), np.full(100, 0.5)), numbers, np.full(100, second - 1))
        head.settle()
        held = head.covering(numbers, np.full(100, 0))
        assert held is not None
        assert (second + 1) * 100 == sum(map(len, held.runs))
        assert 20 > len(held.runs)


points = st.tuples(st.integers(1, 5), st.integers(0, 20), st.integers(0, 99).map(float))
rows = st.lists(points, min_size=1, max_size=15)
runs_of_rows = st.lists(rows, min_size=1, max_size=5)


@given(whole=runs_of_rows)
@settings(deadline=None)
def test_a_merged_run_is_in_order_and_holds_what_was_written_last(whole: list[list[Row]]) -> None:
    last = {row[:2]: row[2] for batch in whole for row in batch}
    run = merged([run_of(batch) for batch in whole])
    assert [(*key, value) for key, value in sorted(last.items())] == rows_in(run.metric, run.time, run.value)
    assert (min(time for _, time in last), max(time for _, time in last)) == (run.oldest, run.newest)


@given(
    whole=runs_of_rows,
    asked=st.lists(st.integers(0, 6), min_size=1, max_size=4, unique=True),
    since=st.integers(0, 21),
    until=st.integers(0, 21),
)
@settings(deadline=None)
def test_rows_are_those_of_the_metrics_and_the_span(
    whole: list[list[Row]], asked: list[int], since: int, until: int
) -> None:
    last = {row[:2]: row[2] for batch in whole for row in batch}
    expected = [(*key, value) for key, value in last.items() if key[0] in asked and since <= key[1] < until]
    runs, numbers = tuple(run_of(batch) for batch in whole), np.array(asked, np.uint32)
    assert sorted(expected) == sorted(rows_in(*Runs(runs).between(numbers, since, until, rewritten=True)))
    assert sorted(expected) == sorted(rows_in(*Runs((merged(runs),)).between(numbers, since, until, rewritten=False)))


@given(whole=runs_of_rows)
@settings(deadline=None)
def test_the_newest_row_of_each_metric_is_the_one_written_last(whole: list[list[Row]]) -> None:
    last = {row[:2]: row[2] for batch in whole for row in batch}
    newest = {metric: max(time for each, time in last if each == metric) for metric, _ in last}
    numbers = np.array(sorted(newest, reverse=True), np.uint32)
    known = np.array([newest[metric] for metric in numbers.tolist()])
    time, value = Runs(tuple(run_of(batch) for batch in whole)).latest(numbers, known)
    expected = [(metric, newest[metric], last[metric, newest[metric]]) for metric in numbers.tolist()]
    assert expected == rows_in(numbers, time, value)
