# SPDX-License-Identifier: Apache-2.0
"""What several threads write goes into one transaction, and each is told what became of its own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from nephoscope.model.errors import BadRequest, IndexUnavailable
from nephoscope.store.index.together import AT_ONCE, Together


class Disk:
    """Doubles numbers; the first call waits until it may go on. Zero cannot be written, nor anything while away."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.begun, self.may_go_on = threading.Event(), threading.Event()
        self.away = False

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.calls.append(sorted(numbers))
        if len(self.calls) == 1:
            self.begun.set()
            assert self.may_go_on.wait(30)
        if self.away:
            raise IndexUnavailable("away")
        if 0 in numbers:
            raise BadRequest("nothing can be written of 0")
        return [2 * number for number in numbers]


def gathered(disk: Disk, numbers: Sequence[int], then: Callable[[], None] = lambda: None) -> list[Future[int]]:
    """What callers are told who come while a first one, with -1, is being written."""
    together: Together[int, int] = Together(disk)
    with ThreadPoolExecutor(len(numbers) + 1) as threads:
        first = threads.submit(together, -1)
        assert disk.begun.wait(30)
        others = [threads.submit(together, number) for number in numbers]
        while len(together._waiting) < len(numbers):
            threading.Event().wait(0)
        then()
        disk.may_go_on.set()
    return [first, *others]


def test_who_comes_while_one_writes_goes_with_the_next() -> None:
    disk = Disk()
    assert [each.result() for each in gathered(disk, [1, 2, 3])] == [-2, 2, 4, 6]
    assert disk.calls == [[-1], [1, 2, 3]]


def test_one_that_fails_does_not_take_others_along() -> None:
    first, one, bad, two = gathered(Disk(), [1, 0, 2])
    assert (first.result(), one.result(), two.result()) == (-2, 2, 4)
    with pytest.raises(BadRequest):
        bad.result()


def test_without_the_database_all_are_told_and_none_is_tried_alone() -> None:
    disk = Disk()

    def go_away() -> None:
        disk.away = True

    for each in gathered(disk, [1, 2], go_away):
        with pytest.raises(IndexUnavailable):
            each.result()
    assert len(disk.calls) == 2


def test_never_more_at_once_than_a_transaction_should_hold() -> None:
    disk = Disk()
    numbers = list(range(1, AT_ONCE + 21))
    assert [-2, *(2 * each for each in numbers)] == [each.result() for each in gathered(disk, numbers)]
    assert sorted(map(len, disk.calls)) == [1, 20, AT_ONCE]
