# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The thread that works on groups: who holds which, what hangs, what is tried again when."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from nephoscope.act.scale.signals import Signals
from nephoscope.act.scale.tools import WorkSettings
from nephoscope.act.scale.worker import ScalingWorker
from nephoscope.model.errors import IndexUnavailable, Unavailable
from nephoscope.observe import registry
from tests.act.scale.fake import TTL_NS, Bench, failing
from tests.store.index.samples import SECOND

PATIENCE_S = 30.0


@pytest.fixture
def worker(bench: Bench) -> ScalingWorker:
    return ScalingWorker(bench.tools())


def step(worker: ScalingWorker) -> int:
    """A step, and wait for what it has begun."""
    begun = worker.step()
    worker.settle(PATIENCE_S)
    return begun


def set_size(bench: Bench, size: int, group: str = "web") -> str:
    signals = Signals(bench.index.scaling, bench.index.alarms, bench.clock)
    return signals.set_size(group, size, "ann").decision.verdict


@contextmanager
def hanging(bench: Bench, worker: ScalingWorker) -> Iterator[None]:
    """The actuator does not come back as long as this lasts."""
    bench.world.gate = gate = threading.Event()
    bench.world.at_gate.clear()
    try:
        worker.step()
        assert bench.world.at_gate.wait(PATIENCE_S)
        yield
    finally:
        gate.set()


def test_what_is_due_is_worked_on_and_then_left_alone(bench: Bench, worker: ScalingWorker) -> None:
    bench.group(size=2)
    set_size(bench, 3)
    # Once more, as there may be more to do after a change.
    assert [1, 1, 0] == [step(worker) for _ in range(3)]
    assert (3, False) == (len(bench.world.members), bench.now().busy)
    bench.clock.forward(31)
    assert 1 == step(worker), "members are looked at every so often"


def test_only_so_many_groups_are_worked_on_at_once(bench: Bench) -> None:
    for name in ("a", "b", "c"):
        bench.group(name, size=1)
    for name in ("a", "b", "c"):
        set_size(bench, 2, name)
    bench.settings = WorkSettings(threads_max=2)
    worker = ScalingWorker(bench.tools())
    with hanging(bench, worker):
        assert 0 == worker.step()
    worker.settle(PATIENCE_S)
    while step(worker):
        pass
    assert [2, 2, 2] == [bench.now(name).desired for name in ("a", "b", "c")]
    assert 6 == len(bench.world.members)


def test_of_two_servers_one_works_on_a_group(bench: Bench, worker: ScalingWorker) -> None:
    bench.group(size=1)
    set_size(bench, 2)
    other = ScalingWorker(bench.tools())
    with hanging(bench, worker):
        assert 0 == other.step()
        # As long as the first is alive it holds on, however long its actuator takes.
        for _ in range(10):
            bench.clock.forward(5)
            worker.step()
            assert 0 == other.step()
    worker.settle(PATIENCE_S)
    assert ["web-1", "web-2"] == bench.world.names()
    assert 1 == sum(method == "grow" for method, _ in bench.world.calls)


def test_a_server_that_dies_is_followed_by_another(bench: Bench, worker: ScalingWorker) -> None:
    bench.group(size=1)
    set_size(bench, 3)
    other = ScalingWorker(bench.tools())
    with hanging(bench, worker):
        # It is not heard of any more.
        bench.clock.forward(TTL_NS / SECOND + 1)
        bench.world.gate = None
        assert 1 == step(other)
    worker.settle(PATIENCE_S)
    assert ["web-1", "web-2", "web-3"] == bench.world.names()
    assert ("done", False) == (bench.last().progress, bench.now().busy)


def test_a_group_that_was_lost_and_comes_back_is_not_worked_on_twice(bench: Bench, worker: ScalingWorker) -> None:
    bench.group(size=1)
    set_size(bench, 2)
    with hanging(bench, worker):
        bench.clock.forward(TTL_NS / SECOND + 1)
        assert 1 == len(bench.index.scaling.claim(10, TTL_NS)), "another has it, and dies"
        bench.clock.forward(TTL_NS / SECOND + 1)
        worker.step()
        assert [("grow", ("web-2",))] == [each for each in bench.world.calls if each[0] == "grow"]
    worker.settle(PATIENCE_S)
    bench.clock.forward(TTL_NS / SECOND + 1)
    step(worker)
    assert (["web-1", "web-2"], False, "done") == (bench.world.names(), bench.now().busy, bench.last().progress)


def test_an_actuator_that_hangs_is_given_up_and_the_group_says_so_until_it_comes_back(
    bench: Bench, worker: ScalingWorker
) -> None:
    bench.group(size=2)
    set_size(bench, 3)
    with hanging(bench, worker):
        bench.clock.forward(629)
        worker.step()
        assert bench.now().busy
        bench.clock.forward(2)
        worker.step()
        group, record = bench.now(), bench.last()
        assert (False, False, 2) == (group.busy, group.healthy, group.desired)
        assert "the actuator has not come back for 630 s" in group.problem
        assert ("failed", group.problem) == (record.progress, record.failure)
        assert "refused" == set_size(bench, 3)
        # Nobody else works on it beside the thread that may still be at it.
        bench.clock.forward(14)
        worker.step()
        bench.clock.forward(14)
        assert 0 == ScalingWorker(bench.tools()).step()
    worker.settle(PATIENCE_S)
    hung = next(thread for thread in threading.enumerate() if thread.name == "scaling web")
    hung.join(PATIENCE_S)
    worker.step()
    worker.settle(PATIENCE_S)
    assert (True, "", 3) == (bench.now().healthy, bench.now().problem, bench.now().desired)
    assert "taken over" in bench.last().decision.reason


def test_a_repair_that_fails_is_tried_again_later_and_later(bench: Bench, worker: ScalingWorker) -> None:
    bench.group(size=2)
    bench.world.errors["grow"] = [Unavailable("full")] * 3
    del bench.world.members["web-1"]
    tried: list[int] = []
    for second in range(0, 600, 10):
        before = len(bench.records())
        step(worker)
        worker.step()
        worker.settle(PATIENCE_S)
        if len(bench.records()) > before:
            tried.append(second)
        bench.clock.forward(10)
    # The pause is twice as long each time: 60, 120, 240 s; members are looked at every 30 s.
    assert 4 == len(tried)
    pauses = [later - sooner for sooner, later in itertools.pairwise(tried)]
    assert [60, 120, 240] == pauses
    assert ["web-1", "web-2"] == bench.world.names()
    assert 2 == bench.now().desired


def test_a_store_that_is_away_is_waited_for(
    bench: Bench, worker: ScalingWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.group(size=1)
    set_size(bench, 2)

    def away(*_: object) -> None:
        raise IndexUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(bench.index.scaling, "claim", away)
        with pytest.raises(IndexUnavailable):
            worker.step()
    assert 1 == step(worker)
    assert 2 == len(bench.world.members)


def test_it_runs_by_itself_and_stops(bench: Bench) -> None:
    bench.group(size=1)
    bench.settings = WorkSettings(poll_interval_s=0.01)
    grown = threading.Event()
    bench.world.after_each = lambda _name: grown.set()
    worker = ScalingWorker(bench.tools())
    worker.start()
    set_size(bench, 2)
    worker.wake()
    assert grown.wait(PATIENCE_S)
    worker.stop(PATIENCE_S)
    assert not any(thread.name.startswith("scaling") for thread in threading.enumerate())
    assert ("done", False) == (bench.last().progress, bench.now().busy)


def test_old_decisions_are_forgotten(bench: Bench) -> None:
    bench.group(size=1)
    bench.clock.forward(400 * 86400)
    set_size(bench, 2)
    step(ScalingWorker(bench.tools()))
    assert [2] == [each.decision.wanted for each in bench.records()]


def test_what_became_of_changes_is_counted(bench: Bench) -> None:
    def counts() -> list[float]:
        return [registry.value("nephoscope_scaling_changes_total", outcome=each) for each in ("done", "failed")]

    before = counts()
    bench.group(size=1)
    failing(bench.world, "grow", Unavailable("full"))
    set_size(bench, 2)
    bench.work()
    assert [1, 1] == [now - was for now, was in zip(counts(), before, strict=True)]


def test_a_group_that_is_deleted_while_it_is_worked_on_is_left(bench: Bench, worker: ScalingWorker) -> None:
    bench.group(size=1)
    set_size(bench, 2)
    with hanging(bench, worker):
        bench.index.scaling.delete("web")
    worker.settle(PATIENCE_S)
    worker.step()
    assert [] == bench.index.scaling.find()
    assert "the group was deleted" == bench.last().failure
