# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Walking messages: by arrays or one by one, the same fields are found."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nephoscope.model.errors import BadPayload, TooLarge
from nephoscope.receive import protobuf
from nephoscope.receive.protobuf import BYTES, EIGHT_BYTES, FOUR_BYTES, PADDING, VARINT, Walk
from tests.receive.remote_write import nested, varint

Field = tuple[int, int, int | bytes]
"""Number, kind, and value: an integer for varints, bytes for all else."""

NUMBERS = st.integers(1, 2**29 - 1) | st.integers(1, 20)
FIELDS = st.one_of(
    st.tuples(NUMBERS, st.just(VARINT), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(NUMBERS, st.just(EIGHT_BYTES), st.binary(min_size=8, max_size=8)),
    st.tuples(NUMBERS, st.just(FOUR_BYTES), st.binary(min_size=4, max_size=4)),
    st.tuples(NUMBERS, st.just(BYTES), st.binary(max_size=5) | st.just(b"x" * 300) | st.just(b"y" * 20_000)),
)
MESSAGES = st.lists(st.lists(FIELDS, max_size=5), max_size=6)


def written(field: Field) -> bytes:
    number, kind, value = field
    if isinstance(value, int):
        return varint(number << 3 | kind) + varint(value)
    return nested(number, value) if kind == BYTES else varint(number << 3 | kind) + value


def read(raw: list[bytes], together_min: int, fields_max: int = 1000) -> list[list[Field]]:
    """The fields of each message, all messages being in one buffer."""
    data = np.frombuffer(b"".join(raw) + PADDING, np.uint8)
    ends = np.cumsum([0, *map(len, raw)])
    found: list[list[Field]] = [[] for _ in raw]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(protobuf, "_TOGETHER_MIN", together_min)
        for part in Walk(data, fields_max).fields(ends[:-1], ends[1:]):
            rows = zip(
                *(getattr(part, name).tolist() for name in ("message", "number", "kind", "value", "end")), strict=True
            )
            for message, number, kind, value, end in rows:
                found[message].append((number, kind, value if kind == VARINT else data[value:end].tobytes()))
    return found


@pytest.mark.parametrize("together_min", [1, 3, 100], ids=["together", "both", "alone"])
@given(messages=MESSAGES)
@settings(deadline=None)
def test_every_field_is_found(together_min: int, messages: list[list[Field]]) -> None:
    raw = [b"".join(map(written, message)) for message in messages]
    assert messages == read(raw, together_min)


@pytest.mark.parametrize("together_min", [1, 100], ids=["together", "alone"])
@pytest.mark.parametrize(
    "raw",
    [
        b"\x08",
        b"\x08\x80",
        b"\x09" + bytes(7),
        b"\x0d" + bytes(3),
        b"\x0a\x02a",
        b"\x0a" + varint(-1),
        b"\x0a" + varint(2**63 - 1),
        b"\x0b",
        b"\x0c",
        b"\x0e\x00",
        b"\x0f\x00",
        b"\x00\x00",
        b"\x80" * 12,
        b"\x08" + b"\xff" * 11,
        varint(2**32 + 8) + b"\x00",
    ],
)
def test_a_broken_message_is_refused_and_its_neighbour_is_not_read_into(raw: bytes, together_min: int) -> None:
    with pytest.raises(BadPayload):
        read([b"\x08\x01", raw, b"\x08\x01" * 10], together_min)


@pytest.mark.parametrize("together_min", [1, 100], ids=["together", "alone"])
def test_more_fields_than_allowed_are_refused(together_min: int) -> None:
    messages = [b"\x08\x01" * 5, b"\x08\x01" * 6]

    assert 11 == sum(map(len, read(messages, together_min, 11)))
    with pytest.raises(TooLarge, match="more than 10 protobuf fields"):
        read(messages, together_min, 10)
