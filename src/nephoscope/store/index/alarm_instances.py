# SPDX-License-Identifier: Apache-2.0
"""What alarms remember of each thing that they watch, in the database: thousands at once, a few statements."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from nephoscope.model.alarm_instance import Instance, Labels, digest
from nephoscope.model.paging import Sort
from nephoscope.model.text import made_storable
from nephoscope.store.index.alarm_tables import alarm_instance
from nephoscope.store.index.database import among
from nephoscope.store.index.listing import Listing
from nephoscope.store.index.paging import read_number
from nephoscope.store.index.search import Field

columns = alarm_instance.c
LISTING = Listing(
    plural="Instances",
    shown=list(columns),
    fields={
        "alarm_id": Field(columns.alarm_id, "text"),
        "state": Field(columns.state, "text"),
        "since": Field(columns.since_ns, "time"),
    },
    default=(Sort("state", False), Sort("since", True)),
    unique=columns.number,
    marker=columns.number,
    read_marker=read_number,
)
_CHANGING = (
    "labels",
    "state",
    "since_ns",
    "value",
    "reason",
    "beyond_since_ns",
    "cleared_since_ns",
    "missing_since_ns",
)


def find(connection: Connection, query: Select[Any]) -> list[Instance]:
    """The instances of a query, in the order in which they were first seen."""
    return [as_instance(row) for row in connection.execute(query.order_by(columns.number))]


def of_alarms(connection: Connection, ids: Iterable[str]) -> Select[Any]:
    """The query for the instances of these alarms."""
    return select(alarm_instance).where(among(connection, columns.alarm_id, sorted(ids)))


def put(connection: Connection, instances: Sequence[Instance]) -> None:
    """Keep instances, over those of the same alarm and labels."""
    if not instances:
        return
    rows = [
        {
            "alarm_id": each.alarm_id,
            "digest": digest(each.labels),
            "labels": [list(pair) for pair in _storable(each.labels)],
            "state": each.state,
            "since_ns": each.since_ns,
            "value": each.value,
            "reason": made_storable(each.reason),
            "beyond_since_ns": each.beyond_since_ns,
            "cleared_since_ns": each.cleared_since_ns,
            "missing_since_ns": each.missing_since_ns,
        }
        for each in instances
    ]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = dialect.insert(alarm_instance)
    changed = {name: new.excluded[name] for name in _CHANGING}
    connection.execute(new.on_conflict_do_update(index_elements=["alarm_id", "digest"], set_=changed), rows)


def remove(connection: Connection, gone: Sequence[tuple[str, Labels]]) -> None:
    """Forget instances, by alarm and labels."""
    if gone:
        which = (columns.alarm_id == bindparam("alarm"), columns.digest == bindparam("which"))
        rows = [{"alarm": alarm_id, "which": digest(labels)} for alarm_id, labels in gone]
        connection.execute(delete(alarm_instance).where(*which), rows)


def forget(connection: Connection, alarm_id: str) -> None:
    """Forget all that an alarm remembers."""
    connection.execute(delete(alarm_instance).where(columns.alarm_id == alarm_id))


def begin_again(connection: Connection, alarm_id: str) -> None:
    """States stay; but how long values have been where they are was said of other values."""
    nothing = {"beyond_since_ns": 0, "cleared_since_ns": 0, "missing_since_ns": 0}
    connection.execute(update(alarm_instance).where(columns.alarm_id == alarm_id).values(nothing))


def as_instance(row: Row[Any]) -> Instance:
    """The struct of a row."""
    return Instance(
        alarm_id=row.alarm_id,
        labels=tuple((name, value) for name, value in row.labels),
        state=row.state,
        since_ns=row.since_ns,
        value=row.value,
        reason=row.reason,
        beyond_since_ns=row.beyond_since_ns,
        cleared_since_ns=row.cleared_since_ns,
        missing_since_ns=row.missing_since_ns,
        number=row.number,
    )


def _storable(labels: Labels) -> Labels:
    return tuple((made_storable(name), made_storable(value)) for name, value in labels)
