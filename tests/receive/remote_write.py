# SPDX-License-Identifier: Apache-2.0
"""Write Prometheus' remote-write messages byte by byte, and read them with Google's library: two other opinions."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import cramjam
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

Sample = tuple[float, int]
"""Value and time, in ms since the epoch."""
Series = tuple[Mapping[str, str], Sequence[Sample]]
STALE = struct.unpack("<d", struct.pack("<Q", 0x7FF0000000000002))[0]


def varint(number: int) -> bytes:
    """Seven bits a byte, low ones first; negative numbers as 64 bits."""
    number &= 2**64 - 1
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])


def nested(number: int, content: bytes) -> bytes:
    """A field of bytes, text, or another message."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def label(name: str | bytes, value: str | bytes) -> bytes:
    """A label as a field of its series."""
    raw = [each.encode() if isinstance(each, str) else each for each in (name, value)]
    return nested(1, nested(1, raw[0]) + nested(2, raw[1]))


def sample(value: float, time_ms: int) -> bytes:
    """A sample as a field of its series; as every encoder does, what is 0 is left out."""
    said = b"\x09" + struct.pack("<d", value) if struct.pack("<d", value) != bytes(8) else b""
    return nested(2, said + (b"\x10" + varint(time_ms) if time_ms else b""))


def message(series: Iterable[Series]) -> bytes:
    """A WriteRequest."""
    return b"".join(
        nested(1, b"".join(label(*each) for each in labels.items()) + b"".join(sample(*each) for each in samples))
        for labels, samples in series
    )


def packed(raw: bytes) -> bytes:
    """Compressed as Prometheus does."""
    return bytes(cramjam.snappy.compress_raw(raw))


def body(*series: Series) -> bytes:
    """A whole request body."""
    return packed(message(series))


def as_google_reads(raw: bytes) -> list[Series] | None:
    """The series of a message, or None when it is none."""
    try:
        read = _write_request().FromString(raw)
    except DecodeError:
        return None
    return [
        (
            {each.name: each.value for each in series.labels},
            [(each.value, each.timestamp) for each in series.samples],
        )
        for series in read.timeseries
    ]


_Kind = descriptor_pb2.FieldDescriptorProto
_FIELDS: dict[str, Sequence[tuple[str, int, _Kind.Type.ValueType, str]]] = {
    # Google's library also insists that texts are UTF-8; the decoder looks at those only that it uses.
    "Label": [("name", 1, _Kind.TYPE_BYTES, ""), ("value", 2, _Kind.TYPE_BYTES, "")],
    "Sample": [("value", 1, _Kind.TYPE_DOUBLE, ""), ("timestamp", 2, _Kind.TYPE_INT64, "")],
    "TimeSeries": [("labels", 1, _Kind.TYPE_MESSAGE, "Label"), ("samples", 2, _Kind.TYPE_MESSAGE, "Sample")],
    "WriteRequest": [("timeseries", 1, _Kind.TYPE_MESSAGE, "TimeSeries")],
}
_made: dict[str, Any] = {}


def _write_request() -> Any:
    """The message class, made from a description at first use."""
    if not _made:
        file = descriptor_pb2.FileDescriptorProto(name="remote.proto", package="remote", syntax="proto3")
        for name, fields in _FIELDS.items():
            described = file.message_type.add(name=name)
            for field, number, kind, of in fields:
                repeated = _Kind.LABEL_REPEATED if of else _Kind.LABEL_OPTIONAL
                added = described.field.add(name=field, number=number, label=repeated, type=kind)
                if of:
                    added.type_name = f".remote.{of}"
        pool = descriptor_pool.DescriptorPool()
        pool.Add(file)
        _made["class"] = message_factory.GetMessageClass(pool.FindMessageTypeByName("remote.WriteRequest"))
    return _made["class"]
