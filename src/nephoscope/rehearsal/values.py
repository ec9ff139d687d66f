# SPDX-License-Identifier: Apache-2.0
"""
Series of values as tests of Prometheus' rules write them.

    1 2.5 -3        values, one a step
    1+2x3           1, 3 more than the first: 1 3 5 7; 1-2x3 goes down
    5x2             5 5 5
    _  _x3          no value, three times no value; so is `stale`
"""

import math
import re
from collections.abc import Sequence

from nephoscope.model.errors import BadRequest

VALUES_MAX = 100_000
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_PIECE = re.compile(
    rf"(?:(?P<none>_|stale)|(?P<first>{_NUMBER})(?P<by>[+-](?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)?)(?:x(?P<times>\d{{1,9}}))?",
    re.ASCII,
)

Values = Sequence[float | None]


def parse(text: str) -> Values:
    """
    The values of a text, None where there is none. BadRequest names the piece that cannot be read.

    >>> parse("1+2x2 _ 3"), parse("5x1 _x2")
    ([1.0, 3.0, 5.0, None, 3.0], [5.0, 5.0, None, None])
    """
    found: list[float | None] = []
    for piece in text.split():
        match = _PIECE.fullmatch(piece)
        if match is None or (match["by"] and not match["times"]):
            raise BadRequest(f"expected values such as 1 2.5, 1+2x5, 5x3 or _, there is {piece!r:.40}")
        times = int(match["times"] or 0)
        if len(found) + times >= VALUES_MAX:
            raise BadRequest(f"expected at most {VALUES_MAX} values, there are more")
        found += (
            [None] * (times or 1) if match["none"] else _numbers(float(match["first"]), float(match["by"] or 0), times)
        )
    if not all(each is None or math.isfinite(each) for each in found):
        raise BadRequest("expected finite numbers")
    return found


def _numbers(first: float, by: float, times: int) -> list[float]:
    return [first + by * step for step in range(times + 1)]
