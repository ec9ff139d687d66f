# SPDX-License-Identifier: Apache-2.0
"""Whose rates go where: what pipelines remember of shared work, slot by slot."""

import logging
import threading
from collections.abc import Callable, Iterable

from nephoscope.model.errors import BadPayload
from nephoscope.model.sample_columns import Samples
from nephoscope.pipeline import handover
from nephoscope.pipeline.running import Running

log = logging.getLogger("nephoscope.client")


class SlotResources:
    """
    Which resources each slot of shared work has brought, so that what pipelines remember of them moves with the slot.

    `changed` is told of slots that brought something.
    """

    def __init__(self, running: Running) -> None:
        self._running = running
        self._of_slot: dict[int, set[str]] = {}
        self._lock = threading.Lock()
        self.changed: Callable[[int], None] = lambda slot: None

    def publish(self, part: str, samples: Samples) -> None:
        """What a part of the polling has read goes into the pipelines."""
        self._running.take_or_drop(samples)
        if part:
            slot = int(part.rpartition("/")[2])
            self._note(slot, (str(each) for each in samples.resource_id.tolist()))
            self.changed(slot)

    def packed(self, slot: int) -> bytes | None:
        """What is remembered of a slot's resources; None when nothing was read of it here."""
        with self._lock:
            resources = set(self._of_slot.get(slot, ()))
        return handover.packed(self._running.of_resources(resources)) if resources else None

    def take_over(self, slot: int, body: bytes) -> None:
        """Remember what another agent has of a slot."""
        try:
            pages = handover.unpacked(body)
        except BadPayload as error:
            log.warning("slot %d: %s; its rates begin anew", slot, error)
            return
        self._note(slot, self._running.take_over(pages))

    def gone(self, slot: int) -> None:
        """Another agent has the slot: forget its resources."""
        with self._lock:
            resources = self._of_slot.pop(slot, set())
        if resources:
            self._running.hand_over(resources)

    def _note(self, slot: int, resources: Iterable[str]) -> None:
        with self._lock:
            self._of_slot.setdefault(slot, set()).update(resources)
