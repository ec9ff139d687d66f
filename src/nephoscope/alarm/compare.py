# SPDX-License-Identifier: Apache-2.0
"""Values compared with those of an earlier time."""

import numpy as np
import numpy.typing as npt

from nephoscope.model.series_rule import Earlier

Floats = npt.NDArray[np.float64]


def compared(values: Floats, earlier: Floats, compare: Earlier) -> Floats:
    """
    What is judged of each value and the one that was there earlier; not-a-number where either is missing.

    A ratio to 0, and a change of 0 by so many percent, are not known either.

    >>> compared(np.array([150.0, 3.0]), np.array([100.0, 0.0]), Earlier(offset_s=86400, how="percent"))
    array([50., nan])
    """
    if compare.how == "difference":
        return values - earlier
    base = np.where(earlier == 0, np.nan, earlier)
    if compare.how == "ratio":
        return values / base
    return 100 * (values - base) / np.abs(base)
