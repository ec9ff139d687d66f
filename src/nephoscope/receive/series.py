# SPDX-License-Identifier: Apache-2.0
"""Points of series that their sender knows by resource and metric name, as columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]
Float64s = npt.NDArray[np.float64]
Named = tuple[str, str]
"""A resource, and the name of one of its metrics."""


@dataclass(frozen=True)
class SeriesBatch:
    """
    Columns of equal length: `place` (the position in `series` of what a point belongs to), `time` in ns since the
    epoch UTC, `value`.

    `series` holds each series once. `attributes` are those of the resources that have some, by resource. `left_out`
    counts by cause what was sent but is no measure, such as texts.
    """

    series: list[Named]
    place: Int64s
    time: Int64s
    value: Float64s
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.place)


def without_slashes(text: str) -> str:
    """
    A name as resources and metrics may have it: they cannot hold a slash, which foreign names often do.

    >>> without_slashes("disk.used@path=/var")
    'disk.used@path=_var'
    """
    return text.replace("/", "_")
