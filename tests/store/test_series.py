# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What is known of each series: asked of the store once, kept while columns grow, and again after a failure."""

import threading
from typing import Any

import numpy as np
import pytest

from nephoscope.store.contract import Store
from nephoscope.store.series import NEVER, RECENT_NS, SeriesState
from tests.store.measured import DAY_NS, MINUTE_NS, NOON_NS, SECOND_NS, Measured, policy_of

POLICY = policy_of(SECOND_NS, MINUTE_NS, back_window=1)


class Interrupted(SeriesState):
    """Columns between whose copying and replacing something else happens."""

    work: threading.Thread | None = None

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "newest" and self.work is not None:
            work, self.work = self.work, None
            work.start()
            # It either waits for us, or is done with its writing to the old column.
            work.join(0.2)
        super().__setattr__(name, value)


def numbers(*metrics: int) -> "np.ndarray[Any, np.dtype[np.uint32]]":
    return np.array(metrics, np.uint32)


def test_a_commit_while_the_columns_grow_is_not_forgotten(measured: Measured) -> None:
    series = Interrupted(measured.store)
    series.register_policy(numbers(1), POLICY)
    assert [NEVER] == series.newest_of(numbers(1)).tolist()
    work = threading.Thread(target=series.note_newest, args=(numbers(1), np.array([NOON_NS])))
    series.work = work
    series.register_policy(numbers(1_000_000), POLICY)
    work.join()
    assert [NOON_NS] == series.newest_of(numbers(1)).tolist()


def test_the_newest_point_is_found_however_old_it_is(measured_anywhere: Measured) -> None:
    metrics = measured_anywhere.metrics(POLICY, 3)
    recent, old, _ = metrics.tolist()
    times = {recent: NOON_NS, old: NOON_NS - 2 * RECENT_NS}
    for metric, time in times.items():
        measured_anywhere.put(metric, {time - 5: 1.0, time: 2.0})
    with Measured.over(measured_anywhere.store) as again:
        assert [*times.values(), NEVER] == again.series.newest_of(metrics).tolist()
        assert [NEVER, *times.values()] == again.series.newest_of(metrics[[2, 0, 1]]).tolist()


def test_nothing_is_asked_of_the_store_twice(measured: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = measured.metrics(POLICY, 2)
    measured.put(int(metrics[0]), {NOON_NS: 1.0})
    measured.series.forget_newest(metrics)
    first = measured.series.newest_of(metrics).tolist()
    monkeypatch.setattr(measured.store, "query", None)
    assert [NOON_NS, NEVER] == first == measured.series.newest_of(metrics).tolist()


def test_what_other_nodes_write_is_seen(fresh_clickhouse_store: Store) -> None:
    with Measured.over(fresh_clickhouse_store) as here, Measured.over(fresh_clickhouse_store) as there:
        metric = here.metric(POLICY)
        assert metric == there.metric(POLICY)
        here.put(metric, {NOON_NS: 1.0})
        there.put(metric, {NOON_NS + 5 * MINUTE_NS: 2.0, NOON_NS: 4.0})
        expected = {NOON_NS: 4.0, NOON_NS + 5 * MINUTE_NS: 2.0}
        assert expected == here.read(metric, "sum", MINUTE_NS) == there.read(metric, "sum", MINUTE_NS)
        assert 1 == here.put(metric, {NOON_NS + MINUTE_NS: 3.0}).late


def test_a_window_starts_at_a_whole_block_and_never_before_what_is_rolled_up(measured: Measured) -> None:
    metrics = measured.metrics(POLICY, 3)
    newest = np.array([185 * SECOND_NS, 185 * SECOND_NS, NEVER])
    assert [120 * SECOND_NS] * 2 + [NEVER] == measured.series.open_since(metrics, newest).tolist()
    measured.series.note_rolled(metrics[1:2], np.array([180 * SECOND_NS]))
    assert [120 * SECOND_NS, 180 * SECOND_NS, NEVER] == measured.series.open_since(metrics, newest).tolist()


def test_marks_are_read_again_at_start_and_only_rise(measured: Measured) -> None:
    metric = measured.metric(POLICY)
    measured.put(metric, {NOON_NS: 1.0, NOON_NS + 1: 1.0})
    assert not measured.series.needs_final(numbers(metric), 0)
    measured.put(metric, {NOON_NS: 2.0})
    with Measured.over(measured.store) as again:
        for series in (measured.series, again.series):
            assert series.needs_final(numbers(metric), NOON_NS)
            assert not series.needs_final(numbers(metric), NOON_NS + 1)
            assert not series.needs_final(numbers(metric + 1), 0)
    measured.series.note_rewritten(numbers(metric), np.array([NOON_NS + DAY_NS]))
    measured.series.reload_marks()
    assert measured.series.needs_final(numbers(metric), NOON_NS + DAY_NS)
