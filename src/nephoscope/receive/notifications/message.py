# SPDX-License-Identifier: Apache-2.0
"""A notification as it lies on the message bus: bytes become a message, or a BadPayload says why they do not."""

from typing import Any

import msgspec

from nephoscope.model import timestamp
from nephoscope.model.errors import BadPayload, BadRequest

BYTES_MAX = 16 * 1024 * 1024
# What definitions and stores go through level by level has to end somewhere; services stay below 20.
DEPTH_MAX = 64
TEXT_LENGTH_MAX = 1024

VERSION, INNER = "oslo.version", "oslo.message"
CONTEXT = "_context_"
# Of no use to any definition, and nothing to keep.
SECRET_CONTEXT = frozenset(["auth_token", "service_catalog"])


class Message(msgspec.Struct, frozen=True):
    """
    One notification; `document` is what paths are followed in.

    Its keys are publisher_id, event_type, priority, payload, ctxt, and metadata with message_id and timestamp.
    `priority` is in small letters, `timestamp_ns` since the epoch, UTC; `unique_id` tells repetitions by.
    """

    message_id: str
    unique_id: str
    publisher_id: str
    event_type: str
    priority: str
    payload: Any
    ctxt: dict[str, Any]
    timestamp_ns: int
    document: dict[str, Any]


def read(body: bytes) -> Message:
    """
    Read the body of a broker's message.

    Takes   `{"oslo.version": "2.0", "oslo.message": "<JSON>"}`, or what is in it bare (version 1). Times have a blank
            or a `T` before the hour and may lack the zone, which then is UTC.
    Errors  BadPayload: no JSON, too big, too deep, or not a notification.
    Source  the message format that oslo.messaging writes; fields of the request's context are `_context_<key>`.
    """
    if len(body) > BYTES_MAX:
        raise BadPayload(f"a notification has at most {BYTES_MAX} bytes, this one {len(body)}")
    found = _decoded(body)
    if INNER in found:
        inner = found[INNER]
        if found.get(VERSION) != "2.0":
            raise BadPayload("notifications have version 2.0, or are bare; this one has another oslo.version")
        if not isinstance(inner, str):
            raise BadPayload("oslo.message is no text")
        found = _decoded(inner)
    return _message(found)


def _decoded(written: bytes | str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(written)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadPayload(f"a notification is JSON: {error}") from None
    except RecursionError:
        raise _too_deep() from None
    if not isinstance(found, dict):
        raise BadPayload("a notification is a JSON map")
    opened = written.count("{") + written.count("[") if isinstance(written, str) else _opened(written)
    if opened > DEPTH_MAX and _is_deeper(found, DEPTH_MAX):
        raise _too_deep()
    return found


def _opened(written: bytes) -> int:
    """No tree is deeper than it has brackets; looking at those is quick."""
    return written.count(b"{") + written.count(b"[")


def _is_deeper(value: Any, levels: int) -> bool:
    """Level by level, since what is too deep cannot be gone through by recursion."""
    level = [value]
    for _ in range(levels):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _too_deep() -> BadPayload:
    return BadPayload(f"a notification has at most {DEPTH_MAX} levels")


def _message(found: dict[str, Any]) -> Message:
    message_id, event_type = _text(found, "message_id"), _text(found, "event_type")
    publisher_id, written = _text(found, "publisher_id"), _text(found, "timestamp")
    priority = _text(found, "priority").lower()
    unique_id = found.get("_unique_id")
    payload = found.get("payload")
    cut = len(CONTEXT)
    ctxt = {key[cut:]: value for key, value in found.items() if key.startswith(CONTEXT)}
    for key in SECRET_CONTEXT & ctxt.keys():
        del ctxt[key]
    return Message(
        message_id,
        unique_id if isinstance(unique_id, str) and unique_id else message_id,
        publisher_id,
        event_type,
        priority,
        payload,
        ctxt,
        _time_ns(written),
        {
            "publisher_id": publisher_id,
            "event_type": event_type,
            "priority": priority,
            "payload": payload,
            "ctxt": ctxt,
            "metadata": {"message_id": message_id, "timestamp": written},
        },
    )


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    if not isinstance(value, str) or not value:
        raise BadPayload(f"a notification has a text as {key}")
    if len(value) > TEXT_LENGTH_MAX:
        raise BadPayload(f"a notification's {key} has at most {TEXT_LENGTH_MAX} signs, there are {len(value)}")
    return value


def _time_ns(written: str) -> int:
    try:
        return timestamp.parse_absolute(written)
    except BadRequest as error:
        raise BadPayload(f"a notification's timestamp is a time such as 2026-03-02 09:15:30.123456: {error}") from None
