# SPDX-License-Identifier: Apache-2.0
"""Stores batches in a thread of its own, again and again until it works, while another thread keeps the line alive."""

import logging
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from random import Random

from nephoscope.observe import dropped
from nephoscope.receive.transport.amqp_settings import Delivered, Poison, Refuse, Take

log = logging.getLogger("nephoscope.receive")

FIRST_PAUSE_S = 0.5


def pause_s(failures: int, longest_s: float, chance: Random) -> float:
    """
    Seconds to wait after so many failures in a row: doubling, less up to a half by chance, lest all come at once.

    >>> [round(pause_s(n, 60, Random(1)) / min(60, FIRST_PAUSE_S * 2 ** (n - 1)), 1) for n in (1, 5, 99)]
    [0.6, 0.6, 0.6]
    """
    return min(longest_s, FIRST_PAUSE_S * 2.0 ** min(failures - 1, 32)) * chance.uniform(0.5, 1)


class Worker:
    """
    Has at most one batch in work: `give` it, then ask `outcome` until it is there; `wake` is called when it is.

    It runs from `start` to `close`; what is in work then is not tried again.
    """

    def __init__(self, name: str, take: Take, refuse: Refuse, retry_s_max: float, wake: Callable[[], None]) -> None:
        self._take = take
        self._refuse = refuse
        self._retry_s_max = retry_s_max
        self._wake = wake
        self._chance = Random()  # noqa: S311 - no secret
        self._closing = threading.Event()
        self._given: SimpleQueue[Sequence[Delivered] | None] = SimpleQueue()
        self._outcomes: SimpleQueue[bool] = SimpleQueue()
        self._failing = False
        # A take that never returns must not keep the program from ending.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Be ready for batches."""
        self._thread.start()

    def give(self, batch: Sequence[Delivered]) -> None:
        """Store this batch."""
        self._given.put(batch)

    def outcome(self) -> bool | None:
        """Whether the batch is stored, or was given up in the end; None while it is in work."""
        return None if self._outcomes.empty() else self._outcomes.get()

    def close(self) -> None:
        """Try nothing again from now on."""
        self._closing.set()
        self._given.put(None)

    def join(self, timeout_s: float) -> None:
        """Wait for the end, after `close`; nothing happens when it was never started."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while (batch := self._given.get()) is not None:
            self._outcomes.put(self._store(batch))
            self._wake()

    def _store(self, batch: Sequence[Delivered]) -> bool:
        usable = [each for each in batch if len(each.body) == each.size_bytes]
        poison: list[Poison] = [(each, _too_large(each)) for each in batch if len(each.body) != each.size_bytes]
        failures = 0
        while True:
            try:
                if usable:
                    poison += self._take(usable) or ()
                    usable = []
                self._bury(poison)
            except Exception as error:  # whatever it is, the messages stay with the broker until they are stored
                failures += 1
                self._say_failed(error)
            else:
                self._say_works()
                return True
            if self._closing.wait(pause_s(failures, self._retry_s_max, self._chance)):
                return False

    def _bury(self, poison: list[Poison]) -> None:
        while poison:
            message, reason = poison[0]
            self._refuse(message, reason)
            dropped("notifications", "too large" if len(message.body) != message.size_bytes else "poison")
            del poison[0]

    def _say_failed(self, error: Exception) -> None:
        if not self._failing:
            log.warning("cannot store notifications; the broker keeps them until it works: %s", error)
        self._failing = True

    def _say_works(self) -> None:
        if self._failing:
            log.info("notifications can be stored again")
        self._failing = False


def _too_large(message: Delivered) -> str:
    return f"the body of {message.size_bytes} bytes is larger than the {len(message.body)} that are allowed"
