# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""A batch of bodies is taken as one: every message once, and what is none given back."""

from collections.abc import Iterable, Sequence

import pytest

from nephoscope.model.errors import StoreUnavailable
from nephoscope.model.event import Event
from nephoscope.model.sample_columns import Samples
from nephoscope.receive.notifications import events, meters
from nephoscope.receive.notifications.conversion import Conversion
from nephoscope.receive.transport.amqp_settings import Delivered
from tests.receive.notifications.recorded import NOW_NS, body

CREATED = "18_volume.create.end.json"


class Taken:
    """Keeps what is taken, unless it is broken."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.samples = 0
        self.events: list[str] = []
        self.broken = False

    def seen(self, ids: Iterable[str]) -> set[str]:
        return set(ids) & set(self.ids)

    def take(self, samples: Samples, events: Sequence[Event], ids: Sequence[str]) -> None:
        if self.broken:
            raise StoreUnavailable("the disk is full")
        self.ids += ids
        self.samples += len(samples)
        self.events += [event.type for event in events]


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def conversion(taken: Taken) -> Conversion:
    return Conversion(meters.builtin(), events.builtin(), taken.seen, taken.take, wall_ns=lambda: NOW_NS)


def delivered(*bodies: bytes) -> list[Delivered]:
    return [Delivered(each, "nova", "notifications.info", False, len(each)) for each in bodies]


def test_a_message_becomes_samples_and_an_event(conversion: Conversion, taken: Taken) -> None:
    assert [] == conversion(delivered(body(CREATED)))
    assert (1, ["volume.create.end"]) == (taken.samples, taken.events)


def test_a_message_counts_once_in_a_batch_and_over_batches(conversion: Conversion, taken: Taken) -> None:
    conversion(delivered(body(CREATED), body(CREATED)))
    conversion(delivered(body(CREATED), body("15_image.update.json")))
    assert ["volume.create.end", "image.update"] == taken.events
    assert 2 == len(set(taken.ids))


def test_what_is_no_notification_is_given_back_and_does_not_disturb_others(
    conversion: Conversion, taken: Taken
) -> None:
    poison = conversion(delivered(b"{", body(CREATED), b"[]"))
    assert [(b"{", "a notification is JSON"), (b"[]", "a notification is a JSON map")] == [
        (each.body, why[: len("a notification is JSON")] if each.body == b"{" else why) for each, why in poison
    ]
    assert ["volume.create.end"] == taken.events


def test_a_batch_that_cannot_be_stored_is_not_taken_and_can_be_offered_again(
    conversion: Conversion, taken: Taken
) -> None:
    taken.broken = True
    with pytest.raises(StoreUnavailable):
        conversion(delivered(body(CREATED)))
    taken.broken = False
    conversion(delivered(body(CREATED)))
    assert ["volume.create.end"] == taken.events
