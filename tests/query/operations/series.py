# SPDX-License-Identifier: Apache-2.0
"""Small series for the tests: tables from plain lists, and stored aggregates from their plain definition."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from nephoscope.model.timespan import SECOND_NS
from nephoscope.query.operations import Outcome, Reference, SeriesTable

MINUTE_NS = 60 * SECOND_NS
Points = Mapping[int, float]


def table_of(*series: Points, granularity_ns: int = MINUTE_NS) -> SeriesTable:
    """A table of series given as {label in ns: value}."""
    rows = [(row, time, value) for row, points in enumerate(series) for time, value in sorted(points.items())]
    return SeriesTable.from_columns(
        granularity_ns,
        np.array([row for row, _, _ in rows], dtype=np.int64),
        np.array([time for _, time, _ in rows], dtype=np.int64),
        np.array([value for _, _, value in rows], dtype=np.float64),
        len(series),
    )


def minutes(*values: float | None) -> Points:
    """One value a minute from the epoch on; None leaves the minute out."""
    return {minute * MINUTE_NS: value for minute, value in enumerate(values) if value is not None}


def labels(count: int) -> list[Reference]:
    """References a.mean, b.mean, ... for the series of a table."""
    return [Reference(chr(ord("a") + place), "mean") for place in range(count)]


def points_of(outcome: Outcome, row: int = 0) -> list[tuple[float, float]]:
    """A series of the outcome as (minutes since the epoch, value), its parts one after the other."""
    return [
        (time / MINUTE_NS, value)
        for part in outcome.series[row].parts
        for time, value in zip(part.times_ns.tolist(), part.values.tolist(), strict=True)
    ]


def nanoseconds(text: str) -> int:
    """An ISO time of the recorded cases, UTC where no offset is given."""
    moment = datetime.fromisoformat(text)
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000) * 1_000_000


def stored(batches: Sequence[Sequence[tuple[str, float]]], method: str, granularity_ns: int) -> Points:
    """
    The aggregates that a metric keeps, from the definition: one value a non-empty bucket.

    A later batch replaces the value of a time; inside one batch the smallest stays.
    """
    raw: dict[int, float] = {}
    for batch in batches:
        merged: dict[int, float] = {}
        for text, value in batch:
            time = nanoseconds(text)
            merged[time] = min(value, merged.get(time, math.inf))
        raw |= merged
    points = sorted(raw.items())
    if method.startswith("rate:"):
        points = [(points[i][0], points[i][1] - points[i - 1][1]) for i in range(1, len(points))]
        method = method.removeprefix("rate:")
    buckets: dict[int, list[float]] = {}
    for time, value in points:
        buckets.setdefault(time // granularity_ns * granularity_ns, []).append(value)
    return {label: reduced(method, values) for label, values in buckets.items()}


def reduced(method: str, values: Sequence[float]) -> float:
    """One stored method over the values of a bucket, in order of time."""
    if method.endswith("pct"):
        position = (len(values) - 1) * int(method.removesuffix("pct")) / 100
        ordered, below = sorted(values), math.floor(position)
        return ordered[below] + (ordered[math.ceil(position)] - ordered[below]) * (position - below)
    simple: dict[str, Callable[[Sequence[float]], float]] = {
        "mean": statistics.fmean,
        "median": statistics.median,
        "min": min,
        "max": max,
        "sum": math.fsum,
        "count": len,
        "first": lambda each: each[0],
        "last": lambda each: each[-1],
    }
    return float(simple[method](values))
