# SPDX-License-Identifier: Apache-2.0
"""Searches over one table, paginated: alarms, their history and deliveries are listed alike."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Column, ColumnElement, Connection, Row, and_, select, true

from nephoscope.model.errors import BadRequest
from nephoscope.model.paging import Page, Sort
from nephoscope.model.search import Search
from nephoscope.store.index import paging
from nephoscope.store.index.search import Compiler, Field


class Listing(NamedTuple):
    """
    What is listed: the columns that are read, the fields that are known, and the order.

    `unique` makes an order one that is the same each time, in the direction of the key before it. `marker` is the
    column by which pages name a row, `read_marker` reads its value from a page's text.
    """

    plural: str
    shown: Sequence[Any]
    fields: dict[str, Field]
    default: tuple[Sort, ...]
    unique: Column[Any]
    marker: Column[Any]
    read_marker: Callable[[str], Any] = str

    def field(self, name: str) -> Field:
        """A field; BadRequest for one that is not known."""
        if name not in self.fields:
            raise BadRequest(f"{self.plural} have no {name} attribute")
        return self.fields[name]

    def condition(self, connection: Connection, search: Search, now_ns: int) -> ColumnElement[bool]:
        """The condition of what matches. BadRequest for unknown fields and wrong values."""
        return Compiler(connection, self.field, now_ns).condition(search)

    def rows(
        self, connection: Connection, search: Search, page: Page, now_ns: int, also: ColumnElement[bool] | None = None
    ) -> Sequence[Row[Any]]:
        """A page of what matches, and fulfils the condition `also`. BadRequest as `condition`, and for a wrong page."""
        condition = self.condition(connection, search, now_ns)
        sorted_by = self._keys(page)
        query = select(*self.shown).where(and_(condition, true() if also is None else also))
        if page.marker is not None:
            query = query.where(paging.after(sorted_by, self._marked(connection, page.marker, sorted_by)))
        return connection.execute(paging.ordered(query, sorted_by, page.limit)).all()

    def _keys(self, page: Page) -> list[paging.Key]:
        wanted = replace(page, sort=page.sort or self.default)
        sorted_by = paging.keys(wanted, [], [], lambda name: (self.field(name).expression, False))
        descending = sorted_by[-1].descending if sorted_by else True
        return [*sorted_by, paging.Key(self.unique, False, descending)]

    def _marked(self, connection: Connection, marker: str, sorted_by: Sequence[paging.Key]) -> Sequence[Any]:
        """The values that the marker's row has in the keys of the order."""
        expressions = [key.expression for key in sorted_by]
        row = connection.execute(select(*expressions).where(self.marker == self.read_marker(marker))).first()
        if row is None:
            raise paging.invalid(f"Invalid marker: `{marker}'")
        return tuple(row)
