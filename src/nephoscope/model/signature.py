# SPDX-License-Identifier: Apache-2.0
"""The signature of a sample on the bus: who has the secret can tell whether it was changed on its way."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Any

FIELD = "message_signature"


def signature(wire_sample: Mapping[str, Any], secret: str) -> str:
    """
    HMAC-SHA256 in hexadecimal of a sample or event as it travels; empty where there is no secret.

    Takes   a map of plain values; a signature that it holds already does not count.
    Gives   the MAC over each key, in sorted order, and Python's text of its value right behind; maps in maps are
            flattened to `outer:inner`, and texts in lists count as Python shows their UTF-8 bytes.
    Source  Ceilometer's `[publisher] telemetry_secret`.

    >>> signature({"b": {"y": 1}, "a": ["x"]}, "k") == hmac.new(b"k", b"a[b'x']" b"b:y1", "sha256").hexdigest()
    True
    """
    if not secret:
        return ""
    mac = hmac.new(secret.encode(), b"", hashlib.sha256)
    for key, value in _flat(wire_sample):
        if key != FIELD:
            mac.update(key.encode())
            mac.update(str(value).encode())
    return mac.hexdigest()


def verified(wire_sample: Mapping[str, Any], secret: str) -> bool:
    """Whether a sample carries the signature that it should; always where there is no secret."""
    if not secret:
        return True
    carried = wire_sample.get(FIELD)
    return isinstance(carried, str) and hmac.compare_digest(carried.encode(), signature(wire_sample, secret).encode())


def _flat(found: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in sorted(found.items()):
        if isinstance(value, Mapping):
            yield from ((f"{key}:{inner}", each) for inner, each in _flat(value))
        elif isinstance(value, list | tuple):
            yield key, [_as_bytes(each) for each in value]
        else:
            yield key, value


def _as_bytes(value: Any) -> Any:
    """What a list holds, texts as UTF-8 at every depth, maps in the order of their keys."""
    if isinstance(value, Mapping):
        return {_as_bytes(key): _as_bytes(each) for key, each in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_as_bytes(each) for each in value]
    return value.encode() if isinstance(value, str) else value
