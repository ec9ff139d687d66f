# SPDX-License-Identifier: Apache-2.0
"""Small writes of several threads in one transaction: a sync to disk costs more than what is written."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from nephoscope.model.errors import IndexUnavailable

Item = TypeVar("Item")
Result = TypeVar("Result")

AT_ONCE = 200


@dataclass(eq=False)
class _Call(Generic[Item, Result]):
    """What one caller wants, and what came of it: one result, or an error."""

    item: Item
    results: Sequence[Result] = ()
    error: Exception | None = field(default_factory=lambda: IndexUnavailable("the writer was stopped; try again"))
    done: bool = False
    woken: threading.Event = field(default_factory=threading.Event)


class Together(Generic[Item, Result]):
    """
    Calls `work` with the items of all callers that have come meanwhile; each gets its own result.

    `work` gives a result an item, in order, and stores all or nothing. Where it fails with several, though the index
    is there, each is tried alone, so that none suffers from another.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        self._work = work
        self._changing = threading.Lock()
        self._waiting: list[_Call[Item, Result]] = []
        self._is_writing = False

    def __call__(self, item: Item) -> Result:
        """Errors as those of `work`."""
        mine = _Call[Item, Result](item)
        with self._changing:
            self._waiting.append(mine)
            if not self._is_writing:
                self._is_writing = True
                mine.woken.set()
        # Until another has written it, or it is its turn to write for all that wait.
        mine.woken.wait()
        if not mine.done:
            self._write()
        if mine.error is not None:
            raise mine.error
        return mine.results[0]

    def _write(self) -> None:
        with self._changing:
            calls, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
        try:
            self._carry_out(calls)
        finally:
            with self._changing:
                self._is_writing = bool(self._waiting)
                following = self._waiting[:1]
            for each in (*following, *calls):
                each.woken.set()

    def _carry_out(self, calls: Sequence[_Call[Item, Result]]) -> None:
        try:
            results = self._work([each.item for each in calls])
        except Exception as error:
            if len(calls) > 1 and not isinstance(error, IndexUnavailable):
                for each in calls:
                    self._carry_out([each])
                return
            for each in calls:
                each.error = error
        else:
            for each, result in zip(calls, results, strict=True):
                each.results, each.error = (result,), None
        finally:
            # Whatever became of us, nobody waits for it any longer.
            for each in calls:
                each.done = True
