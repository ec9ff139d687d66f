# SPDX-License-Identifier: Apache-2.0
"""Audit events in the database; every part of the index records its own with `record`."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from nephoscope.model.audit import Actor, AuditEvent, AuditFilter
from nephoscope.model.paging import Page
from nephoscope.model.text import made_storable
from nephoscope.store.index.database import Database
from nephoscope.store.index.paging import read_number
from nephoscope.store.index.tables import audit_event

EVENTS_MAX = 1_000_000
TEXT_MAX = {"actor": 255, "project_id": 255, "peer": 255, "action": 63, "target": 600}


class Audit:
    """`contract.Audit`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def record(self, event: AuditEvent) -> AuditEvent:
        return self._database.write(lambda connection: write(connection, self._clock(), event))

    def find(self, wanted: AuditFilter, page: Page) -> list[AuditEvent]:
        columns = audit_event.c
        conditions = [
            column == value
            for column, value in ((columns.actor, wanted.actor), (columns.action, wanted.action))
            if value is not None
        ]
        if wanted.start_ns is not None:
            conditions.append(columns.time_ns >= wanted.start_ns)
        if wanted.stop_ns is not None:
            conditions.append(columns.time_ns < wanted.stop_ns)
        if page.marker is not None:
            conditions.append(columns.id < read_number(page.marker))
        query = select(audit_event).where(*conditions).order_by(columns.id.desc()).limit(page.limit)
        return self._database.read(lambda connection: [_as_event(row) for row in connection.execute(query)])


def record(connection: Connection, now_ns: int, by: Actor, action: str, target: str, **details: object) -> None:
    """Write down, in the transaction of the act, that `by` has done it. Details are plain values without secrets."""
    write(connection, now_ns, AuditEvent(by, action, target, details))


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    """
    What an act changed, for its details.

    >>> differences({"roles": ["member"], "disabled": False}, {"roles": ["reader"], "disabled": False})
    {'roles': {'from': ['member'], 'to': ['reader']}}
    """
    return {name: {"from": before[name], "to": after[name]} for name in after if before[name] != after[name]}


def write(connection: Connection, now_ns: int, event: AuditEvent) -> AuditEvent:
    """Keep an event; texts that are too long for their columns are cut, as no act may fail for its name's length."""
    actor = event.actor
    texts = {
        "actor": actor.name,
        "project_id": actor.project_id,
        "peer": actor.peer,
        "action": event.action,
        "target": event.target,
    }
    cut = {name: text and made_storable(text)[: TEXT_MAX[name]] for name, text in texts.items()}
    values = insert(audit_event).values(**cut, time_ns=now_ns, details=dict(event.details))
    number = connection.execute(values.returning(audit_event.c.id)).scalar_one()
    connection.execute(delete(audit_event).where(audit_event.c.id <= number - EVENTS_MAX))
    return AuditEvent(actor, event.action, event.target, event.details, number, now_ns)


def _as_event(row: Row[Any]) -> AuditEvent:
    actor = Actor(row.actor, row.project_id, row.peer)
    return AuditEvent(actor, row.action, row.target, row.details, row.id, row.time_ns)
