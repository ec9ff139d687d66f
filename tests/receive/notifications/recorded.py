# SPDX-License-Identifier: Apache-2.0
"""The recorded messages with what was made of them, and messages made on the spot."""

import json
from typing import Any

from nephoscope.model import timestamp
from nephoscope.model.event import TRAIT_NUMBERS, Event
from nephoscope.model.sample_columns import Samples
from nephoscope.model.sample_json import encode
from nephoscope.receive.notifications.message import Message, read
from tests.project import PROJECT

DATA = PROJECT / "tests/data"
RESULTS: list[dict[str, Any]] = json.loads((DATA / "notification-results.json").read_text())["results"]
FILES = sorted(path.name for path in (DATA / "notifications").glob("*.json"))
# Long after the recorded messages.
NOW_NS = timestamp.parse("2026-11-01T00:00:00", 0)


def recorded(file: str) -> dict[str, Any]:
    """A message as it was taken from the broker, with its envelope beside it."""
    found: dict[str, Any] = json.loads((DATA / "notifications" / file).read_text())
    return found


def body(file: str) -> bytes:
    """The bytes that the broker had."""
    return json.dumps(recorded(file)["body"]).encode()


def message(payload: Any, event_type: str = "thing.create.end", priority: str = "INFO", **more: Any) -> Message:
    """A message with that payload; `more` are further fields, such as `_context_user_id`."""
    inner = {
        "message_id": "m-1",
        "publisher_id": "service.host-1",
        "event_type": event_type,
        "priority": priority,
        "payload": payload,
        "timestamp": "2026-03-02 09:15:30.123456",
        **more,
    }
    return read(json.dumps(inner).encode())


def shown_samples(samples: Samples) -> list[dict[str, Any]]:
    """Samples as they were recorded: sorted by name."""
    return sorted(encode(samples), key=lambda each: str(each["name"]))


def shown_event(event: Event) -> dict[str, Any]:
    """An event as it was recorded: traits sorted, times without zone."""
    traits = [
        [each.name, TRAIT_NUMBERS[each.type], naive(int(each.value)) if each.type == "datetime" else each.value]
        for each in event.traits
    ]
    return {
        "message_id": event.id,
        "event_type": event.type,
        "generated": naive(event.generated_ns),
        "traits": sorted(traits),
        "raw": event.raw,
    }


def naive(time_ns: int) -> str:
    return timestamp.render(time_ns).removesuffix("+00:00")
