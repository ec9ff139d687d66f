# SPDX-License-Identifier: Apache-2.0
"""What is past its time: history and notifications that are over; a little at a time, by one evaluator."""

import time
from collections.abc import Callable

from nephoscope.model.timespan import DAY_NS
from nephoscope.store.index.contract import Index

EVERY_S = 600.0
AT_ONCE = 5000
TURNS_MAX = 20


class Forgetting:
    """Removes what is older than so many days; 0 keeps it for ever."""

    def __init__(
        self,
        index: Index,
        history_days: float,
        deliveries_days: float,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._index = index
        self._history_days = history_days
        self._deliveries_days = deliveries_days
        self._monotonic = monotonic
        self._wall_ns = wall_ns
        self._next_s = monotonic() + EVERY_S

    def turn(self) -> None:
        """Remove what is due, if it is time for that."""
        if self._monotonic() < self._next_s:
            return
        self._next_s = self._monotonic() + EVERY_S
        _all_of(self._index.alarms.expire_history, self._before_ns(self._history_days))
        _all_of(self._index.outbox.expire, self._before_ns(self._deliveries_days))

    def _before_ns(self, days: float) -> int:
        return self._wall_ns() - int(days * DAY_NS) if days else 0


def _all_of(expire: Callable[[int, int], int], before_ns: int) -> None:
    for _ in range(TURNS_MAX):
        if expire(before_ns, AT_ONCE) < AT_ONCE:
            break
