# SPDX-License-Identifier: Apache-2.0
"""
The index as portable files, one JSON line a row, so that a copy of either database can be restored into the other.

    manifest.json       schema version, rows and SHA-256 of each file, the numbers given out so far
    <table>.jsonl       one object a row: UUIDs and bytes as text, everything else as it is
"""

import hashlib
import os
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, LargeBinary, Table, Uuid, delete, insert, select, text

from nephoscope.model.errors import BadRequest
from nephoscope.store.index import schema
from nephoscope.store.index.database import Database, lift_time_limit
from nephoscope.store.index.tables import archive_policy, archive_policy_rule, metadata, resource_type, setting

MANIFEST = "manifest.json"
ROWS_AT_ONCE = 1000
# What a new index holds by itself gives way to the restored rows.
BUILT_IN = (archive_policy_rule, archive_policy, resource_type, setting)
NUMBERED = {
    "resource": "number",
    "metric": "number",
    "resource_history": "revision",
    "audit_event": "id",
    "alarm": "number",
    "alarm_instance": "number",
    "alarm_history": "number",
    "outbox": "number",
    "outbox_attempt": "number",
    "scaling_decision": "number",
    "silence": "number",
}


class TableFile(msgspec.Struct, frozen=True):
    """What a table's file must hold."""

    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """`numbers` is the highest number that each numbered table has ever given out: none may be given twice."""

    version: str
    tables: dict[str, TableFile]
    numbers: dict[str, int]


def dump(database: Database, directory: Path) -> None:
    """`contract.Index.dump`."""
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise BadRequest(f"{directory} is not empty: choose a new directory for the copy")

    def work(connection: Connection) -> None:
        lift_time_limit(connection)
        tables = {table.name: _write(connection, table, directory) for table in _copied()}
        numbers = {name: _highest(connection, name, column) for name, column in NUMBERED.items()}
        manifest = Manifest(schema.current_version(connection) or "", tables, numbers)
        # Last: a directory without it is no copy.
        with (directory / MANIFEST).open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
            _sync(file)

    database.read(work)


def load(database: Database, directory: Path) -> None:
    """`contract.Index.load`."""
    manifest = _manifest(directory)
    for table in _copied():
        _verify(directory / f"{table.name}.jsonl", manifest.tables.get(table.name))
    schema.upgrade(database)
    if manifest.version != schema.newest_version():
        raise BadRequest(
            f"{directory} holds schema version {manifest.version}, this program writes {schema.newest_version()}: "
            "restore with the version that made the copy, then upgrade"
        )
    with database.exclusive() as connection:
        _refuse_used(connection)
        for table in BUILT_IN:
            connection.execute(delete(table))
        for table in _copied():
            _read(connection, table, directory / f"{table.name}.jsonl")
        for name, highest in manifest.numbers.items():
            _go_on_after(connection, name, NUMBERED[name], highest)


def _copied() -> list[Table]:
    """The tables that are copied, each after those that it points to: all that were ever imported."""
    return [table for table in metadata.sorted_tables if table.info.get("copied", True)]


def _write(connection: Connection, table: Table, directory: Path) -> TableFile:
    rows = 0
    digest = hashlib.sha256()
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=ROWS_AT_ONCE)
    with (directory / f"{table.name}.jsonl").open("wb") as file:
        for part in connection.execute(query).mappings().partitions():
            lines = b"".join(msgspec.json.encode(dict(row), order="deterministic") + b"\n" for row in part)
            file.write(lines)
            digest.update(lines)
            rows += len(part)
        _sync(file)
    return TableFile(rows, digest.hexdigest())


def _verify(path: Path, expected: TableFile | None) -> None:
    """BadRequest unless the file is the one that the manifest describes."""
    if expected is None:
        raise BadRequest(f"{path.parent / MANIFEST} says nothing about {path.name}: the copy is of another version")
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise BadRequest(f"{path} is missing: the copy is not complete") from None
    if digest != expected.sha256:
        raise BadRequest(f"{path} is damaged: it is not the file that its manifest describes")


def _read(connection: Connection, table: Table, path: Path) -> None:
    with path.open("rb") as file:
        while lines := list(islice(file, ROWS_AT_ONCE)):
            connection.execute(insert(table), [_row(table, msgspec.json.decode(line)) for line in lines])


def _row(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: _value(column, values[column.name]) for column in table.columns}


def _value(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, Uuid):
        return UUID(value)
    if isinstance(column.type, LargeBinary):
        return msgspec.convert(value, bytes)
    return value


def _manifest(directory: Path) -> Manifest:
    path = directory / MANIFEST
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise BadRequest(f"{path} is missing: this is no copy of an index, or not a complete one") from None
    except msgspec.MsgspecError as problem:
        raise BadRequest(f"{path} is damaged: {problem}") from None
    return manifest


def _refuse_used(connection: Connection) -> None:
    for table in _copied():
        if table not in BUILT_IN and connection.execute(select(table).limit(1)).first() is not None:
            raise BadRequest(f"the index holds rows already (in {table.name}); restore into a new one")


def _highest(connection: Connection, table: str, column: str) -> int:
    if connection.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        return connection.scalar(query, {"table": table}) or 0
    query = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, :column)::regclass)")
    return connection.scalar(query, {"table": table, "column": column}) or 0


def _go_on_after(connection: Connection, table: str, column: str, highest: int) -> None:
    if highest == 0:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table})
        go_on = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :highest)")
        connection.execute(go_on, {"table": table, "highest": highest})
        return
    go_on = text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)")
    connection.execute(go_on, {"table": table, "column": column, "highest": highest})


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
