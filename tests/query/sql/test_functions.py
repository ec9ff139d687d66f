# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The list of allowed functions agrees with the engine's own."""

from collections import Counter

import pytest

from nephoscope.model.errors import NephoscopeError
from nephoscope.query.sql.functions import AGGREGATES, HIGHER_ORDER, NAMES, is_allowed
from nephoscope.query.sql.narrow import Narrower
from nephoscope.query.sql.parse import read, written
from nephoscope.store.contract import Store
from tests.query.sql.told import BLUE, Told

LISTED = [name for names in NAMES.values() for name in names]
# Names that are grammar, not functions, to the parser.
GRAMMAR = {"and", "or", "not", "if", "extract", "CAST", "any", "position", "substring", "substr", "mid", "trim"}


@pytest.fixture
def engines_own(blue_and_green: Told) -> dict[str, dict[str, object]]:
    """What the engine tells of its functions, by name."""
    rows = blue_and_green.store.query("SELECT name, alias_to, is_aggregate FROM system.functions").to_pylist()
    assert len(rows) > 1000
    return {row["name"]: row for row in rows}


def test_every_name_is_a_function_of_the_engine(engines_own: dict[str, dict[str, object]]) -> None:
    forms = set(NAMES["forms"])
    assert set() == set(LISTED) - forms - set(engines_own)
    assert {name.lower() for name in NAMES["aggregates"] if engines_own[name]["is_aggregate"]} == AGGREGATES


def test_no_name_is_listed_twice() -> None:
    assert {1} == set(Counter(LISTED).values())


def test_whatever_is_allowed_is_listed_or_another_name_of_what_is(engines_own: dict[str, dict[str, object]]) -> None:
    """Capitals and combinators let nothing in that nobody thought of."""
    more = {name: row["alias_to"] for name, row in engines_own.items() if is_allowed(name) and name not in LISTED}
    by_value = {engines_own[name]["alias_to"] or name for name in LISTED if name in engines_own}
    assert [] == [name for name, stands_for in more.items() if stands_for not in by_value]


def test_a_function_is_called_by_the_name_that_was_typed() -> None:
    for name in LISTED:
        if name not in GRAMMAR | set(NAMES["forms"]):
            assert f"SELECT {name}(a, b)" == written(read(f"SELECT {name}(a, b)")), name


def test_only_functions_of_higher_order_take_the_name_of_another(blue_and_green: Told) -> None:
    """Were there others, a name that is not allowed could be handed to them."""
    store = blue_and_green.store
    assert is_run(store, "arrayMap(upper, ['a'])")
    groups = ("arrays", "maps and tuples", "random")
    plain = [name for group in groups for name in NAMES[group] if name.lower() not in HIGHER_ORDER]
    calls = [f"{name}({rest})" for name in plain for rest in ("upper, ['a']", "negate, [1.5]", "equals, map('a', 1)")]
    assert [] == [call for call in calls if is_run(store, call)]


def is_run(store: Store, call: str) -> bool:
    try:
        store.ask(f"SELECT {call}", None, "tests of functions")
    except NephoscopeError:
        return False
    return True


def test_names_of_functions_are_no_functions_elsewhere(blue_and_green: Told) -> None:
    assert "SELECT upper" == Narrower("nephoscope", BLUE).statement("SELECT upper").sql
    with pytest.raises(NephoscopeError, match="upper"):
        blue_and_green.ask("SELECT upper")
