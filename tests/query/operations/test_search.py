# SPDX-License-Identifier: Apache-2.0
"""Search by value."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import BadRequest, InvalidInput
from nephoscope.query.operations import compile_predicate
from nephoscope.query.operations.search import COMBINERS, OPERATORS

VALUES = np.array([-2.0, 0.0, 1.5, 3.0, np.nan, np.inf])


def hits(body: Any) -> list[float]:
    kept: list[float] = VALUES[compile_predicate(body)(VALUES)].tolist()
    return kept


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({">": 0}, [1.5, 3.0, np.inf]),
        ({"≤": 0}, [-2.0, 0.0]),
        ({"eq": 1.5}, [1.5]),
        ({"!=": 1.5}, [-2.0, 0.0, 3.0, np.nan, np.inf]),
        ({">": [{"*": 2}, 3]}, [3.0, np.inf]),
        ({"<": [3, {"**": 2}]}, [-2.0, 3.0, np.inf]),
        ({"=": [{"%": [{"+": 10}, 2]}, 0]}, [-2.0, 0.0]),
        ({"<": [{"/": [1, {"+": 0}]}, 0]}, [-2.0]),
        ({"and": [{">": 0}, {"<": 3}]}, [1.5]),
        ({"∨": [{"<": 0}, {"∧": [{">": 0}, {"<": 2}]}]}, [-2.0, 1.5]),
        ({"and": []}, VALUES.tolist()),
        ({"or": []}, []),
        ({">": [2, 1]}, VALUES.tolist()),
    ],
)
def test_values_that_match_are_found(body: Any, expected: list[float]) -> None:
    np.testing.assert_equal(hits(body), expected)


def test_no_body_is_no_query() -> None:
    with pytest.raises(BadRequest, match="No query specified in body"):
        compile_predicate(None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, "expected an object with one operator"),
        ({">": 1, "<": 2}, "expected an object with one operator"),
        ([{">": 1}], "expected an object with one operator"),
        ({"like": 1}, "unknown operator 'like'"),
        ({"not": [{">": 1}]}, "unknown operator 'not'"),
        ({">": "1"}, "expected a number"),
        ({">": None}, "expected a number"),
        ({">": True}, "expected a number"),
        ({">": 10**400}, "expected a number"),
        ({">": [1]}, "operator '>' needs 2 arguments, 1 given"),
        ({">": [1, {"and": []}]}, "unknown operator 'and'"),
        ({"and": {">": 1}}, "expected a list for 'and'"),
    ],
)
def test_what_is_wrong_is_named(body: Any, reason: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        compile_predicate(body)
    assert reason == refusal.value.reason


def test_depth_and_size_are_bounded() -> None:
    deep: Any = {">": 1}
    for _ in range(49):
        deep = {"and": [deep]}
    assert [1.5, 3.0, np.inf] == hits(deep)
    with pytest.raises(InvalidInput, match="nested deeper than 50"):
        compile_predicate({"and": [deep]})
    with pytest.raises(InvalidInput, match="too many operators and numbers"):
        compile_predicate({"and": [{">": 1}] * 500})


WORDS = st.sampled_from([*OPERATORS, *COMBINERS, "not", ""])
NEARLY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.dictionaries(WORDS, inner, max_size=2) | st.lists(inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(WORDS, NEARLY, min_size=1, max_size=1) | NEARLY)
def test_any_json_gives_a_mask_or_a_refusal(body: Any) -> None:
    try:
        matches = compile_predicate(body)
    except BadRequest:
        return
    mask = matches(VALUES)
    assert mask.dtype == np.dtype(np.bool_)
    assert mask.shape == VALUES.shape
