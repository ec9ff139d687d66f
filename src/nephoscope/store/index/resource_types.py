# SPDX-License-Identifier: Apache-2.0
"""Resource types in the database."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table, cast, delete, exists, func, insert, literal, select, update

from nephoscope.model.attribute import Attribute, Stored, StringAttribute, UuidAttribute
from nephoscope.model.audit import PROGRAM, Actor
from nephoscope.model.errors import BadRequest, Conflict, InUse, NotFound
from nephoscope.model.resource_type import GENERIC, ResourceType, TypeChange, check_type_name, patched
from nephoscope.store.index.audit import differences, record
from nephoscope.store.index.database import Database, lift_time_limit
from nephoscope.store.index.tables import (
    DOCUMENT,
    resource,
    resource_attribute,
    resource_history,
    resource_type,
)

INDEXED_KINDS = (StringAttribute, UuidAttribute)


class ResourceTypes:
    """`contract.ResourceTypes`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def create(self, resource_type: ResourceType, *, keep_existing: bool = False, by: Actor = PROGRAM) -> ResourceType:
        check_type_name(resource_type.name)

        def work(connection: Connection) -> ResourceType:
            there = _existing(connection, resource_type, keep_existing)
            if there is not None:
                return there
            _insert(connection, resource_type)
            attributes = dict(_pairs(resource_type))
            record(connection, self._clock(), by, "create resource type", resource_type.name, attributes=attributes)
            return resource_type

        return self._database.write(work)

    def get(self, name: str) -> ResourceType:
        return self._database.read(lambda connection: load_type(connection, name))

    def list_all(self) -> list[ResourceType]:
        return self._database.read(lambda connection: list(load_types(connection).values()))

    def change(self, name: str, operations: object, *, by: Actor = PROGRAM) -> ResourceType:
        def work(connection: Connection) -> ResourceType:
            current = load_type(connection, name, lock="change")
            if name == GENERIC:
                raise BadRequest(f"Resource type {GENERIC} cannot be changed")
            change = patched(current, operations)
            if change.after != current or change.fills:
                lift_time_limit(connection)
                _apply(connection, change)
                before, after = dict(_pairs(current)), dict(_pairs(change.after))
                changes = differences(dict.fromkeys(after) | before, dict.fromkeys(before) | after)
                record(connection, self._clock(), by, "update resource type", name, **changes)
            return change.after

        return self._database.write(work)

    def delete(self, name: str, *, by: Actor = PROGRAM) -> None:
        def work(connection: Connection) -> None:
            load_type(connection, name, lock="change")
            if name == GENERIC:
                raise BadRequest(f"Resource type {GENERIC} cannot be deleted")
            if connection.scalar(select(exists().where(resource.c.type == name))):
                raise InUse(f"Resource type {name} is still in use")
            connection.execute(delete(resource_type).where(resource_type.c.name == name))
            record(connection, self._clock(), by, "delete resource type", name)

        self._database.write(work)


def load_type(connection: Connection, name: str, *, lock: str = "") -> ResourceType:
    """
    A type; NotFound `Resource type NAME does not exist`.

    `lock` "use" keeps its attributes as they are until the transaction ends, "change" keeps users out as well.
    """
    query = select(resource_type).where(resource_type.c.name == name)
    if lock:
        query = query.with_for_update(read=lock == "use")
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(f"Resource type {name} does not exist")
    return _as_type(row)


def load_types(connection: Connection) -> dict[str, ResourceType]:
    """All types by name."""
    rows = connection.execute(select(resource_type).order_by(resource_type.c.name))
    return {row.name: _as_type(row) for row in rows}


def attribute_rows(type_: ResourceType, number: int, stored: Mapping[str, Stored | None]) -> list[dict[str, Any]]:
    """The rows of `resource_attribute` for one resource: its text and UUID attributes that are set."""
    return [
        {"name": name, "value": value, "resource_number": number}
        for name, value in stored.items()
        if value is not None and isinstance(type_.attributes.get(name), INDEXED_KINDS)
    ]


def _existing(connection: Connection, new: ResourceType, keep_existing: bool) -> ResourceType | None:
    row = connection.execute(select(resource_type).where(resource_type.c.name == new.name)).first()
    if row is None:
        return None
    if not keep_existing:
        raise Conflict(f"Resource type {new.name} already exists")
    return _as_type(row)


def _insert(connection: Connection, new: ResourceType) -> None:
    values = {"name": new.name, "state": new.state, "attributes": _pairs(new)}
    connection.execute(insert(resource_type).values(values))


def _apply(connection: Connection, change: TypeChange) -> None:
    """Fills and removals reach the earlier revisions, too, so that every row fits the new type."""
    name = change.after.name
    for attribute in change.removed:
        _remove(connection, name, attribute)
    for attribute, value in change.fills.items():
        _fill(connection, change.after, attribute, value)
    for attribute in change.needs_no_nulls:
        unset = value_of(connection, resource, attribute).is_(None)
        if connection.scalar(select(exists().where(resource.c.type == name, unset))):
            raise BadRequest(
                f"Attribute {attribute} cannot become required while resources have no value of it: "
                "give options: {fill: value}"
            )
    by_name = resource_type.c.name == name
    connection.execute(update(resource_type).where(by_name).values(attributes=_pairs(change.after)))


def _remove(connection: Connection, type_name: str, attribute: str) -> None:
    of_type = select(resource.c.number).where(resource.c.type == type_name)
    indexed = resource_attribute.c
    connection.execute(
        delete(resource_attribute).where(indexed.name == attribute, indexed.resource_number.in_(of_type))
    )
    for table in (resource, resource_history):
        rest = (
            func.json_remove(table.c.attributes, _path(attribute))
            if connection.dialect.name == "sqlite"
            else table.c.attributes.op("-")(attribute)
        )
        connection.execute(update(table).where(table.c.type == type_name).values(attributes=rest))


def _fill(connection: Connection, after: ResourceType, attribute: str, value: Stored) -> None:
    if isinstance(after.attributes[attribute], INDEXED_KINDS):
        unset = value_of(connection, resource, attribute).is_(None)
        to_fill = select(literal(attribute), literal(value), resource.c.number)
        to_fill = to_fill.where(resource.c.type == after.name, unset)
        connection.execute(insert(resource_attribute).from_select(["name", "value", "resource_number"], to_fill))
    document = msgspec.json.encode({attribute: value}).decode()
    for table in (resource, resource_history):
        unset = value_of(connection, table, attribute).is_(None)
        filled = (
            func.json_patch(table.c.attributes, document)
            if connection.dialect.name == "sqlite"
            else table.c.attributes.op("||")(cast(literal({attribute: value}, DOCUMENT), DOCUMENT))
        )
        connection.execute(update(table).where(table.c.type == after.name, unset).values(attributes=filled))


def value_of(connection: Connection, table: Table, attribute: str) -> Any:
    """An attribute's value in a row, of no particular type: good for asking whether it is set."""
    if connection.dialect.name == "sqlite":
        return func.json_extract(table.c.attributes, _path(attribute))
    return table.c.attributes.op("->>")(attribute)


def _path(attribute: str) -> str:
    return f'$."{attribute}"'


def _as_type(row: Row[Any]) -> ResourceType:
    return ResourceType(row.name, msgspec.convert(dict(row.attributes), dict[str, Attribute]), row.state)


def _pairs(type_: ResourceType) -> list[tuple[str, Any]]:
    return [(name, msgspec.to_builtins(attribute)) for name, attribute in type_.attributes.items()]
