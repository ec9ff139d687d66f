# SPDX-License-Identifier: Apache-2.0
"""Resampling: aggregates of one granularity become aggregates over longer steps, with the stored methods."""

from collections.abc import Callable
from typing import Literal, cast, get_args

import numpy as np
from numpy.typing import NDArray

from nephoscope.query.operations.methods import RATE
from nephoscope.query.operations.table import Floats, Times

CalendarStep = Literal["Y", "H", "Q", "M", "W"]
Step = int | CalendarStep
CALENDAR_STEPS: tuple[str, ...] = get_args(CalendarStep)

# Day 0 of the epoch was a Thursday; weeks start on Sunday.
_THURSDAY_AFTER_SUNDAY = 4
_MONTHS: dict[str, int] = {"Y": 12, "H": 6, "Q": 3, "M": 1}


def floor_to_step(times_ns: Times, step: Step) -> Times:
    """
    Label each time with the start of its step.

    Takes   ns since the epoch; a width in ns, counted from the epoch, or a calendar letter: year, half-year, quarter,
            month, week from Sunday (all UTC).
    """
    if isinstance(step, int):
        return times_ns // step * step
    moments = times_ns.astype("datetime64[ns]")
    if step == "W":
        days = moments.astype("datetime64[D]").astype(np.int64)
        labels = (days - (days + _THURSDAY_AFTER_SUNDAY) % 7).astype("datetime64[D]")
    else:
        months = moments.astype("datetime64[M]").astype(np.int64)
        labels = (months // _MONTHS[step] * _MONTHS[step]).astype("datetime64[M]")
    return cast(Times, labels.astype("datetime64[ns]").astype(np.int64))


def resample(times_ns: Times, values: Floats, step: Step, method: str) -> tuple[Times, Floats]:
    """
    Aggregate each series again, over steps.

    Takes   ascending times; series × times with not-a-number for what is missing; any stored method (`95pct`,
            `rate:max`), or `var`. `rate:` goes over the differences of successive values of a series.
    Gives   labels of the steps in which a series has an outcome, and series × steps. Missing values are passed over;
            std and var are sample figures (n - 1), so a step with one value has none.
    """
    if len(times_ns) == 0:
        return times_ns, values
    labels = floor_to_step(times_ns, step)
    starts = np.flatnonzero(np.concatenate(([True], labels[1:] != labels[:-1])))
    with np.errstate(all="ignore"):
        if method.startswith(RATE):
            values = _differences(values)
        outcome = _Grouped(values, starts).apply(method.removeprefix(RATE))
    known = ~np.isnan(outcome).all(axis=0)
    return labels[starts][known], outcome[:, known]


def _differences(values: Floats) -> Floats:
    """Subtract from each value the one known before it, however far back; the first of a series has none."""
    width = values.shape[1]
    known_at = np.where(np.isnan(values), -1, np.arange(width))
    before = np.full(values.shape, -1)
    before[:, 1:] = np.maximum.accumulate(known_at, axis=1)[:, :-1]
    predecessor = np.take_along_axis(values, np.maximum(before, 0), axis=1)
    return np.where(before >= 0, values - predecessor, np.nan)


class _Grouped:
    """Series × times cut at `starts`: every method gives series × steps, not-a-number where nothing is known."""

    def __init__(self, values: Floats, starts: NDArray[np.intp]) -> None:
        self._values = values
        self._starts = starts
        self._known = ~np.isnan(values)
        self._count = np.add.reduceat(self._known.astype(np.float64), starts, axis=1)

    def apply(self, method: str) -> Floats:
        if method.endswith("pct"):
            return self._quantile(float(method.removesuffix("pct")) / 100)
        outcome = self._METHODS[method](self)
        return np.where(self._count > 0, outcome, np.nan)

    def _sum(self) -> Floats:
        return self._total(self._values)

    def _mean(self) -> Floats:
        return self._sum() / self._count

    def _var(self) -> Floats:
        lengths = np.diff(self._starts, append=self._values.shape[1])
        away = self._values - np.repeat(self._mean(), lengths, axis=1)
        return self._total(away * away) / np.where(self._count > 1, self._count - 1, np.nan)

    def _std(self) -> Floats:
        return np.sqrt(self._var())

    def _min(self) -> Floats:
        return np.asarray(np.fmin.reduceat(self._values, self._starts, axis=1))

    def _max(self) -> Floats:
        return np.asarray(np.fmax.reduceat(self._values, self._starts, axis=1))

    def _first(self) -> Floats:
        width = self._values.shape[1]
        at = np.where(self._known, np.arange(width), width - 1)
        return self._pick(np.minimum.reduceat(at, self._starts, axis=1))

    def _last(self) -> Floats:
        at = np.where(self._known, np.arange(self._values.shape[1]), 0)
        return self._pick(np.maximum.reduceat(at, self._starts, axis=1))

    def _median(self) -> Floats:
        return self._quantile(0.5)

    def _quantile(self, share: float) -> Floats:
        """
        Interpolate linearly at position (n - 1) · share of the sorted values of each step.

        Sorting by step, then value, puts what is missing at the end of its step.
        """
        step = np.zeros(self._values.shape[1], dtype=np.intp)
        step[self._starts[1:]] = 1
        order = np.lexsort((self._values, np.broadcast_to(np.cumsum(step), self._values.shape)), axis=1)
        ordered = np.take_along_axis(self._values, order, axis=1)
        position = np.maximum(self._count - 1, 0) * share
        below = np.floor(position)
        at = self._starts + below.astype(np.intp)
        lower = np.take_along_axis(ordered, at, axis=1)
        upper = np.take_along_axis(ordered, at + (position > below), axis=1)
        return np.where(lower == upper, lower, lower + (upper - lower) * (position - below))

    def _total(self, values: Floats) -> Floats:
        return np.asarray(np.add.reduceat(np.where(self._known, values, 0.0), self._starts, axis=1))

    def _pick(self, at: NDArray[np.intp]) -> Floats:
        return np.take_along_axis(self._values, at, axis=1)

    _METHODS: dict[str, Callable[["_Grouped"], Floats]] = {  # noqa: RUF012 - a table, never changed
        "mean": _mean,
        "sum": _sum,
        "min": _min,
        "max": _max,
        "count": lambda grouped: grouped._count,
        "first": _first,
        "last": _last,
        "median": _median,
        "std": _std,
        "var": _var,
    }
