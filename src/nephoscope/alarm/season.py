# SPDX-License-Identifier: Apache-2.0
"""Values compared with what is usual at that time of the week, or of another season."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nephoscope.model.series_rule import Band
from nephoscope.query.operations import reduce

Floats = npt.NDArray[np.float64]

# Of values that lie around a mean as chance has it, the median absolute deviation is this part of the standard one.
TO_DEVIATION = 1.4826
# What has always been the same still varies by so much of itself, else the least change would be without bounds.
LEAST_DEVIATION = 0.01
DEVIATIONS_MAX = 1e6
# The same bucket, and its neighbours.
BESIDE = 1


def seasons_needed(band: Band) -> int:
    """Of how many earlier seasons something has to be known: half of them, rounded up."""
    return -(-band.seasons // 2)


def seasons_known(seasons: Sequence[Floats]) -> npt.NDArray[np.int64]:
    """Of how many seasons anything is known, for each value; see `deviations`."""
    width = seasons[0].shape[-1] - 2 * BESIDE
    known = [~np.isnan(_beside(each, width)).all(axis=0) for each in seasons]
    return np.asarray(np.sum(known, axis=0), np.int64)


def deviations(values: Floats, seasons: Sequence[Floats], band: Band) -> Floats:
    """
    How many deviations values are away from what is usual; not-a-number where too few seasons are known.

        d = (v - m) / s,   m = median(x),   s = max(1.4826 * median(|x - m|), |m| / 100)

    over all x: those at the same time of the earlier seasons, and their neighbours. `band.direction` turns d around
    (below) or takes it without its sign (both). It is at most DEVIATIONS_MAX, as it is where s is 0 and v is not m.

    Takes   values, the last axis being time; of each earlier season the same buckets, and one more on either side.

    >>> usual = [np.array([[9.0, 10.0, 11.0]]), np.array([[8.0, 10.0, 12.0]])]
    >>> deviations(np.array([[13.0]]), usual, Band(seasons=2)).round(3)  # m = 10, median(0 0 1 1 2 2) = 1
    array([[2.023]])
    """
    width = values.shape[-1]
    samples = np.concatenate([_beside(each, width) for each in seasons])
    usual = reduce("median", samples, axis=0)
    spread = TO_DEVIATION * reduce("median", np.abs(samples - usual), axis=0)
    scale = np.maximum(spread, LEAST_DEVIATION * np.abs(usual))
    away = values - usual
    if band.direction == "both":
        away = np.abs(away)
    elif band.direction == "below":
        away = -away
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(away == 0, 0.0, away / scale)
    found[seasons_known(seasons) < seasons_needed(band)] = np.nan
    return np.clip(found, -DEVIATIONS_MAX, DEVIATIONS_MAX)


def _beside(season: Floats, width: int) -> Floats:
    """The buckets before, at and after each time, along a new first axis."""
    return np.stack([season[..., side : side + width] for side in range(2 * BESIDE + 1)])
