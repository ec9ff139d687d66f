# SPDX-License-Identifier: Apache-2.0
"""Records that nobody can use, for the server's table of dead letters."""

import uuid

import msgspec

from nephoscope.client.batch import EncodedBatch

PATH = "/api/v1/dead-letters"
RECORD_BYTES_MAX = 64 * 1024
CAUSE_LENGTH_MAX = 255


def letter(station: str, cause: str, record: bytes, now_ns: int) -> EncodedBatch:
    """
    One record as a batch for the server's dead letters: its first 64 KiB as text, bad bytes as U+FFFD.

    >>> letter("amqp", "no JSON", b"{", 0).body
    b'{"records":[{"station":"amqp","cause":"no JSON","record":"{"}]}'
    """
    text = record[:RECORD_BYTES_MAX].decode("utf-8", "replace")
    body = {"records": [{"station": station, "cause": cause[:CAUSE_LENGTH_MAX], "record": text}]}
    return EncodedBatch(str(uuid.uuid4()), now_ns, 1, "", msgspec.json.encode(body))
