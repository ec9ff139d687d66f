# SPDX-License-Identifier: Apache-2.0
"""A question to somebody who may never answer: asked in a thread of its own, so that its asker can go on."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Call(Generic[T]):
    """Work that began when this was made, and whose result may be asked for again after it was late once."""

    def __init__(self, name: str, work: Callable[[], T]) -> None:
        """`name` is the thread's; it does not keep the program from ending."""
        self._future: Future[T] = Future()
        Thread(target=self._run, args=(work,), name=name, daemon=True).start()

    @property
    def done(self) -> bool:
        """Whether there is a result, or an error."""
        return self._future.done()

    def wait(self) -> None:
        """Wait for the end, however long it takes."""
        self._future.exception()

    def result(self, timeout_s: float) -> T:
        """What the work gave or raised; TimeoutError when it is still under way after `timeout_s`."""
        return self._future.result(timeout_s)

    def _run(self, work: Callable[[], T]) -> None:
        try:
            self._future.set_result(work())
        except BaseException as error:  # whatever it was, the asker is told
            self._future.set_exception(error)
