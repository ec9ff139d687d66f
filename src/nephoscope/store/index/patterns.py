# SPDX-License-Identifier: Apache-2.0
"""
Regular expressions in searches, the same in both databases: RE2 looks for them, here, in all values of a column.

RE2 takes time that grows with the text and not with its own cleverness, so that nobody's expression stops the database.
In bulk, because it is made ready anew for each call: 100 000 values take milliseconds, one by one they took seconds.
"""

import time
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Connection, select

from nephoscope.model.errors import BadRequest, QueryFailed

PATTERN_LENGTH_MAX = 255
VALUES_AT_ONCE = 2000
# An expression may repeat a class of ten thousand signs a thousand times.
TIME_S_MAX = 10


def matching(connection: Connection, column: ColumnElement[str], pattern: str) -> list[str]:
    """
    The different values of a column in which a regular expression is found.

    Errors  BadRequest for one that is too long or that RE2 cannot read; QueryFailed where it takes too long.
    """
    _found(["", pattern], pattern)  # A wrong one is wrong whatever the column holds.
    give_up = time.monotonic() + TIME_S_MAX
    values = select(column).distinct().where(column.is_not(None)).execution_options(yield_per=VALUES_AT_ONCE)
    found: list[str] = []
    for part in connection.scalars(values).partitions():
        if time.monotonic() > give_up:
            raise QueryFailed(f"looking for the regular expression took more than {TIME_S_MAX} s; make it simpler")
        found += _found(part, pattern)
    return found


def _found(values: Sequence[str], pattern: str) -> list[str]:
    if len(pattern) > PATTERN_LENGTH_MAX:
        raise BadRequest(f"a regular expression has at most {PATTERN_LENGTH_MAX} characters")
    texts = pa.array(values, pa.string())
    try:
        found: list[Any] = texts.filter(pc.match_substring_regex(texts, pattern)).to_pylist()
    except pa.ArrowInvalid as problem:
        raise BadRequest(str(problem)) from None
    return found
