# SPDX-License-Identifier: Apache-2.0
"""The recorded notifications again and again: fresh ids each time, other resources now and then, later times."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4, uuid5

from tests.receive.notifications.recorded import FILES, recorded

# How often each message is met with the same resources in it.
COPIES_OF_A_RESOURCE = 10
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_TIME = "%Y-%m-%d %H:%M:%S.%f"
# What telemetry agents send is no event.
POLLED = "telemetry.polling"


@dataclass(frozen=True)
class Made:
    """A message as it goes onto the bus."""

    priority: str
    body: bytes
    is_event: bool


def made(count: int) -> Iterator[Made]:
    """So many messages, the recorded ones in turn."""
    # Resources begin when a store first meets them, and must not end before that; nothing may be a day ahead.
    start = datetime.now(UTC) + timedelta(hours=1)
    inners = [recorded(file) for file in FILES]
    texts = [str(each["body"]["oslo.message"]) for each in inners]
    priorities = [str(each["routing_key"]).rpartition(".")[2] for each in inners]
    for number in range(count):
        copy, which = divmod(number, len(texts))
        inner = json.loads(_with_other_resources(texts[which], copy // COPIES_OF_A_RESOURCE))
        inner |= {
            "message_id": str(uuid4()),
            "_unique_id": uuid4().hex,
            "timestamp": (start + timedelta(milliseconds=10 * number)).strftime(_TIME),
        }
        body = json.dumps({"oslo.version": "2.0", "oslo.message": json.dumps(inner)}).encode()
        yield Made(priorities[which], body, inner["event_type"] != POLLED)


def _with_other_resources(text: str, variant: int) -> str:
    """Every UUID becomes another, the same one for the same variant."""
    return _UUID.sub(lambda found: str(uuid5(UUID(found[0]), str(variant))), text)
