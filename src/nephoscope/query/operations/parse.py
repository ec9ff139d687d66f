# SPDX-License-Identifier: Apache-2.0
"""
Read the operations of an aggregates request, JSON lists or text, into a typed tree.

    node      := number | metric | (unary node) | (binary node node)
               | (clip node low [high]) | (aggregate AGG node)
               | (resample AGG timespan node) | (rolling AGG window node)
    metric    := (metric REF METHOD) | (metric (REF METHOD) (REF METHOD) ...)
"""

from collections.abc import Callable
from typing import Any

from nephoscope.model import timespan
from nephoscope.model.errors import BadRequest, InvalidInput
from nephoscope.query.operations.arithmetic import BINARY, RATES, UNARY
from nephoscope.query.operations.methods import AGGREGATIONS
from nephoscope.query.operations.text import read_lists
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
    as_lists,
    references,
)

# `(rolling mean 5 ...)` is one node with five words and parentheses; no other has more.
TOKENS_PER_NODE = 5
WHERE = "for dictionary value @ data['operations']"


def parse(operations: Any, *, max_depth: int = 50, max_nodes: int = 10_000) -> Node:
    """
    Read what stands under `operations` in the body of an aggregates request.

    Takes   decoded JSON (lists, strings, numbers) or one text with parentheses; the deepest nesting and the largest
            number of operations, numbers and metric references together.
    Gives   the tree; it holds at least one metric.
    Errors  InvalidInput with the offending word in its reason; BadRequest `Invalid operations` for unbalanced text,
            `Operations is invalid` when no metric is referred to.
    """
    lists = operations
    if isinstance(operations, str):
        lists = read_lists(operations, max_depth, max_tokens=TOKENS_PER_NODE * max_nodes)
    tree = _Reader(max_depth, max_nodes).operation(lists, depth=1)
    if not references(tree):
        raise BadRequest(
            "",
            cause="Operations is invalid",
            reason="At least one 'metric' is required",
            detail=as_lists(tree),
        )
    return tree


class _Reader:
    """Recursive descent over lists; the depth is bounded before each step down."""

    def __init__(self, max_depth: int, max_nodes: int) -> None:
        self._max_depth = max_depth
        self._nodes_left = self._max_nodes = max_nodes

    def node(self, value: Any, depth: int) -> Node:
        """Read an operand: a number, as JSON or as text, or an operation."""
        if isinstance(value, list):
            return self.operation(value, depth)
        self._count(1)
        return Number(_number(value))

    def operation(self, value: Any, depth: int) -> Node:
        word, *operands = self._checked(value, depth)
        if not isinstance(word, str):
            raise _invalid(f"Expected the name of an operation, got {_kind(word)}")
        if word in UNARY or word in RATES:
            return self._unary(word, operands, depth)
        if word in BINARY:
            self._expect(word, operands, (2,))
            return Binary(word, *self._nodes(operands, depth))
        if word not in self._named:
            raise _wrong(_shown(word))
        return self._named[word](self, operands, depth)

    def _unary(self, word: str, operands: list[Any], depth: int) -> Node:
        self._expect(word, operands, (1,))
        if word in RATES:
            return Unary(word, self._series(word, operands[0], depth))
        return Unary(word, self.node(operands[0], depth + 1))

    def _metric(self, operands: list[Any], depth: int) -> Metric:
        pairs = operands if isinstance(operands[0], list) else [operands]
        self._count(len(pairs))
        for pair in pairs:
            if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
                raise _wrong("metric", "expected a reference and a method, or lists of those two")
        return Metric(tuple(Reference(*pair) for pair in pairs))

    def _clip(self, operands: list[Any], depth: int) -> Clip:
        self._expect("clip", operands, (2, 3))
        node, low, *high = self._nodes(operands, depth)
        return Clip(node, low, high[0] if high else None)

    def _aggregate(self, operands: list[Any], depth: int) -> Aggregate:
        self._expect("aggregate", operands, (2,))
        return Aggregate(_method("aggregate", operands[0]), self._series("aggregate", operands[1], depth))

    def _resample(self, operands: list[Any], depth: int) -> Resample:
        self._expect("resample", operands, (3,))
        method, step_ns = _method("resample", operands[0]), _timespan(operands[1])
        return Resample(method, step_ns, self._series("resample", operands[2], depth))

    def _rolling(self, operands: list[Any], depth: int) -> Rolling:
        self._expect("rolling", operands, (3,))
        method, window = _method("rolling", operands[0]), _window(operands[1])
        return Rolling(method, window, self._series("rolling", operands[2], depth))

    _named: dict[str, Callable[["_Reader", list[Any], int], Node]] = {  # noqa: RUF012 - a table, never changed
        "metric": _metric,
        "clip": _clip,
        "aggregate": _aggregate,
        "resample": _resample,
        "rolling": _rolling,
    }

    def _nodes(self, operands: list[Any], depth: int) -> list[Node]:
        return [self.node(operand, depth + 1) for operand in operands]

    def _series(self, word: str, operand: Any, depth: int) -> Node:
        """Read an operand that must yield rows: a number alone has none."""
        node = self.node(operand, depth + 1)
        if not references(node):
            raise _wrong(word, "expected an operand with a metric in it")
        return node

    def _checked(self, value: Any, depth: int) -> list[Any]:
        if not isinstance(value, list):
            raise _invalid(f"Expected a tuple/list, got {_kind(value)}")
        if not value:
            raise _invalid("Operation must not be empty")
        if len(value) < 2:
            raise _invalid("Operation need at least one argument")
        if depth > self._max_depth:
            raise _invalid(f"Operations nested deeper than {self._max_depth}")
        self._count(1)
        return value

    def _count(self, nodes: int) -> None:
        self._nodes_left -= nodes
        if self._nodes_left < 0:
            raise _invalid(f"More than {self._max_nodes} operations, numbers and metrics")

    @staticmethod
    def _expect(word: str, operands: list[Any], counts: tuple[int, ...]) -> None:
        if len(operands) not in counts:
            wanted = " or ".join(map(str, counts))
            raise _wrong(word, f"expected {wanted} arguments, got {len(operands)}")


def _number(value: Any) -> float:
    """Text counts as a number too: that is how numbers arrive in the form with parentheses."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            return float(value)
        except (ValueError, OverflowError):
            pass
    raise _wrong(_shown(value), "expected a number or an operation")


def _method(word: str, value: Any) -> str:
    if isinstance(value, str) and value in AGGREGATIONS:
        return value
    raise _wrong(word, f"{_shown(value)} is not an aggregation")


def _timespan(value: Any) -> int:
    if isinstance(value, int) and value.bit_length() > 64:
        raise _wrong("resample", "Unable to parse timespan")
    try:
        return timespan.parse(value)
    except BadRequest as problem:
        raise _wrong("resample", problem.message) from problem


def _window(value: Any) -> int:
    number = _number(value)
    if number.is_integer() and number >= 1:
        return int(number)
    raise _wrong("rolling", f"the window is an integer of at least 1, not {_shown(value)}")


def _wrong(word: str, why: str = "") -> InvalidInput:
    return _invalid(f"'{word}' operation invalid{': ' + why if why else ''}")


def _invalid(problem: str) -> InvalidInput:
    return InvalidInput(f"{problem} {WHERE}", ["operations"])


def _shown(value: Any) -> str:
    """Quote at most a line of what was sent; never walk a deep structure for it."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return _kind(value)
    # Python refuses to print integers of several thousand digits.
    return "a large integer" if isinstance(value, int) and value.bit_length() > 64 else str(value)[:80]


def _kind(value: Any) -> str:
    return {dict: "an object", list: "a list", type(None): "null", bool: "a boolean"}.get(type(value), "a value")
