# SPDX-License-Identifier: Apache-2.0
"""What pipelines remember of some resources, as bytes that travel from agent to agent."""

import zlib
from collections.abc import Iterable, Mapping

import msgspec

from nephoscope.model.errors import BadPayload
from nephoscope.pipeline.transform.memory import Item

UNPACKED_BYTES_MAX = 256 * 1024 * 1024


def packed(items: Mapping[str, Iterable[Item]]) -> bytes:
    """The items by step."""
    return zlib.compress(msgspec.msgpack.encode({step: list(listed) for step, listed in items.items()}))


def unpacked(body: bytes) -> dict[str, list[Item]]:
    """
    The items that were packed; BadPayload where they were not.

    >>> unpacked(packed({"sink/0": [Item("vm-1", "cpu", b"7")]}))
    {'sink/0': [Item(resource='vm-1', key='cpu', value=b'7')]}
    """
    inflate = zlib.decompressobj()
    try:
        content = inflate.decompress(body, UNPACKED_BYTES_MAX)
        if inflate.unconsumed_tail:
            raise BadPayload(f"more than {UNPACKED_BYTES_MAX} bytes to remember")
        return msgspec.msgpack.decode(content, type=dict[str, list[Item]])
    except (zlib.error, msgspec.DecodeError) as error:
        raise BadPayload(f"what another agent remembers cannot be read: {error}") from None
