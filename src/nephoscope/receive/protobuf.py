# SPDX-License-Identifier: Apache-2.0
"""
Walk the fields of many protobuf messages at once: the first field of all of them, then the second of all, and so on.

A message is a row of fields, each a key (number << 3 | kind) and a value:

    kind 0  varint: 7 bits a byte, low ones first, the high bit says that more follow
    kind 1  8 bytes        kind 5  4 bytes
    kind 2  a length as varint, then so many bytes

The old kinds 3 and 4 (groups) are refused. Source: the encoding page of the protocol buffers documentation.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nephoscope.model.errors import BadPayload, TooLarge
from nephoscope.receive.slices import Bytes, Int64s

VARINT, EIGHT_BYTES, BYTES, FOUR_BYTES = 0, 1, 2, 5
PADDING = bytes(16)
"""Has to follow the last message in the buffer, so that a key, varint or number cut off at its end can be read."""

_VARINT_BYTES_MAX = 10
# Where fewer messages than this have a next field, plain Python is quicker than array operations.
_TOGETHER_MIN = 24
_FIXED = {EIGHT_BYTES: 8, FOUR_BYTES: 4}


@dataclass(frozen=True)
class Found:
    """
    Fields of one round, by columns: the position of the message, the field's number and kind, and its value: of
    varints themselves (as int64), of all others where they start; `end` is where they end.

    A message may appear more than once in a round; then its fields are in order.
    """

    message: Int64s
    number: Int64s
    kind: Int64s
    value: Int64s
    end: Int64s

    def those(self, number: int, kind: int) -> "Found":
        """The fields of this number and kind; as elsewhere, one of another kind is passed over."""
        chosen = (self.number == number) & (self.kind == kind)
        return Found(self.message[chosen], self.number[chosen], self.kind[chosen], self.value[chosen], self.end[chosen])


class Walk:
    """Walks messages in one buffer, at most `fields_max` fields in all."""

    def __init__(self, data: Bytes, fields_max: int) -> None:
        self._data = data
        self._raw = data.tobytes()
        self._left = fields_max
        self._fields_max = fields_max

    def fields(self, start: Int64s, end: Int64s) -> Iterator[Found]:
        """The fields of the messages `data[start:end]`, round by round. BadPayload, or TooLarge beyond the limit."""
        message = np.flatnonzero(start < end)
        at, end = start[message], end[message]
        while len(message) >= _TOGETHER_MIN:
            self._left -= len(message)
            if self._left < 0:
                raise self._too_many()
            found, at = self._together(message, at, end)
            yield found
            more = np.flatnonzero(at < end)
            message, at, end = message[more], at[more], end[more]
        for each, first, last in zip(message.tolist(), at.tolist(), end.tolist(), strict=True):
            yield self._alone(each, first, last)

    def _too_many(self) -> TooLarge:
        return TooLarge(f"more than {self._fields_max} protobuf fields in one request: send smaller batches")

    def _together(self, message: Int64s, at: Int64s, end: Int64s) -> tuple[Found, Int64s]:
        """One field of each message, and where the next ones start."""
        key, at = self._varints(at, end)
        _check_keys(key)
        kind = key & 7
        value, behind = at.copy(), at.copy()
        for each, size in _FIXED.items():
            behind[kind == each] += size
        varints = np.flatnonzero((kind == VARINT) | (kind == BYTES))
        if len(varints):
            value[varints], behind[varints] = self._varints(at[varints], end[varints])
            of_bytes = np.flatnonzero(kind == BYTES)
            length, value[of_bytes] = value[of_bytes], behind[of_bytes]
            # Compared before it is added: a length may be as large as an int64.
            if ((length < 0) | (length > end[of_bytes] - behind[of_bytes])).any():
                raise _broken("a field is longer than its message")
            behind[of_bytes] += length
        if (behind > end).any():
            raise _broken("a message breaks off")
        return Found(message, key >> 3, kind, value, behind), behind

    def _varints(self, at: Int64s, end: Int64s) -> tuple[Int64s, Int64s]:
        """A varint at each place, as int64, and where they end."""
        byte = self._data[at].astype(np.int64)
        value, at = byte & 0x7F, at + 1
        more = np.flatnonzero(byte > 0x7F)
        for place in range(1, _VARINT_BYTES_MAX):
            if not len(more):
                break
            byte = self._data[at[more]].astype(np.int64)
            value[more] |= (byte & 0x7F) << (7 * place)
            at[more] += 1
            more = more[byte > 0x7F]
        if len(more) or (at > end).any():
            raise _broken("a number breaks off or has more than ten bytes")
        return value, at

    def _alone(self, message: int, at: int, end: int) -> Found:
        """All fields of one message."""
        raw, left = self._raw, self._left
        keys, values, ends = columns = [array("Q") for _ in range(3)]
        while at < end:
            left -= 1
            if left < 0:
                raise self._too_many()
            # Keys of one byte and lengths of up to two are nearly all there are.
            key, at = (raw[at], at + 1) if raw[at] <= 0x7F else self._varint(at, end)
            kind, value = key & 7, at
            if kind == BYTES:
                length = raw[at]
                if length <= 0x7F:
                    value = at + 1
                elif raw[at + 1] <= 0x7F:
                    length, value = length & 0x7F | raw[at + 1] << 7, at + 2
                else:
                    length, value = self._varint(at, end)
                at = value + length
            elif kind == VARINT:
                value, at = self._varint(at, end)
            else:
                at += _FIXED.get(kind, end)
            if at > end:
                raise _broken("a field is longer than its message, or of an unknown kind")
            keys.append(key)
            values.append(value)
            ends.append(at)
        self._left = left
        key_of, value_of, end_of = (np.frombuffer(column, np.int64) for column in columns)
        _check_keys(key_of)
        return Found(np.full(len(keys), message, np.int64), key_of >> 3, key_of & 7, value_of, end_of)

    def _varint(self, at: int, end: int) -> tuple[int, int]:
        value = 0
        for place, byte in enumerate(self._raw[at : min(at + _VARINT_BYTES_MAX, end)]):
            value |= (byte & 0x7F) << (7 * place)
            if byte <= 0x7F:
                return value & 0xFFFF_FFFF_FFFF_FFFF, at + place + 1
        raise _broken("a number breaks off or has more than ten bytes")


def _check_keys(key: Int64s) -> None:
    kind = key & 7
    if ((key < 8) | (key >= 2**32) | (kind > FOUR_BYTES) | (kind == 3) | (kind == 4)).any():
        raise _broken("a field has no number or an unknown kind")


def _broken(why: str) -> BadPayload:
    return BadPayload(f"the body is not a protobuf message of the kind expected: {why}")


def doubles(data: Bytes, start: Int64s) -> npt.NDArray[np.float64]:
    """The little-endian doubles that start at these places."""
    found: npt.NDArray[np.float64] = eight_bytes(data, start).view("<f8").astype(np.float64)
    return found


def eight_bytes(data: Bytes, start: Int64s) -> npt.NDArray[np.uint64]:
    """The eight bytes from each of these places, as little-endian integers."""
    rows = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(data, 8)[start])
    found: npt.NDArray[np.uint64] = rows.view("<u8").reshape(-1)
    return found
