# SPDX-License-Identifier: Apache-2.0
"""When pollsters run, with the clock, the chance and the threads in the test's hand."""

import logging
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest

from nephoscope.model.sample import Meter, SampleBatch, SampledResource
from nephoscope.observe import registry
from nephoscope.poll.contract import Readings
from nephoscope.poll.schedule import Job, Schedule

METERS = (Meter("a"),)


class Counting:
    """A pollster that reads how often it was asked, and raises what it is told to."""

    METERS = METERS

    def __init__(self, error: Exception | None = None) -> None:
        self.times: list[int] = []
        self.error = error

    def poll(self, now_ns: int) -> Readings:
        """Read the count."""
        self.times.append(now_ns)
        if self.error:
            raise self.error
        readings = Readings(METERS, now_ns)
        readings.add(SampledResource("box"), {"a": len(self.times)})
        return readings


class Hand:
    """Time that stands still until moved, and runs that wait until let go."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.held: list[Callable[[], None]] = []
        self.hold = False
        self.published: list[SampleBatch] = []

    def launch(self, name: str, work: Callable[[], None]) -> None:
        """Run at once, or later."""
        if self.hold:
            self.held.append(work)
        else:
            work()

    def release(self) -> None:
        """Let everything held run."""
        held, self.held = self.held, []
        for work in held:
            work()

    def schedule(self, *jobs: Job, jitter: float = 0, seed: int = 0) -> Schedule:
        """A schedule in this hand."""
        return Schedule(
            jobs,
            self.published.append,
            jitter=jitter,
            monotonic=lambda: self.now,
            wall_ns=lambda: int((self.now + 5000) * 1e9),
            random=Random(seed),
            launch=self.launch,
        )

    def pass_time(self, schedule: Schedule, seconds: float) -> None:
        """Step whenever the schedule asks for it."""
        until = self.now + seconds
        while (wait := schedule.step()) <= until - self.now:
            self.now += wait or 1e-6
        self.now = until


@pytest.fixture
def hand() -> Hand:
    """A fresh one."""
    return Hand()


def counted(what: str, name: str) -> float:
    """One of the schedule's counters."""
    return registry.value(f"nephoscope_poll_{what}_total", pollster=name)


def test_starts_are_evenly_spaced_and_stamped_by_the_wall_clock(hand: Hand) -> None:
    fast, slow = Counting(), Counting()
    hand.pass_time(hand.schedule(Job("fast", fast, 10, 5), Job("slow", slow, 60, 5)), 120)
    assert [pytest.approx(10e9, abs=1e4)] * 12 == [b - a for a, b in pairwise(fast.times)]
    assert fast.times[0] == 6000 * 10**9
    assert len(slow.times) == 3
    assert hand.published[0].time_ns == [fast.times[0]]


def test_first_starts_are_spread_by_chance_over_part_of_the_interval(hand: Hand) -> None:
    offsets = []
    for seed in range(50):
        pollster = Counting()
        schedule = hand.schedule(Job("a", pollster, 10, 5), jitter=0.5, seed=seed)
        start = hand.now
        hand.pass_time(schedule, 9)
        offsets.append(pollster.times[0] / 1e9 - 5000 - start)
    assert all(0 <= offset <= 5.001 for offset in offsets)
    assert max(offsets) - min(offsets) > 3


def test_a_run_that_takes_too_long_is_given_up_and_its_readings_counted(hand: Hand) -> None:
    before = counted("timeouts", "hangs"), registry.value("nephoscope_dropped_total", station="poll", cause="timeout")
    schedule = hand.schedule(Job("hangs", Counting(), 10, 3))
    hand.hold = True
    hand.pass_time(schedule, 9)
    assert counted("timeouts", "hangs") - before[0] == 1
    hand.release()
    assert hand.published == []
    after = registry.value("nephoscope_dropped_total", station="poll", cause="timeout")
    assert after - before[1] == 1


def test_a_run_under_way_is_not_started_again_and_the_turns_it_misses_are_counted(hand: Hand) -> None:
    before = counted("overruns", "hangs")
    hangs, other = Counting(), Counting()
    schedule = hand.schedule(Job("hangs", hangs, 10, 3))
    others = hand.schedule(Job("other", other, 10, 3))
    hand.hold = True
    hand.pass_time(schedule, 35)
    assert (len(hand.held), counted("overruns", "hangs") - before) == (1, 3)
    hand.hold = False
    hand.release()
    hand.pass_time(schedule, 10)
    assert len(hangs.times) == 2
    assert len(hand.published) == 1
    hand.pass_time(others, 1)
    assert len(other.times) == 1


def test_after_a_pause_of_the_machine_missed_turns_are_left_out_not_made_up(hand: Hand) -> None:
    before = counted("overruns", "a")
    pollster = Counting()
    schedule = hand.schedule(Job("a", pollster, 10, 3))
    hand.pass_time(schedule, 5)
    hand.now += 100
    hand.pass_time(schedule, 10)
    assert len(pollster.times) == 3
    assert counted("overruns", "a") - before == 9


def test_errors_are_counted_each_time_and_logged_once_per_kind(
    hand: Hand, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("nephoscope"), "propagate", True)
    before = counted("errors", "breaks")
    breaks, works = Counting(ValueError("no such file")), Counting()
    schedule = hand.schedule(Job("breaks", breaks, 10, 5), Job("works", works, 10, 5))
    hand.pass_time(schedule, 31)
    breaks.error = OSError("gone")
    hand.pass_time(schedule, 20)
    assert counted("errors", "breaks") - before == 6
    assert len([record for record in caplog.records if "breaks" in record.getMessage()]) == 2
    assert len(works.times) == len(hand.published) == 6


def test_a_machine_without_a_thread_to_spare_is_tried_again(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    pollster, threads_left = Counting(), iter([False, True])

    def launch(name: str, work: Callable[[], None]) -> None:
        if not next(threads_left):
            raise RuntimeError("can't start new thread")
        work()

    monkeypatch.setattr(hand, "launch", launch)
    schedule = hand.schedule(Job("a", pollster, 10, 5))
    hand.pass_time(schedule, 5)
    assert hand.published == []
    hand.pass_time(schedule, 10)
    assert len(hand.published) == 1


class Hanging:
    """A pollster that returns when it is let go."""

    METERS = METERS

    def __init__(self) -> None:
        self.go, self.entered = threading.Event(), threading.Event()

    def poll(self, now_ns: int) -> Readings:
        """Hang."""
        self.entered.set()
        self.go.wait(30)
        readings = Readings(METERS, now_ns)
        readings.add(SampledResource("box"), {"a": 1})
        return readings


def test_one_pollster_that_hangs_holds_up_no_other_and_not_the_stop() -> None:
    hanging, works, published = Hanging(), Counting(), list[SampleBatch]()
    schedule = Schedule([Job("hangs", hanging, 0.1, 0.2), Job("works", works, 0.1, 1)], published.append)
    schedule.start()
    assert schedule.alive
    assert hanging.entered.wait(5)
    time.sleep(0.6)
    began = time.monotonic()
    schedule.stop(1)
    assert time.monotonic() - began < 2
    assert not schedule.alive
    assert 4 <= len(published) == len(works.times)
    hanging.go.set()
    time.sleep(0.1)
    assert len(published) == len(works.times)


def test_stop_waits_for_a_run_that_is_about_to_end() -> None:
    hanging, published = Hanging(), list[SampleBatch]()
    schedule = Schedule([Job("a", hanging, 10, 5)], published.append, jitter=0)
    schedule.start()
    assert hanging.entered.wait(5)
    threading.Timer(0.2, hanging.go.set).start()
    schedule.stop(5)
    assert len(published) == 1
    schedule.stop(5)
