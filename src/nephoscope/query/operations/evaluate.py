# SPDX-License-Identifier: Apache-2.0
"""Walk the tree of operations over one table of series."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nephoscope.model.timespan import SECOND_NS
from nephoscope.query.operations.arithmetic import BINARY, COMPARISONS, UNARY, Function
from nephoscope.query.operations.methods import RATE, reduce
from nephoscope.query.operations.missing import not_aggregable
from nephoscope.query.operations.steps import Step, resample
from nephoscope.query.operations.table import Floats, SeriesTable, Times
from nephoscope.query.operations.tree import (
    Aggregate,
    Binary,
    Clip,
    Metric,
    Node,
    Number,
    Reference,
    Resample,
    Rolling,
    Unary,
    children,
)

# Windows overlap, so a matrix of them can be much larger than the table; it is made in pieces of about this size.
WINDOW_CELLS_MAX = 1 << 21


@dataclass(frozen=True, slots=True)
class Grid:
    """
    What an operation gives: series × times at one step.

    `members` are the positions of the series in the table; None once values are no longer those of single series.
    """

    step: Step
    times_ns: Times
    values: Floats
    members: tuple[int, ...] | None


Operand = Grid | float


def evaluate(node: Node, table: SeriesTable, labels: list[Reference]) -> Operand:
    """
    Compute `node`.

    Takes   the tree; the table, holes already filled; the reference that each series of the table answers to.
    Gives   a Grid, or a number where the node holds no metric.
    Errors  BadRequest, cause `Metrics cannot be aggregated`: operands that do not fit, windows that are too long.
    """
    return _Evaluation(table, labels).operand(node)


class _Evaluation:
    def __init__(self, table: SeriesTable, labels: list[Reference]) -> None:
        self._table = table
        self._labels = labels

    def operand(self, node: Node) -> Operand:
        match node:
            case Number():
                return node.value
            case Unary() if node.word in UNARY:
                return self._by_value(UNARY[node.word], node)
            case Binary():
                outcome = self._by_value(BINARY[node.word], node)
                return _as_floats(outcome) if node.word in COMPARISONS else outcome
            case Clip():
                return self._by_value(np.maximum if node.high is None else np.clip, node)
            case _:
                return self.grid(node)

    def grid(self, node: Node) -> Grid:
        """Compute a node that has rows, which reading has made sure of."""
        match node:
            case Metric():
                grid = self._metric(node.references)
            case Aggregate():
                grid = _aggregate(node.method, self.grid(node.node))
            case Resample():
                grid = _resample(node.method, node.step, self.grid(node.node))
            case Rolling():
                grid = self._rolling(node.method, node.window, self.grid(node.node))
            case Unary("rateofchange", inner):
                grid = _rate_of_change(self.grid(inner))
            case Unary("rateofchangesec", inner):
                grid = _rate_of_change_per_second(self.grid(inner))
            case _:
                outcome = self.operand(node)
                assert isinstance(outcome, Grid), "a node with a metric gives rows"
                grid = outcome
        return grid

    def _metric(self, references: tuple[Reference, ...]) -> Grid:
        wanted = set(references)
        members = tuple(place for place, label in enumerate(self._labels) if label in wanted)
        every = len(members) == len(self._labels)
        values = self._table.values if every else self._table.values[list(members)]
        return Grid(self._table.granularity_ns, self._table.times_ns, values, members)

    def _by_value(self, function: Function, node: Node) -> Operand:
        operands = [self.operand(child) for child in children(node)]
        grids = [operand for operand in operands if isinstance(operand, Grid)]
        if not grids:
            with np.errstate(all="ignore"):
                return float(function(*operands))
        self._check_fit(grids)
        with np.errstate(all="ignore"):
            values = function(*(one.values if isinstance(one, Grid) else one for one in operands))
        return replace(grids[0], values=values, members=grids[0].members if len(grids) == 1 else None)

    def _check_fit(self, grids: list[Grid]) -> None:
        first = grids[0]
        heights = {len(grid.values) for grid in grids} - {1}
        for grid in grids[1:]:
            if grid.step != first.step or not np.array_equal(grid.times_ns, first.times_ns):
                raise not_aggregable("Operands have different timestamps or granularities", self._labels)
        if len(heights) > 1:
            counts = " and ".join(str(height) for height in sorted(heights))
            raise not_aggregable(f"Operands have {counts} series; aggregate them first", self._labels)

    def _rolling(self, method: str, window: int, grid: Grid) -> Grid:
        length = len(grid.times_ns)
        if window > length:
            raise not_aggregable(f"Rolling window '{window}' is greater than serie length '{length}'", self._labels)
        rated, method = method.startswith(RATE), method.removeprefix(RATE)
        values = _reduce_windows(method, window, grid.values)
        rolled = replace(grid, times_ns=grid.times_ns[window - 1 :], values=values)
        return _rate_of_change(rolled) if rated else rolled


def single_series(operand: Operand, labels: list[Reference]) -> Grid:
    """Make sure that what counts as aggregated is one series, as its answer has room for one only."""
    assert isinstance(operand, Grid), "reading has made sure that there is a metric"
    if operand.members is None and len(operand.values) > 1:
        raise not_aggregable(f"The operations leave {len(operand.values)} series; aggregate them", labels)
    return operand


def _as_floats(operand: Operand) -> Operand:
    if isinstance(operand, Grid):
        return replace(operand, values=operand.values.astype(np.float64))
    return operand


def _aggregate(method: str, grid: Grid) -> Grid:
    rated, method = method.startswith(RATE), method.removeprefix(RATE)
    aggregated = replace(grid, values=reduce(method, grid.values, axis=0)[None, :], members=None)
    return _rate_of_change(aggregated) if rated else aggregated


def _resample(method: str, step: Step, grid: Grid) -> Grid:
    times_ns, values = resample(grid.times_ns, grid.values, step, method)
    return Grid(step, times_ns, values, grid.members)


def _rate_of_change(grid: Grid) -> Grid:
    """The difference to the row before; the first row has none and disappears."""
    with np.errstate(all="ignore"):
        return replace(grid, times_ns=grid.times_ns[1:], values=np.diff(grid.values, axis=1))


def _rate_of_change_per_second(grid: Grid) -> Grid:
    """As `_rate_of_change`, over the elapsed seconds; the first row stays, as not-a-number."""
    values = np.full(grid.values.shape, np.nan)
    with np.errstate(all="ignore"):
        values[:, 1:] = np.diff(grid.values, axis=1) / (np.diff(grid.times_ns) / SECOND_NS)
    return replace(grid, values=values)


def _reduce_windows(method: str, window: int, values: Floats) -> Floats:
    height, length = values.shape
    rolled = np.empty((height, length - window + 1))
    if rolled.size == 0:
        return rolled
    windows = sliding_window_view(values, window, axis=1)
    piece = max(1, WINDOW_CELLS_MAX // (window * height))
    for start in range(0, rolled.shape[1], piece):
        stop = start + piece
        rolled[:, start:stop] = reduce(method, windows[:, start:stop], axis=2)
    return rolled
