# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Work that is done again and again: when it is time or woken, whatever goes wrong, until it is stopped."""

import logging
import threading
from collections.abc import Callable

import pytest

from nephoscope.model.errors import Unavailable
from nephoscope.repeating import Repeating

PATIENCE_S = 30.0
NEVER_S = 1000.0
log = logging.getLogger("nephoscope.test")


class Work:
    """Counts how often it was done; raises what it is told to, once each."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.times = 0
        self.changed = threading.Condition()

    def __call__(self) -> None:
        with self.changed:
            self.times += 1
            self.changed.notify_all()
        if self.errors:
            raise self.errors.pop(0)

    def wait_for(self, times: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.times >= times, PATIENCE_S)


def repeating(
    work: Callable[[], object], every_s: float | Callable[[], float], failed: Callable[[], None] = lambda: None
) -> Repeating:
    return Repeating("test", work, every_s, log=log, waits="nothing is done now", failed=failed)


def test_it_is_done_again_and_again() -> None:
    work = Work()
    found = repeating(work, 0.001)
    found.start()
    work.wait_for(5)
    found.stop()
    times = work.times
    assert found.is_stopping
    found.wake()
    assert times == work.times


def test_it_may_tell_each_time_how_long_it_is_until_the_next() -> None:
    work = Work()
    pauses = iter([0.0, 0.0, 0.0])
    found = repeating(work, lambda: next(pauses, NEVER_S))
    found.start()
    work.wait_for(3)
    found.wake()
    work.wait_for(4)
    found.stop()
    assert 4 == work.times


def test_it_is_done_when_woken_and_not_before_its_time() -> None:
    work = Work()
    found = repeating(work, NEVER_S)
    found.start()
    assert 0 == work.times
    for times in (1, 2):
        found.wake()
        work.wait_for(times)
    found.stop()
    assert 2 == work.times


def test_what_goes_wrong_is_said_and_it_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    work, failures = Work(Unavailable("the index is away"), ZeroDivisionError("x")), []
    found = repeating(work, 0.001, lambda: failures.append(work.times))
    with caplog.at_level(logging.WARNING, "nephoscope.test"):
        found.start()
        work.wait_for(3)
        found.stop()
    said, trace = caplog.records
    assert "nothing is done now: the index is away" == said.getMessage()
    assert ("nothing is done now; it is tried again", True) == (trace.getMessage(), trace.exc_info is not None)
    assert [1, 2] == failures


def test_stop_waits_for_what_is_under_way_but_not_beyond_its_time() -> None:
    begun, ended = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        ended.wait(PATIENCE_S)

    found = repeating(work, 0.001)
    found.start()
    assert begun.wait(PATIENCE_S)
    found.stop(0.01)
    assert found.is_stopping
    ended.set()
    found.stop()


def test_stop_works_before_start() -> None:
    work = Work()
    found = repeating(work, 0)
    found.stop()
    found.start()
    found.stop()
    assert 0 == work.times
