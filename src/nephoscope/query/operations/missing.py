# SPDX-License-Identifier: Apache-2.0
"""What to do where a series has no value: fill the hole, keep it, drop it, or demand that series overlap."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, cast

import numpy as np

from nephoscope.model.errors import BadArgument, BadRequest
from nephoscope.query.operations.table import Floats, SeriesTable, Times
from nephoscope.query.operations.tree import Reference

FillMode = Literal["null", "dropna", "ffill", "bfill", "full_ffill", "full_bfill"]
Fill = float | FillMode

MODES = ("null", "dropna", "ffill", "bfill", "full_ffill", "full_bfill")
DROPPING = frozenset(MODES) - {"null"}


def parse_fill(text: str) -> Fill:
    """Read the argument `fill`, a mode's name or a number; BadArgument otherwise."""
    if text in MODES:
        return cast(FillMode, text)
    try:
        return float(text)
    except ValueError:
        raise BadArgument(
            "fill",
            "Must be a float, 'dropna', 'null', 'ffill', 'bfill', 'full_ffill' or 'full_bfill'",
        ) from None


def fill_holes(table: SeriesTable, fill: Fill) -> SeriesTable:
    """
    Fill before computing.

    A number goes only where there is no point; `ffill` and its kin look for a value that is known, so they replace
    a stored not-a-number too. `null` and `dropna` leave the holes.
    """
    if not isinstance(fill, str):
        if table.present is None:
            return table
        return replace(table, values=np.where(table.present, table.values, fill), present=None)
    if fill in ("null", "dropna"):
        return table
    values = table.values
    forward_first = fill in ("ffill", "full_ffill")
    values = _forward(values) if forward_first else _backward(values)
    if fill.startswith("full_"):
        values = _backward(values) if forward_first else _forward(values)
    return replace(table, values=values)


def _forward(values: Floats) -> Floats:
    """Carry each row's latest known value to the right; what stands before the first stays missing."""
    position = np.where(np.isnan(values), 0, np.arange(values.shape[1]))
    return np.take_along_axis(values, np.maximum.accumulate(position, axis=1), axis=1)


def _backward(values: Floats) -> Floats:
    return _forward(values[:, ::-1])[:, ::-1]


def cut_to_overlap(
    table: SeriesTable,
    needed_percent: float,
    labels: list[Reference],
    *,
    start_given: bool,
    stop_given: bool,
) -> SeriesTable:
    """
    Demand that in enough rows (times) every series has a value.

    Where no bound was given the incomplete times at that end are cut off first.
    Errors  BadRequest, cause `Metrics cannot be aggregated`, when the complete share is below `needed_percent`.
    """
    complete = ~np.isnan(table.values).any(axis=0)
    where = np.flatnonzero(complete)
    if where.size == 0:
        if needed_percent > 0:
            raise not_aggregable("No overlap", labels)
        return table
    first = 0 if start_given else int(where[0])
    last = len(table.times_ns) if stop_given else int(where[-1]) + 1
    share = where.size * 100.0 / (last - first)
    if share < needed_percent:
        raise not_aggregable(
            f"Less than {needed_percent:f}% of datapoints overlap in this timespan ({share:.2f}%)", labels
        )
    return table.columns(first, last)


def without_holes(times_ns: Times, values: Floats) -> tuple[Times, Floats]:
    """Drop the points of one series that are not-a-number or infinite."""
    finite = np.isfinite(values)
    if finite.all():
        return times_ns, values
    return times_ns[finite], values[finite]


def not_aggregable(reason: str, detail: Sequence[Sequence[object]]) -> BadRequest:
    """The error for series that do not fit together; `detail` lists them as [ref, method], perhaps with more."""
    return BadRequest("", cause="Metrics cannot be aggregated", reason=reason, detail=[list(each) for each in detail])
