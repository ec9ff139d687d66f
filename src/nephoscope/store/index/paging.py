# SPDX-License-Identifier: Apache-2.0
"""Pages by key: what comes after the marker's values, however deep, in an order that is the same in both databases."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, or_, tuple_

from nephoscope.model.errors import BadRequest
from nephoscope.model.paging import Page, Sort


class Key(NamedTuple):
    """One expression to sort by."""

    expression: ColumnElement[Any]
    nullable: bool
    descending: bool


def invalid(problem: str) -> BadRequest:
    """The error of a page that cannot be."""
    return BadRequest(f"Invalid pagination: `{problem}'")


def read_number(marker: str) -> int:
    """A marker that is a row's number."""
    if not marker.isascii() or not marker.isdigit() or len(marker) > 18:
        raise invalid(f"Unknown marker {marker}")
    return int(marker)


def keys(
    page: Page, default: Sequence[str], unique: Sequence[str], find: Callable[[str], tuple[ColumnElement[Any], bool]]
) -> list[Key]:
    """
    The keys of a page: those asked for or the default ones, then the unique ones.

    `find` gives a key's expression and whether it may be null; its BadRequest becomes one about pagination.
    """
    wanted = list(page.sort or [Sort(name) for name in default])
    wanted += [Sort(name) for name in unique if name not in {each.key for each in wanted}]
    return [_key(each, find) for each in wanted]


def after(sorted_by: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """The condition for rows that come after the one with these values, unset values being the smallest."""
    if not any(key.nullable for key in sorted_by) and len({key.descending for key in sorted_by}) == 1:
        # One comparison of rows, which an index over these columns answers.
        marked, here = tuple_(*values), tuple_(*(key.expression for key in sorted_by))
        return here < marked if sorted_by[0].descending else here > marked
    alternatives: list[ColumnElement[bool]] = []
    for position, key in enumerate(sorted_by):
        same = [_same(each, value) for each, value in zip(sorted_by[:position], values[:position], strict=True)]
        alternatives.append(and_(*same, _beyond(key, values[position])))
    return or_(*alternatives)


def ordered(query: Select[Any], sorted_by: Sequence[Key], limit: int) -> Select[Any]:
    """The query in the keys' order, at most `limit` rows."""
    return query.order_by(*(_order(key) for key in sorted_by)).limit(limit)


def _key(sort: Sort, find: Callable[[str], tuple[ColumnElement[Any], bool]]) -> Key:
    try:
        expression, nullable = find(sort.key)
    except BadRequest:
        raise invalid(f"Sort key supplied is invalid: {sort.key}") from None
    return Key(expression, nullable, sort.descending)


def _order(key: Key) -> ColumnElement[Any]:
    if key.descending:
        return key.expression.desc().nulls_last() if key.nullable else key.expression.desc()
    return key.expression.asc().nulls_first() if key.nullable else key.expression.asc()


def _same(key: Key, value: Any) -> ColumnElement[bool]:
    return key.expression.is_(None) if value is None else key.expression == value


def _beyond(key: Key, value: Any) -> ColumnElement[bool]:
    if value is None:
        return false() if key.descending else key.expression.is_not(None)
    if not key.descending:
        larger: ColumnElement[bool] = key.expression > value
        return larger
    smaller: ColumnElement[bool] = key.expression < value
    return or_(smaller, key.expression.is_(None)) if key.nullable else smaller
