# SPDX-License-Identifier: Apache-2.0
"""Archive policies: how definitions are completed, which methods a list stands for, what may change."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.archive_policy import (
    DEFAULT_METHODS,
    METHODS,
    ArchivePolicy,
    Definition,
    builtin_policies,
    changed,
    checked,
    definition,
    resolve_methods,
)
from nephoscope.model.errors import BadRequest, InvalidInput

SECOND, MINUTE, HOUR, DAY = 10**9, 60 * 10**9, 3600 * 10**9, 86_400 * 10**9


@pytest.mark.parametrize(
    ("expected", "given_parts"),
    [
        (Definition(MINUTE, 100, 100 * MINUTE), {"granularity_ns": MINUTE, "points": 100}),
        (Definition(MINUTE, 60, HOUR), {"granularity_ns": MINUTE, "timespan_ns": HOUR}),
        (Definition(MINUTE, 2, 2 * MINUTE), {"granularity_ns": MINUTE, "timespan_ns": 150 * SECOND}),
        (Definition(MINUTE, 60, HOUR), {"points": 60, "timespan_ns": HOUR}),
        (Definition(MINUTE, 60, HOUR), {"granularity_ns": MINUTE, "points": 60, "timespan_ns": HOUR}),
        (Definition(MINUTE, None, None), {"granularity_ns": MINUTE}),
    ],
)
def test_the_third_part_is_derived(expected: Definition, given_parts: dict[str, int]) -> None:
    assert expected == definition(**given_parts)


@pytest.mark.parametrize(
    ("message", "given_parts"),
    [
        ("timespan ≠ granularity × points", {"granularity_ns": MINUTE, "points": 10, "timespan_ns": 700 * SECOND}),
        ("needs a granularity", {"points": 10}),
        ("needs a granularity", {"timespan_ns": HOUR}),
        ("needs a granularity", {}),
        ("must be positive", {"granularity_ns": MINUTE, "points": 0}),
        ("no point would be kept", {"granularity_ns": HOUR, "timespan_ns": MINUTE}),
        ("292 years", {"granularity_ns": DAY, "points": 2**50}),
        ("less than a nanosecond", {"points": 10**10, "timespan_ns": SECOND}),
    ],
)
def test_parts_that_do_not_fit_are_refused(message: str, given_parts: dict[str, int]) -> None:
    with pytest.raises(BadRequest, match=message):
        definition(**given_parts)


@given(st.integers(1, DAY), st.integers(1, 10_000))
def test_any_two_parts_give_the_same_definition(granularity_ns: int, points: int) -> None:
    expected = Definition(granularity_ns, points, granularity_ns * points)
    assert expected == definition(granularity_ns, points)
    assert expected == definition(granularity_ns, timespan_ns=granularity_ns * points)
    assert expected == definition(points=points, timespan_ns=granularity_ns * points)


def policy(*granularities_ns: int, **changes: Any) -> ArchivePolicy:
    parts: dict[str, Any] = {"name": "p", "back_window": 0, "aggregation_methods": frozenset(["mean"])}
    parts["definition"] = tuple(definition(each, 10) for each in granularities_ns)
    return ArchivePolicy(**(parts | changes))


def test_the_block_is_the_coarsest_granularity() -> None:
    assert policy(SECOND, MINUTE).block_ns == MINUTE


def test_a_policy_has_rates_when_one_of_its_methods_is_a_rate() -> None:
    assert policy(SECOND, aggregation_methods=frozenset(["mean", "rate:mean"])).has_rate
    assert not policy(SECOND).has_rate


@pytest.mark.parametrize(
    ("message", "wrong"),
    [
        ("More than one archive policy uses granularity `60.0'", policy(MINUTE, MINUTE)),
        ("at least one definition", policy()),
        ("back_window", policy(MINUTE, back_window=-1)),
        ("at least one aggregation method", policy(MINUTE, aggregation_methods=frozenset())),
    ],
)
def test_policies_whose_parts_do_not_fit_are_refused(message: str, wrong: ArchivePolicy) -> None:
    with pytest.raises(BadRequest, match=re.escape(message)):
        checked(wrong)


@pytest.mark.parametrize(
    ("expected", "asked"),
    [
        ({"mean", "max"}, ["mean", "max"]),
        (set(METHODS), ["*"]),
        (set(METHODS) - {"mean"}, ["*", "-mean"]),
        (set(DEFAULT_METHODS) - {"mean"}, ["-mean"]),
        (set(DEFAULT_METHODS) | {"95pct"}, ["+95pct"]),
        ({"mean", "last"}, ["mean", "max", "-max", "+last"]),
        ({"rate:95pct"}, ["rate:95pct"]),
        (set(DEFAULT_METHODS), []),
    ],
)
def test_a_list_of_methods_stands_for_a_set(expected: set[str], asked: list[str]) -> None:
    assert expected == resolve_methods(asked)


@pytest.mark.parametrize(("position", "asked"), [(0, ["nunique"]), (1, ["mean", "100pct"]), (0, [3]), (0, [""])])
def test_an_unknown_method_is_named_with_its_place(position: int, asked: list[object]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_methods(asked)
    assert f"not a valid value @ data['aggregation_methods'][{position}]" == refused.value.reason
    assert ["aggregation_methods", str(position)] == refused.value.detail


def test_there_are_216_methods_and_no_nunique() -> None:
    assert len(METHODS) == 2 * (9 + 99)
    assert "nunique" not in METHODS


def test_retention_and_back_window_may_change() -> None:
    expected = policy(MINUTE, HOUR, back_window=3, definition=(definition(HOUR, 5), definition(MINUTE, 7)))
    assert expected == changed(policy(MINUTE, HOUR), [definition(HOUR, 5), definition(MINUTE, 7)], 3)


@pytest.mark.parametrize(
    ("message", "definitions"),
    [
        ("Archive policy p does not support change: Cannot add or drop granularities", [definition(MINUTE, 10)]),
        (
            "Archive policy p does not support change: 60.0 granularity interval was changed",
            [definition(SECOND, 10), definition(HOUR, 10)],
        ),
    ],
)
def test_granularities_may_not_change(message: str, definitions: list[Definition]) -> None:
    with pytest.raises(BadRequest, match=re.escape(message)):
        changed(policy(MINUTE, HOUR), definitions)


def test_the_built_in_policies_are_those_of_a_fresh_gnocchi() -> None:
    low, medium, high, boolean = (checked(each) for each in builtin_policies())
    assert shape(low) == ("low", [(300 * SECOND, 30 * DAY)])
    assert shape(medium) == ("medium", [(MINUTE, 7 * DAY), (HOUR, 365 * DAY)])
    assert shape(high) == ("high", [(SECOND, HOUR), (MINUTE, 7 * DAY), (HOUR, 365 * DAY)])
    assert shape(boolean) == ("bool", [(SECOND, 365 * DAY)])
    assert (3600, frozenset(["last"])) == (boolean.back_window, boolean.aggregation_methods)
    assert (low.back_window, low.aggregation_methods) == (0, DEFAULT_METHODS)


def shape(of: ArchivePolicy) -> tuple[str, list[tuple[int, int | None]]]:
    return of.name, [(each.granularity_ns, each.timespan_ns) for each in of.definition]
