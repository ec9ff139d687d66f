# SPDX-License-Identifier: Apache-2.0
"""The series that an aggregation over resources reads: resources, joined with their metrics by name, in groups."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_

from nephoscope.model import timestamp
from nephoscope.model.errors import BadRequest, TooLarge
from nephoscope.model.resource import Resource, Scalar, Series, SeriesGroup
from nephoscope.model.resource_type import ResourceType
from nephoscope.model.search import Search
from nephoscope.store.index.database import among
from nephoscope.store.index.fields import Columns
from nephoscope.store.index.resource_rows import SHOWN, Source, as_resource, matching, source
from nephoscope.store.index.resource_types import load_type
from nephoscope.store.index.search import like
from nephoscope.store.index.tables import ACTIVE, metric

GLOB = re.compile(r"[*?[]")
GLOB_PIECES = re.compile(r"(?P<any>\*)|(?P<one>\?|\[!?\]?[^\]]*\])|(?P<quoted>[%_\\])")
TEXTS = (
    "original_resource_id",
    "type",
    "creator",
    "created_by_user_id",
    "created_by_project_id",
    "user_id",
    "project_id",
)
TIMES = ("started_at", "ended_at", "revision_start", "revision_end")


@dataclass(frozen=True)
class SeriesQuery:
    """One call of `contract.Resources.series`."""

    type_name: str
    search: Search
    names: Sequence[str]
    groupby: Sequence[str]
    history: bool
    start_ns: int | None
    stop_ns: int | None
    limit: int

    def run(self, connection: Connection, now_ns: int) -> list[SeriesGroup]:
        """The groups, as the contract says."""
        seen_as = load_type(connection, self.type_name)
        for name in self.groupby:
            if name not in {"id", *TEXTS, *TIMES, *seen_as.attributes}:
                raise BadRequest("", cause="Invalid groupby attribute", reason="", detail=list(self.groupby))
        rows = self._source(connection, seen_as, now_ns)
        found = connection.execute(self._with_metrics(connection, rows)).all()
        if len(found) > self.limit:
            raise too_many(self.limit)
        return self._grouped([row for row in found if is_wanted(row.metric_name, self.names)], seen_as)

    def _source(self, connection: Connection, seen_as: ResourceType, now_ns: int) -> Source:
        matches = matching(connection, seen_as, self.search, now_ns)

        def where(columns: Columns, current: bool) -> ColumnElement[bool]:
            conditions = [matches(columns, current)]
            if self.history and self.stop_ns is not None:
                conditions.append(columns["revision_start_ns"] < self.stop_ns)
            if self.history and self.start_ns is not None and not current:
                conditions.append(columns["revision_end_ns"] > self.start_ns)
            return and_(*conditions)

        return source(where, history=self.history)

    def _with_metrics(self, connection: Connection, rows: Source) -> Select[Any]:
        found = (
            metric.c.id.label("metric_id"),
            metric.c.number.label("metric_number"),
            metric.c.name.label("metric_name"),
            metric.c.archive_policy_name.label("metric_policy"),
        )
        columns = rows.columns
        order = [columns["revision_start_ns"], columns["started_at_ns"], columns["id"], metric.c.name]
        query = rows.query.add_columns(*found).join(metric, metric.c.resource_id == columns["id"])
        query = query.where(ACTIVE, named(connection, self.names))
        return query.order_by(*order).limit(self.limit + 1)

    def _grouped(self, found: Sequence[Row[Any]], seen_as: ResourceType) -> list[SeriesGroup]:
        resources: dict[tuple[UUID, int], Resource] = {}
        groups: dict[tuple[Scalar, ...], list[Series]] = {}
        for row in found:
            revision = (row.id, row.revision)
            if revision not in resources:
                resources[revision] = as_resource(tuple(row)[: len(SHOWN)], {seen_as.name: seen_as}, {})
            found_in = resources[revision]
            key = tuple(_value(found_in, name) for name in self.groupby)
            series = Series(found_in, row.metric_id, row.metric_number, row.metric_name, row.metric_policy)
            groups.setdefault(key, []).append(series)
        # Unset comes first: False sorts before True, and two unset ones are equal.
        in_order = sorted(groups, key=lambda key: [(each is not None, each) for each in key])
        return [SeriesGroup(key, tuple(groups[key])) for key in in_order]


def too_many(limit: int) -> TooLarge:
    """The error of a search that finds more than it may."""
    return TooLarge(f"more than {limit} series match; narrow the search or the names")


def named(connection: Connection, names: Collection[str]) -> ColumnElement[bool]:
    """Metrics by exact names and by what globs look like to SQL; `is_wanted` has the last word."""
    patterns = [GLOB_PIECES.sub(_like_piece, name) for name in sorted(set(names)) if GLOB.search(name)]
    return or_(
        among(connection, metric.c.name, sorted(set(names))),
        *(like(connection, metric.c.name, pattern) for pattern in patterns),
    )


def is_wanted(metric_name: str, names: Collection[str]) -> bool:
    """Whether it is one of the names, or fits one that is a shell glob."""
    return metric_name in names or any(fnmatchcase(metric_name, name) for name in names if GLOB.search(name))


def _like_piece(piece: re.Match[str]) -> str:
    """A piece of a shell glob in LIKE's words; a set of characters becomes any character."""
    if piece["any"]:
        return "%"
    return "_" if piece["one"] else "\\" + piece["quoted"]


def _value(found_in: Resource, name: str) -> Scalar:
    """A resource's value to group by, as answers show it."""
    if name in found_in.attributes:
        return found_in.attributes[name]
    if name in TIMES:
        time_ns = getattr(found_in, f"{name}_ns")
        return None if time_ns is None else timestamp.render(time_ns)
    value = getattr(found_in, name)
    return str(value) if isinstance(value, UUID) else value
