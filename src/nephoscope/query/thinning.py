# SPDX-License-Identifier: Apache-2.0
"""Fewer points for a chart without losing a peak: of each pixel the lowest and the highest stay."""

import numpy as np
import numpy.typing as npt

from nephoscope.query.metrics import Points


def thinned(points: Points, start_ns: int, stop_ns: int, points_max: int) -> tuple[Points, npt.NDArray[np.intp]]:
    """
    Leave at most `points_max` points to each series.

    Takes   points sorted by series, then time, within [start, stop); a bound of 2 or more.
    Gives   the points that stay, at their own times, still sorted; and the series that lost some. A series with
            `points_max` or fewer stays as it is. Of the others each half of `points_max` pixels of equal width keeps
            its first lowest and its first highest point; what is not a number goes.
    """
    series, counts = np.unique(points.series, return_counts=True)
    crowded = series[counts > points_max]
    if not len(crowded):
        return points, crowded
    inside = np.isin(points.series, crowded)
    # Rounded up, so that the last pixel is one of them.
    width = -(-(stop_ns - start_ns) // (points_max // 2))
    kept = ~inside
    places = np.flatnonzero(inside & ~np.isnan(points.value))
    kept[_extremes(points, places, (points.time[places] - start_ns) // width)] = True
    return Points(points.series[kept], points.time[kept], points.value[kept]), crowded


def _extremes(points: Points, places: npt.NDArray[np.intp], pixel: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """The places of the first lowest and the first highest point of each (series, pixel)."""
    if not len(places):
        return places
    series, values = points.series[places], points.value[places]
    starts = np.flatnonzero(np.concatenate(([True], (series[1:] != series[:-1]) | (pixel[1:] != pixel[:-1]))))
    group = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(places)))
    found = []
    for lowest_or_highest in (np.minimum, np.maximum):
        at = np.flatnonzero(values == lowest_or_highest.reduceat(values, starts)[group])
        first = np.concatenate(([True], group[at][1:] != group[at][:-1]))
        found.append(places[at[first]])
    return np.concatenate(found)
