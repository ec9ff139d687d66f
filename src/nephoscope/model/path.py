# SPDX-License-Identifier: Apache-2.0
"""Paths through JSON, as definitions of notifications and resources write them: read once, then followed quickly."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from nephoscope.model import path_grammar as grammar
from nephoscope.model.errors import BadPayload

# What one path may find in one document; a `*` in a `*` multiplies.
RESULTS_MAX = 10_000
_ALTERNATIVES_MAX = 16

Found: TypeAlias = tuple[str, Any]
"""Where a value is, such as `payload.images.[0].name`, and the value; what was computed is nowhere."""
Find: TypeAlias = Callable[[Any, Found], list[Found]]
"""From the whole document and a value in it to what a path finds from there."""


@dataclass(frozen=True)
class Path:
    """
    A path that was read. Two are equal when they are written alike.

    `first(document)` is the first value that is not null, None when there is none; `values(document)` gives all, nulls
    too, each with its full path. Both raise BadPayload when there are more than `RESULTS_MAX`.
    """

    text: str
    first: Callable[[Any], Any] = field(compare=False, repr=False)
    values: Callable[[Any], list[Found]] = field(compare=False, repr=False)

    @classmethod
    def read(cls, text: str, place: str) -> "Path":
        """
        Compile a path.

        Takes   `$.a.b` or `a.b`; `a[b]`, `a.'b c'`, `a.*`, `a[0]`, `a[*]`, `a[1:]`; `a.(b|(c.d))`, where `|` holds
                tighter than `.`; `a[?key=image_id].value`, with = == != < > <= >= ~ and `&`; the functions
                `` `split(sep, segment, max)` ``, `` `sub(/regex/, replacement)` `` and `` `len` `` as a last step;
                + - * / with numbers, and + with texts, where a lone key is a text.
        Errors  BadRequest, which begins with `place`.

        >>> Path.read("a.(b|(c.d))", "here").values({"a": {"b": 1, "c": {"d": 2}}})
        [('a.b', 1), ('a.c.d', 2)]
        >>> Path.read("$.host + '_' + $.node", "here").first({"host": "cn-1", "node": "n"})
        'cn-1_n'
        """
        tree = grammar.parse(text, place)
        find = _compiled(tree)
        ways = _ways(tree)
        return cls(text, _first_of(find) if ways is None else _first_by(ways), lambda document: _all(find, document))


def _all(find: Find, document: Any) -> list[Found]:
    return find(document, ("", document))


def _first_of(find: Find) -> Callable[[Any], Any]:
    """The slow way, which every path can go."""

    def first(document: Any) -> Any:
        return next((value for _, value in find(document, ("", document)) if value is not None), None)

    return first


def _ways(node: grammar.Node) -> list[tuple[str, ...]] | None:
    """The keys to go by when that is all there is to a path, one tuple per alternative; None for other paths."""
    if isinstance(node, grammar.Keys):
        return [(name,) for name in node.names]
    if isinstance(node, grammar.Union):
        parts = [_ways(part) for part in node.parts]
        known = [part for part in parts if part is not None]
        return [way for part in known for way in part] if len(known) == len(parts) else None
    if not isinstance(node, grammar.Chain):
        return None
    ways: list[tuple[str, ...]] = [()]
    for number, step in enumerate(node.steps):
        if number == 0 and isinstance(step, grammar.Root | grammar.Here):
            continue
        further = _ways(step)
        if further is None or len(ways) * len(further) > _ALTERNATIVES_MAX:
            return None
        ways = [way + more for way in ways for more in further]
    return ways


def _first_by(ways: list[tuple[str, ...]]) -> Callable[[Any], Any]:
    """Nearly all paths are of two keys or three, so these are not looped over."""
    if len(ways) > 1:
        return _first_of_ways([_first_by([way]) for way in ways])
    keys = ways[0]
    if len(keys) == 1:
        (key,) = keys
        return lambda document: document.get(key) if type(document) is dict else None
    if len(keys) == 2:
        one, two = keys

        def second(document: Any) -> Any:
            inner = document.get(one) if type(document) is dict else None
            return inner.get(two) if type(inner) is dict else None

        return second

    def last(document: Any) -> Any:
        for key in keys:
            if type(document) is not dict:
                return None
            document = document.get(key)
        return document

    return last


def _first_of_ways(firsts: list[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    def first(document: Any) -> Any:
        for each in firsts:
            value = each(document)
            if value is not None:
                return value
        return None

    return first


def _compiled(node: grammar.Node) -> Find:
    """A function that follows a tree; made per node, so that nothing is decided again while following."""
    match node:
        case grammar.Chain(steps):
            find = _chain([_compiled(step) for step in steps])
        case grammar.Union(parts):
            find = _union([_compiled(part) for part in parts])
        case grammar.Arithmetic(left, sign, right):
            find = _arithmetic(_compiled(left), _ARITHMETIC[sign], _compiled(right), _sides(node))
        case grammar.Filter(tests):
            find = _filter([_test(test) for test in tests])
        case _:
            find = _step(node)
    return find


def _step(node: grammar.Node) -> Find:
    """One step from a value to what is inside of it, or made of it."""
    find: Find
    match node:
        case grammar.Keys(names):
            find = _keys(names)
        case grammar.AnyKey():
            find = _any_key
        case grammar.Item(index):
            find = _item(index)
        case grammar.Items(start, end):
            find = _items(start, end)
        case grammar.Split():
            find = _split(node)
        case grammar.Substitute():
            find = _substitute(node)
        case grammar.Length():
            find = _length
        case grammar.Constant(value):
            find = _constant(value)
        case grammar.Root():
            find = _root
        case _:
            find = _here
    return find


def _root(root: Any, here: Found) -> list[Found]:
    return [("", root)]


def _here(root: Any, here: Found) -> list[Found]:
    return [here]


def _constant(value: grammar.Scalar) -> Find:
    return lambda root, here: [("", value)]


def _length(root: Any, here: Found) -> list[Found]:
    return [("", len(here[1]))] if isinstance(here[1], str | list | dict) else []


def _any_key(root: Any, here: Found) -> list[Found]:
    return [(_under(here, key), value) for key, value in here[1].items()] if isinstance(here[1], dict) else []


def _chain(steps: list[Find]) -> Find:
    def find(root: Any, here: Found) -> list[Found]:
        found = [here]
        for step in steps:
            found = _bounded([each for one in found for each in step(root, one)])
        return found

    return find


def _union(parts: list[Find]) -> Find:
    def find(root: Any, here: Found) -> list[Found]:
        return _bounded([each for part in parts for each in part(root, here)])

    return find


def _bounded(found: list[Found]) -> list[Found]:
    if len(found) > RESULTS_MAX:
        raise BadPayload(f"a path finds more than {RESULTS_MAX} values in it")
    return found


def _under(here: Found, key: str) -> str:
    return f"{here[0]}.{key}" if here[0] else key


def _keys(names: tuple[str, ...]) -> Find:
    def find(root: Any, here: Found) -> list[Found]:
        value = here[1]
        if not isinstance(value, dict):
            return []
        return [(_under(here, name), value[name]) for name in names if name in value]

    return find


def _item(index: int) -> Find:
    def find(root: Any, here: Found) -> list[Found]:
        value = here[1]
        inside = isinstance(value, list) and -len(value) <= index < len(value)
        return [(_under(here, f"[{index}]"), value[index])] if inside else []

    return find


def _items(start: int | None, end: int | None) -> Find:
    def find(root: Any, here: Found) -> list[Found]:
        listed = here[1] if isinstance(here[1], list) else [here[1]]
        return [(_under(here, f"[{i}]"), listed[i]) for i in range(*slice(start, end).indices(len(listed)))]

    return find


def _filter(tests: list[Callable[[Any, Any], bool]]) -> Find:
    def find(root: Any, here: Found) -> list[Found]:
        if not isinstance(here[1], list):
            return []
        return [
            (_under(here, f"[{i}]"), value)
            for i, value in enumerate(here[1])
            if all(passes(root, value) for passes in tests)
        ]

    return find


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "~": lambda value, pattern: re.match(pattern, value),
}


def _test(test: grammar.Test) -> Callable[[Any, Any], bool]:
    find, expected = _compiled(test.path), test.value
    if not test.operator:
        return lambda root, value: bool(find(root, ("", value)))
    compare = _COMPARE[test.operator]

    def holds(value: Any) -> bool:
        """A text is compared with an integer as a number; what does not go together does not pass."""
        try:
            return bool(compare(_as(expected, value), expected))
        except (TypeError, ValueError, OverflowError):
            return False

    ways = _ways(test.path)
    if ways is None or len(ways) > 1:
        return lambda root, value: any(holds(each) for _, each in find(root, ("", value)) if each is not None)
    first = _first_by(ways)
    if isinstance(expected, str) and compare is operator.eq:
        # Nearly all filters are such, and a list has many values to try.
        return lambda root, value: bool(first(value) == expected)
    return lambda root, value: (each := first(value)) is not None and holds(each)


def _as(expected: grammar.Scalar, value: Any) -> Any:
    if isinstance(expected, bool):
        return bool(value)
    return int(value) if isinstance(expected, int) else value


def _split(node: grammar.Split) -> Find:
    def find(root: Any, here: Found) -> list[Found]:
        parts = here[1].split(node.separator, node.splits_max) if isinstance(here[1], str) else []
        return [("", parts[node.segment])] if node.segment < len(parts) else []

    return find


def _substitute(node: grammar.Substitute) -> Find:
    def find(root: Any, here: Found) -> list[Found]:
        value = here[1]
        if not isinstance(value, str):
            return []
        replaced = node.pattern.sub(node.replacement, value)
        return [("", replaced)] if replaced != value else []

    return find


def _plus(left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    return _number(left) + _number(right)


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": _plus,
    "-": lambda left, right: _number(left) - _number(right),
    "*": lambda left, right: _number(left) * _number(right),
    "/": lambda left, right: _number(left) / _number(right),
}


def _number(value: Any) -> Any:
    """A text times a number would fill the memory."""
    if isinstance(value, int | float):
        return value
    raise TypeError("not a number")


def _sides(node: grammar.Arithmetic) -> tuple[bool, bool]:
    """Which sides are constants: these go with every value of the other side."""
    return isinstance(node.left, grammar.Constant), isinstance(node.right, grammar.Constant)


def _arithmetic(left: Find, compute: Callable[[Any, Any], Any], right: Find, constant: tuple[bool, bool]) -> Find:
    """Value by value; nothing where the sides are of different lengths, or one pair cannot be computed."""

    def find(root: Any, here: Found) -> list[Found]:
        lefts = [value for _, value in left(root, here)]
        rights = [value for _, value in right(root, here)]
        if constant[0] and not constant[1]:
            lefts = lefts * len(rights)
        elif constant[1]:
            rights = rights * len(lefts)
        if len(lefts) != len(rights):
            return []
        try:
            return [("", compute(one, other)) for one, other in zip(lefts, rights, strict=True)]
        except (TypeError, ArithmeticError):
            return []

    return find
