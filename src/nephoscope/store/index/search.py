# SPDX-License-Identifier: Apache-2.0
"""
Searches to SQL.

Negations are pushed down to the comparisons first. Then each comparison stands for "surely true", and SQL's unknown
may be taken for false; so an indexed sub-select, which knows no unknown, can stand for a comparison.
"""

import math
import operator as operators
import re
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import Boolean, ColumnElement, Connection, and_, false, literal, not_, or_, true, type_coerce
from sqlalchemy.sql import operators as sql_operators

from nephoscope.model import timespan, timestamp
from nephoscope.model.alarm import SEVERITIES
from nephoscope.model.errors import BadRequest
from nephoscope.model.resource_id import as_uuid
from nephoscope.model.search import And, Compare, Not, Operator, Or, Search, Value
from nephoscope.model.text import is_storable
from nephoscope.store.index.database import among
from nephoscope.store.index.patterns import matching

Kind: TypeAlias = Literal["text", "number", "bool", "uuid", "uuid text", "time", "span", "severity"]
Condition: TypeAlias = ColumnElement[bool]
Lookup: TypeAlias = Callable[[Sequence[Any]], Condition]

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operators.eq,
    "ne": operators.ne,
    "lt": operators.lt,
    "le": operators.le,
    "gt": operators.gt,
    "ge": operators.ge,
}
OPPOSITE: dict[Operator, Operator] = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
LOOKUPS_MAX = 4
# Each reads all values that there are.
PATTERNS_MAX = 8
# SQLite allows expressions 1000 levels deep, and takes `a OR b OR c` for one level an item.
JOINED_FLAT_MAX = 16
REMEMBERED_LEAVES_MAX = 16
LIKE_KINDS = {"text", "uuid text"}


class Field(NamedTuple):
    """
    What a search may compare: `lookup`, where there is one, gives an indexed condition for "is one of these values";
    `allowed`, where there are some, limits the operators; `like` stands for comparing the expression with a pattern.
    `matches` says that regular expressions may be looked for in it: it is a column of text.
    """

    expression: ColumnElement[Any]
    kind: Kind
    lookup: Lookup | None = None
    allowed: frozenset[Operator] | None = None
    like: Callable[[str], Condition] | None = None
    matches: bool = False


class Compiler:
    """Turns trees to conditions for one connection; `field` finds a field or raises BadRequest."""

    def __init__(self, connection: Connection, field: Callable[[str], Field], now_ns: int) -> None:
        self._connection = connection
        self._field = field
        self._now_ns = now_ns
        self._lookups_left = LOOKUPS_MAX
        self._patterns_left = PATTERNS_MAX
        self._leaves = 0

    def condition(self, search: Search) -> Condition:
        """The SQL condition that is true for what matches. BadRequest for unknown fields and wrong values."""
        condition = self._node(search, negated=False)
        if self._leaves > REMEMBERED_LEAVES_MAX:
            # A statement of hundreds of conditions takes megabytes, and the next one will look different anyway.
            self._connection.execution_options(compiled_cache=None)
        return condition

    def _node(self, search: Search, *, negated: bool) -> Condition:
        match search:
            case Not(item):
                return self._node(item, negated=not negated)
            case And(items) | Or(items):
                parts = [self._node(each, negated=negated) for each in items]
                return all_of(parts) if isinstance(search, And) is not negated else any_of(parts)
            case Compare():
                return self._compare(search, negated)

    def _compare(self, leaf: Compare, negated: bool) -> Condition:
        self._leaves += 1
        field = self._field(leaf.field)
        check_allowed(field, leaf.field, leaf.operator)
        if isinstance(leaf.value, tuple):
            return self._in(field, leaf.field, leaf.value, negated)
        if leaf.operator == "like":
            return self._like(field, leaf, negated)
        if leaf.operator == "matches":
            return self._matches(field, leaf, negated)
        opposite = OPPOSITE[leaf.operator] if negated else leaf.operator
        if leaf.value is None:
            return self._compare_null(field, opposite)
        value = convert(field.kind, leaf.field, leaf.value, self._now_ns)
        if opposite == "eq" and (lookup := self._lookup(field)):
            return lookup([value])
        # As a literal, because SQLAlchemy takes a plain True or False for a keyword.
        condition: Condition = COMPARE[opposite](field.expression, literal(value, field.expression.type))
        # `!=` takes unset values in; the opposite of `=` does not, as it is unknown for them.
        return or_(field.expression.is_(None), condition) if leaf.operator == "ne" and not negated else condition

    def _compare_null(self, field: Field, operator: Operator) -> Condition:
        if operator == "eq":
            return field.expression.is_(None)
        if operator == "ne":
            return field.expression.is_not(None)
        return false()

    def _in(self, field: Field, name: str, values: tuple[Value, ...], negated: bool) -> Condition:
        wanted = [convert(field.kind, name, each, self._now_ns) for each in values if each is not None]
        has_null = len(wanted) < len(values)
        if negated:
            others = not_(among(self._connection, field.expression, wanted))
            return and_(others, field.expression.is_not(None))
        lookup = self._lookup(field)
        listed = lookup(wanted) if lookup else among(self._connection, field.expression, wanted)
        return or_(listed, field.expression.is_(None)) if has_null else listed

    def _lookup(self, field: Field) -> Lookup | None:
        """The field's indexed condition, while the search has few of them: planners weigh every order of joins."""
        if field.lookup is None or self._lookups_left == 0:
            return None
        self._lookups_left -= 1
        return field.lookup

    def _like(self, field: Field, leaf: Compare, negated: bool) -> Condition:
        if field.kind not in LIKE_KINDS:
            raise BadRequest(f"Operator like is not supported on {leaf.field}")
        if leaf.value is None:
            return false()
        pattern = convert("text", leaf.field, leaf.value, self._now_ns)
        condition = field.like(pattern) if field.like else like(self._connection, field.expression, pattern)
        return not_(condition) if negated else condition

    def _matches(self, field: Field, leaf: Compare, negated: bool) -> Condition:
        if not field.matches:
            raise BadRequest(f"Operator matches is not supported on {leaf.field}")
        if leaf.value is None:
            return false()
        if self._patterns_left == 0:
            raise BadRequest(f"a search has at most {PATTERNS_MAX} regular expressions")
        self._patterns_left -= 1
        pattern = convert("text", leaf.field, leaf.value, self._now_ns)
        condition = among(self._connection, field.expression, matching(self._connection, field.expression, pattern))
        return and_(not_(condition), field.expression.is_not(None)) if negated else condition


def check_allowed(field: Field, name: str, operator: Operator) -> None:
    """BadRequest where a field may not be compared like that."""
    if field.allowed is not None and operator not in field.allowed:
        raise BadRequest(f"Operator {operator} is not supported on {name}")


def all_of(parts: Sequence[Condition]) -> Condition:
    """`parts` joined by AND; nothing is true."""
    return and_(true(), *_grouped(and_, parts))


def any_of(parts: Sequence[Condition]) -> Condition:
    """`parts` joined by OR; nothing is false."""
    return or_(false(), *_grouped(or_, parts))


def like(connection: Connection, expression: ColumnElement[Any], pattern: str) -> Condition:
    """`expression LIKE pattern`, case-sensitive; a backslash takes the wildcard after it literally."""
    if connection.dialect.name == "sqlite":
        # SQLite's own LIKE takes no notice of upper and lower case.
        return expression.op("GLOB", is_comparison=True)(literal(glob(pattern)))
    return expression.like(escaped(pattern), escape="\\")


def convert(kind: Kind, name: str, value: Value | tuple[Value, ...], now_ns: int) -> Any:
    """A search's value in the form that its field is kept in; BadRequest ``Invalid value: `v' for field `f'``."""
    try:
        return _CONVERTERS[kind](value, now_ns)
    except (ValueError, OverflowError, BadRequest):
        raise BadRequest(f"Invalid value: `{value}' for field `{name}'") from None


def glob(pattern: str) -> str:
    """
    A LIKE pattern (`%`, `_`, backslash before a literal one) as a GLOB pattern.

    >>> glob("web%_[1]*")
    'web*?[[]1][*]'
    """
    parts = {"%": "*", "_": "?"}
    quoted = {character: f"[{character}]" for character in "*?["}
    return "".join(
        quoted.get(literal_one, literal_one) if literal_one else parts[wild] for literal_one, wild in _pieces(pattern)
    )


def escaped(pattern: str) -> str:
    """
    A LIKE pattern with a backslash before every literal `%`, `_` and backslash, a trailing one included.

    >>> escaped("a%") + " " + escaped("100\\\\%")
    'a% 100\\\\%'
    """
    return "".join(
        re.sub(r"[%_\\]", r"\\\g<0>", literal_one) if literal_one else wild for literal_one, wild in _pieces(pattern)
    )


def _grouped(join: Callable[..., Condition], parts: Sequence[Condition]) -> Sequence[Condition]:
    """The parts in parentheses of a few each, and these again, so that many are not deep."""
    while len(parts) > JOINED_FLAT_MAX:
        few = [parts[start : start + JOINED_FLAT_MAX] for start in range(0, len(parts), JOINED_FLAT_MAX)]
        # Asked to stand beside an operator that binds more tightly, a list of conditions takes parentheses; the
        # coercion, which says nothing to the database, keeps SQLAlchemy from taking them off again.
        parts = [type_coerce(join(*each).self_group(against=sql_operators.eq), Boolean) for each in few]
    return parts


def _pieces(pattern: str) -> list[tuple[str, str]]:
    """The pattern as (literal character, "") and ("", wildcard) pairs; runs of `%` are one."""
    found = re.finditer(r"\\(?P<quoted>.)|(?P<wild>%+|_)|(?P<plain>.)", pattern, re.DOTALL)
    return [(each["quoted"] or each["plain"] or "", (each["wild"] or "")[:1]) for each in found]


def _text(value: Any, _now_ns: int) -> str:
    text = str(value)
    if not is_storable(text):
        raise ValueError
    return text


def _number(value: Any, _now_ns: int) -> float:
    if isinstance(value, bool) or not math.isfinite(float(value)):
        raise ValueError
    return float(value)


def _bool(value: Any, _now_ns: int) -> bool:
    spellings = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}
    try:
        return spellings[str(value).lower()]
    except KeyError:
        raise ValueError from None


def _uuid(value: Any, _now_ns: int) -> Any:
    uuid = as_uuid(value) if isinstance(value, str) else None
    if uuid is None:
        raise ValueError
    return uuid


_CONVERTERS: dict[Kind, Callable[[Any, int], Any]] = {
    "text": _text,
    "number": _number,
    "bool": _bool,
    "uuid": _uuid,
    "uuid text": lambda value, now_ns: str(_uuid(value, now_ns)),
    "time": timestamp.parse,
    "span": lambda value, _now_ns: timespan.parse_signed(value),
    "severity": lambda value, _now_ns: SEVERITIES.index(value),
}
