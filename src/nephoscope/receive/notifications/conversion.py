# SPDX-License-Identifier: Apache-2.0
"""A batch of bodies from the bus becomes samples and events, and is taken as one."""

import time
from collections.abc import Callable, Iterable, Sequence

from nephoscope.model.errors import BadPayload
from nephoscope.model.event import Event
from nephoscope.model.sample_columns import Samples
from nephoscope.observe import registry
from nephoscope.receive.notifications.events import EventDefinitions
from nephoscope.receive.notifications.message import Message, read
from nephoscope.receive.notifications.meters import MeterDefinitions
from nephoscope.receive.transport.amqp_settings import Delivered, Poison

registry.describe("nephoscope_notifications_total", "counter", "Notifications that were taken.")
registry.describe("nephoscope_notifications_known_total", "counter", "Notifications that had been taken before.")

Seen = Callable[[Iterable[str]], set[str]]
TakeBatch = Callable[[Samples, Sequence[Event], Sequence[str]], None]


class Conversion:
    """
    What a consumer hands its batches to.

    `seen` tells which messages, by their ids, were taken before: those are passed over. `take` stores samples and
    events for good, with the ids of the messages, or raises.
    """

    def __init__(
        self,
        meters: MeterDefinitions,
        events: EventDefinitions,
        seen: Seen,
        take: TakeBatch,
        *,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._meters = meters
        self._events = events
        self._seen = seen
        self._take = take
        self._wall_ns = wall_ns

    def __call__(self, delivered: Sequence[Delivered]) -> list[Poison]:
        """Take a batch; gives the bodies that are no notifications, with the reasons. Raises what `take` raises."""
        messages: dict[str, Message] = {}
        poison = []
        for each in delivered:
            try:
                message = read(each.body)
            except BadPayload as error:
                poison.append((each, error.message))
                continue
            messages.setdefault(message.unique_id, message)
        known = self._seen(messages)
        new = [message for key, message in messages.items() if key not in known]
        registry.count("nephoscope_notifications_known_total", len(delivered) - len(poison) - len(new))
        if new:
            samples = self._meters.samples_of(new, self._wall_ns())
            self._take(samples, self._events.events_of(new), [message.unique_id for message in new])
            registry.count("nephoscope_notifications_total", len(new))
        return poison
