# SPDX-License-Identifier: Apache-2.0
"""Read the stored series of metrics, each under its own policy, as the answers and the operations need them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nephoscope.model import timespan
from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.model.errors import NotFound
from nephoscope.model.metric import Metric
from nephoscope.query.metrics import FOREVER, MetricReader, Points
from nephoscope.query.operations import Part, SeriesTable, Step, floor_to_step, resample


@dataclass(frozen=True)
class StoredSeries:
    """One metric, its policy, and the stored method that is asked for."""

    number: int
    policy: ArchivePolicy
    method: str

    def keeps(self) -> bool:
        """Whether the policy keeps the method."""
        return self.method in self.policy.aggregation_methods

    def granularities_ns(self) -> list[int]:
        """What the policy keeps, coarsest first."""
        return sorted((each.granularity_ns for each in self.policy.definition), reverse=True)

    def timespan_ns(self, granularity_ns: int) -> int:
        """How long aggregates of this granularity are kept."""
        for each in self.policy.definition:
            if each.granularity_ns == granularity_ns:
                return FOREVER if each.timespan_ns is None else each.timespan_ns
        raise KeyError(granularity_ns)


def stored(metric: Metric, policy: ArchivePolicy, method: str) -> StoredSeries:
    """The series of a metric; NotFound, as clients expect it, when its policy does not keep the method."""
    series = StoredSeries(metric.number, policy, method)
    if not series.keeps():
        raise NotFound(
            "",
            cause="Aggregation method does not exist for this metric",
            detail={"metric": str(metric.id), "aggregation_method": method},
        )
    return series


def chosen_granularities(metric: Metric, series: StoredSeries, asked: Sequence[int]) -> list[int]:
    """The granularities to read, coarsest first: those asked for or all; NotFound when one is not kept."""
    kept = series.granularities_ns()
    for granularity in asked:
        if granularity not in kept:
            raise NotFound(
                f"Aggregation method '{series.method}' at granularity '{timespan.seconds(granularity)}' "
                f"for metric {metric.id} does not exist"
            )
    return sorted(asked, reverse=True) if asked else kept


def read_parts(
    reader: MetricReader,
    series: StoredSeries,
    granularities_ns: Sequence[int],
    *,
    start_ns: int | None = None,
    stop_ns: int | None = None,
    resample_to: Step | None = None,
) -> list[Part]:
    """
    One series at several granularities, in the order given.

    With `resample_to` the stored aggregates are aggregated again by their own method, before the bounds apply, and the
    start is rounded down to the new step.
    """
    parts = []
    for granularity in granularities_ns:
        if resample_to is None:
            points = _points(reader, [series], granularity, start_ns, stop_ns)
            parts.append(Part(granularity, points.time, points.value))
        else:
            points = _points(reader, [series], granularity, None, None)
            times, values = resample(points.time, points.value[None, :], resample_to, series.method)
            since = None if start_ns is None else int(floor_to_step(np.array([start_ns]), resample_to)[0])
            first = 0 if since is None else int(np.searchsorted(times, since))
            last = len(times) if stop_ns is None else int(np.searchsorted(times, stop_ns))
            parts.append(Part(resample_to, times[first:last], values[0, first:last]))
    return parts


def read_tables(
    reader: MetricReader,
    series: Sequence[StoredSeries],
    granularities_ns: Sequence[int],
    start_ns: int | None = None,
    stop_ns: int | None = None,
    *,
    wide: bool = False,
) -> dict[int, SeriesTable]:
    """
    A table for each granularity with a row for each series, read with one query for each method.

    With `wide` granularities are steps that no policy need keep: aggregates of what measures there are.
    """
    tables = {}
    for granularity in granularities_ns:
        points = _points(reader, series, granularity, start_ns, stop_ns, wide=wide)
        tables[granularity] = SeriesTable.from_columns(
            granularity, points.series, points.time, points.value, len(series)
        )
    return tables


def _points(
    reader: MetricReader,
    series: Sequence[StoredSeries],
    granularity_ns: int,
    start_ns: int | None,
    stop_ns: int | None,
    *,
    wide: bool = False,
) -> Points:
    """All series at one granularity; `Points.series` is the position in `series`."""
    by_method: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for position, each in enumerate(series):
        by_method[each.method][each.number].append(position)
    found = []
    for method, positions in by_method.items():
        numbers = np.fromiter(positions, np.uint32, len(positions))
        if wide:
            points = reader.over(
                numbers, method, granularity_ns, start_ns or 0, FOREVER if stop_ns is None else stop_ns
            )
        else:
            firsts = [series[places[0]] for places in positions.values()]
            timespans = np.array([each.timespan_ns(granularity_ns) for each in firsts], np.int64)
            points = reader.read(numbers, method, granularity_ns, timespans, start_ns, stop_ns)
        found += _placed(points, list(positions.values()))
    if len(found) == 1:
        return found[0]
    return Points(
        np.concatenate([points.series for points in found]),
        np.concatenate([points.time for points in found]),
        np.concatenate([points.value for points in found]),
    )


def _placed(points: Points, positions: list[list[int]]) -> list[Points]:
    """Move points to the positions that asked for them; a metric that was asked for twice is given twice."""
    once = np.array([places[0] for places in positions], np.intp)
    placed = [Points(once[points.series], points.time, points.value)]
    for row, places in enumerate(positions):
        mine = points.series == row if len(places) > 1 else None
        for place in places[1:]:
            assert mine is not None
            placed.append(Points(np.full(int(mine.sum()), place, np.intp), points.time[mine], points.value[mine]))
    return placed
