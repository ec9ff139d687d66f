# SPDX-License-Identifier: Apache-2.0
"""Counters, which only a restart sets back, are looked at as rates."""

import numpy as np

from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.model.metric import Kind, Metric
from nephoscope.model.timespan import SECOND_NS
from nephoscope.query.metrics import Points

# What tells best how far a counter had come in a bucket, if the policy keeps it.
READINGS = ("last", "max", "mean", "min", "first")


def reading_of(policy: ArchivePolicy, granularity_ns: int) -> str:
    """
    The stored method to take a counter's rate from.

    At the finest granularity and below any can be had, as measures are kept for it; coarser ones have what the policy
    keeps.
    """
    if granularity_ns <= min(each.granularity_ns for each in policy.definition):
        return READINGS[0]
    return next((each for each in READINGS if each in policy.aggregation_methods), "mean")


def per_second(points: Points) -> Points:
    """
    The growth since the point before, by the second, at the later point's time.

    Takes   points sorted by series, then time.
    Gives   a point fewer for each series; where a counter was set back there is no rate but a not-a-number.

    Formula  (v1 - v0) / (t1 - t0): from 100 at 0 s to 160 at 60 s it is 1 a second.
    """
    follows = np.flatnonzero(points.series[1:] == points.series[:-1]) + 1
    with np.errstate(all="ignore"):
        grown = points.value[follows] - points.value[follows - 1]
        seconds = (points.time[follows] - points.time[follows - 1]) / SECOND_NS
        rates = np.where(grown >= 0, grown / seconds, np.nan)
    return Points(points.series[follows], points.time[follows], rates)


def kind_of(metric: Metric, policy: ArchivePolicy) -> Kind | None:
    """What a metric counts: as its agent says, else cumulative where its policy wants differences; None if unknown."""
    return metric.kind or ("cumulative" if policy.has_rate else None)


def is_counter(metric: Metric, policy: ArchivePolicy) -> bool:
    """Whether a metric is looked at as a rate unless somebody wants otherwise."""
    return kind_of(metric, policy) == "cumulative"
