# SPDX-License-Identifier: Apache-2.0
"""
Searches as one typed tree, whether they came as a JSON query or as filter text (`search_text.py`).

A tree is pure syntax: which fields exist, and of which kind their values are, decides whoever evaluates it. Its logic
is SQL's: comparing an unset field is unknown, and so is the opposite; what is unknown does not match. Only `eq`, `ne`
and `in` know null: `= null`, `!= null`, null among the values of `in`, and `!=` with a value matches unset fields too.
"""

from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec

from nephoscope.model.errors import InvalidInput, TooLarge
from nephoscope.model.resource_id import resource_id

Value: TypeAlias = str | float | bool | None
Operator: TypeAlias = Literal["eq", "ne", "lt", "gt", "le", "ge", "like", "matches", "in"]

# How JSON queries and filter texts write them. `matches`, a regular expression, is for queries of alarms alone.
_SPELLINGS: dict[Operator, tuple[str, ...]] = {
    "eq": ("=", "==", "eq"),
    "ne": ("!=", "≠", "ne"),
    "lt": ("<", "lt"),
    "gt": (">", "gt"),
    "le": ("<=", "≤", "le"),
    "ge": (">=", "≥", "ge"),
    "like": ("like",),
    "in": ("in",),
}
OPERATORS = {spelling: operator for operator, spellings in _SPELLINGS.items() for spelling in spellings}
ALL_OF = ("and", "∧")
ANY_OF = ("or", "∨")


class Compare(msgspec.Struct, frozen=True, tag=True):
    """
    `field operator value`; for `in` the value is a tuple that is not empty.

    For `matches` it is a regular expression in RE2's syntax, which may be found anywhere in the field's text.
    """

    operator: Operator
    field: str
    value: Value | tuple[Value, ...]


class And(msgspec.Struct, frozen=True, tag=True):
    """All of them; an empty one matches everything."""

    items: tuple["Search", ...]


class Or(msgspec.Struct, frozen=True, tag=True):
    """Any of them; an empty one matches nothing."""

    items: tuple["Search", ...]


class Not(msgspec.Struct, frozen=True, tag=True):
    """The opposite, unknown staying unknown."""

    item: "Search"


Search: TypeAlias = Compare | And | Or | Not
EVERYTHING = And(())


class SearchLimits(msgspec.Struct, frozen=True):
    """How large a search may be: levels of nesting, comparisons and connectives together, values in all lists."""

    depth_max: int = 32
    nodes_max: int = 500
    values_max: int = 10_000


def equal(field: str, value: Value) -> Search:
    """The search `field = value`."""
    return Compare("eq", field, value)


def all_of(*searches: Search | None) -> Search:
    """The searches joined by `and`; None stands for no condition."""
    items = tuple(each for each in searches if each is not None and each != EVERYTHING)
    return items[0] if len(items) == 1 else And(items)


class Budget:
    """Counts what a search under construction uses up of its limits; shared by both parsers."""

    def __init__(self, limits: SearchLimits) -> None:
        self._limits = limits
        self._nodes = 0
        self._values = 0

    def enter(self, depth: int) -> None:
        """Count one node at `depth`; TooLarge beyond a limit."""
        self._nodes += 1
        if depth > self._limits.depth_max:
            raise TooLarge(f"search is nested deeper than {self._limits.depth_max} levels; flatten it")
        if self._nodes > self._limits.nodes_max:
            raise TooLarge(f"search has more than {self._limits.nodes_max} conditions; use `in` lists, or split it")

    def listed(self, count: int) -> None:
        """Count the values of a list; TooLarge beyond the limit."""
        self._values += count
        if self._values > self._limits.values_max:
            raise TooLarge(f"search lists more than {self._limits.values_max} values; split it")


def read_query(query: object, limits: SearchLimits | None = None) -> Search:
    """
    Read a JSON query: an object with one key, or `{}` for everything.

    Errors  InvalidInput naming the place, TooLarge beyond the limits.

    >>> read_query({"and": [{"=": {"host": "a"}}, {"not": {"like": {"host": "b%"}}}]})
    And(items=(Compare(operator='eq', field='host', value='a'), Not(item=Compare(operator='like', ...
    """
    if query == {} and isinstance(query, dict):
        return EVERYTHING
    return _node(query, (), Budget(limits or SearchLimits()))


def with_resource_ids(search: Search, creator: str | None) -> Search:
    """
    The search with names turned to UUIDs in comparisons of `id`, as `creator` means them.

    Errors  BadRequest for names that no resource can have.
    """

    def convert(leaf: Compare) -> Search:
        if leaf.field != "id" or leaf.operator == "like":
            return leaf
        if isinstance(leaf.value, tuple):
            return Compare(leaf.operator, "id", tuple(_id_value(each, creator) for each in leaf.value))
        return Compare(leaf.operator, "id", _id_value(leaf.value, creator))

    return map_leaves(search, convert)


def map_leaves(search: Search, convert: Callable[[Compare], Search]) -> Search:
    """The search with every comparison replaced by what `convert` makes of it."""
    match search:
        case Compare():
            return convert(search)
        case And(items):
            return And(tuple(map_leaves(each, convert) for each in items))
        case Or(items):
            return Or(tuple(map_leaves(each, convert) for each in items))
        case Not(item):
            return Not(map_leaves(item, convert))


def _id_value(value: Value, creator: str | None) -> Value:
    return None if value is None else str(resource_id(str(value), creator))


def _node(query: object, path: tuple[str, ...], budget: Budget) -> Search:
    budget.enter(len(path) // 2 + 1)
    if not isinstance(query, dict):
        raise _invalid("expected a dictionary", path)
    if len(query) != 1:
        raise _invalid("expected exactly one operator", path)
    key, operand = next(iter(query.items()))
    here = (*path, str(key))
    if key in ALL_OF or key in ANY_OF:
        if not isinstance(operand, list) or not operand:
            raise _invalid("expected a list that is not empty", here)
        items = tuple(_node(each, (*here, str(position)), budget) for position, each in enumerate(operand))
        return And(items) if key in ALL_OF else Or(items)
    if key == "not":
        return Not(_node(operand, (*here, "0"), budget))
    if key not in OPERATORS:
        raise _invalid("extra keys not allowed", here)
    return _leaf(OPERATORS[key], operand, here, budget)


def _leaf(operator: Operator, operand: object, path: tuple[str, ...], budget: Budget) -> Search:
    if not isinstance(operand, dict) or len(operand) != 1:
        raise _invalid("expected a dictionary with one attribute", path)
    field, value = next(iter(operand.items()))
    here = (*path, str(field))
    if operator == "in":
        if not isinstance(value, list) or not value:
            raise _invalid("expected a list that is not empty", here)
        budget.listed(len(value))
        return Compare(operator, field, tuple(_scalar(each, here) for each in value))
    return Compare(operator, field, _scalar(value, here))


def _scalar(value: object, path: tuple[str, ...]) -> Value:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise _invalid("expected a text, number, boolean or null", path)


def _invalid(reason: str, path: tuple[str, ...]) -> InvalidInput:
    place = "data" + "".join(f"[{part}]" if part.isdigit() else f"['{part}']" for part in path)
    return InvalidInput(f"{reason} @ {place}", list(path))
