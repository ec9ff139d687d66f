# SPDX-License-Identifier: Apache-2.0
"""Decode InfluxDB's line protocol: all lines of a payload at once, as columns."""

import re
from collections.abc import Iterator
from operator import methodcaller

import numpy as np
import pyarrow as pa

from nephoscope.model.errors import BadArgument, BadPayload, TooLarge
from nephoscope.receive.line_protocol import BadLine, Block, parse
from nephoscope.receive.series import Float64s, Int64s, Named, SeriesBatch, without_slashes

UNITS_NS = {
    **dict.fromkeys(("n", "ns"), 1),
    **dict.fromkeys(("u", "us", "µ"), 1_000),
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
"""What the `precision` argument may be, in nanoseconds."""

# Arrays over a block of this size stay in the processor's cache, and a hostile payload cannot make them huge.
BLOCK_BYTES = 1 << 19


def unit_of(precision: str | None) -> int:
    """
    Nanoseconds in one step of the timestamps, which count nanoseconds unless said; BadArgument for other units.

    >>> unit_of("ms"), unit_of(None)
    (1000000, 1)
    """
    if precision and precision not in UNITS_NS:
        raise BadArgument("precision", f"{precision!r} is none of {', '.join(UNITS_NS)}")
    return UNITS_NS[precision or "ns"]


def decode(
    payload: bytes, *, resource_tag: str, now_ns: int, unit_ns: int = 1, points_max: int = 1_000_000
) -> SeriesBatch:
    """
    Turn lines into points.

    Takes   lines split by newlines, UTF-8, each of at most BLOCK_BYTES; empty ones and those that start with `#` are
            passed over. `resource_tag` is the tag that names the resource; a missing time is `now_ns`.
    Gives   a point for each numeric or boolean (1 or 0) field, in order; its metric is called
            `measurement.field@tag=value,tag=value`, the other tags sorted. Slashes in names become `_`. Texts are left
            out and counted.
    Errors  BadPayload with cause `Value error` and reason `Unable to parse line N`, or that the tag is missing, for the
            first line with such a problem; TooLarge beyond `points_max` fields.
    Source  InfluxDB's line protocol reference; names as in Gnocchi's InfluxDB door.
    """
    names = _Names(resource_tag)
    parts: list[tuple[Int64s, Int64s, Float64s]] = []
    points = texts = 0
    for lines, first_number in _blocks(payload):
        block, codes = _parsed(lines, first_number, names, now_ns, unit_ns)
        points += len(codes)
        texts += block.texts
        if points + texts > points_max:
            raise TooLarge(f"more than {points_max} fields in one request: send smaller batches")
        parts.append((codes, block.time[block.line], block.value))
    if not parts:
        parts.append((np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64)))
    codes, time, value = (np.concatenate(column) for column in zip(*parts, strict=True))
    found = pa.array(codes).dictionary_encode()
    series = names.series(found.dictionary.to_numpy(zero_copy_only=False).tolist())
    place = found.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return SeriesBatch(series, place, time, value, left_out={"text field": texts})


def _blocks(payload: bytes) -> Iterator[tuple[bytes, int]]:
    """Whole lines up to BLOCK_BYTES, and the number of the first one, from 1."""
    start, number = 0, 1
    while start < len(payload):
        end = start + BLOCK_BYTES
        if end < len(payload):
            end = payload.rfind(b"\n", start, end) + 1
        if not end:
            raise _unable_to_parse(number, f"a line is longer than {BLOCK_BYTES} bytes")
        block = payload[start:end]
        yield block, number
        number += block.count(b"\n")
        start = end


def _parsed(lines: bytes, first_number: int, names: "_Names", now_ns: int, unit_ns: int) -> tuple[Block, Int64s]:
    """The block and the codes of its points' series, or what is wrong with the first bad line."""
    try:
        block = parse(lines, now_ns, unit_ns)
        return block, names.codes(block)
    except BadLine as bad:
        # The lines before it broke none of the rules so far, but perhaps one that comes later.
        before = b"\n".join(lines.split(b"\n", bad.line)[:-1])
        if before:
            _parsed(before, first_number, names, now_ns, unit_ns)
        if bad.reason:
            raise BadPayload("", cause="Value error", reason=bad.reason) from None
        raise _unable_to_parse(first_number + bad.line, bad.why) from None


def _unable_to_parse(number: int, why: str) -> BadPayload:
    return BadPayload("", cause="Value error", reason=f"Unable to parse line {number}", detail=why)


Head = tuple[str, str, str]
"""Resource, measurement, and the other tags as they stand at the end of metric names."""

_split_pair = methodcaller("split", "=")


class _Names:
    """What the heads and keys of lines mean; each spelling is read once."""

    def __init__(self, resource_tag: str) -> None:
        self._resource_tag = resource_tag
        self._head_places: dict[bytes, int] = {}
        self._key_places: dict[bytes, int] = {}
        self._heads: list[Head] = []
        self._keys: list[str] = []

    def codes(self, block: Block) -> Int64s:
        """A number for the series of each point; BadLine for the first line with a head or key that is unreadable."""
        head_places, key_places = self._head_places, self._key_places
        for place, key in enumerate(block.keys):
            if key not in key_places:
                try:
                    self._keys.append(without_slashes(_unescaped(_shielded(key))))
                except _Unreadable as problem:
                    line = block.line[np.argmax(block.key == place)]
                    raise BadLine(int(block.number[line]), *problem.args) from None
                key_places[key] = len(key_places)
        for place, head in enumerate(block.heads):
            if head not in head_places:
                try:
                    self._heads.append(self._read(head))
                except _Unreadable as problem:
                    raise BadLine(int(block.number[np.argmax(block.head == place)]), *problem.args) from None
                head_places[head] = len(head_places)
        head_of = np.array([head_places[head] for head in block.heads], np.int64)
        key_of = np.array([key_places[key] for key in block.keys], np.int64)
        codes: Int64s = head_of[block.head[block.line]] << 32 | key_of[block.key]
        return codes

    def series(self, codes: list[int]) -> list[Named]:
        """The series that the codes stand for."""
        heads, keys = self._heads, self._keys
        found = []
        for code in codes:
            resource, measurement, tags = heads[code >> 32]
            found.append((resource, f"{measurement}.{keys[code & 0xFFFFFFFF]}{tags}"))
        return found

    def _read(self, head: bytes) -> Head:
        measurement, *pairs = _shielded(head).split(",")
        if not measurement:
            raise _Unreadable("there is no measurement")
        try:
            tags = dict(map(_split_pair, pairs))
        except ValueError:
            raise _Unreadable("tags are written key=value") from None
        if "" in tags or "" in tags.values():
            raise _Unreadable("a tag lacks its key or value")
        if b"\\" in head:
            measurement = _unescaped(measurement)
            tags = {_unescaped(key): _unescaped(value) for key, value in tags.items()}
        resource = tags.pop(self._resource_tag, None)
        if resource is None:
            raise _Unreadable("", f"Unable to find key `{self._resource_tag}' in tags")
        rest = "@" + ",".join(map("=".join, sorted(tags.items()))) if tags else ""
        return without_slashes(resource), without_slashes(measurement), without_slashes(rest)


class _Unreadable(Exception):
    """Why a head or key cannot be read, and the reason to give where it is another than the line's number."""


# Escaped signs travel as characters that no decoded text holds, so that plain splitting passes them by.
_SHIELDS = {"\\": "\ud800", ",": "\ud801", "=": "\ud802", " ": "\ud803"}
_ESCAPED = re.compile(r"\\([\\,= ])")
_UNSHIELD = str.maketrans({shield: sign for sign, shield in _SHIELDS.items()})


def _shielded(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise _Unreadable("it is not UTF-8") from None
    return _ESCAPED.sub(lambda found: _SHIELDS[found[1]], text) if "\\" in text else text


def _unescaped(text: str) -> str:
    return text if text.isascii() else text.translate(_UNSHIELD)
