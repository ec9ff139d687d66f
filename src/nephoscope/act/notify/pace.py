# SPDX-License-Identifier: Apache-2.0
"""
How many turns are worth having at once: as many as it takes to keep the interpreter busy, and no more.

Threads that wait for slow receivers cost nothing. Those that would all run only hand the interpreter to each other, at
twice the price for each delivery.
"""

import time
from collections.abc import Callable

# These are always worth it: while one waits for its answer, the other sends.
TURNS_FREE = 2
BUSY_SHARE = 0.8
WINDOW_S = 0.02
# Where all turns are stuck while something else keeps us busy, others get theirs.
BEGUN_S_MAX = 0.2


class Pace:
    """Watches the processor time of this process. Not for several threads at once."""

    def __init__(
        self,
        monotonic_s: Callable[[], float] = time.monotonic,
        spent_s: Callable[[], float] = time.process_time,
    ) -> None:
        self._monotonic_s = monotonic_s
        self._spent_s = spent_s
        self._looked_at = (monotonic_s(), spent_s())
        self._is_busy = False
        self._begun_s = monotonic_s()

    def may_begin(self, turns: int) -> bool:
        """Whether one more turn is worth it where so many are under way."""
        now_s = self._monotonic_s()
        since_s, spent_s = self._looked_at
        if now_s >= since_s + WINDOW_S:
            self._looked_at = (now_s, self._spent_s())
            self._is_busy = self._looked_at[1] - spent_s >= BUSY_SHARE * (now_s - since_s)
        return turns < TURNS_FREE or not self._is_busy or now_s >= self._begun_s + BEGUN_S_MAX

    def begun(self) -> None:
        """A turn has begun."""
        self._begun_s = self._monotonic_s()
