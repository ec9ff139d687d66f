# SPDX-License-Identifier: Apache-2.0
"""What evaluators decide, kept thousands at once: a fixed number of statements, all or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, bindparam, select, update

from nephoscope.model.alarm import SEVERITIES, Transition
from nephoscope.model.alarm_instance import Labels
from nephoscope.model.audit import PROGRAM
from nephoscope.model.text import made_storable
from nephoscope.model.timestamp import to_microseconds
from nephoscope.store.index import alarm_history, alarm_instances, outbox, versions
from nephoscope.store.index.alarm_contract import Author, Decided
from nephoscope.store.index.alarm_rows import VERSION
from nephoscope.store.index.database import Database, among
from nephoscope.store.index.tables import alarm, work_slot

BY_PROGRAM = Author(PROGRAM.name, "")

columns = alarm.c


def decide(connection: Connection, decided: Sequence[Decided], group: str, holder: str, now_ns: int) -> list[bool]:
    """`contract.Alarms.decide`, in the transaction of `connection`."""
    # Slots before the version: who holds that has others wait, so it should wait for nobody.
    held = _held_slots(connection, {each.slot for each in decided if each.slot is not None}, group, holder)
    version = versions.held(connection, VERSION) + 1
    there = {row.id: row for row in _rows(connection, {each.transition.alarm_id for each in decided})}
    revisions = {alarm_id: row.revision for alarm_id, row in there.items()}
    taken = []
    for each in decided:
        is_ours = each.slot is None or held.get(each.slot) == each.fencing
        is_good = is_ours and revisions.get(each.transition.alarm_id) == each.revision
        if is_good and _moves(each):
            revisions[each.transition.alarm_id] = each.revision + 1
        taken.append(is_good)
    good = [each for each, is_good in zip(decided, taken, strict=True) if is_good]
    moved = [each for each in good if _moves(each)]
    within = [each for each in good if each.moved and not _moves(each)]
    if moved:
        _move(connection, moved, version)
    if within:
        # The alarm is as it was, but who looks at its instances is to look again.
        there_now = columns.id == bindparam("which")
        seen = [{"which": each.transition.alarm_id} for each in within]
        connection.execute(update(alarm).where(there_now).values(version=version), seen)
    if moved or within:
        versions.keep(connection, VERSION, version)
    _record(connection, [each for each in good if _moves(each) or each.recorded], there)
    _keep_instances(connection, good, there)
    outbox.put(connection, [draft for each in good for draft in each.notes], now_ns)
    return taken


def note(database: Database, column: Column[str], texts: Mapping[str, str], where: ColumnElement[bool]) -> None:
    """Keep texts in a column of alarms, by id, `where` that holds; evaluators are told, and no revision begins."""
    told = {alarm_id: made_storable(each) for alarm_id, each in texts.items()}

    def new(connection: Connection) -> list[dict[str, str]]:
        query = select(columns.id, column).where(among(connection, columns.id, told), where)
        return [{"which": id_, "why": told[id_]} for id_, kept in connection.execute(query) if told[id_] != kept]

    def work(connection: Connection) -> None:
        version = versions.held(connection, VERSION) + 1
        if rows := new(connection):
            values = {column: bindparam("why"), columns.version: version}
            connection.execute(update(alarm).where(columns.id == bindparam("which")).values(values), rows)
            versions.keep(connection, VERSION, version)

    # Mostly they are those of the last time: look first, without the writer's lock.
    is_new = bool(database.read(new)) if told else False
    if is_new:
        database.write(work)


def _held_slots(connection: Connection, slots: Iterable[int], group: str, holder: str) -> dict[int, int]:
    """The fencing of the slots that are the holder's; they stay so until the transaction ends."""
    query = (
        select(work_slot.c.slot, work_slot.c.fencing)
        .where(
            work_slot.c.work_group == group,
            among(connection, work_slot.c.slot, sorted(slots)),
            work_slot.c.holder == holder,
        )
        .order_by(work_slot.c.slot)
        .with_for_update(read=True)
    )
    return {row.slot: row.fencing for row in connection.execute(query)}


def _rows(connection: Connection, ids: Iterable[str]) -> Sequence[Row[Any]]:
    needed: list[Column[Any]] = [columns.id, columns.revision, columns.project_id, columns.severity]
    return connection.execute(select(*needed).where(among(connection, columns.id, sorted(ids)))).all()


def _moves(decided: Decided) -> bool:
    return decided.transition.previous != decided.transition.current


def _move(connection: Connection, moved: Sequence[Decided], version: int) -> None:
    changed = (
        update(alarm)
        .where(columns.id == bindparam("which"))
        .values(
            state=bindparam("entered"),
            state_reason=bindparam("why"),
            state_timestamp_ns=bindparam("at_ns"),
            evaluated_ns=bindparam("at_ns"),
            revision=columns.revision + 1,
            version=version,
        )
    )
    rows = [
        {
            "which": each.transition.alarm_id,
            "entered": each.transition.current,
            "why": made_storable(each.transition.reason),
            "at_ns": to_microseconds(each.transition.at_ns),
        }
        for each in moved
    ]
    connection.execute(changed, rows)


def _keep_instances(connection: Connection, good: Sequence[Decided], there: Mapping[str, Row[Any]]) -> None:
    alarm_instances.put(connection, [instance for each in good for instance in each.instances])
    gone: list[tuple[str, Labels]] = [(each.transition.alarm_id, labels) for each in good for labels in each.gone]
    alarm_instances.remove(connection, gone)
    told = [transition for each in good for transition in each.moved]
    records = []
    for each in told:
        detail = {
            "state": each.current,
            "transition_reason": made_storable(each.reason),
            "labels": {made_storable(name): made_storable(value) for name, value in each.labels},
        }
        records.append(_entry(each, there, detail))
    alarm_history.record(connection, BY_PROGRAM, "instance transition", records)


def _record(connection: Connection, entered: Sequence[Decided], there: Mapping[str, Row[Any]]) -> None:
    records = []
    for each in entered:
        told = each.transition
        detail = {"state": told.current, "transition_reason": made_storable(told.reason)}
        records.append(_entry(told, there, detail))
    alarm_history.record(connection, BY_PROGRAM, "state transition", records)


def _entry(told: Transition, there: Mapping[str, Row[Any]], detail: dict[str, Any]) -> alarm_history.Record:
    row = there[told.alarm_id]
    at_ns = to_microseconds(told.at_ns)
    return alarm_history.Record(at_ns, row.id, row.project_id, SEVERITIES[row.severity], detail)
