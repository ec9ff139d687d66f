# SPDX-License-Identifier: Apache-2.0
"""Metrics in the database."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from sqlalchemy import ColumnElement, Connection, Row, Text, cast, delete, func, insert, select, update

from nephoscope.model.creator import created_by
from nephoscope.model.errors import BadRequest, Conflict, NotFound
from nephoscope.model.metric import Metric, MetricDraft, check_name, check_unit
from nephoscope.model.paging import Page
from nephoscope.model.resource_id import as_uuid
from nephoscope.model.search import EVERYTHING, Search, all_of
from nephoscope.model.text import check_length
from nephoscope.store.index import paging
from nephoscope.store.index.contract import FIRST_PAGE
from nephoscope.store.index.database import Database, among
from nephoscope.store.index.fields import metric_fields
from nephoscope.store.index.policies import check_policies, matching_rule, ordered_rules
from nephoscope.store.index.search import Compiler
from nephoscope.store.index.tables import ACTIVE, DELETED, metric, resource
from nephoscope.store.series import UInt32s

SHOWN = [
    metric.c.id,
    metric.c.number,
    metric.c.name,
    metric.c.unit,
    metric.c.creator,
    metric.c.resource_id,
    metric.c.archive_policy_name,
    metric.c.status,
    metric.c.kind,
]
REQUIRED = {"id", "status"}

Place = tuple[UUID, str]


class Metrics:
    """`contract.Metrics`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, drafts: Sequence[MetricDraft], *, keep_existing: bool = False) -> list[Metric]:
        for draft in drafts:
            check_draft(draft)
        return self._database.write(lambda connection: _create(connection, drafts, keep_existing))

    def get(self, ids: Iterable[UUID]) -> dict[UUID, Metric]:
        wanted = list(ids)

        def work(connection: Connection) -> dict[UUID, Metric]:
            found = _select(connection, among(connection, metric.c.id, wanted), ACTIVE)
            return {each.id: each for each in found}

        return self._database.read(work)

    def named(self, resource_ids: Iterable[UUID], names: Iterable[str] | None = None) -> dict[Place, Metric]:
        of_resources, with_names = list(resource_ids), None if names is None else list(names)
        return self._database.read(lambda connection: by_place(connection, of_resources, with_names))

    def find(
        self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING, page: Page = FIRST_PAGE
    ) -> list[Metric]:
        def work(connection: Connection) -> list[Metric]:
            fields = metric_fields(connection)
            condition = Compiler(connection, fields, 0).condition(all_of(search, visible))
            sorted_by = paging.keys(page, ["id"], ["id"], lambda name: (fields(name).expression, name not in REQUIRED))
            # A deleted metric whose policy is gone as well is only waiting for its data to go.
            query = select(*SHOWN).where(condition, metric.c.archive_policy_name.is_not(None))
            if page.marker is not None:
                query = query.where(paging.after(sorted_by, _marked(connection, page.marker, sorted_by)))
            return [as_metric(row) for row in connection.execute(paging.ordered(query, sorted_by, page.limit))]

        return self._database.read(work)

    def delete(self, ids: Iterable[UUID]) -> list[UUID]:
        wanted = list(ids)

        def work(connection: Connection) -> list[UUID]:
            return mark_deleted(connection, among(connection, metric.c.id, wanted))

        return self._database.write(work)

    def deleted(self, limit: int) -> list[Metric]:
        query = select(*SHOWN).where(DELETED).order_by(metric.c.number).limit(limit)
        return self._database.read(lambda connection: [as_metric(row) for row in connection.execute(query)])

    def forget(self, ids: Iterable[UUID]) -> int:
        wanted = list(ids)

        def work(connection: Connection) -> int:
            gone = delete(metric).where(among(connection, metric.c.id, wanted), DELETED)
            return connection.execute(gone).rowcount

        return self._database.write(work)

    def numbers_by_policy(self) -> dict[str, UInt32s]:
        # One text a policy, which is read in bulk: rows, one a metric, would have all other threads wait for theirs.
        listed = func.aggregate_strings(cast(metric.c.number, Text), ",")
        query = select(metric.c.archive_policy_name, listed).where(ACTIVE).group_by(metric.c.archive_policy_name)

        def work(connection: Connection) -> dict[str, UInt32s]:
            texts = connection.execute(query).all()
            return {policy: np.sort(np.fromstring(text, np.uint32, sep=",")) for policy, text in texts}

        return self._database.read(work)

    def count_by_policy(self) -> dict[str, int]:
        counted = select(metric.c.archive_policy_name, func.count().label("metrics")).where(ACTIVE)
        query = counted.group_by(metric.c.archive_policy_name)
        return self._database.read(
            lambda connection: {row.archive_policy_name: row.metrics for row in connection.execute(query)}
        )

    def count(self) -> int:
        query = select(func.count()).select_from(metric).where(ACTIVE)
        return self._database.read(lambda connection: connection.scalar(query) or 0)


def check_draft(draft: MetricDraft) -> None:
    """BadRequest for texts that break a rule, and for a metric of a resource without a name."""
    if draft.name is not None:
        check_name(draft.name)
    elif draft.resource_id is not None:
        reason = "Name cannot be null if resource_id is not null"
        raise BadRequest("", cause="Attribute value error", reason=reason, detail="name")
    if draft.unit is not None:
        check_unit(draft.unit)
    check_length("archive_policy_name", draft.archive_policy_name, length_min=0)
    check_length("creator", draft.creator, length_min=0)


def insert_metrics(connection: Connection, drafts: Sequence[MetricDraft]) -> list[Metric]:
    """
    Make metrics whose places are free and whose resources exist, in their order.

    Errors  BadRequest for an unknown policy or where no rule matches.
    """
    if not drafts:
        return []
    policies = _policy_names(connection, drafts)
    rows = [_row(draft, policy) for draft, policy in zip(drafts, policies, strict=True)]
    connection.execute(insert(metric), rows)
    ids = [row["id"] for row in rows]
    made = {each.id: each for each in _select(connection, among(connection, metric.c.id, ids))}
    return [made[each] for each in ids]


def by_place(
    connection: Connection, resource_ids: Iterable[UUID], names: Iterable[str] | None = None
) -> dict[Place, Metric]:
    """The active metrics of resources by (resource id, name), all or those with one of the names."""
    conditions = [among(connection, metric.c.resource_id, list(set(resource_ids))), ACTIVE]
    if names is not None:
        conditions.append(among(connection, metric.c.name, list(set(names))))
    return _by_place(_select(connection, *conditions))


def names_and_ids(connection: Connection, resource_ids: Iterable[UUID]) -> dict[UUID, dict[str, UUID]]:
    """The metrics map of each resource, by name; resources without metrics are left out."""
    query = (
        select(metric.c.resource_id, metric.c.name, metric.c.id)
        .where(among(connection, metric.c.resource_id, list(resource_ids)), ACTIVE)
        .order_by(metric.c.name)
    )
    maps: dict[UUID, dict[str, UUID]] = {}
    for resource_id, name, metric_id in connection.execute(query):
        maps.setdefault(resource_id, {})[name] = metric_id
    return maps


def mark_deleted(connection: Connection, which: ColumnElement[bool]) -> list[UUID]:
    """Mark the active ones of these metrics deleted; gives their ids."""
    marked = update(metric).where(which, ACTIVE).values(status="delete", resource_id=None)
    return list(connection.scalars(marked.returning(metric.c.id)))


def as_metric(row: Row[Any]) -> Metric:
    """The struct of a row of the columns `SHOWN`."""
    metric_id, number, name, unit, creator, resource_id, policy, status, kind = tuple[Any, ...](row)
    return Metric(metric_id, number, name, unit, creator, resource_id, policy or "", status, kind)


def _create(connection: Connection, drafts: Sequence[MetricDraft], keep_existing: bool) -> list[Metric]:
    _check_resources(connection, {draft.resource_id for draft in drafts if draft.resource_id is not None})
    _check_ids(connection, [draft.id for draft in drafts if draft.id is not None])
    places = [_place(draft.resource_id, draft.name) for draft in drafts]
    known = [place for place in places if place is not None]
    taken = by_place(connection, (place[0] for place in known), (place[1] for place in known)) if known else {}
    new: list[MetricDraft] = []
    claimed = set(taken)
    for draft, place in zip(drafts, places, strict=True):
        if place is None or place not in claimed:
            new.append(draft)
        elif not keep_existing:
            raise BadRequest("", cause="Named metric already exists", reason="", detail=place[1])
        if place is not None:
            claimed.add(place)
    made = insert_metrics(connection, new)
    taken.update(_by_place(made))
    loose = iter([each for each in made if each.resource_id is None])
    return [next(loose) if place is None else taken[place] for place in places]


def _place(resource_id: UUID | None, name: str | None) -> Place | None:
    return None if resource_id is None or name is None else (resource_id, name)


def _by_place(metrics: Iterable[Metric]) -> dict[Place, Metric]:
    places = ((_place(each.resource_id, each.name), each) for each in metrics)
    return {place: each for place, each in places if place is not None}


def _check_resources(connection: Connection, wanted: set[UUID]) -> None:
    if not wanted:
        return
    known = set(connection.scalars(select(resource.c.id).where(among(connection, resource.c.id, wanted))))
    if missing := sorted(wanted - known):
        raise NotFound(f"Resource {missing[0]} does not exist")


def _check_ids(connection: Connection, ids: Sequence[UUID]) -> None:
    if not ids:
        return
    taken = list(connection.scalars(select(metric.c.id).where(among(connection, metric.c.id, ids))))
    taken += [each for each, times in Counter(ids).items() if times > 1]
    if taken:
        raise Conflict(f"Metric {taken[0]} already exists")


def _policy_names(connection: Connection, drafts: Sequence[MetricDraft]) -> list[str]:
    """The policy of each draft: its own, which must exist, or its rule's."""
    if named := {draft.archive_policy_name for draft in drafts if draft.archive_policy_name is not None}:
        check_policies(connection, named)
    by_rule: dict[str | None, str] = {}
    if unruled := {draft.name for draft in drafts if draft.archive_policy_name is None}:
        rules = ordered_rules(connection)
        by_rule = {name: matching_rule(rules, name).archive_policy_name for name in unruled}
    return [by_rule[draft.name] if draft.archive_policy_name is None else draft.archive_policy_name for draft in drafts]


def _row(draft: MetricDraft, policy: str) -> dict[str, Any]:
    user, project = created_by(draft.creator)
    return {
        "id": draft.id or uuid4(),
        "name": draft.name,
        "unit": draft.unit,
        "kind": draft.kind,
        "creator": draft.creator,
        "created_by_user_id": user,
        "created_by_project_id": project,
        "resource_id": draft.resource_id,
        "archive_policy_name": policy,
        "status": "active",
    }


def _select(connection: Connection, *conditions: ColumnElement[bool]) -> list[Metric]:
    return [as_metric(row) for row in connection.execute(select(*SHOWN).where(*conditions))]


def _marked(connection: Connection, marker: str, sorted_by: Sequence[paging.Key]) -> Sequence[Any]:
    """The values that the marker's metric has in the keys of the order."""
    metric_id = as_uuid(marker)
    expressions = [key.expression for key in sorted_by]
    row = connection.execute(select(*expressions).where(metric.c.id == metric_id)).first() if metric_id else None
    if row is None:
        raise paging.invalid(f"Invalid marker: `{marker}'")
    return tuple(row)
