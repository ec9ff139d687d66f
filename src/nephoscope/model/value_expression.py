# SPDX-License-Identifier: Apache-2.0
"""
Expressions over values that were read from outside, such as `value.split('$')[0].strip()`, without evaluating any code.

The grammar is a part of Python's: constants, lists, tuples and maps, + - * / // % **, comparisons, and, or, not,
`a if b else c`, `x[0]`, `x["key"]`, `x[1:3]`, comprehensions, one-line functions as the first argument of filter, map
and sorted, and the functions and methods of `value_operations`. Work and results are bounded, whatever the value.
"""

import ast
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nephoscope.model.errors import BadRequest
from nephoscope.model.value_operations import (
    BINARY,
    COMPARE,
    FUNCTIONS,
    METHODS,
    TAKES_FUNCTION,
    Budget,
    NoValue,
    called,
)

Value = Any

LENGTH_MAX = 2_000
DEPTH_MAX = 40
PARAMETERS_MAX = 4
_FAILURES = (TypeError, ValueError, ArithmeticError, AttributeError, LookupError, RecursionError)


@dataclass(frozen=True)
class ValueExpression:
    """An expression that was read and holds nothing outside of the grammar; `names` are those of its inputs it uses."""

    text: str
    names: frozenset[str]
    _tree: ast.expr

    @classmethod
    def read(cls, text: str, names: Collection[str]) -> "ValueExpression":
        """
        Read `text`, which may use `names`.

        Errors  BadRequest, which says what is not understood.
        """
        written = text.strip()
        if len(written) > LENGTH_MAX:
            raise BadRequest(f"the expression has {len(written)} characters, at most {LENGTH_MAX} are read")
        try:
            tree = ast.parse(written, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            told = getattr(error, "msg", None) or "it cannot be read"
            raise BadRequest(f"expression {written!r}: {told}") from None
        checker = _Checker(written)
        checker.check(tree, frozenset(names), 0)
        return cls(written, frozenset(checker.used) & frozenset(names), tree)

    def evaluate(self, given: Mapping[str, Value]) -> Value:
        """
        The value for these inputs, plain values by name; they are not changed.

        Errors  NoValue, which says why there is none: a key that is missing, a result that is too big.
        """
        try:
            return _Evaluation(Budget()).of(self._tree, given)
        except NoValue:
            raise
        except _FAILURES as error:
            raise NoValue(f"expression {self.text!r}: {type(error).__name__}: {str(error)[:100]}") from None


class _Checker:
    """Refuses what the grammar does not have, and notes the names that are used."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.used: set[str] = set()

    def check(self, node: ast.expr, names: frozenset[str], depth: int) -> None:
        if depth > DEPTH_MAX:
            raise self._refused(node, f"is nested deeper than {DEPTH_MAX} levels")
        if isinstance(node, ast.Name):
            if node.id not in names:
                raise self._refused(node, f"is no name; there are {', '.join(sorted(names))}")
            self.used.add(node.id)
        elif isinstance(node, ast.ListComp | ast.GeneratorExp):
            self._comprehension(node, names, depth)
        elif isinstance(node, ast.Call):
            self._call(node, names, depth)
        else:
            for part in self._parts(node):
                self.check(part, names, depth + 1)

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp, names: frozenset[str], depth: int) -> None:
        if len(node.generators) != 1 or node.generators[0].is_async:
            raise self._refused(node, "goes over more than one list")
        over = node.generators[0]
        self.check(over.iter, names, depth + 1)
        inside = names | self._bound(over.target)
        for part in (*over.ifs, node.elt):
            self.check(part, inside, depth + 1)

    def _bound(self, target: ast.expr) -> frozenset[str]:
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        if not all(isinstance(part, ast.Name) for part in parts):
            raise self._refused(target, "is no name")
        return frozenset(part.id for part in parts if isinstance(part, ast.Name))

    def _call(self, node: ast.Call, names: frozenset[str], depth: int) -> None:
        if node.keywords or any(isinstance(part, ast.Starred) for part in node.args):
            raise self._refused(node, "has arguments by keyword or by star, which is not part of the grammar")
        arguments = list(node.args)
        match node.func:
            case ast.Name(name) if name in FUNCTIONS or name in TAKES_FUNCTION:
                if name in TAKES_FUNCTION and arguments and isinstance(arguments[0], ast.Lambda):
                    self._function(arguments.pop(0), names, depth)
            case ast.Attribute(owner, method) if method in METHODS:
                self.check(owner, names, depth + 1)
            case _:
                offered = ", ".join(sorted({*FUNCTIONS, *TAKES_FUNCTION, *(f".{name}" for name in METHODS)}))
                raise self._refused(node, f"is not part of the grammar; there are {offered}")
        for part in arguments:
            self.check(part, names, depth + 1)

    def _function(self, node: ast.expr, names: frozenset[str], depth: int) -> None:
        assert isinstance(node, ast.Lambda)
        takes = node.args
        if takes.posonlyargs or takes.kwonlyargs or takes.vararg or takes.kwarg or takes.defaults:
            raise self._refused(node, "is not part of the grammar: only plain parameters are")
        if not 1 <= len(takes.args) <= PARAMETERS_MAX:
            raise self._refused(node, f"has to take 1 to {PARAMETERS_MAX} parameters")
        self.check(node.body, names | {each.arg for each in takes.args}, depth + 1)

    def _parts(self, node: ast.expr) -> Sequence[ast.expr]:  # noqa: PLR0911 - a table, written as cases
        match node:
            case ast.Constant(value) if value is None or isinstance(value, bool | int | float | str):
                return ()
            case ast.BinOp(left, op, right) if type(op) in BINARY:
                return (left, right)
            case ast.UnaryOp(op, inner) if isinstance(op, ast.USub | ast.UAdd | ast.Not):
                return (inner,)
            case ast.BoolOp(_, items) | ast.List(items) | ast.Tuple(items):
                return items
            case ast.Compare(left, ops, others) if all(type(op) in COMPARE for op in ops):
                return (left, *others)
            case ast.IfExp(test, one, other):
                return (test, one, other)
            case ast.Dict(keys, values) if None not in keys:
                return (*(key for key in keys if key is not None), *values)
            case ast.Subscript(owner, ast.Slice(start, stop, step)):
                return (owner, *(part for part in (start, stop, step) if part is not None))
            case ast.Subscript(owner, key):
                return (owner, key)
        raise self._refused(node, "is not part of the grammar")

    def _refused(self, node: ast.expr, why: str) -> BadRequest:
        part = ast.get_source_segment(self._text, node) or self._text
        return BadRequest(f"expression {self._text!r}: {part[:80]!r} {why}")


class _Evaluation:
    """One evaluation of a tree that was checked; the budget ends it when it does too much."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget

    def of(self, node: ast.expr, known: Mapping[str, Value]) -> Value:
        """The value of a part, with these names."""
        self._budget.spend(1)
        match node:
            case ast.Constant(value):
                found = value
            case ast.Name(name):
                found = known[name]
            case ast.BinOp(left, op, right):
                found = BINARY[type(op)](self._budget, self.of(left, known), self.of(right, known))
            case ast.UnaryOp(ast.Not(), inner):
                found = not self.of(inner, known)
            case ast.UnaryOp(ast.USub(), inner):
                found = -self._number(inner, known)
            case ast.UnaryOp(_, inner):
                found = self._number(inner, known)
            case ast.BoolOp(op, items):
                found = self._first(items, isinstance(op, ast.Or), known)
            case ast.Compare(left, ops, others):
                found = self._compared(left, ops, others, known)
            case ast.IfExp(test, one, other):
                found = self.of(one if self.of(test, known) else other, known)
            case ast.Subscript(owner, key):
                found = self._item(self.of(owner, known), key, known)
            case ast.Call():
                found = self._called(node, known)
            case _:
                found = self._collected(node, known)
        return found

    def _number(self, node: ast.expr, known: Mapping[str, Value]) -> int | float:
        value = self.of(node, known)
        if not isinstance(value, int | float):
            raise TypeError("a sign stands before what is no number")
        return value

    def _first(self, items: Sequence[ast.expr], wanted: bool, known: Mapping[str, Value]) -> Value:
        found: Value = None
        for each in items:
            found = self.of(each, known)
            if bool(found) is wanted:
                break
        return found

    def _compared(
        self, left: ast.expr, ops: Sequence[ast.cmpop], others: Sequence[ast.expr], known: Mapping[str, Value]
    ) -> bool:
        before = self.of(left, known)
        for op, other in zip(ops, others, strict=True):
            value = self.of(other, known)
            # A look-up costs the same however big the map.
            self._budget.weigh(before, *([] if isinstance(value, dict) else [value]))
            if not COMPARE[type(op)](before, value):
                return False
            before = value
        return True

    def _item(self, owner: Value, key: ast.expr, known: Mapping[str, Value]) -> Value:
        if not isinstance(owner, str | list | tuple | dict):
            raise TypeError(f"{type(owner).__name__} has no items")
        if isinstance(key, ast.Slice):
            ends = [None if end is None else self.of(end, known) for end in (key.lower, key.upper, key.step)]
            if isinstance(owner, dict):
                raise TypeError("a map has no slices")
            self._budget.spend(len(owner) // 64)
            return owner[slice(*ends)]
        return owner[self.of(key, known)]

    def _collected(self, node: ast.expr, known: Mapping[str, Value]) -> Value:
        """A list, tuple or map that the expression makes: its parts count as often as they are in it."""
        found: Value
        if isinstance(node, ast.Dict):
            keys = [self.of(key, known) for key in node.keys if key is not None]
            found = dict(zip(keys, (self.of(value, known) for value in node.values), strict=True))
        elif isinstance(node, ast.ListComp | ast.GeneratorExp):
            found = list(self._each(node, known))
        else:
            assert isinstance(node, ast.List | ast.Tuple)
            found = [self.of(each, known) for each in node.elts]
            found = tuple(found) if isinstance(node, ast.Tuple) else found
        self._budget.weigh(found)
        return found

    def _each(self, node: ast.ListComp | ast.GeneratorExp, known: Mapping[str, Value]) -> Iterator[Value]:
        over = node.generators[0]
        for item in self._budget.listed(self.of(over.iter, known)):
            self._budget.spend(1)
            inside = {**known, **_bound(over.target, item)}
            if all(self.of(test, inside) for test in over.ifs):
                yield self.of(node.elt, inside)

    def _called(self, node: ast.Call, known: Mapping[str, Value]) -> Value:
        function = node.args[0] if node.args and isinstance(node.args[0], ast.Lambda) else None
        arguments = [self.of(each, known) for each in node.args if each is not function]
        if isinstance(node.func, ast.Attribute):
            owner = self.of(node.func.value, known)
            return called(self._budget, owner, node.func.attr, arguments)
        assert isinstance(node.func, ast.Name)
        if node.func.id in TAKES_FUNCTION:
            if function is None and len(arguments) > 1:
                arguments.pop(0)  # filter(None, x)
            found = TAKES_FUNCTION[node.func.id](self._budget, self._function(function, known), *arguments)
        else:
            found = FUNCTIONS[node.func.id](self._budget, *arguments)
        return found

    def _function(self, node: ast.Lambda | None, known: Mapping[str, Value]) -> Callable[..., Value] | None:
        if node is None:
            return None
        body, names = node.body, [each.arg for each in node.args.args]

        def call(*values: Value) -> Value:
            return self.of(body, {**known, **dict(zip(names, values, strict=True))})

        return call


def _bound(target: ast.expr, item: Value) -> dict[str, Value]:
    """The names of a comprehension with what they stand for."""
    if isinstance(target, ast.Name):
        return {target.id: item}
    assert isinstance(target, ast.Tuple)
    if not isinstance(item, list | tuple):
        raise TypeError(f"{type(item).__name__} cannot be taken apart")
    names = [each.id for each in target.elts if isinstance(each, ast.Name)]
    return dict(zip(names, item, strict=True))
