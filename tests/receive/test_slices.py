# SPDX-License-Identifier: Apache-2.0

"""Pieces of a buffer as columns, compared with plain slicing."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.receive.slices import column, distinct, joined

RAW = b"abcabcd\x00\xff"
PIECES = st.lists(st.tuples(st.integers(0, len(RAW)), st.integers(0, len(RAW))).map(sorted), max_size=8)


def arrays(pieces: list[list[int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    start, end = np.array(pieces, np.int64).reshape(-1, 2).T
    return np.frombuffer(RAW, np.uint8), start, end


@given(pieces=PIECES)
def test_pieces_are_what_slices_are(pieces: list[list[int]]) -> None:
    slices = [RAW[start:end] for start, end in pieces]

    assert slices == column(*joined(*arrays(pieces)), pa.large_binary()).to_pylist()


@given(pieces=PIECES)
def test_distinct_pieces_come_once_in_the_order_of_their_first_appearance(pieces: list[list[int]]) -> None:
    slices = [RAW[start:end] for start, end in pieces]
    found, place = distinct(*arrays(pieces))

    assert list(dict.fromkeys(slices)) == found
    assert slices == [found[each] for each in place.tolist()]
