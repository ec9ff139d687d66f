# SPDX-License-Identifier: Apache-2.0
"""
Reduce one axis of a matrix to a value per line, ignoring what is missing (not-a-number).

numpy's own nan-functions warn about empty lines, and silencing warnings is not safe among threads; counting what
is there needs no warnings and is as quick.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RATE = "rate:"


def reduce(method: str, values: Floats, axis: int) -> Floats:
    """
    Apply one of METHODS along `axis`.

    Takes   floats, missing ones as not-a-number.
    Gives   one value fewer in dimensions: sum and count of nothing are 0, the others not-a-number. std and var are
            population figures (÷ n).
    """
    missing = np.isnan(values)
    with np.errstate(all="ignore"):
        if missing.any():
            return SPARSE[method](values, missing, axis)
        if values.shape[axis] == 0:
            return SPARSE[method](values, missing, axis)
        return DENSE[method](values, axis)


def _count_all(values: Floats, axis: int) -> Floats:
    reduced = np.delete(np.array(values.shape), axis)
    return np.full(reduced, float(values.shape[axis]))


def _count(values: Floats, missing: NDArray[np.bool_], axis: int) -> Floats:
    return np.asarray(np.count_nonzero(~missing, axis=axis), dtype=np.float64)


def _sum(values: Floats, missing: NDArray[np.bool_], axis: int) -> Floats:
    return np.asarray(np.sum(values, axis=axis, where=~missing))


def _mean(values: Floats, missing: NDArray[np.bool_], axis: int) -> Floats:
    return _sum(values, missing, axis) / _count(values, missing, axis)


def _var(values: Floats, missing: NDArray[np.bool_], axis: int) -> Floats:
    away = values - np.expand_dims(_mean(values, missing, axis), axis)
    return _mean(away * away, missing, axis)


def _std(values: Floats, missing: NDArray[np.bool_], axis: int) -> Floats:
    return np.sqrt(_var(values, missing, axis))


def _min(values: Floats, missing: NDArray[np.bool_], axis: int) -> Floats:
    return np.asarray(np.fmin.reduce(values, axis=axis, initial=np.nan))


def _max(values: Floats, missing: NDArray[np.bool_], axis: int) -> Floats:
    return np.asarray(np.fmax.reduce(values, axis=axis, initial=np.nan))


def _median(values: Floats, missing: NDArray[np.bool_], axis: int) -> Floats:
    """Sorting puts not-a-number last, so the middle of a line is found from the count of what is there."""
    if values.shape[axis] == 0:
        return _mean(values, missing, axis)
    ordered = np.sort(values, axis=axis)
    count = np.count_nonzero(~missing, axis=axis, keepdims=True)
    lower = np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, axis)
    upper = np.take_along_axis(ordered, np.minimum(count // 2, values.shape[axis] - 1), axis)
    return np.asarray(np.where(lower == upper, lower, (lower + upper) / 2).squeeze(axis))


SPARSE: dict[str, Callable[[Floats, NDArray[np.bool_], int], Floats]] = {
    "mean": _mean,
    "median": _median,
    "std": _std,
    "min": _min,
    "max": _max,
    "sum": _sum,
    "var": _var,
    "count": _count,
}

DENSE: dict[str, Callable[[Floats, int], Floats]] = {
    "mean": lambda values, axis: np.asarray(np.mean(values, axis=axis)),
    "median": lambda values, axis: np.asarray(np.median(values, axis=axis)),
    "std": lambda values, axis: np.asarray(np.std(values, axis=axis)),
    "min": lambda values, axis: np.asarray(np.min(values, axis=axis)),
    "max": lambda values, axis: np.asarray(np.max(values, axis=axis)),
    "sum": lambda values, axis: np.asarray(np.sum(values, axis=axis)),
    "var": lambda values, axis: np.asarray(np.var(values, axis=axis)),
    "count": _count_all,
}

METHODS = tuple(SPARSE)
AGGREGATIONS = frozenset(METHODS) | {RATE + method for method in METHODS}
