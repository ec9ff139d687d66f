# SPDX-License-Identifier: Apache-2.0
"""Samples as they travel through pipelines: columns of equal length, in the order in which they came."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Objects = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Int64s = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp] | npt.NDArray[np.bool_]
Row = tuple[str, str, str, float, str | None, str | None, str | None, int, float, Mapping[str, Any]]
"""One sample: its values in the order of the columns of `Samples`."""


@dataclass(frozen=True)
class Samples:
    """
    Samples by column.

    `name`, `type` (gauge, delta, cumulative) and `unit` are texts; `user_id`, `project_id` and `resource_id` texts or
    None; `volume` a number; `time_ns` since the epoch, UTC; `monotonic_s` by a clock that never goes back, NaN where
    the sample has none; `metadata` a map of plain values each, which nobody changes.
    """

    name: Objects
    type: Objects
    unit: Objects
    volume: Floats
    user_id: Objects
    project_id: Objects
    resource_id: Objects
    time_ns: Int64s
    monotonic_s: Floats
    metadata: Objects

    def __len__(self) -> int:
        return len(self.volume)

    def take(self, rows: Rows) -> "Samples":
        """Those rows, in that order."""
        return Samples(*(getattr(self, each.name)[rows] for each in fields(self)))

    def having(self, **columns: npt.NDArray[Any]) -> "Samples":
        """The same samples with other columns."""
        return replace(self, **columns)


def of_rows(rows: Sequence[Row]) -> Samples:
    """Samples that were read one by one, as columns."""
    if not rows:
        return NOTHING
    name, kind, unit, volume, user, project, resource, time_ns, monotonic_s, metadata = zip(*rows, strict=True)
    return Samples(
        name=objects(name),
        type=objects(kind),
        unit=objects(unit),
        volume=np.array(volume, np.float64),
        user_id=objects(user),
        project_id=objects(project),
        resource_id=objects(resource),
        time_ns=np.array(time_ns, np.int64),
        monotonic_s=np.array(monotonic_s, np.float64),
        metadata=objects(metadata),
    )


def joined(parts: Sequence[Samples]) -> Samples:
    """All samples of all parts, in order."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return NOTHING
    return Samples(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Samples)))


def number_of(value: Any) -> float | None:
    """
    A finite number, also one that is written as text; None for anything else.

    >>> number_of("1.5"), number_of(True), number_of(None), number_of("nan"), number_of("up")
    (1.5, 1.0, None, None, None)
    """
    if not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def objects(values: Iterable[Any]) -> Objects:
    """A column of any values, maps and texts among them."""
    listed = list(values)
    column = np.empty(len(listed), object)
    column[:] = listed
    return column


def filled(value: object, count: int) -> Objects:
    """A column with one value throughout."""
    column = np.empty(count, object)
    column.fill(value)
    return column


_NONE = np.empty(0, object)
NOTHING = Samples(
    _NONE,
    _NONE,
    _NONE,
    np.empty(0, np.float64),
    _NONE,
    _NONE,
    _NONE,
    np.empty(0, np.int64),
    np.empty(0, np.float64),
    _NONE,
)
"""No samples."""
