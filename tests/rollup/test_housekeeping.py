# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Housekeeping rolls up and expires in turns, on one node at a time, whatever fails on the way."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.model.errors import IndexUnavailable, StoreUnavailable
from nephoscope.model.kept_event import KeptEvent
from nephoscope.model.metric import Metric, MetricDraft
from nephoscope.model.timespan import DAY_NS
from nephoscope.observe import registry
from nephoscope.rollup.housekeeping import LEASE, Housekeeping
from nephoscope.rollup.rollup import Rollup
from nephoscope.store.catalog import Catalog, numbers_of
from nephoscope.store.events import keep
from nephoscope.store.index.contract import Index
from nephoscope.store.schema import Layout
from nephoscope.store.series import NEVER, UInt32s
from tests.api.gnocchi.server import make_template, opened_copy
from tests.store.measured import HOUR_NS, MINUTE_NS, NOON_NS, WAIT_S, Measured, policy_of


class Clock:
    """A clock that goes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Intervals:
    """How often, in seconds, and from which share on."""

    interval_s: float = 60.0
    expiry_interval_s: float = 3600.0
    expired_share_min: float = 0.0


@pytest.fixture(scope="session")
def index_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("housekeeping"))


@pytest.fixture
def index(index_template: Path, tmp_path: Path) -> Iterator[Index]:
    with opened_copy(index_template, tmp_path) as opened:
        for name in ("first", "second"):
            opened.archive_policies.create(
                policy_of((MINUTE_NS, 10 * MINUTE_NS), (HOUR_NS, 1000 * HOUR_NS), methods=["sum"], name=name)
            )
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def housekeeping(index: Index, measured: Measured, clock: Clock) -> Housekeeping:
    return made(index, measured, clock, Intervals())


def made(index: Index, measured: Measured, clock: Clock, intervals: Intervals) -> Housekeeping:
    catalog = Catalog(index, measured.series)
    return Housekeeping(measured.store, index, measured.series, catalog, intervals, Layout(), clock)


def metrics(index: Index, measured: Measured, policy: str = "first", count: int = 1) -> list[Metric]:
    """New metrics with a point a minute over three hours."""
    found = index.metrics.create([MetricDraft(archive_policy_name=policy)] * count)
    for metric in found:
        measured.put(metric.number, {NOON_NS + minute * MINUTE_NS: float(minute) for minute in range(180)})
    return found


def rolled(measured: Measured, *metrics: Metric) -> list[int]:
    found: list[int] = measured.series.rolled_until[numbers_of(metrics)].tolist()
    return found


def test_turns_roll_up_and_at_their_time_expire(
    index: Index, measured: Measured, clock: Clock, housekeeping: Housekeeping
) -> None:
    first, second = *metrics(index, measured), *metrics(index, measured, "second")
    expected = measured.read(first.number, "sum", HOUR_NS)
    housekeeping.turn()
    housekeeping.turn()
    assert [NOON_NS + 2 * HOUR_NS] * 2 == rolled(measured, first, second)
    assert 180 == len(measured.raw_times(first.number))
    clock.now += 3600
    housekeeping.turn()
    # Those of the open hour, of which the window may still see any.
    assert 60 == len(measured.raw_times(first.number)) == len(measured.raw_times(second.number))
    assert expected == measured.read(first.number, "sum", HOUR_NS)


def test_events_past_their_retention_go_with_the_rest(
    index: Index, measured: Measured, clock: Clock, housekeeping: Housekeeping
) -> None:
    now_ns = time.time_ns()
    events = [KeptEvent(str(day), "x", now_ns - day * DAY_NS, "", "") for day in (0, 80, 100)]
    keep(measured.store, events)
    housekeeping.turn()
    assert 3 == count_events(measured)
    clock.now += 3600
    housekeeping.turn()
    assert 2 == count_events(measured)


def count_events(measured: Measured) -> int:
    return int(measured.store.query("SELECT count() AS events FROM events FINAL")["events"][0].as_py())


def test_nothing_is_done_while_another_node_holds_the_lease(
    index: Index, measured: Measured, housekeeping: Housekeeping
) -> None:
    [metric] = metrics(index, measured)
    held = index.leases.acquire(LEASE, "another", 600 * 10**9)
    assert held is not None
    housekeeping.turn()
    housekeeping.turn()
    assert [NEVER] == rolled(measured, metric)
    assert index.leases.release(held)
    housekeeping.turn()
    housekeeping.turn()
    assert [NOON_NS + 2 * HOUR_NS] == rolled(measured, metric)


def test_deleted_metrics_and_their_data_are_gone_after_an_expiry(
    index: Index, measured: Measured, clock: Clock, housekeeping: Housekeeping
) -> None:
    deleted, other = metrics(index, measured, count=2)
    for _ in range(2):
        housekeeping.turn()
    index.metrics.delete([deleted.id])
    housekeeping.turn()
    assert [deleted.number] == [metric.number for metric in index.metrics.deleted(10)]
    clock.now += 3600
    housekeeping.turn()
    assert [] == index.metrics.deleted(10)
    for table in ("measures", "aggregates"):
        assert [other.number] == measured.store.query(f"SELECT DISTINCT metric FROM {table}")["metric"].to_pylist()


def test_deleted_metrics_stay_marked_until_their_data_is_gone(
    index: Index, measured: Measured, clock: Clock, housekeeping: Housekeeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    [deleted] = metrics(index, measured)
    index.metrics.delete([deleted.id])
    clock.now += 3600

    def fail(_: str) -> None:
        raise StoreUnavailable("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(measured.store, "execute", fail)
        with pytest.raises(StoreUnavailable):
            housekeeping.turn()
    assert [deleted.number] == [metric.number for metric in index.metrics.deleted(10)]
    clock.now += 3600
    housekeeping.turn()
    assert [] == index.metrics.deleted(10)
    assert [] == measured.raw_times(deleted.number)


def test_a_policy_that_fails_keeps_neither_others_nor_expiry_waiting(
    index: Index, measured: Measured, clock: Clock, housekeeping: Housekeeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = *metrics(index, measured), *metrics(index, measured, "second")
    plain = Rollup.run

    def run(self: Rollup, policy: ArchivePolicy, numbers: UInt32s) -> int:
        if policy.name == "first":
            raise StoreUnavailable("out of memory")
        return plain(self, policy, numbers)

    monkeypatch.setattr(Rollup, "run", run)
    failed = registry.value("nephoscope_housekeeping_errors_total")
    clock.now += 3600
    housekeeping.turn()
    clock.now += 3600
    housekeeping.turn()
    assert 2 == registry.value("nephoscope_housekeeping_errors_total") - failed
    assert [NEVER, NOON_NS + 2 * HOUR_NS] == rolled(measured, first, second)
    assert (180, 60) == tuple(len(measured.raw_times(each.number)) for each in (first, second))


def test_a_changed_back_window_counts_from_the_next_turn(
    index: Index, measured: Measured, housekeeping: Housekeeping
) -> None:
    [metric] = metrics(index, measured)
    housekeeping.turn()
    policy = index.archive_policies.get("first")
    index.archive_policies.change("first", policy.definition, back_window=1)
    housekeeping._catalog.forget_policies()
    housekeeping.turn()
    assert [NOON_NS + HOUR_NS] == rolled(measured, metric)


def test_the_thread_goes_on_after_failures_and_ends_when_told(
    index: Index, measured: Measured, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    housekeeping = made(index, measured, clock, Intervals(interval_s=0.01))
    problems: list[Exception] = [IndexUnavailable("the index is away"), RuntimeError("our mistake")]
    turned = threading.Event()

    def turn() -> None:
        if problems:
            raise problems.pop()
        turned.set()

    monkeypatch.setattr(housekeeping, "_refresh_names", turn)
    failed = registry.value("nephoscope_housekeeping_errors_total")
    housekeeping.start()
    assert turned.wait(WAIT_S)
    housekeeping.stop()
    assert 2 == registry.value("nephoscope_housekeeping_errors_total") - failed
    assert "housekeeping" not in {each.name for each in threading.enumerate()}
    made(index, measured, clock, Intervals()).stop()
