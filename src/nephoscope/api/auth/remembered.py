# SPDX-License-Identifier: Apache-2.0
"""A small memory of verdicts, bounded in size and time, and one question for all who ask the same at once."""

import asyncio
import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """
    Values by secret, for a while; the least recently used goes first when `size_max` is reached.

    Secrets are kept only as keyed hashes, so that a dump of memory does not give them away. `now_s` is the clock.
    """

    def __init__(self, size_max: int, now_s: Callable[[], float] = time.monotonic) -> None:
        self.size_max = size_max
        self._now_s = now_s
        self._key = secrets.token_bytes(32)
        self._values: OrderedDict[bytes, tuple[float, T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, secret: str) -> T | None:
        """What was put under `secret`, unless its time is over."""
        name = self._name(secret)
        with self._lock:
            until_s, value = self._values.get(name, (0.0, None))
            if value is None or self._now_s() >= until_s:
                self._values.pop(name, None)
                return None
            self._values.move_to_end(name)
            return value

    def put(self, secret: str, value: T, for_s: float) -> None:
        """Keep `value` for `for_s` seconds."""
        with self._lock:
            self._values[self._name(secret)] = (self._now_s() + for_s, value)
            self._values.move_to_end(self._name(secret))
            while len(self._values) > self.size_max:
                self._values.popitem(last=False)

    def drop(self, secret: str) -> None:
        """Drop what was put under `secret`."""
        with self._lock:
            self._values.pop(self._name(secret), None)

    def forget(self) -> None:
        """Drop everything, after accounts changed."""
        with self._lock:
            self._values.clear()

    def __len__(self) -> int:
        return len(self._values)

    def _name(self, secret: str) -> bytes:
        return hashlib.blake2b(secret.encode(), key=self._key, digest_size=32).digest()


class OneQuestion(Generic[T]):
    """Lets requests that want to know the same thing at the same time share one answer."""

    def __init__(self) -> None:
        self._asking: dict[str, asyncio.Task[T]] = {}

    async def ask(self, about: str, question: Callable[[], Awaitable[T]]) -> T:
        """The answer of `question`, or of the one about the same that is on its way; its errors go to all."""
        task = self._asking.get(about)
        if task is None:
            task = asyncio.create_task(_asked(question))
            self._asking[about] = task
            task.add_done_callback(lambda _: self._asking.pop(about, None))
        # Shielded: one caller who hangs up must not take the answer from the others.
        return await asyncio.shield(task)


async def _asked(question: Callable[[], Awaitable[T]]) -> T:
    return await question()
