# SPDX-License-Identifier: Apache-2.0
"""The one bridge from the event loop to threads: engine, index and CPU work goes over it."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from nephoscope.model.errors import QueueFull

P = ParamSpec("P")
R = TypeVar("R")


class Threads:
    """A bounded pool: at most `threads` calls run and `waiting_max` wait; more are refused with QueueFull."""

    def __init__(self, threads: int, waiting_max: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="offload")
        self._room = threads + waiting_max
        self._taken = 0
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        """Calls that run or wait at this moment."""
        return self._taken

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `function` in a thread, with the caller's context variables; its exceptions come back."""
        self._enter()
        context = contextvars.copy_context()
        job: Future[R] = self._executor.submit(context.run, function, *args, **kwargs)  # type: ignore[arg-type]
        job.add_done_callback(self._leave)
        return await asyncio.wrap_future(job)

    def _enter(self) -> None:
        with self._lock:
            if self._taken >= self._room:
                raise QueueFull(f"all {self._room} places for work in threads are taken; try again in a second")
            self._taken += 1

    def _leave(self, _: object) -> None:
        # Also called for jobs that were cancelled before they began, so that their place is not lost.
        with self._lock:
            self._taken -= 1


class _Bridge:
    """Holds the process's pool, made at first use so that importing starts nothing."""

    def __init__(self) -> None:
        self._threads: Threads | None = None

    def limit(self, threads: int, waiting_max: int) -> None:
        self._threads = Threads(threads, waiting_max)

    @property
    def threads(self) -> Threads:
        if self._threads is None:
            self.limit(16, 2000)
        assert self._threads is not None
        return self._threads


_bridge = _Bridge()


def limit_threads(threads: int, waiting_max: int) -> None:
    """Set the size of the pool; call it once, before the first request."""
    _bridge.limit(threads, waiting_max)


async def offload(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a synchronous function in the pool and wait for it. Raises QueueFull when the pool's queue is full."""
    return await _bridge.threads.run(function, *args, **kwargs)
