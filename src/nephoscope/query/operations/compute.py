# SPDX-License-Identifier: Apache-2.0
"""From tables of series to the answer of an aggregates request."""

from collections import Counter
from collections.abc import Mapping, Sequence

from nephoscope.model import timespan
from nephoscope.query.operations.evaluate import Grid, evaluate, single_series
from nephoscope.query.operations.missing import (
    DROPPING,
    Fill,
    cut_to_overlap,
    fill_holes,
    not_aggregable,
    without_holes,
)
from nephoscope.query.operations.outcome import Outcome, OutputSeries, Part
from nephoscope.query.operations.table import SeriesTable
from nephoscope.query.operations.tree import Node, Reference


def choose_granularities(kept: Sequence[tuple[Reference, Sequence[int]]], asked_ns: int | None = None) -> list[int]:
    """
    Choose the granularities to compute at.

    Takes   each series' reference with the granularities that it keeps, ns; the one that was asked for, if any.
    Gives   ns, coarsest first.
    Errors  BadRequest `Metrics cannot be aggregated`: `No granularity match`, or `Granularities are missing` with
            detail [[ref, method, seconds], ...].
    """
    if asked_ns is not None:
        missing = [label for label, granularities in kept if asked_ns not in granularities]
        if missing:
            seconds = timespan.seconds(asked_ns)
            raise not_aggregable("Granularities are missing", [(*label, seconds) for label in missing])
        return [asked_ns]
    occurrences = Counter(granularity for _, granularities in kept for granularity in set(granularities))
    common = sorted((each for each, count in occurrences.items() if count == len(kept)), reverse=True)
    if not common:
        raise not_aggregable("No granularity match", [label for label, _ in kept])
    return common


def compute(
    tree: Node,
    tables: Mapping[int, SeriesTable],
    labels: Sequence[Reference],
    *,
    fill: Fill | None = None,
    needed_overlap: float | None = None,
    start_ns: int | None = None,
    stop_ns: int | None = None,
) -> Outcome:
    """
    Carry out the operations at every granularity.

    Takes   the tree; one table for each granularity in ns, all with the same series in the same order; for each
            series the reference of the tree that it answers to (several series answer to one name or glob); what to
            do about missing values: `fill`, else the percentage that must overlap, else `dropna`; the bounds of the
            request, start rounded down to a bucket, stop exclusive.
    Gives   series with their parts, coarsest granularity first, time ascending.
    Errors  BadRequest, cause `Metrics cannot be aggregated`.
    """
    labels = list(labels)
    if fill is None and needed_overlap is None:
        fill = "dropna"
    grids = []
    for granularity_ns in sorted(tables, reverse=True):
        table = tables[granularity_ns].between(start_ns, stop_ns)
        if fill is not None:
            table = fill_holes(table, fill)
        elif needed_overlap is not None:
            table = cut_to_overlap(
                table,
                needed_overlap,
                labels,
                start_given=start_ns is not None,
                stop_given=stop_ns is not None,
            )
        grids.append(single_series(evaluate(tree, table, labels), labels))
    return _shape(grids, dropping=fill in DROPPING)


def _shape(grids: Sequence[Grid], *, dropping: bool) -> Outcome:
    """Turn grids by granularity into series; a tree gives the same series at each."""
    members = grids[0].members
    positions: Sequence[int | None] = [None] if members is None else members
    return Outcome(
        tuple(
            OutputSeries(position, tuple(_part(grid, row, dropping=dropping) for grid in grids))
            for row, position in enumerate(positions)
        )
    )


def _part(grid: Grid, row: int, *, dropping: bool) -> Part:
    times_ns, values = grid.times_ns, grid.values[row]
    if dropping:
        times_ns, values = without_holes(times_ns, values)
    return Part(grid.step, times_ns, values)
