# SPDX-License-Identifier: Apache-2.0
"""
Search by value: a predicate in JSON becomes a function over a whole column of values.

    predicate  := {"and": [predicate, ...]} | {"or": [predicate, ...]} | {OP: operand}
    operand    := number | [side, side]          {OP: number} means: value OP number
    side       := number | {OP: operand}
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from nephoscope.model.errors import BadRequest, InvalidInput
from nephoscope.query.operations.arithmetic import ARITHMETIC, COMPARISONS, Function
from nephoscope.query.operations.table import Floats, Mask

Predicate = Callable[[Floats], Mask]
_Side = Callable[[Floats], Any]

OPERATORS: dict[str, Function] = {**COMPARISONS, **ARITHMETIC}
COMBINERS: dict[str, Function] = {
    "and": np.logical_and,
    "∧": np.logical_and,
    "or": np.logical_or,
    "∨": np.logical_or,
}


def compile_predicate(body: Any, *, max_depth: int = 50, max_nodes: int = 1000) -> Predicate:
    """
    Compile the body of a search by value.

    Takes   decoded JSON; the deepest nesting and the largest number of operators and numbers.
    Gives   a function from values to a mask of those that match; not-a-number matches only `!=`.
    Errors  BadRequest without a body; InvalidInput naming what is wrong.

    >>> matches = compile_predicate({"and": [{">": 2}, {"<=": [{"*": 2}, 60]}]})
    >>> matches(np.array([2.0, 3.0, 30.0, 31.0])).tolist()
    [False, True, True, False]
    """
    if body is None:
        raise BadRequest("No query specified in body")
    side = _Compiler(max_depth, max_nodes).predicate(body, 1)

    def matches(values: Floats) -> Mask:
        with np.errstate(all="ignore"):
            return np.broadcast_to(np.asarray(side(values), dtype=np.bool_), values.shape)

    return matches


class _Compiler:
    """Recursive descent; depth and size are bounded before each step down."""

    def __init__(self, max_depth: int, max_nodes: int) -> None:
        self._max_depth = max_depth
        self._nodes_left = max_nodes

    def predicate(self, body: Any, depth: int) -> _Side:
        word, operand = self._entry(body, depth)
        if word not in COMBINERS:
            return self._operator(word, operand, depth)
        if not isinstance(operand, list):
            raise _invalid(f"expected a list for '{word}'")
        parts = [self.predicate(part, depth + 1) for part in operand]
        combine = COMBINERS[word].reduce  # type: ignore[attr-defined]
        return lambda values: combine(
            [np.broadcast_to(np.asarray(part(values), dtype=np.bool_), values.shape) for part in parts]
        )

    def _operator(self, word: str, operand: Any, depth: int) -> _Side:
        if word not in OPERATORS:
            raise _invalid(f"unknown operator '{word[:80]}'")
        function = OPERATORS[word]
        if not isinstance(operand, list):
            number = self._number(operand)
            return lambda values: function(values, number)
        if len(operand) != 2:
            raise _invalid(f"operator '{word}' needs 2 arguments, {len(operand)} given")
        left, right = (self._side(side, depth + 1) for side in operand)
        return lambda values: function(left(values), right(values))

    def _side(self, side: Any, depth: int) -> _Side:
        if isinstance(side, dict):
            return self._operator(*self._entry(side, depth), depth)
        number = self._number(side)
        return lambda values: number

    def _entry(self, body: Any, depth: int) -> tuple[str, Any]:
        if not isinstance(body, dict) or len(body) != 1:
            raise _invalid("expected an object with one operator")
        if depth > self._max_depth:
            raise _invalid(f"nested deeper than {self._max_depth}")
        self._count()
        (entry,) = body.items()
        return entry

    def _number(self, value: Any) -> float:
        self._count()
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                return float(value)
            except OverflowError:
                pass
        raise _invalid("expected a number")

    def _count(self) -> None:
        self._nodes_left -= 1
        if self._nodes_left < 0:
            raise _invalid("too many operators and numbers")


def _invalid(problem: str) -> InvalidInput:
    return InvalidInput(problem, [])
