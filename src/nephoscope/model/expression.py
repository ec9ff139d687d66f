# SPDX-License-Identifier: Apache-2.0
"""
Expressions of pipelines, such as `100.0 / (10**9 * (resource_metadata.cpu_number or 1))`, without evaluating any code.

The grammar is a part of Python's: numbers, texts, + - * / // % **, comparisons, and, or, not, `a if b else c`, fields
of the sample with `.name` and `["name"]`, and min max abs round int float. What a sample lacks is empty and false.
"""

import ast
import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from nephoscope.model.errors import BadRequest
from nephoscope.model.sample_columns import Floats, Objects, objects

Path = tuple[str, ...]
Value = Any
Column = Floats | Objects

LENGTH_MAX = 2_000
DEPTH_MAX = 40
FUNCTIONS: dict[str, Callable[..., Value]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "round": lambda value, digits=0.0: round(value, int(digits)),
    "int": int,
    "float": float,
}
# Those that take a whole column as they take a number.
OF_COLUMNS = frozenset(["abs"])
BINARY: dict[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
COMPARE: dict[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
}


class Missing:
    """What a sample does not have: false, and no number."""

    def __bool__(self) -> bool:
        return False


MISSING = Missing()


@dataclass(frozen=True)
class Expression:
    """An expression that was read: `paths` are the fields that it needs, such as `("resource_metadata", "vcpus")`."""

    text: str
    paths: tuple[Path, ...]
    _tree: ast.expr
    # Paths of which the truth is asked somewhere: a column of them has to be looked at value by value.
    _judged: frozenset[Path]

    @classmethod
    def read(cls, text: str, roots: Collection[str], place: str = "") -> "Expression":
        """
        Read `text`; `roots` are the names that it may begin a field with.

        Errors  BadRequest, which says what is not understood, and where in the text.
        """
        where = f"{place}: " if place else ""
        if len(text) > LENGTH_MAX:
            raise BadRequest(f"{where}the expression has {len(text)} characters, at most {LENGTH_MAX} are read")
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            told = getattr(error, "msg", None) or "it cannot be read"
            raise BadRequest(f"{where}expression {text!r}: {told}") from None
        reader = _Reader(text, frozenset(roots), where)
        reader.check(tree, judged=False, depth=0)
        return cls(text, tuple(dict.fromkeys(reader.paths)), tree, frozenset(reader.judged))

    def values(self, count: int, column: Callable[[Path], Column]) -> Floats:
        """
        The expression's value for each of `count` samples, NaN where it has none: a division by zero, a text.

        `column` gives a field of all samples: an array of numbers, or of any objects with MISSING among them.
        """
        columns = {path: column(path) for path in self.paths}
        whole = {
            path: found for path, found in columns.items() if found.dtype == np.float64 and path not in self._judged
        }
        single = {path: found for path, found in columns.items() if path not in whole}
        found = np.full(count, np.nan)
        for rows, given in _alike(single, count):
            known = {path: values if rows is None else values[rows] for path, values in whole.items()}
            found[slice(None) if rows is None else rows] = self._value({**known, **given})
        return found

    def _value(self, known: Mapping[Path, Value]) -> Value:
        """A number, or a column of them; NaN for what has none."""
        try:
            with np.errstate(all="ignore"):
                value = np.asarray(_evaluate(self._tree, known), np.float64)
        except (TypeError, ValueError, ArithmeticError, AttributeError, LookupError):
            return np.nan
        return np.where(np.isfinite(value), value, np.nan)


def _alike(single: Mapping[Path, Column], count: int) -> list[tuple[Any, dict[Path, Value]]]:
    """Rows (None for all) that have the same values of fields which are looked at one by one, and those values."""
    if not single or not count:
        return [(None, {})]
    listed = [each.tolist() for each in single.values()]
    keys = listed[0] if len(listed) == 1 else list(zip(*listed, strict=True))
    try:
        code = _coded(keys)
    except TypeError:
        # Maps and lists are no keys: each is one of its own.
        code = _coded(
            [
                tuple(id(each) if isinstance(each, dict | list) else each for each in row)
                for row in zip(*listed, strict=True)
            ]
        )
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.concatenate(([True], code[order][1:] != code[order][:-1])))
    groups = [None] if len(starts) == 1 else np.split(order, starts[1:])
    firsts = order[starts].tolist()
    return [
        (rows, {path: values[first] for path, values in zip(single, listed, strict=True)})
        for rows, first in zip(groups, firsts, strict=True)
    ]


def _coded(keys: Sequence[Any]) -> npt.NDArray[np.intp]:
    """Equal keys get equal numbers; TypeError for what cannot be a key."""
    known: dict[Any, int] = {}
    return np.fromiter((known.setdefault(key, len(known)) for key in keys), np.intp, len(keys))


def looked_up(metadata: Objects, path: Path) -> Objects:
    """A field of each map, by the way through maps inside of it; MISSING where there is none or it is null."""
    found = metadata.tolist()
    for name in path:
        found = [each.get(name, MISSING) if isinstance(each, dict) else MISSING for each in found]
    return objects(MISSING if each is None else each for each in found)


class _Parts(NamedTuple):
    """What a node is made of, and whether it asks for the truth of it."""

    nodes: Sequence[ast.expr]
    judged: bool = False


def _parts(node: ast.expr) -> _Parts | None:
    """The parts of what the grammar has; None for everything else."""
    found: _Parts | None = None
    match node:
        case ast.Constant(value) if isinstance(value, bool | int | float | str) or value is None:
            found = _Parts(())
        case ast.BinOp(left, op, right) if type(op) in BINARY:
            found = _Parts((left, right))
        case ast.UnaryOp(op, inner) if isinstance(op, ast.USub | ast.UAdd | ast.Not):
            found = _Parts((inner,), judged=isinstance(op, ast.Not))
        case ast.BoolOp(_, items):
            found = _Parts(items, judged=True)
        case ast.Compare(left, ops, others) if all(type(op) in COMPARE for op in ops):
            found = _Parts((left, *others), judged=True)
        case ast.IfExp(test, one, other):
            found = _Parts((test, one, other), judged=True)
        case ast.Call(ast.Name(name), arguments, []) if name in FUNCTIONS and arguments:
            found = _Parts(arguments, judged=name not in OF_COLUMNS)
    return found


class _Reader:
    """Refuses what the grammar does not have, and notes the fields."""

    def __init__(self, text: str, roots: frozenset[str], where: str) -> None:
        self._text = text
        self._roots = roots
        self._where = where
        self.paths: list[Path] = []
        self.judged: set[Path] = set()

    def check(self, node: ast.expr, *, judged: bool, depth: int) -> None:
        """`judged` when the node's truth is asked; its fields then are looked at one by one."""
        if depth > DEPTH_MAX:
            raise self._refused(node, f"is nested deeper than {DEPTH_MAX} levels")
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            return self._field(node, judged)
        parts = _parts(node)
        if parts is None:
            raise self._refused(node, "is not part of the grammar")
        for each in parts.nodes:
            self.check(each, judged=judged or parts.judged, depth=depth + 1)

    def _field(self, node: ast.expr, judged: bool) -> None:
        path = path_of(node)
        if path is None or path[0] not in self._roots:
            known = ", ".join(sorted(self._roots))
            raise self._refused(node, f"is no field of a sample; fields begin with {known}")
        self.paths.append(path)
        if judged:
            self.judged.add(path)

    def _refused(self, node: ast.expr, why: str) -> BadRequest:
        part = ast.get_source_segment(self._text.strip(), node) or self._text
        return BadRequest(f"{self._where}expression {self._text!r}: {part[:80]!r} {why}")


def path_of(node: ast.expr) -> Path | None:
    """`a.b["c"]` as ("a", "b", "c"); None for anything else."""
    match node:
        case ast.Name(name):
            return (name,)
        case ast.Attribute(inner, name) if not name.startswith("__"):
            before = path_of(inner)
            return None if before is None else (*before, name)
        case ast.Subscript(inner, ast.Constant(key)) if isinstance(key, str):
            before = path_of(inner)
            return None if before is None else (*before, key)
    return None


def _evaluate(node: ast.expr, known: Mapping[Path, Value]) -> Value:
    """One part of a tree that was checked; raises what Python raises for values that do not go together."""
    found: Value = None
    match node:
        case ast.Constant(value):
            found = float(value) if isinstance(value, int) and not isinstance(value, bool) else value
        case ast.Name() | ast.Attribute() | ast.Subscript():
            found = known[path_of(node) or ()]
        case ast.BinOp(left, op, right):
            found = BINARY[type(op)](_number(_evaluate(left, known)), _number(_evaluate(right, known)))
        case ast.UnaryOp(ast.Not(), inner):
            found = not _evaluate(inner, known)
        case ast.UnaryOp(op, inner):
            number = _number(_evaluate(inner, known))
            found = -number if isinstance(op, ast.USub) else number
        case ast.BoolOp(op, items):
            for each in items:
                found = _evaluate(each, known)
                if bool(found) is isinstance(op, ast.Or):
                    break
        case ast.Compare(left, ops, others):
            found = _compared(left, ops, others, known)
        case ast.IfExp(test, one, other):
            found = _evaluate(one if _evaluate(test, known) else other, known)
        case ast.Call(ast.Name(name), arguments, _):
            found = FUNCTIONS[name](*(_evaluate(each, known) for each in arguments))
    return found


def _compared(left: ast.expr, ops: list[ast.cmpop], others: list[ast.expr], known: Mapping[Path, Value]) -> bool:
    before = _evaluate(left, known)
    for op, other in zip(ops, others, strict=True):
        value = _evaluate(other, known)
        if not COMPARE[type(op)](before, value):
            return False
        before = value
    return True


def _number(value: Value) -> Value:
    """What can be computed with: texts and maps would make `"a" * 10**9` possible."""
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, int | float):
        return float(value)
    raise TypeError("not a number")
