# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Questions to who may be slow, or away."""

import threading
import time

import pytest

from nephoscope.observe import registry
from nephoscope.poll.libvirt.inquiry import Inquiry
from tests.poll.libvirt.polled import until

ERRORS = "nephoscope_instance_facts_errors_total"


def fails() -> int:
    raise ConnectionError("refused")


def test_an_answer_in_time_is_given_at_once() -> None:
    asked: Inquiry[int] = Inquiry("somebody", 20)
    assert 7 == asked.answer(lambda: 7)
    assert None is asked.answer(None)


def test_a_late_answer_comes_with_a_later_look_and_nothing_else_is_asked_meanwhile() -> None:
    asked: Inquiry[int] = Inquiry("somebody", 0.2)
    opened = threading.Event()
    assert None is asked.answer(lambda: 1 if opened.wait(20) else 0)
    assert None is asked.answer(fails)
    opened.set()
    until(lambda: asked.answer(None) == 1)


def test_failures_are_said_once_and_counted_each(caplog: pytest.LogCaptureFixture) -> None:
    before = registry.value(ERRORS)
    asked: Inquiry[int] = Inquiry("somebody", 20)
    with caplog.at_level("INFO"):
        assert None is asked.answer(fails)
        until(lambda: asked.answer(fails) is None and registry.value(ERRORS) >= before + 3)
        until(lambda: asked.answer(lambda: 3) == 3)
    told = [record.getMessage() for record in caplog.records]
    assert ["ConnectionError: refused" in each for each in told] == [True, False]
    assert "somebody answers again" == told[1]


def test_who_is_away_is_not_waited_for_again() -> None:
    before = registry.value(ERRORS)
    asked: Inquiry[int] = Inquiry("somebody", 1)
    opened = threading.Event()
    started = time.monotonic()
    for _ in range(20):
        assert None is asked.answer(lambda: 1 if opened.wait(20) else 0)
    # Twenty times would be five seconds.
    assert 0.25 <= time.monotonic() - started < 2
    assert before + 1 == registry.value(ERRORS)
    opened.set()
