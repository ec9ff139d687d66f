# SPDX-License-Identifier: Apache-2.0
"""What became of alarms, in the database: written with the change itself, and kept when the alarm is gone."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, insert, select

from nephoscope.model.alarm import SEVERITIES, Alarm, AlarmChange, ChangeType
from nephoscope.model.alarm_body import alarm_body
from nephoscope.model.ids import random_uuid
from nephoscope.model.paging import Page, Sort
from nephoscope.model.search import Search
from nephoscope.store.index.alarm_contract import Author
from nephoscope.store.index.listing import Listing
from nephoscope.store.index.search import Field
from nephoscope.store.index.tables import alarm, alarm_history

# When something was written or looked at is not what it says.
TIMES = frozenset(["timestamp", "state_timestamp", "evaluate_timestamp"])

columns = alarm_history.c
LISTING = Listing(
    plural="Records of an alarm's history",
    shown=[column for column in columns if column.name != "number"],
    fields={
        "event_id": Field(columns.event_id, "text"),
        **{
            name: Field(columns[name], "text", matches=True)
            for name in ("alarm_id", "type", "user_id", "project_id", "on_behalf_of")
        },
        "severity": Field(columns.severity, "severity"),
        "timestamp": Field(columns.timestamp_ns, "time"),
    },
    default=(Sort("timestamp", descending=True),),
    unique=columns.number,
    marker=columns.event_id,
)


def creation(made: Alarm) -> dict[str, Any]:
    """The detail of a new alarm: all of it, but for when it was decided, as it never was."""
    return {name: value for name, value in alarm_body(made).items() if name != "evaluate_timestamp"}


def rule_change(before: Alarm, after: Alarm) -> dict[str, Any]:
    """The detail of a changed definition: what it has become where it is different, a rule as a whole."""
    old, new = alarm_body(before), alarm_body(after)
    # What one of them has not is what is not set there.
    names = [name for name in (*new, *(name for name in old if name not in new)) if name not in TIMES]
    return {name: new.get(name) for name in names if new.get(name) != old.get(name)}


class Record(NamedTuple):
    """What became of an alarm, and when."""

    at_ns: int
    alarm_id: str
    project_id: str
    severity: str
    detail: dict[str, Any]

    @classmethod
    def of(cls, at_ns: int, changed: Alarm, detail: dict[str, Any]) -> "Record":
        """What became of an alarm that is at hand."""
        return cls(at_ns, changed.id, changed.project_id, changed.severity, detail)


def record(connection: Connection, by: Author, type_: ChangeType, records: Sequence[Record]) -> None:
    """Write down what became of alarms, in the transaction of the change."""
    rows = [
        {
            "event_id": random_uuid(),
            "alarm_id": each.alarm_id,
            "type": type_,
            "detail": each.detail,
            "project_id": by.project_id,
            "user_id": by.user_id,
            "on_behalf_of": each.project_id,
            "severity": SEVERITIES.index(each.severity),
            "timestamp_ns": each.at_ns,
        }
        for each in records
    ]
    if rows:
        connection.execute(insert(alarm_history), rows)


def find(connection: Connection, search: Search, page: Page, now_ns: int, *, ended: bool) -> list[AlarmChange]:
    """A page of records; without `ended` only of alarms that are there."""
    there = None if ended else select(alarm.c.id).where(alarm.c.id == columns.alarm_id).exists()
    return [_as_change(row) for row in LISTING.rows(connection, search, page, now_ns, there)]


def expire(connection: Connection, before_ns: int, limit: int) -> int:
    """Remove up to `limit` of the oldest records that are older; gives how many."""
    old = select(columns.number).where(columns.timestamp_ns < before_ns).order_by(columns.timestamp_ns).limit(limit)
    return connection.execute(delete(alarm_history).where(columns.number.in_(old))).rowcount


def _as_change(row: Row[Any]) -> AlarmChange:
    return AlarmChange(
        event_id=row.event_id,
        alarm_id=row.alarm_id,
        type=row.type,
        detail=row.detail,
        project_id=row.project_id,
        user_id=row.user_id,
        on_behalf_of=row.on_behalf_of,
        timestamp_ns=row.timestamp_ns,
        severity=SEVERITIES[row.severity],
    )
