# SPDX-License-Identifier: Apache-2.0
"""The metrics that many aggregations over resources read, found with one query and told apart by a value."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, literal, or_, select, true

from nephoscope.model.errors import BadRequest
from nephoscope.model.resource import Member
from nephoscope.model.resource_type import ResourceType
from nephoscope.model.search import Search
from nephoscope.store.index.database import among
from nephoscope.store.index.fields import resource_fields
from nephoscope.store.index.resource_rows import matching
from nephoscope.store.index.resource_types import load_type
from nephoscope.store.index.search import Field, check_allowed, convert
from nephoscope.store.index.series import is_wanted, named, too_many
from nephoscope.store.index.tables import ACTIVE, metric, resource


@dataclass(frozen=True)
class MembersQuery:
    """One call of `contract.Resources.members`."""

    type_name: str
    search: Search
    names: Collection[str]
    field: str
    values: Collection[str]
    projects: Collection[str] | None
    numbers: Collection[int] | None
    limit: int

    def run(self, connection: Connection, now_ns: int) -> dict[str, list[Member] | BadRequest]:
        """The members by value, as the contract says."""
        seen_as = load_type(connection, self.type_name)
        matches = matching(connection, seen_as, self.search, now_ns)(resource.c, True)
        value, one_of, given, refused = self._value(connection, seen_as, now_ns)
        # Those with other values are told apart afterwards in any case.
        which = one_of if self.numbers is None else among(connection, resource.c.number, self.numbers)
        query = (
            select(
                value.label("value"),
                resource.c.project_id,
                resource.c.created_by_project_id,
                metric.c.number,
                metric.c.name,
                metric.c.archive_policy_name,
            )
            .join_from(resource, metric, metric.c.resource_id == resource.c.id)
            .where(matches, which, self._visible(connection), ACTIVE, named(connection, self.names))
            .limit(self.limit + 1)
        )
        rows = connection.execute(query).all()
        if len(rows) > self.limit:
            raise too_many(self.limit)
        found: dict[str, list[Member] | BadRequest] = dict(refused)
        for text in self.values:
            found.setdefault(text, [])
        wanted = {name for name in {row.name for row in rows} if is_wanted(name, self.names)}
        of_value: dict[Any, list[Member]] = defaultdict(list)
        for value_of_row, project_id, created_by, number, name, policy in rows:
            if name in wanted:
                of_value[value_of_row].append(Member(project_id, created_by, number, name, policy))
        found.update((text, of_value[each]) for each, texts in given.items() for text in texts)
        return found

    def _value(
        self, connection: Connection, seen_as: ResourceType, now_ns: int
    ) -> tuple[ColumnElement[Any], ColumnElement[bool], dict[Any, list[str]], dict[str, BadRequest]]:
        """The field, the condition that it has one of the values, the values as kept, and those that cannot be."""
        if not self.field:
            return literal(""), true(), {"": [""]}, {}
        field = resource_fields(connection, resource.c, seen_as, indexed=True)(self.field)
        check_allowed(field, self.field, "eq")
        given: dict[Any, list[str]] = defaultdict(list)
        refused: dict[str, BadRequest] = {}
        for text in self.values:
            try:
                given[convert(field.kind, self.field, text, now_ns)].append(text)
            except BadRequest as error:
                refused[text] = error
        return field.expression, _one_of(connection, field, list(given)), given, refused

    def _visible(self, connection: Connection) -> ColumnElement[bool]:
        if self.projects is None:
            return true()
        columns = (resource.c.project_id, resource.c.created_by_project_id)
        return or_(*(among(connection, each, self.projects) for each in columns))


def _one_of(connection: Connection, field: Field, values: list[Any]) -> ColumnElement[bool]:
    return field.lookup(values) if field.lookup else among(connection, field.expression, values)
