# SPDX-License-Identifier: Apache-2.0
"""The older aggregation endpoints: one stored method of many series, reduced across them."""

from collections.abc import Mapping, Sequence

from nephoscope.model.errors import BadArgument
from nephoscope.query.operations.compute import compute
from nephoscope.query.operations.methods import AGGREGATIONS
from nephoscope.query.operations.missing import Fill
from nephoscope.query.operations.outcome import Outcome, OutputSeries, Part
from nephoscope.query.operations.steps import Step, resample
from nephoscope.query.operations.table import SeriesTable
from nephoscope.query.operations.tree import Aggregate, Metric, Reference, Resample


def reaggregate(
    tables: Mapping[int, SeriesTable],
    labels: Sequence[Reference],
    aggregation: str,
    reaggregation: str | None = None,
    *,
    resample_to: Step | None = None,
    fill: Fill | None = None,
    needed_overlap: float = 100.0,
    start_ns: int | None = None,
    stop_ns: int | None = None,
) -> Outcome:
    """
    Reduce all series to one.

    Takes   tables by granularity in ns; the reference of each series; the stored method they hold; the method across
            series, by default the same, which keeps a trap of old: with `rate:` it differentiates twice; a step to
            resample each series to with the stored method. The tables reach from the bucket of `start_ns` (with
            `resample_to`, from its step's start) to `stop_ns`.
    Gives   one aggregated series; a single series is answered as it is, whatever `fill` and overlap say.
    Errors  BadArgument for a reaggregation that is none; BadRequest `Metrics cannot be aggregated`.
    """
    if len(labels) == 1:
        return _alone(tables, aggregation, resample_to)
    across = aggregation if reaggregation is None else reaggregation
    if across not in AGGREGATIONS:
        raise BadArgument(
            "reaggregation",
            f"'{across}' cannot be computed across metrics; use one of {', '.join(sorted(AGGREGATIONS))}",
        )
    node = Metric(tuple(labels))
    return compute(
        Aggregate(across, node if resample_to is None else Resample(aggregation, resample_to, node)),
        tables,
        labels,
        fill=fill,
        needed_overlap=needed_overlap,
        start_ns=start_ns,
        stop_ns=stop_ns,
    )


def _alone(tables: Mapping[int, SeriesTable], aggregation: str, resample_to: Step | None) -> Outcome:
    parts = []
    for granularity_ns in sorted(tables, reverse=True):
        table = tables[granularity_ns]
        if resample_to is None:
            parts.append(Part(granularity_ns, table.times_ns, table.values[0]))
        else:
            times_ns, values = resample(table.times_ns, table.values, resample_to, aggregation)
            parts.append(Part(resample_to, times_ns, values[0]))
    return Outcome((OutputSeries(None, tuple(parts)),))
