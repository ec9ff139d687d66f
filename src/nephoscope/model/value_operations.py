# SPDX-License-Identifier: Apache-2.0
"""What expressions over values can do: operators, functions and methods, each bounded in work and result."""

import ast
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from nephoscope.model import expression

Value = Any

WORK_MAX = 200_000
"""Steps of one evaluation; one is about a microsecond."""
TEXT_LENGTH_MAX = 1_000_000
INTEGER_BITS_MAX = 256
PARTS_MAX = 100_000
"""Values in a list or map, those inside of them included."""
DEPTH_MAX = 64
_SIGNS_A_STEP = 64
_CUT = 80


class NoValue(ValueError):
    """An expression has no value for what it was given; the text says why."""


class Budget:
    """Work that one evaluation has left."""

    def __init__(self, work: int = WORK_MAX) -> None:
        self._left = work

    def spend(self, work: int) -> None:
        """Count steps; NoValue when there were too many."""
        self._left -= work
        if self._left < 0:
            raise NoValue("the expression does too much for this value")

    def weigh(self, *values: Value) -> None:
        """Refuse what is too big; everything inside counts, as often as it is in there."""
        waiting: list[tuple[Value, int]] = [(value, 0) for value in values]
        signs = 0
        seen = 0
        while waiting:
            value, depth = waiting.pop()
            seen += 1
            if isinstance(value, str):
                signs += len(value)
            elif isinstance(value, dict | list | tuple):
                inside = [*value.keys(), *value.values()] if isinstance(value, dict) else value
                waiting += [(each, depth + 1) for each in inside]
            if depth > DEPTH_MAX or seen + len(waiting) > PARTS_MAX or signs > TEXT_LENGTH_MAX:
                raise NoValue("a list, map or text would be too big")
        self.spend(seen + signs // _SIGNS_A_STEP)

    def listed(self, value: Value) -> list[Value]:
        """What can be gone through, as a list."""
        if not isinstance(value, str | list | tuple | dict):
            raise TypeError(f"{type(value).__name__} is no list")
        if len(value) > PARTS_MAX:
            raise NoValue(f"a list has more than {PARTS_MAX} values")
        self.spend(len(value))
        return list(value)


def _added(budget: Budget, left: Value, right: Value) -> Value:
    if isinstance(left, str) and isinstance(right, str):
        return _text(budget, len(left) + len(right), lambda: left + right)
    if isinstance(left, list) and isinstance(right, list):
        found = left + right if len(left) + len(right) <= PARTS_MAX else [left, right]
        budget.weigh(found)
        return found
    return _of_numbers(operator.add)(budget, left, right)


def _of_numbers(operate: Callable[[Value, Value], Value]) -> Callable[[Budget, Value, Value], Value]:
    """The operator for numbers only: texts and lists would make `"a" * 10**9` possible."""

    def found(budget: Budget, left: Value, right: Value) -> Value:
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            raise TypeError("one of both is no number")
        return _number(operate(left, right))

    return found


def _power(budget: Budget, left: Value, right: Value) -> Value:
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() * abs(right) > INTEGER_BITS_MAX:
        raise NoValue("a power is too big")
    return _of_numbers(operator.pow)(budget, left, right)


def _number(value: Value) -> Value:
    if isinstance(value, int) and value.bit_length() > INTEGER_BITS_MAX:
        raise NoValue("a number is too big")
    if isinstance(value, complex):
        raise NoValue("the root of a negative number")
    return value


def _text(budget: Budget, length: int, made: Callable[[], str]) -> str:
    """A text of at most `length` signs, made only if that is allowed."""
    if length > TEXT_LENGTH_MAX:
        raise NoValue(f"a text has more than {TEXT_LENGTH_MAX} signs")
    budget.spend(1 + length // _SIGNS_A_STEP)
    return made()


BINARY: Mapping[type[ast.operator], Callable[[Budget, Value, Value], Value]] = {
    ast.Add: _added,
    ast.Sub: _of_numbers(operator.sub),
    ast.Mult: _of_numbers(operator.mul),
    ast.Div: _of_numbers(operator.truediv),
    ast.FloorDiv: _of_numbers(operator.floordiv),
    ast.Mod: _of_numbers(operator.mod),
    ast.Pow: _power,
}
COMPARE: Mapping[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    **expression.COMPARE,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}


def _to_text(budget: Budget, value: Value = "") -> str:
    budget.weigh(value)
    found = str(value)
    return _text(budget, len(found), lambda: found)


def _to_int(budget: Budget, value: Value = 0, base: Value = None) -> int:
    if isinstance(value, str) and len(value) > _CUT:
        raise NoValue("a number is too long")
    found = int(value) if base is None else int(value, base)
    return int(_number(found))


def _to_float(_budget: Budget, value: Value = 0.0) -> float:
    return float(value)


def _rounded(_budget: Budget, value: Value, digits: Value = None) -> Value:
    if digits is not None and (not isinstance(digits, int) or abs(digits) > INTEGER_BITS_MAX):
        raise NoValue("rounds to too many digits")
    return round(value) if digits is None else round(value, digits)


def _length(_budget: Budget, value: Value) -> int:
    return len(value)


def _total(budget: Budget, values: Value, start: Value = 0) -> Value:
    found = start
    for each in budget.listed(values):
        found = _of_numbers(operator.add)(budget, found, each)
    return found


def _extreme(choose: Callable[[Iterable[Value]], Value]) -> Callable[..., Value]:
    def found(budget: Budget, *values: Value) -> Value:
        listed = budget.listed(values[0]) if len(values) == 1 else list(values)
        budget.weigh(*listed)
        return choose(listed)

    return found


def _listed(budget: Budget, values: Value = ()) -> list[Value]:
    return budget.listed(values)


def _pairs(budget: Budget, *lists: Value) -> list[Value]:
    found: list[Value] = [list(each) for each in zip(*(budget.listed(each) for each in lists), strict=False)]
    budget.weigh(found)
    return found


def _mapped_from(budget: Budget, pairs: Value = ()) -> dict[Value, Value]:
    found = dict(pairs) if isinstance(pairs, dict) else dict(budget.listed(pairs))
    budget.weigh(found)
    return found


def _absolute(_budget: Budget, value: Value) -> Value:
    return abs(value)


FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "abs": _absolute,
    "all": lambda budget, values: all(budget.listed(values)),
    "any": lambda budget, values: any(budget.listed(values)),
    "bool": lambda _budget, value=False: bool(value),
    "dict": _mapped_from,
    "enumerate": lambda budget, values: _pairs(budget, list(range(len(budget.listed(values)))), values),
    "float": _to_float,
    "int": _to_int,
    "len": _length,
    "list": _listed,
    "max": _extreme(max),
    "min": _extreme(min),
    "reversed": lambda budget, values: budget.listed(values)[::-1],
    "round": _rounded,
    "str": _to_text,
    "sum": _total,
    "zip": _pairs,
}


def _filtered(budget: Budget, function: Callable[..., Value] | None, values: Value) -> list[Value]:
    return [each for each in budget.listed(values) if (function(each) if function else each)]


def _mapped(budget: Budget, function: Callable[..., Value] | None, values: Value) -> list[Value]:
    if function is None:
        raise TypeError("map wants a function before the list: map(lambda each: …, value)")
    found = [function(each) for each in budget.listed(values)]
    budget.weigh(found)
    return found


def _sorted(budget: Budget, function: Callable[..., Value] | None, values: Value) -> list[Value]:
    budget.weigh(values)
    return sorted(budget.listed(values), key=function)


# Functions of which the first argument may be a function of one line.
TAKES_FUNCTION: Mapping[str, Callable[..., Value]] = {"filter": _filtered, "map": _mapped, "sorted": _sorted}

_OF_TEXTS = frozenset(
    [
        *("capitalize", "count", "endswith", "find", "index", "isalnum", "isalpha", "isdigit", "isnumeric", "join"),
        *("lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rpartition", "rsplit"),
        *("rstrip", "split", "splitlines", "startswith", "strip", "title", "upper"),
    ]
)
_OF_MAPS = frozenset(["get", "items", "keys", "values"])
_OF_LISTS = frozenset(["count", "index"])
METHODS = _OF_TEXTS | _OF_MAPS | _OF_LISTS


def called(budget: Budget, owner: Value, method: str, arguments: Sequence[Value]) -> Value:
    """The result of a method of a text, a list or a map; what iterates elsewhere is a list here."""
    offered: Mapping[type, frozenset[str]] = {str: _OF_TEXTS, dict: _OF_MAPS, list: _OF_LISTS, tuple: _OF_LISTS}
    if method not in offered.get(type(owner), frozenset()):
        raise TypeError(f"{type(owner).__name__} has no method {method}")
    if isinstance(owner, dict) and method == "get":
        return owner.get(*arguments)  # a look-up costs the same however big the map
    budget.weigh(owner, *arguments)
    if isinstance(owner, str) and method in {"replace", "join"}:
        return _replaced(budget, owner, arguments) if method == "replace" else _joined(budget, owner, arguments)
    found = getattr(owner, method)(*arguments)
    if isinstance(owner, dict):
        found = [list(each) if isinstance(each, tuple) else each for each in found]
    budget.weigh(found)
    return found


def _replaced(budget: Budget, owner: str, arguments: Sequence[Value]) -> str:
    old, new = arguments[:2]
    if not isinstance(old, str) or not isinstance(new, str):
        raise TypeError("replace wants texts")
    # An empty text is found before each sign and after the last.
    times = owner.count(old)
    return _text(budget, len(owner) + times * len(new), lambda: owner.replace(*arguments))


def _joined(budget: Budget, owner: str, arguments: Sequence[Value]) -> str:
    (listed,) = arguments
    texts = budget.listed(listed)
    if not all(isinstance(each, str) for each in texts):
        raise TypeError("join wants a list of texts")
    length = sum(map(len, texts)) + len(owner) * len(texts)
    return _text(budget, length, lambda: owner.join(texts))
