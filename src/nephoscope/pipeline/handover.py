# SPDX-License-Identifier: Apache-2.0
"""What pipelines remember of some resources, as bytes that travel from agent to agent."""

import zlib
from collections.abc import Mapping

import msgspec

from nephoscope.model.errors import BadPayload

UNPACKED_BYTES_MAX = 256 * 1024 * 1024


def packed(pages: Mapping[str, bytes]) -> bytes:
    """The pages by step."""
    return zlib.compress(msgspec.msgpack.encode(pages))


def unpacked(body: bytes) -> dict[str, bytes]:
    """
    The pages that were packed; BadPayload where they were not.

    >>> unpacked(packed({"sink/0": b"7"}))
    {'sink/0': b'7'}
    """
    inflate = zlib.decompressobj()
    try:
        content = inflate.decompress(body, UNPACKED_BYTES_MAX)
        if inflate.unconsumed_tail:
            raise BadPayload(f"more than {UNPACKED_BYTES_MAX} bytes to remember")
        return msgspec.msgpack.decode(content, type=dict[str, bytes])
    except (zlib.error, msgspec.DecodeError) as error:
        raise BadPayload(f"what another agent remembers cannot be read: {error}") from None
