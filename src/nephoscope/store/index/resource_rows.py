# SPDX-License-Identifier: Apache-2.0
"""Resources and their revisions as rows: where they are selected from and how they become structs."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, and_, false, literal, select, true, union_all

from nephoscope.model.errors import NotFound
from nephoscope.model.paging import Page
from nephoscope.model.resource import CURRENT_REVISION, Resource
from nephoscope.model.resource_id import as_uuid
from nephoscope.model.resource_type import GENERIC, ResourceType
from nephoscope.model.search import Search
from nephoscope.store.index import paging
from nephoscope.store.index.fields import UNSET_TIME, Columns, resource_fields
from nephoscope.store.index.metrics import names_and_ids
from nephoscope.store.index.resource_types import load_types
from nephoscope.store.index.search import Compiler
from nephoscope.store.index.tables import resource, resource_history

# In the order of the struct's fields.
SHOWN = (
    *("id", "original_resource_id", "type", "creator", "user_id", "project_id", "started_at_ns", "ended_at_ns"),
    *("revision_start_ns", "revision_end_ns", "revision", "attributes"),
)
SORTED_TOO = ("created_by_user_id", "created_by_project_id")
DEFAULT_ORDER = ("revision_start", "started_at")
REQUIRED = {"id", "original_resource_id", "type", "started_at", "revision_start", "revision"}

Where = Callable[[Columns, bool], ColumnElement[bool]]


class Source(NamedTuple):
    """Rows to choose from: `query` selects what `SHOWN` names, `columns` are there to sort by and compare."""

    query: Select[Any]
    columns: Columns


def source(where: Where, *, history: bool) -> Source:
    """
    The current resources that fulfil `where`, with `history` all revisions that do.

    `where` is asked once a table, with its columns, and whether these are of the table `resource`.
    """
    if not history:
        return Source(select(*_columns(resource, SHOWN)).where(where(resource.c, True)), resource.c)
    names = SHOWN + SORTED_TOO
    revisions = union_all(
        select(*_columns(resource, names)).where(where(resource.c, True)),
        select(*_columns(resource_history, names)).where(where(resource_history.c, False)),
    ).subquery("revisions")
    return Source(select(*(revisions.c[name] for name in SHOWN)), revisions.c)


def matching(connection: Connection, resource_type: ResourceType, search: Search, now_ns: int) -> Where:
    """The condition for what a search through a type finds."""

    def where(columns: Columns, indexed: bool) -> ColumnElement[bool]:
        fields = resource_fields(connection, columns, resource_type, indexed=indexed)
        condition = Compiler(connection, fields, now_ns).condition(search)
        return condition if resource_type.name == GENERIC else condition & (columns["type"] == resource_type.name)

    return where


def paged(
    connection: Connection, rows: Source, resource_type: ResourceType, page: Page, *, history: bool
) -> Select[Any]:
    """The page of a source. BadRequest for bad sort keys and markers."""

    def keys_in(columns: Columns) -> list[paging.Key]:
        fields = resource_fields(connection, columns, resource_type)
        unique = ["id", "revision"] if history else ["id"]
        return paging.keys(page, DEFAULT_ORDER, unique, lambda name: (fields(name).expression, name not in REQUIRED))

    sorted_by = keys_in(rows.columns)
    query = rows.query
    if page.marker is not None:
        marked = source(_is_marker(page.marker, history), history=history)
        row = connection.execute(
            marked.query.with_only_columns(*(key.expression for key in keys_in(marked.columns)))
        ).first()
        if row is None:
            raise paging.invalid(f"Invalid marker: `{page.marker}'")
        query = query.where(paging.after(sorted_by, tuple(row)))
    return paging.ordered(query, sorted_by, page.limit)


def as_resources(
    connection: Connection, rows: Sequence[Row[Any]], seen_as: ResourceType, *, details: bool, metrics: bool = True
) -> list[Resource]:
    """The structs of rows of `SHOWN`, with today's metrics; through `generic` bare of attributes unless `details`."""
    types: Mapping[str, ResourceType] = {seen_as.name: seen_as}
    if details and seen_as.name == GENERIC and any(row.type != GENERIC for row in rows):
        types = load_types(connection)
    maps = names_and_ids(connection, {row.id for row in rows}) if rows and metrics else {}
    return [as_resource(row, types, maps.get(row.id, {})) for row in rows]


def as_resource(row: Sequence[Any], types: Mapping[str, ResourceType], metrics: dict[str, UUID]) -> Resource:
    """The struct of one row of `SHOWN`; attributes appear when the row's type is among `types`."""
    resource_type = types.get(row[SHOWN.index("type")])
    attributes = resource_type.present_attributes(row[-1]) if resource_type else {}
    fields = dict(zip(SHOWN[:-1], row[:-1], strict=True))
    return Resource(**fields, attributes=attributes, metrics=metrics)


def does_not_exist(resource_id: UUID) -> NotFound:
    """The error of a resource that is not there."""
    return NotFound(f"Resource {resource_id} does not exist")


def _columns(table: Table, names: Iterable[str]) -> list[ColumnElement[Any]]:
    """The named columns; a current resource has a fixed revision without an end."""
    missing = {"revision": literal(CURRENT_REVISION), "revision_end_ns": UNSET_TIME}
    return [table.c[name] if name in table.c else missing[name].label(name) for name in names]


def _is_marker(marker: str, history: bool) -> Where:
    text, _, revision = marker.partition("@")
    resource_id = as_uuid(text)
    if resource_id is None or bool(re.fullmatch(r"-1|[0-9]{1,18}", revision)) is not history:
        raise paging.invalid(f"Invalid marker: `{marker}'")

    def where(columns: Columns, current: bool) -> ColumnElement[bool]:
        conditions: list[ColumnElement[bool]] = [columns["id"] == resource_id]
        if history:
            number = int(revision)
            asked_for_current = true() if number == CURRENT_REVISION else false()
            conditions.append(asked_for_current if current else columns["revision"] == number)
        return and_(*conditions)

    return where
