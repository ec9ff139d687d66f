# SPDX-License-Identifier: Apache-2.0
"""Join what a group's resources gave during their revisions: buckets shared by several are split by time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nephoscope.query.operations.outcome import OutputSeries, Part


@dataclass(frozen=True, slots=True)
class Life:
    """The aggregated series of one revision, and when that revision was in force: [start, stop) in ns, None = open."""

    series: OutputSeries
    start_ns: int | None
    stop_ns: int | None


def join_lives(lives: Sequence[Life]) -> OutputSeries:
    """
    Add up the revisions of one group.

    Each value counts with the share of its bucket that the revision covers; parts that fall into the same bucket are
    added.

    Takes   revisions with aggregated series whose steps are widths in ns.
    Gives   one aggregated series, coarsest granularity first, time ascending.
    """
    by_step: dict[int, list[Part]] = {}
    for life in lives:
        for part in life.series.parts:
            weighted = _weighted(part, life.start_ns, life.stop_ns)
            by_step.setdefault(_width_ns(part), []).append(weighted)
    return OutputSeries(None, tuple(_added(by_step[step]) for step in sorted(by_step, reverse=True)))


def _weighted(part: Part, start_ns: int | None, stop_ns: int | None) -> Part:
    """
    Multiply each value by (covered ns) / (width of the bucket).

    A revision from 12:00:15 on has 45/60 of the bucket 12:00 at 60 s.
    """
    width_ns = _width_ns(part)
    begins, ends = part.times_ns, part.times_ns + width_ns
    if start_ns is not None:
        begins = np.maximum(begins, start_ns)
    if stop_ns is not None:
        ends = np.minimum(ends, stop_ns)
    share = np.maximum(ends - begins, 0) / width_ns
    return Part(part.step, part.times_ns, part.values * share)


def _added(parts: Sequence[Part]) -> Part:
    times_ns, bucket = np.unique(np.concatenate([part.times_ns for part in parts]), return_inverse=True)
    values = np.zeros(len(times_ns))
    np.add.at(values, bucket, np.concatenate([part.values for part in parts]))
    return Part(parts[0].step, times_ns, values)


def _width_ns(part: Part) -> int:
    assert isinstance(part.step, int), "operations know whole timespans only"
    return part.step
