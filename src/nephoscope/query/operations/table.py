# SPDX-License-Identifier: Apache-2.0
"""The table of one granularity: series × times, built in bulk from the long columns that a store gives."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nephoscope.model.errors import TooLarge

Times = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# 256 MiB of values in one table; operations hold a few such tables at a time.
CELLS_MAX = 1 << 25
# Buckets up to this many times the number of points are ranked by a bitmap instead of a sort.
BITMAP_BUCKETS_PER_POINT = 4


@dataclass(frozen=True, slots=True)
class SeriesTable:
    """
    All series of one granularity over the union of their times.

    A row is a series and a column a time, which is how points sorted by series and time lie in memory already.

    times_ns        ascending, distinct, labels of buckets; each is known to one series at least
    values          float64, series × times; not-a-number where a series has no point
    present         which of `values` are points, a stored not-a-number among them; None means all
    granularity_ns  the width of the buckets
    """

    granularity_ns: int
    times_ns: Times
    values: Floats
    present: Mask | None

    @classmethod
    def from_columns(
        cls,
        granularity_ns: int,
        series: NDArray[Any],
        times_ns: Times,
        values: Floats,
        series_count: int,
        *,
        max_cells: int = CELLS_MAX,
    ) -> "SeriesTable":
        """
        Build the table from columns with a row per point.

        Takes   equally long columns: the series as integers from 0, labels in ns (multiples of the granularity),
                values. Any order is read; sorted by series then time, with all series at the same times, costs no
                copy. Of several points of one series at one time the last one counts.
        Gives   a table of `series_count` rows; those without points are there too.
        Errors  TooLarge when series × times exceeds `max_cells`, as many series without common times can.
        """
        values = np.asarray(values, dtype=np.float64)
        if (aligned := _aligned(series, times_ns, series_count)) is not None:
            common, order = aligned
            matrix = values.reshape(series_count, len(common))
            return cls(granularity_ns, common, matrix if order is None else matrix[order], None)
        union, column = _ranks(times_ns, granularity_ns)
        if series_count * len(union) > max_cells:
            raise TooLarge(
                f"{series_count} series at {len(union)} times are more than {max_cells} values to compute at once; "
                "ask for a shorter span, a coarser granularity or fewer metrics"
            )
        matrix = np.full((series_count, len(union)), np.nan)
        cell = series.astype(np.int64, copy=False) * len(union) + column
        matrix.reshape(-1)[cell] = values
        present = ~np.isnan(matrix)
        if np.isnan(values).any():
            present.reshape(-1)[cell] = True
        return cls(granularity_ns, union, matrix, None if present.all() else present)

    def between(self, start_ns: int | None, stop_ns: int | None) -> "SeriesTable":
        """Keep the buckets from the one around `start_ns` on, with labels below `stop_ns`; None is no bound."""
        first, last = 0, len(self.times_ns)
        if start_ns is not None:
            label_ns = start_ns // self.granularity_ns * self.granularity_ns
            first = int(np.searchsorted(self.times_ns, label_ns))
        if stop_ns is not None:
            last = int(np.searchsorted(self.times_ns, stop_ns))
        return self.columns(first, max(first, last))

    def columns(self, first: int, last: int) -> "SeriesTable":
        """Keep the times with positions in [first, last)."""
        if (first, last) == (0, len(self.times_ns)):
            return self
        present = None if self.present is None else self.present[:, first:last]
        return SeriesTable(self.granularity_ns, self.times_ns[first:last], self.values[:, first:last], present)


def _aligned(series: NDArray[Any], times_ns: Times, series_count: int) -> tuple[Times, NDArray[np.intp] | None] | None:
    """
    Recognise points that come series by series, each sorted and at the same times.

    Gives   those times, and where each series stands in the columns (None: in order); None if it is otherwise.
    """
    points = len(times_ns)
    if series_count == 0 or points == 0 or points % series_count:
        return None
    by_series = series.reshape(series_count, -1)
    first = by_series[:, 0]
    order = np.argsort(first)
    if not (first[order] == np.arange(series_count)).all() or not (by_series == first[:, None]).all():
        return None
    by_time = times_ns.reshape(series_count, -1)
    common = by_time[0]
    if not (common[1:] > common[:-1]).all() or not (by_time == common).all():
        return None
    return common, None if (order == np.arange(series_count)).all() else order


def _ranks(times_ns: Times, granularity_ns: int) -> tuple[Times, NDArray[np.int64]]:
    """Give the sorted distinct times, and for each point the position of its time among them."""
    if len(times_ns) == 0:
        return times_ns, np.zeros(0, dtype=np.int64)
    first = int(times_ns.min())
    beyond_ns = times_ns - first
    bucket = beyond_ns // granularity_ns
    buckets = int(bucket.max()) + 1
    if buckets > BITMAP_BUCKETS_PER_POINT * len(times_ns) or (bucket * granularity_ns != beyond_ns).any():
        union, column = np.unique(times_ns, return_inverse=True)
        return union, column
    occupied = np.zeros(buckets, dtype=np.bool_)
    occupied[bucket] = True
    union = first + np.flatnonzero(occupied) * granularity_ns
    if len(union) == buckets:
        return union, bucket
    return union, (np.cumsum(occupied) - 1)[bucket]
