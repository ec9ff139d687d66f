# SPDX-License-Identifier: Apache-2.0
"""Making and changing resources, with their attributes, revisions and metrics, inside a transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET
from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, delete, insert, literal, select, update

from nephoscope.model import timestamp
from nephoscope.model.attribute import Stored
from nephoscope.model.creator import created_by
from nephoscope.model.errors import BadRequest, Conflict
from nephoscope.model.metric import MetricDraft, check_name
from nephoscope.model.resource import MetricMap, Removed, ResourceChange, ResourceDraft
from nephoscope.model.resource_id import NAME_LENGTH_MAX
from nephoscope.model.resource_type import GENERIC, ResourceType
from nephoscope.model.text import check_length
from nephoscope.store.index.database import among
from nephoscope.store.index.metrics import check_draft, insert_metrics, mark_deleted
from nephoscope.store.index.resource_rows import does_not_exist
from nephoscope.store.index.resource_types import attribute_rows, load_type
from nephoscope.store.index.tables import ACTIVE, metric, resource, resource_attribute, resource_history

TIMES = ("started_at_ns", "ended_at_ns")
COPIED = [column.name for column in resource_history.columns if column.name not in {"revision", "revision_end_ns"}]


def check_draft_texts(draft: ResourceDraft) -> None:
    """BadRequest for texts that are too long or cannot be stored, and for metric names that break a rule."""
    check_length("resource id", draft.original_resource_id, NAME_LENGTH_MAX)
    check_length("creator", draft.creator, length_min=0)
    check_length("user_id", draft.user_id, length_min=0)
    check_length("project_id", draft.project_id, length_min=0)
    check_metric_map(draft.metrics)


def check_metric_map(metrics: MetricMap) -> None:
    """BadRequest for names and units that break a rule."""
    for name, each in metrics.items():
        check_name(name)
        if isinstance(each, MetricDraft):
            check_draft(msgspec.structs.replace(each, name=name))


def insert_resources(connection: Connection, drafts: Sequence[ResourceDraft], now_ns: int) -> None:
    """
    Make resources whose ids are free, with their metrics.

    Errors  NotFound for an unknown type; InvalidInput for attributes; BadRequest for times, metrics and policies.
    """
    types = {name: load_type(connection, name, lock="use") for name in sorted({draft.type for draft in drafts})}
    rows = [
        draft_row(draft, set_ones(types[draft.type].store_attributes(draft.attributes)), now_ns) for draft in drafts
    ]
    insert_rows(connection, rows, types)
    put_metrics(connection, [(draft.id, draft.creator, draft.metrics) for draft in drafts])


def insert_rows(connection: Connection, rows: Sequence[dict[str, Any]], types: Mapping[str, ResourceType]) -> None:
    """Insert rows of `draft_row`, whose ids are free, and index their attributes."""
    # In the order of the ids: two nodes that make the same resources must not wait for each other in a circle.
    connection.execute(insert(resource), sorted(rows, key=lambda row: row["id"]))
    index_attributes(connection, rows, types)


def index_attributes(connection: Connection, rows: Sequence[dict[str, Any]], types: Mapping[str, ResourceType]) -> None:
    """Make resources findable by the `attributes` of their rows, once nothing is left of older ones."""
    numbers = numbers_of(connection, [row["id"] for row in rows])
    indexed = [
        each for row in rows for each in attribute_rows(types[row["type"]], numbers[row["id"]], row["attributes"])
    ]
    if indexed:
        connection.execute(insert(resource_attribute), indexed)


def put_metrics(connection: Connection, maps: Sequence[tuple[UUID, str | None, MetricMap]]) -> None:
    """
    Attach and make metrics whose names are free; each map comes with its resource's id and the creator of new ones.

    Errors  BadRequest for a metric that does not exist or that has two places, for an unknown policy or no rule.
    """
    attached: dict[UUID, tuple[UUID, str]] = {}
    new: list[MetricDraft] = []
    for resource_id, creator, metrics in maps:
        for name, each in metrics.items():
            if isinstance(each, MetricDraft):
                place = {"name": name, "resource_id": resource_id, "creator": creator}
                new.append(msgspec.structs.replace(each, **place))
            elif each in attached:
                raise BadRequest(f"Metric {each} cannot have two names: {attached[each][1]}, {name}")
            else:
                attached[each] = (resource_id, name)
    _attach(connection, attached)
    insert_metrics(connection, new)


def locked_row(
    connection: Connection, resource_id: UUID, type_name: str, revision_start_ns: int | None = None
) -> Row[Any]:
    """A resource's row, kept from others until the end; NotFound, or Conflict when the revision is another."""
    row = connection.execute(select(resource).where(resource.c.id == resource_id).with_for_update()).first()
    if row is None or type_name not in {GENERIC, row.type}:
        raise does_not_exist(resource_id)
    if revision_start_ns is not None and row.revision_start_ns != revision_start_ns:
        reason = "another revision has begun; read the resource again"
        raise Conflict("", cause="Resource has changed", reason=reason, detail=str(resource_id))
    return row


def apply_change(
    connection: Connection, row: Row[Any], change: ResourceChange, seen_as: ResourceType, now_ns: int
) -> None:
    """Bring a locked row to what the change says. InvalidInput, BadRequest as `insert_resources`."""
    check_length("user_id", change.user_id or None, length_min=0)
    check_length("project_id", change.project_id or None, length_min=0)
    values = _different(row, change)
    if change.attributes:
        merged = dict(row.attributes) | seen_as.store_attributes(change.attributes, partial=True)
        if (kept := set_ones(merged)) != row.attributes:
            values["attributes"] = kept
    if values:
        started_at_ns, ended_at_ns = (values.get(name, row._mapping[name]) for name in TIMES)
        check_times(started_at_ns, ended_at_ns)
        begin_revisions(connection, [row.id], now_ns)
        connection.execute(update(resource).where(resource.c.id == row.id).values(values))
    if "attributes" in values:
        _index_again(connection, row, seen_as, values["attributes"])
    if change.metrics is not UNSET:
        here = metric.c.resource_id == row.id
        connection.execute(update(metric).where(here, ACTIVE).values(resource_id=None))
        put_metrics(connection, [(row.id, change.metrics_creator, change.metrics)])


def begin_revisions(connection: Connection, ids: Sequence[UUID], now_ns: int) -> None:
    """Copy the rows to the history and let new revisions begin now, at least a microsecond after the old."""
    now_ns = timestamp.to_microseconds(now_ns)
    begins = case(
        (resource.c.revision_start_ns < now_ns, literal(now_ns)),
        else_=resource.c.revision_start_ns + timestamp.MICROSECOND_NS,
    )
    these = among(connection, resource.c.id, ids)
    copied = select(*(resource.c[name] for name in COPIED), begins).where(these)
    connection.execute(insert(resource_history).from_select([*COPIED, "revision_end_ns"], copied))
    connection.execute(update(resource).where(these).values(revision_start_ns=begins))


def remove_resources(connection: Connection, which: ColumnElement[bool]) -> Removed:
    """Delete resources with their history; their metrics are marked deleted."""
    found = connection.execute(select(resource.c.id, resource.c.number).where(which).with_for_update()).all()
    if not found:
        return Removed(0, ())
    gone = mark_deleted(connection, among(connection, metric.c.resource_id, [row.id for row in found]))
    connection.execute(delete(resource).where(among(connection, resource.c.number, [row.number for row in found])))
    return Removed(len(found), tuple(gone))


def _attach(connection: Connection, attached: Mapping[UUID, tuple[UUID, str]]) -> None:
    if not attached:
        return
    these = among(connection, metric.c.id, attached)
    known = set(connection.scalars(select(metric.c.id).where(these, ACTIVE).with_for_update()))
    if missing := sorted(attached.keys() - known):
        raise BadRequest(f"Metric {missing[0]} does not exist")
    move = update(metric).where(metric.c.id == bindparam("metric_id"))
    move = move.values(resource_id=bindparam("to_resource"), name=bindparam("new_name"))
    rows = [
        {"metric_id": metric_id, "to_resource": place[0], "new_name": place[1]} for metric_id, place in attached.items()
    ]
    connection.execute(move, rows)


def numbers_of(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, int]:
    """The numbers of resources that are there, by id."""
    query = select(resource.c.id, resource.c.number).where(among(connection, resource.c.id, ids))
    return {row.id: row.number for row in connection.execute(query)}


def draft_row(draft: ResourceDraft, stored: Mapping[str, Stored], now_ns: int) -> dict[str, Any]:
    """The row that a draft becomes, with its attributes as they are `stored`. BadRequest for times in no order."""
    now_ns = timestamp.to_microseconds(now_ns)
    user, project = created_by(draft.creator)
    started_at_ns = now_ns if draft.started_at_ns is None else timestamp.to_microseconds(draft.started_at_ns)
    ended_at_ns = None if draft.ended_at_ns is None else timestamp.to_microseconds(draft.ended_at_ns)
    check_times(started_at_ns, ended_at_ns)
    return {
        "id": draft.id,
        "original_resource_id": draft.original_resource_id,
        "type": draft.type,
        "creator": draft.creator,
        "created_by_user_id": user,
        "created_by_project_id": project,
        "user_id": draft.user_id,
        "project_id": draft.project_id,
        "started_at_ns": started_at_ns,
        "ended_at_ns": ended_at_ns,
        "revision_start_ns": now_ns,
        "attributes": stored,
    }


def check_times(started_at_ns: int, ended_at_ns: int | None) -> None:
    """BadRequest for an end before the start."""
    if ended_at_ns is not None and started_at_ns > ended_at_ns:
        raise BadRequest("Start timestamp cannot be after end timestamp")


def set_ones(stored: Mapping[str, Stored | None]) -> dict[str, Stored]:
    """Without attributes that are null: a row keeps those that are set."""
    return {name: value for name, value in stored.items() if value is not None}


def _different(row: Row[Any], change: ResourceChange) -> dict[str, Any]:
    """The plain columns that a change makes different."""
    wanted = {name: getattr(change, name) for name in ("user_id", "project_id", *TIMES)}
    for name in TIMES:
        if isinstance(wanted[name], int):
            wanted[name] = timestamp.to_microseconds(wanted[name])
    return {name: value for name, value in wanted.items() if value is not UNSET and value != row._mapping[name]}


def _index_again(connection: Connection, row: Row[Any], seen_as: ResourceType, stored: Mapping[str, Stored]) -> None:
    connection.execute(delete(resource_attribute).where(resource_attribute.c.resource_number == row.number))
    if rows := attribute_rows(seen_as, row.number, stored):
        connection.execute(insert(resource_attribute), rows)
