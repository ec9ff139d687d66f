# SPDX-License-Identifier: Apache-2.0
"""Places that nobody answers at: the others wait, too, instead of finding that out one after the other."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from nephoscope.act.notify.retry import pause_s
from nephoscope.act.notify.settings import NotifierSettings

FAILURES_FREE = 3
PLACES_MAX = 10_000


class Reach:
    """Counts failures in a row by place, and closes a place for a while, longer each time. Safe for several threads."""

    def __init__(self, settings: NotifierSettings, random: Callable[[], float]) -> None:
        self._settings = settings
        self._random = random
        self._lock = threading.Lock()
        # Place: failures in a row, and when it opens again.
        self._failed: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def answered(self, place: str) -> None:
        """Somebody has answered there, whatever they said."""
        with self._lock:
            self._failed.pop(place, None)

    def silent(self, place: str, now_s: float) -> None:
        """Nobody has answered there."""
        with self._lock:
            failures = self._failed.pop(place, (0, 0.0))[0] + 1
            beyond = failures - FAILURES_FREE
            closed_s = pause_s(beyond, self._settings, self._random) if beyond >= 0 else 0.0
            self._failed[place] = (failures, now_s + closed_s)
            if len(self._failed) > PLACES_MAX:
                self._failed.popitem(last=False)

    def closed_s(self, place: str, now_s: float) -> float:
        """For how long nothing is to be tried there; 0 where it may be."""
        with self._lock:
            return max(0.0, self._failed.get(place, (0, 0.0))[1] - now_s)
