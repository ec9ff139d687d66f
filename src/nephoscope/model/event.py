# SPDX-License-Identifier: Apache-2.0
"""Events: something happened, once, at a time; traits say what to whom."""

from typing import Any, Literal

import msgspec

TraitType = Literal["text", "integer", "float", "datetime"]

# As numbers on the wire of the telemetry dialects.
TRAIT_NUMBERS: dict[TraitType, int] = {"text": 1, "integer": 2, "float": 3, "datetime": 4}


class Trait(msgspec.Struct, frozen=True):
    """One fact of an event; a `datetime` is in ns since the epoch, UTC."""

    name: str
    type: TraitType
    value: str | int | float


class Event(msgspec.Struct, frozen=True):
    """
    `id` is the message's, the same however often it is sent; `generated_ns` since the epoch, UTC.

    `raw` is the message itself, where the configuration keeps it.
    """

    id: str
    type: str
    generated_ns: int
    traits: tuple[Trait, ...] = ()
    raw: dict[str, Any] = {}

    def text(self, name: str) -> str | None:
        """A trait as text, None where the event has none of that name."""
        return next((str(each.value) for each in self.traits if each.name == name), None)
