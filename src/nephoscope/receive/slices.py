# SPDX-License-Identifier: Apache-2.0
"""Pieces of a buffer of bytes, named by where they start and end, as Arrow columns: thousands in one go."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Int64s = npt.NDArray[np.int64]


def joined(data: Bytes, start: Int64s, end: Int64s) -> tuple[Bytes, Int64s]:
    """
    The pieces `data[start:end]` one behind the other, and the offsets (one more than pieces) at which they begin.

    >>> text, offsets = joined(np.frombuffer(b"abcdef", np.uint8), np.array([4, 0]), np.array([6, 1]))
    >>> text.tobytes(), offsets.tolist()
    (b'efa', [0, 2, 3])
    """
    offsets = np.zeros(len(start) + 1, np.int64)
    np.cumsum(end - start, out=offsets[1:])
    place = np.arange(offsets[-1]) + np.repeat(start - offsets[:-1], end - start)
    return data[place], offsets


def column(text: Bytes, offsets: Int64s, kind: pa.DataType) -> "pa.Array[Any]":
    """What `joined` gave as an Arrow column of `kind`: `pa.large_binary()`, or `pa.large_string()` for ASCII."""
    return pa.Array.from_buffers(kind, len(offsets) - 1, [None, pa.py_buffer(offsets.data), pa.py_buffer(text.data)])


def distinct(data: Bytes, start: Int64s, end: Int64s) -> tuple[list[bytes], Int64s]:
    """Each different piece once, in the order in which they appear, and for every piece its position there."""
    encoded = column(*joined(data, start, end), pa.large_binary()).dictionary_encode()
    pieces: list[bytes] = encoded.dictionary.to_numpy(zero_copy_only=False).tolist()
    return pieces, encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
