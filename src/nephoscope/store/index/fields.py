# SPDX-License-Identifier: Apache-2.0
"""Which fields searches, orders and groups may name, and where each is found in the tables."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnCollection,
    ColumnElement,
    Connection,
    Double,
    String,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)

from nephoscope.model.attribute import (
    Attribute,
    BoolAttribute,
    DatetimeAttribute,
    NumberAttribute,
    StringAttribute,
    UuidAttribute,
)
from nephoscope.model.errors import BadRequest
from nephoscope.model.resource import CURRENT_REVISION
from nephoscope.model.resource_type import ResourceType
from nephoscope.model.search import Operator
from nephoscope.store.index.contract import ANY_TYPE
from nephoscope.store.index.database import among
from nephoscope.store.index.search import Condition, Field, Kind, Lookup, like
from nephoscope.store.index.tables import metric, resource, resource_attribute

Columns = ColumnCollection[str, Any]
CREATOR_PART: frozenset[Operator] = frozenset(["eq", "ne", "like"])
UNSET_TIME = cast(null(), BigInteger)
# Attributes that people call things by.
NAMING = ("display_name", "name")

_TEXTS = ("original_resource_id", "type", "creator", "user_id", "project_id")
_METRIC_TEXTS = ("name", "unit", "creator", "archive_policy_name", "status")
_KINDS: dict[type[Attribute], Kind] = {
    StringAttribute: "text",
    UuidAttribute: "uuid text",
    NumberAttribute: "number",
    BoolAttribute: "bool",
    DatetimeAttribute: "time",
}


def resource_fields(
    connection: Connection, columns: Columns, resource_type: ResourceType, *, indexed: bool = False
) -> Callable[[str], Field]:
    """
    The fields of resources seen as `resource_type`, in `columns` of a table or sub-select.

    `indexed` says that the columns are those of the table `resource` itself, whose attributes have an index.
    """
    fields = {name: Field(columns[name], "text") for name in _TEXTS}
    for name in ("created_by_user_id", "created_by_project_id"):
        fields[name] = Field(columns[name], "text", allowed=CREATOR_PART)
    fields["id"] = Field(columns["id"], "uuid")
    for name in ("started_at", "ended_at", "revision_start"):
        fields[name] = Field(columns[f"{name}_ns"], "time")
    fields["revision_end"] = Field(columns.get("revision_end_ns", UNSET_TIME), "time")
    fields["revision"] = Field(columns.get("revision", literal(CURRENT_REVISION)), "number")
    fields["lifespan"] = Field(columns["ended_at_ns"] - columns["started_at_ns"], "span")

    if indexed:
        fields["any_name"] = Field(
            columns["original_resource_id"],
            "text",
            allowed=frozenset(["like"]),
            like=lambda pattern: _named_like(connection, columns, pattern),
        )

    def field(name: str) -> Field:
        if name in fields:
            return fields[name]
        if indexed and name.startswith(ANY_TYPE):
            return _of_any_type(connection, columns, name.removeprefix(ANY_TYPE))
        attribute = resource_type.attributes.get(name)
        if attribute is None:
            raise BadRequest(f"Resource type {resource_type.name} has no {name} attribute")
        kind = _KINDS[type(attribute)]
        expression = attribute_expression(connection, columns, resource_type.name, name, kind)
        has_index = indexed and kind in {"text", "uuid text"}
        return Field(expression, kind, _attribute_lookup(connection, columns, name) if has_index else None)

    return field


def metric_fields(connection: Connection) -> Callable[[str], Field]:
    """The fields of metrics, among them the project of a metric's resource."""
    fields = {name: Field(metric.c[name], "text") for name in _METRIC_TEXTS}
    for name in ("created_by_user_id", "created_by_project_id"):
        fields[name] = Field(metric.c[name], "text", allowed=CREATOR_PART)
    fields["any_name"] = Field(func.lower(metric.c.name), "text", allowed=frozenset(["like"]))
    fields["id"] = Field(metric.c.id, "uuid")
    fields["resource_id"] = Field(metric.c.resource_id, "uuid")
    project = select(resource.c.project_id).where(resource.c.id == metric.c.resource_id).scalar_subquery()

    def of_projects(projects: Sequence[Any]) -> Condition:
        return metric.c.resource_id.in_(select(resource.c.id).where(among(connection, resource.c.project_id, projects)))

    fields["resource.project_id"] = Field(project, "text", of_projects)
    kind = select(resource.c.type).where(resource.c.id == metric.c.resource_id).scalar_subquery()

    def of_types(types: Sequence[Any]) -> Condition:
        return metric.c.resource_id.in_(select(resource.c.id).where(among(connection, resource.c.type, types)))

    fields["resource.type"] = Field(kind, "text", of_types)

    def field(name: str) -> Field:
        if name not in fields:
            raise BadRequest(f"Metrics have no {name} attribute")
        return fields[name]

    return field


def attribute_expression(
    connection: Connection, columns: Columns, type_name: str, name: str, kind: Kind
) -> ColumnElement[Any]:
    """The value of an attribute, as kept, typed; null where it is unset or where a resource has another type."""
    if connection.dialect.name == "sqlite":
        types = {"number": Double, "bool": Boolean, "time": BigInteger}
        # Attribute names hold neither quotes nor backslashes.
        return type_coerce(func.json_extract(columns["attributes"], f'$."{name}"'), types.get(kind, String))
    text: ColumnElement[Any] = columns["attributes"].op("->>")(name)
    text = type_coerce(text, String)
    if kind in {"text", "uuid text"}:
        return text.collate("C")
    # CASE keeps PostgreSQL from converting values of other types, where the name may stand for another kind.
    target = {"number": Double, "bool": Boolean, "time": BigInteger}[kind]
    return case((columns["type"] == type_name, cast(text, target)))


def _attribute_lookup(connection: Connection, columns: Columns, name: str) -> Lookup:
    def lookup(values: Sequence[Any]) -> Condition:
        listed = select(resource_attribute.c.resource_number).where(
            resource_attribute.c.name == name, among(connection, resource_attribute.c.value, values)
        )
        condition: Condition = columns["number"].in_(listed)
        return condition

    return lookup


def _named_like(connection: Connection, columns: Columns, pattern: str) -> Condition:
    """Resources whose id, as given, or one of whose naming attributes is like a pattern in lower case."""
    named = select(resource_attribute.c.resource_number).where(
        resource_attribute.c.name.in_(NAMING), like(connection, func.lower(resource_attribute.c.value), pattern)
    )
    return or_(like(connection, func.lower(columns["original_resource_id"]), pattern), columns["number"].in_(named))


def _of_any_type(connection: Connection, columns: Columns, name: str) -> Field:
    """A text or UUID attribute of that name, whichever types have it."""
    expression = attribute_expression(connection, columns, "", name, "text")
    return Field(expression, "text", _attribute_lookup(connection, columns, name), frozenset(["eq", "in"]))
