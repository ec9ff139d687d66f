# SPDX-License-Identifier: Apache-2.0
"""What the notifier tells of itself: counters of what became of deliveries, and how many wait since when."""

from collections.abc import Callable

from nephoscope.model.paging import Page, Sort
from nephoscope.model.search import equal
from nephoscope.model.timespan import SECOND_NS
from nephoscope.observe import registry
from nephoscope.store.index.alarm_contract import Outbox

DELIVERED = "nephoscope_notifications_delivered_total"
FAILED = "nephoscope_notifications_failed_total"
GIVEN_UP = "nephoscope_notifications_given_up_total"
POSTPONED = "nephoscope_notifications_postponed_total"
TRY = "nephoscope_notification"
WAITING = "nephoscope_notifications_waiting"
OLDEST = "nephoscope_notifications_oldest_seconds"
COUNTED_MAX = 1000
LOOKED_EVERY_S = 10.0

registry.describe(DELIVERED, "counter", "Notifications that were delivered, by scheme.")
registry.describe(FAILED, "counter", "Tries that failed and are repeated, by scheme and cause.")
registry.describe(GIVEN_UP, "counter", "Notifications that are not tried any more, by scheme and cause.")
registry.describe(POSTPONED, "counter", "Times that a notification that was due was put off untried, by cause.")
registry.describe(f"{TRY}_seconds_sum", "counter", "Seconds that tries took, by scheme.")
registry.describe(f"{TRY}_seconds_count", "counter", "Tries that were timed, by scheme.")


class Backlog:
    """How many notifications wait, counted up to a thousand, and how old the oldest is, looked at now and then."""

    def __init__(self, outbox: Outbox, wall_s: Callable[[], float], monotonic_s: Callable[[], float]) -> None:
        self._outbox = outbox
        self._wall_s = wall_s
        self._monotonic_s = monotonic_s
        self._next_s = monotonic_s()
        self._waiting = 0
        self._oldest_ns = 0

    def show(self) -> None:
        """Let the registry read them."""
        registry.gauge(WAITING, f"Notifications that wait, {COUNTED_MAX} for more as well.", lambda: self._waiting)
        registry.gauge(OLDEST, "Age of the oldest notification that waits.", self._oldest_s)

    def look(self) -> None:
        """Look anew, if it is time. Errors as those of the outbox."""
        if self._monotonic_s() < self._next_s:
            return
        self._next_s = self._monotonic_s() + LOOKED_EVERY_S
        page = Page(COUNTED_MAX, sort=(Sort("created"),))
        found = self._outbox.find(equal("progress", "waiting"), page=page)
        self._waiting = len(found)
        self._oldest_ns = found[0].created_ns if found else 0

    def _oldest_s(self) -> float:
        return max(0.0, self._wall_s() - self._oldest_ns / SECOND_NS) if self._oldest_ns else 0.0
