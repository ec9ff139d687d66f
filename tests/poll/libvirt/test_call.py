# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Questions that may never be answered."""

import threading

import pytest

from nephoscope.poll.libvirt.call import Call


def test_a_late_answer_is_not_lost() -> None:
    come = threading.Event()

    def work() -> int:
        come.wait(10)
        return 42

    call = Call("late", work)
    with pytest.raises(TimeoutError):
        call.result(0.01)
    assert not call.done
    come.set()
    assert 42 == call.result(10)
    assert call.done


def test_what_the_work_raises_comes_to_who_asks() -> None:
    def work() -> None:
        raise LookupError("nobody there")

    call = Call("fails", work)
    for _ in range(2):
        with pytest.raises(LookupError, match="nobody there"):
            call.result(10)
