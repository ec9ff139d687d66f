# SPDX-License-Identifier: Apache-2.0
"""Each operation over small tables."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import BadRequest
from nephoscope.query.operations import SeriesTable, parse
from nephoscope.query.operations import evaluate as evaluate_module
from nephoscope.query.operations.arithmetic import BINARY, UNARY
from nephoscope.query.operations.evaluate import Grid, evaluate
from nephoscope.query.operations.methods import METHODS
from tests.query.operations.series import MINUTE_NS, labels, minutes, table_of

NAN = math.nan
TABLE = table_of(minutes(1, 2, 4), minutes(10, -20, 40))


def grid_of(operations: Any, table: SeriesTable = TABLE) -> Grid:
    outcome = evaluate(parse(operations), table, labels(len(table.values)))
    assert isinstance(outcome, Grid)
    return outcome


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(metric (b mean) (a mean))", [[1, 2, 4], [10, -20, 40]]),
        ("(abs (metric b mean))", [[10, 20, 40]]),
        ("(neg (metric (a mean) (b mean)))", [[-1, -2, -4], [-10, 20, -40]]),
        ("(floor (/ (metric a mean) 2))", [[0, 1, 2]]),
        ("(ceil (/ (metric a mean) 2))", [[1, 1, 2]]),
        ("(cos (* 0 (metric a mean)))", [[1, 1, 1]]),
        ("(+ (metric a mean) (metric b mean))", [[11, -18, 44]]),
        ("(- 100 (metric a mean))", [[99, 98, 96]]),
        ("(% (metric b mean) 7)", [[3, 1, 5]]),
        ("(^ 2 (metric a mean))", [[2, 4, 16]]),
        ("(/ (metric a mean) (- (metric a mean) 1))", [[math.inf, 2, 4 / 3]]),
        ("(/ (- 2 2) (- (metric a mean) 1))", [[NAN, 0, 0]]),
        ("(/ (metric a mean) (/ 1 0))", [[0, 0, 0]]),
        ("(≥ (metric b mean) (metric a mean))", [[1, 0, 1]]),
        ("(= (metric a mean) 2)", [[0, 1, 0]]),
        ("(neg (> (metric a mean) 1))", [[0, -1, -1]]),
        ("(clip (metric b mean) -5 12)", [[10, -5, 12]]),
        ("(clip (metric b mean) -5)", [[10, -5, 40]]),
        ("(clip (metric b mean) 0 (metric a mean))", [[1, 0, 4]]),
        ("(clip_min (metric b mean) 0)", [[10, 0, 40]]),
        ("(clip_max 3 (metric a mean))", [[1, 2, 3]]),
        ("(max (metric a mean) (metric b mean))", [[10, 2, 40]]),
        ("(aggregate sum (metric (a mean) (b mean)))", [[11, -18, 44]]),
        ("(aggregate rate:max (metric (a mean) (b mean)))", [[-8, 38]]),
        ("(rolling sum 2 (metric a mean))", [[3, 6]]),
        ("(rolling rate:sum 2 (metric a mean))", [[3]]),
        ("(rolling median 3 (metric (a mean) (b mean)))", [[2], [10]]),
        ("(resample max 120 (metric (a mean) (b mean)))", [[2, 4], [10, 40]]),
        ("(rateofchange (metric b mean))", [[-30, 60]]),
        ("(rateofchangesec (metric b mean))", [[NAN, -0.5, 1]]),
        ("(- (metric (a mean) (b mean)) (aggregate max (metric (a mean) (b mean))))", [[-9, 0, -36], [0, -22, 0]]),
    ],
)
def test_operations_give_what_they_say(text: str, expected: list[list[float]]) -> None:
    np.testing.assert_allclose(grid_of(text).values, expected, rtol=1e-12)


def test_rows_keep_their_times_and_the_lost_ones_are_at_the_front() -> None:
    assert grid_of("(rateofchange (metric a mean))").times_ns.tolist() == [MINUTE_NS, 2 * MINUTE_NS]
    assert grid_of("(rolling mean 3 (metric a mean))").times_ns.tolist() == [2 * MINUTE_NS]
    assert grid_of("(aggregate rate:sum (metric a mean))").times_ns.tolist() == [MINUTE_NS, 2 * MINUTE_NS]


def test_resampled_rows_have_the_new_step() -> None:
    grid = grid_of("(resample mean 120 (metric a mean))")
    assert (grid.step, grid.times_ns.tolist()) == (2 * MINUTE_NS, [0, 2 * MINUTE_NS])


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("(metric (a mean) (b mean))", (0, 1)),
        ("(clip (+ 5 (metric b mean)) 0 1)", (1,)),
        ("(rolling mean 2 (resample mean 60 (metric (a mean) (b mean))))", (0, 1)),
        ("(+ (metric a mean) (metric b mean))", None),
        ("(clip (metric a mean) (metric b mean) 9)", None),
        ("(* 2 (aggregate mean (metric a mean)))", None),
    ],
)
def test_series_stay_apart_until_they_are_aggregated_or_joined(text: str, members: tuple[int, ...] | None) -> None:
    assert members == grid_of(text).members


def test_one_name_may_stand_for_many_series() -> None:
    (label,) = labels(1)
    grid = evaluate(parse("(metric a mean)"), TABLE, [label, label])
    assert isinstance(grid, Grid)
    assert grid.members == (0, 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(rolling mean 4 (metric a mean))", "Rolling window '4' is greater than serie length '3'"),
        (
            "(+ (metric a mean) (resample mean 120 (metric b mean)))",
            "Operands have different timestamps or granularities",
        ),
        ("(+ (metric a mean) (rateofchange (metric b mean)))", "Operands have different timestamps or granularities"),
        (
            "(+ (metric (a mean) (b mean)) (metric (a mean) (b mean) (c mean)))",
            "Operands have 2 and 3 series; aggregate them first",
        ),
    ],
)
def test_operands_that_do_not_fit_are_refused(text: str, reason: str) -> None:
    table = table_of(minutes(1, 2, 3), minutes(1, 2, 3), minutes(1, 2, 3))
    with pytest.raises(BadRequest) as refusal:
        grid_of(text, table)
    assert ("Metrics cannot be aggregated", reason) == (refusal.value.cause, refusal.value.reason)
    assert refusal.value.detail == [["a", "mean"], ["b", "mean"], ["c", "mean"]]


@given(st.lists(st.floats(allow_infinity=False) | st.none(), min_size=1, max_size=8))
def test_aggregating_a_single_series_changes_nothing(values: list[float | None]) -> None:
    table = table_of(minutes(*values))
    for method in ("mean", "median", "min", "max"):
        np.testing.assert_equal(grid_of(["aggregate", method, ["metric", "a", "mean"]], table).values, table.values)
    summed = grid_of("(aggregate sum (metric a mean))", table).values
    np.testing.assert_equal(summed, np.nan_to_num(table.values, nan=0.0))


@given(st.integers(1, 6), st.sampled_from(METHODS))
def test_windows_computed_in_pieces_are_the_windows(window: int, method: str) -> None:
    table = table_of(minutes(3, 1, None, 4, 1, 5), minutes(9, 2, 6, None, 5, 3))
    operations = ["rolling", method, window, ["metric", ["a", "mean"], ["b", "mean"]]]
    whole = grid_of(operations, table).values
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate_module, "WINDOW_CELLS_MAX", 1)
        np.testing.assert_equal(grid_of(operations, table).values, whole)
    for last in range(window - 1, 6):
        part = table.columns(last - window + 1, last + 1)
        for row in (0, 1):
            one = SeriesTable(MINUTE_NS, np.arange(1), part.values[row][:, None], None)
            wanted = evaluate(parse(["aggregate", method, ["metric", "a", "mean"]]), one, labels(1) * window)
            assert isinstance(wanted, Grid)
            np.testing.assert_allclose(whole[row, last - window + 1], wanted.values[0, 0], rtol=1e-12)


@pytest.mark.parametrize("word", [*UNARY, *BINARY])
def test_every_word_gives_floats_for_numbers_alone_as_for_series(word: str) -> None:
    operands: list[Any] = [2.0, 3.0] if word in BINARY else [2.0]
    added = grid_of(["+", ["*", 0, ["metric", "a", "mean"]], [word, *operands]]).values
    rows = [["+", ["*", 0, ["metric", "a", "mean"]], number] for number in operands]
    direct = grid_of([word, *rows]).values
    assert np.float64 == direct.dtype
    np.testing.assert_allclose(direct, added)
