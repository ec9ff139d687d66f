# SPDX-License-Identifier: Apache-2.0
"""What reads must give, in plain Python from the definition: points of one metric become buckets, some are kept."""

import math
import statistics
from collections.abc import Mapping
from itertools import pairwise

from tests.query.operations.series import reduced

Series = Mapping[int, float]


def aggregates(points: Series, method: str, granularity_ns: int, timespan_ns: int | None = None) -> Series:
    """The buckets of a metric that holds these points and keeps `timespan_ns` before its newest bucket."""
    newest = max(points, default=0) // granularity_ns * granularity_ns
    ordered = sorted(points.items())
    if method.startswith("rate:"):
        ordered = [(time, value - before) for (_, before), (time, value) in pairwise(ordered)]
        method = method.removeprefix("rate:")
    buckets: dict[int, list[float]] = {}
    for time, value in ordered:
        buckets.setdefault(time // granularity_ns * granularity_ns, []).append(value)
    return {
        bucket: aggregated(method, values)
        for bucket, values in buckets.items()
        if (timespan_ns is None or bucket > newest - timespan_ns) and (method != "std" or len(values) > 1)
    }


def aggregated(method: str, values: list[float]) -> float:
    """One method over the values of a bucket in order of time; not a number where one of them is none."""
    if method == "std":
        return statistics.stdev(values)
    if method in {"mean", "sum", "min", "max"} and any(map(math.isnan, values)):
        return math.nan
    return reduced(method, values)
