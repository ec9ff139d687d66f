# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""As many turns at once as keep the interpreter busy, and others where those are stuck."""

import pytest

from nephoscope.act.notify.pace import BEGUN_S_MAX, TURNS_FREE, WINDOW_S, Pace


class Processor:
    """A clock, and the processor time that a process has spent meanwhile."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.spent_s = 0.0

    def run(self, wall_s: float, share: float) -> None:
        """Let time pass in which so much of a core was used."""
        self.now_s += wall_s
        self.spent_s += wall_s * share


@pytest.fixture
def processor() -> Processor:
    return Processor()


@pytest.fixture
def pace(processor: Processor) -> Pace:
    return Pace(lambda: processor.now_s, lambda: processor.spent_s)


def test_threads_that_wait_for_their_receivers_leave_room_for_further_ones(processor: Processor, pace: Pace) -> None:
    assert pace.may_begin(15)
    processor.run(WINDOW_S, 0.5)
    assert pace.may_begin(15)


def test_where_the_interpreter_is_busy_few_turns_are_under_way(processor: Processor, pace: Pace) -> None:
    processor.run(WINDOW_S, 0.95)
    assert [True] * TURNS_FREE + [False] == [pace.may_begin(turns) for turns in range(TURNS_FREE + 1)]
    processor.run(WINDOW_S, 0.1)
    assert pace.may_begin(TURNS_FREE)


def test_less_than_a_window_says_nothing(processor: Processor, pace: Pace) -> None:
    processor.run(WINDOW_S, 0.95)
    assert not pace.may_begin(TURNS_FREE)
    processor.run(WINDOW_S / 2, 0)
    assert not pace.may_begin(TURNS_FREE)


def test_turns_that_are_stuck_keep_others_waiting_for_a_moment_only(processor: Processor, pace: Pace) -> None:
    """However busy something else keeps us."""
    begun = 0
    for _ in range(100):
        processor.run(BEGUN_S_MAX / 10, 1.0)
        if pace.may_begin(TURNS_FREE + begun):
            pace.begun()
            begun += 1
    assert 9 <= begun <= 10
