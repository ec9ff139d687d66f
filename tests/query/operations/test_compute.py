# SPDX-License-Identifier: Apache-2.0
"""From tables to answers: granularities, bounds, holes, and the shape of the outcome."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import BadRequest
from nephoscope.query.operations import Reference, choose_granularities, compute, parse
from tests.query.operations.series import MINUTE_NS, labels, minutes, points_of, table_of
from tests.query.operations.trees import OPERATIONS

NAN = math.nan
HOUR_NS = 60 * MINUTE_NS
A, B = labels(2)
BOTH = "(metric (a mean) (b mean))"
VALUES = st.sampled_from([None, 0.0, 1.0, -2.5, 1e300, NAN, math.inf])
HOLES = {MINUTE_NS: table_of(minutes(1, None, 3), minutes(None, 5, 7))}


def test_granularities_that_all_series_keep_are_chosen_coarsest_first() -> None:
    assert choose_granularities([(A, [10, 60, 300]), (B, [60, 10])]) == [60, 10]


def test_no_common_granularity_is_refused() -> None:
    with pytest.raises(BadRequest) as refusal:
        choose_granularities([(A, [60]), (B, [300])])
    assert refusal.value.reason == "No granularity match"
    assert refusal.value.detail == [["a", "mean"], ["b", "mean"]]


def test_an_asked_granularity_names_the_series_without_it() -> None:
    assert choose_granularities([(A, [MINUTE_NS, HOUR_NS]), (B, [MINUTE_NS])], MINUTE_NS) == [MINUTE_NS]
    with pytest.raises(BadRequest) as refusal:
        choose_granularities([(A, [MINUTE_NS, HOUR_NS]), (B, [MINUTE_NS])], HOUR_NS)
    assert refusal.value.reason == "Granularities are missing"
    assert refusal.value.detail == [["b", "mean", 3600.0]]


def test_granularities_follow_each_other_coarsest_first() -> None:
    tables = {MINUTE_NS: table_of(minutes(1, 2)), HOUR_NS: table_of({0: 1.5}, granularity_ns=HOUR_NS)}
    outcome = compute(parse("(+ 1 (metric a mean))"), tables, [A])
    assert [part.step for part in outcome.series[0].parts] == [HOUR_NS, MINUTE_NS]
    assert points_of(outcome) == [(0.0, 2.5), (0.0, 2.0), (1.0, 3.0)]


def test_series_kept_apart_lose_their_own_holes_only() -> None:
    outcome = compute(parse(BOTH), HOLES, [A, B])
    assert not outcome.aggregated
    assert [series.position for series in outcome.series] == [0, 1]
    assert points_of(outcome, 0) == [(0.0, 1.0), (2.0, 3.0)]
    assert points_of(outcome, 1) == [(1.0, 5.0), (2.0, 7.0)]


def test_null_keeps_holes_in_the_answer() -> None:
    np.testing.assert_equal(points_of(compute(parse(BOTH), HOLES, [A, B], fill="null")), [(0, 1), (1, NAN), (2, 3)])


def test_a_number_fills_holes_before_computing() -> None:
    outcome = compute(parse(f"(aggregate sum {BOTH})"), HOLES, [A, B], fill=100.0)
    assert outcome.aggregated
    assert points_of(outcome) == [(0.0, 101.0), (1.0, 105.0), (2.0, 10.0)]


def test_fill_goes_before_overlap() -> None:
    outcome = compute(parse(BOTH), HOLES, [A, B], fill="dropna", needed_overlap=100.0)
    assert points_of(outcome) == [(0.0, 1.0), (2.0, 3.0)]


def test_overlap_cuts_to_the_common_span() -> None:
    assert points_of(compute(parse(f"(aggregate sum {BOTH})"), HOLES, [A, B], needed_overlap=100.0)) == [(2.0, 10.0)]


def test_a_bound_counts_as_given_for_the_overlap() -> None:
    with pytest.raises(BadRequest, match=r"\(33\.33%\)"):
        compute(parse(BOTH), HOLES, [A, B], needed_overlap=100.0, start_ns=0)


def test_bounds_cut_before_anything_is_computed() -> None:
    tables = {MINUTE_NS: table_of(minutes(1, 2, 4, 8))}
    outcome = compute(parse("(rateofchange (metric a mean))"), tables, [A], start_ns=90 * 10**9, stop_ns=3 * MINUTE_NS)
    assert points_of(outcome) == [(2.0, 2.0)]


def test_division_by_zero_is_dropped() -> None:
    tables = {MINUTE_NS: table_of(minutes(0, 2))}
    assert points_of(compute(parse("(/ 10 (metric a mean))"), tables, [A])) == [(1.0, 5.0)]


def test_the_first_row_of_a_rate_per_second_is_dropped_with_the_holes() -> None:
    tables = {MINUTE_NS: table_of(minutes(0, 60))}
    tree = parse("(rateofchangesec (metric a mean))")
    assert points_of(compute(tree, tables, [A])) == [(1.0, 1.0)]
    np.testing.assert_equal(points_of(compute(tree, tables, [A], fill="null")), [(0, NAN), (1, 1)])


def test_a_series_without_points_is_in_the_answer_and_empty() -> None:
    outcome = compute(parse(BOTH), {MINUTE_NS: table_of(minutes(1), {})}, [A, B])
    assert points_of(outcome, 1) == []


def test_several_series_joined_without_an_aggregate_are_refused() -> None:
    with pytest.raises(BadRequest) as refusal:
        compute(parse("(* (metric (a mean) (b mean)) (metric a mean))"), HOLES, [A, B])
    assert refusal.value.reason == "The operations leave 2 series; aggregate them"


@given(
    OPERATIONS,
    st.lists(
        st.lists(st.sampled_from([None, 0.0, 1.0, -2.5, 1e300, NAN, math.inf]), max_size=6), min_size=1, max_size=4
    ),
    st.sampled_from([None, "null", "dropna", "ffill", "full_bfill", 0.0]),
)
def test_any_operations_over_any_series_give_columns_that_fit_or_a_refusal(
    operations: Any, rows: list[list[float | None]], fill: Any
) -> None:
    tree = parse(operations)
    wanted = list(dict.fromkeys(_references(operations)))
    series = [rows[place % len(rows)] for place in range(len(wanted))]
    tables = {MINUTE_NS: table_of(*(minutes(*row) for row in series))}
    cause = None
    try:
        outcome = compute(tree, tables, wanted, fill=fill)
    except BadRequest as refusal:
        cause = refusal.cause
    if cause is not None:
        assert cause == "Metrics cannot be aggregated"
        return
    for output in outcome.series:
        (part,) = output.parts
        assert part.times_ns.shape == part.values.shape
        assert np.float64 == part.values.dtype
        assert (np.diff(part.times_ns) > 0).all()
        if fill not in (0.0, "null"):
            assert np.isfinite(part.values).all()


def _references(operations: Any) -> list[Reference]:
    if operations[0] == "metric":
        pairs = operations[1:] if isinstance(operations[1], list) else [operations[1:]]
        return [Reference(*pair) for pair in pairs]
    return [each for operand in operations if isinstance(operand, list) for each in _references(operand)]
