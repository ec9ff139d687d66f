# SPDX-License-Identifier: Apache-2.0
"""Write aggregates as JSON rows `[timestamp, granularity, value]`, thousands at a time."""

import json
from collections.abc import Iterable
from itertools import chain, repeat
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from starlette.responses import Response

from nephoscope.model.timespan import SECOND_NS
from nephoscope.query.operations import Part

DAY_S = 86400
Row = tuple[str, float | str, float]


def _clock_texts() -> npt.NDArray[np.uint8]:
    """`THH:MM:SS+00:00` for each second of a day, one row of bytes each."""
    second = np.arange(DAY_S)
    texts = np.tile(np.frombuffer(b"T00:00:00+00:00", np.uint8), (DAY_S, 1))
    digits = {1: second // 36000, 2: second // 3600 % 10, 4: second // 600 % 6}
    digits |= {5: second // 60 % 10, 7: second % 60 // 10, 8: second % 10}
    for column, digit in digits.items():
        texts[:, column] += digit.astype(np.uint8)
    return texts


_CLOCK = _clock_texts()


def stamps(times_ns: npt.NDArray[np.int64]) -> list[str]:
    """
    ISO texts in whole seconds, the fraction being cut off.

    >>> stamps(np.array([1_748_779_200_900_000_000]))
    ['2025-06-01T12:00:00+00:00']
    """
    if not len(times_ns):
        return []
    day, second = np.divmod(times_ns // SECOND_NS, DAY_S)
    days, place = (day[:1], np.zeros(len(day), np.intp)) if day[0] == day[-1] else np.unique(day, return_inverse=True)
    dates = np.datetime_as_string(days.astype("datetime64[D]")).astype("S10").view(np.uint8).reshape(-1, 10)
    texts = np.empty((len(times_ns), 25), np.uint8)
    texts[:, :10] = dates[place]
    texts[:, 10:] = _CLOCK[second]
    listed: list[str] = texts.astype(np.uint32).view("U25").ravel().tolist()
    return listed


def rows(part: Part) -> list[Row]:
    """The rows of one granularity; its label is in seconds, or a calendar letter."""
    label = part.step if isinstance(part.step, str) else part.step / SECOND_NS
    return list(zip(stamps(part.times_ns), repeat(label), part.values.tolist(), strict=False))


def rows_of(parts: Iterable[Part]) -> list[Row]:
    """The rows of all granularities in the order given."""
    return list(chain.from_iterable(map(rows, parts)))


def json_response(body: Any, *, finite: bool) -> Response:
    """
    Answer with JSON; values that are not `finite` need the bare tokens NaN and Infinity, which Python clients read.
    """
    content = msgspec.json.encode(body) if finite else json.dumps(body, separators=(",", ":")).encode()
    return Response(content, media_type="application/json")


def finite(parts: Iterable[Part]) -> bool:
    """Whether all values are ordinary numbers."""
    return all(bool(np.isfinite(part.values).all()) for part in parts)
