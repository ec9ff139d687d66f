# SPDX-License-Identifier: Apache-2.0
"""Resources in the database: each call of the contract as one transaction."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from nephoscope.model.errors import BadRequest, Conflict
from nephoscope.model.lifetime import Carried, MayChange, Step
from nephoscope.model.metric import Metric
from nephoscope.model.paging import Page
from nephoscope.model.resource import Member, MetricMap, Removed, Resource, ResourceChange, ResourceDraft, SeriesGroup
from nephoscope.model.resource_type import GENERIC, ResourceType
from nephoscope.model.search import EVERYTHING, Search, all_of
from nephoscope.store.index import lifetimes
from nephoscope.store.index.contract import FIRST_PAGE
from nephoscope.store.index.database import Database, among, lift_time_limit
from nephoscope.store.index.members import MembersQuery
from nephoscope.store.index.metrics import by_place
from nephoscope.store.index.resource_rows import as_resources, does_not_exist, matching, paged, source
from nephoscope.store.index.resource_types import load_type
from nephoscope.store.index.resource_writes import (
    apply_change,
    begin_revisions,
    check_draft_texts,
    check_metric_map,
    insert_resources,
    locked_row,
    put_metrics,
    remove_resources,
)
from nephoscope.store.index.series import SeriesQuery
from nephoscope.store.index.tables import ACTIVE, metric, resource


class Resources:
    """`contract.Resources`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def create(self, drafts: Sequence[ResourceDraft], *, keep_existing: bool = False) -> list[Resource]:
        for draft in drafts:
            check_draft_texts(draft)
        return self._database.write(lambda connection: self._create(connection, drafts, keep_existing))

    def get(self, resource_id: UUID, type_name: str = GENERIC, *, details: bool = False) -> Resource:
        return self._database.read(lambda connection: _one(connection, resource_id, type_name, details=details))

    def get_many(self, ids: Iterable[UUID], *, metrics: bool = True) -> dict[UUID, Resource]:
        wanted = list(ids)
        return self._database.read(lambda connection: _detailed(connection, wanted, metrics=metrics))

    def ended(self, ids: Iterable[UUID]) -> dict[UUID, int]:
        wanted = list(ids)

        def work(connection: Connection) -> dict[UUID, int]:
            query = select(resource.c.id, resource.c.ended_at_ns).where(
                among(connection, resource.c.id, wanted), resource.c.ended_at_ns.is_not(None)
            )
            return {row.id: row.ended_at_ns for row in connection.execute(query)}

        return self._database.read(work) if wanted else {}

    def find(
        self,
        type_name: str = GENERIC,
        search: Search = EVERYTHING,
        *,
        visible: Search = EVERYTHING,
        history: bool = False,
        details: bool = False,
        metrics: bool = True,
        page: Page = FIRST_PAGE,
    ) -> list[Resource]:
        def work(connection: Connection) -> list[Resource]:
            seen_as = load_type(connection, type_name)
            where = matching(connection, seen_as, all_of(search, visible), self._clock())
            query = paged(connection, source(where, history=history), seen_as, page, history=history)
            rows = connection.execute(query).all()
            return as_resources(connection, rows, seen_as, details=details, metrics=metrics)

        return self._database.read(work)

    def count(
        self, type_name: str = GENERIC, search: Search = EVERYTHING, *, visible: Search = EVERYTHING
    ) -> dict[str, int]:
        def work(connection: Connection) -> dict[str, int]:
            seen_as = load_type(connection, type_name)
            where = matching(connection, seen_as, all_of(search, visible), self._clock())
            counted = select(resource.c.type, func.count().label("resources")).where(where(resource.c, True))
            return {row.type: row.resources for row in connection.execute(counted.group_by(resource.c.type))}

        return self._database.read(work)

    def history(self, resource_id: UUID, type_name: str = GENERIC, page: Page = FIRST_PAGE) -> list[Resource]:
        def work(connection: Connection) -> list[Resource]:
            seen_as = _type_of(connection, resource_id, type_name)
            revisions = source(lambda columns, _current: columns["id"] == resource_id, history=True)
            rows = connection.execute(paged(connection, revisions, seen_as, page, history=True)).all()
            return as_resources(connection, rows, seen_as, details=False)

        return self._database.read(work)

    def change(
        self,
        resource_id: UUID,
        change: ResourceChange,
        type_name: str = GENERIC,
        *,
        revision_start_ns: int | None = None,
    ) -> Resource:
        if isinstance(change.metrics, Mapping):
            check_metric_map(change.metrics)

        def work(connection: Connection) -> Resource:
            seen_as = _type_of(connection, resource_id, type_name, lock="use")
            row = locked_row(connection, resource_id, type_name, revision_start_ns)
            apply_change(connection, row, change, seen_as, self._clock())
            return _one(connection, resource_id, type_name)

        return self._database.write(work)

    def delete(self, resource_id: UUID, type_name: str = GENERIC, *, revision_start_ns: int | None = None) -> Removed:
        def work(connection: Connection) -> Removed:
            locked_row(connection, resource_id, type_name, revision_start_ns)
            return remove_resources(connection, resource.c.id == resource_id)

        return self._database.write(work)

    def carry_out(self, steps: Sequence[Step], creator: str | None, may_change: MayChange) -> Carried:
        return self._database.write(
            lambda connection: lifetimes.carry_out(connection, steps, creator, may_change, self._clock())
        )

    def delete_matching(self, type_name: str, search: Search, *, visible: Search = EVERYTHING) -> Removed:
        def work(connection: Connection) -> Removed:
            lift_time_limit(connection)
            seen_as = load_type(connection, type_name)
            where = matching(connection, seen_as, all_of(search, visible), self._clock())
            return remove_resources(connection, where(resource.c, True))

        return self._database.write(work)

    def metrics(self, resource_id: UUID, type_name: str = GENERIC) -> list[Metric]:
        def work(connection: Connection) -> list[Metric]:
            _type_of(connection, resource_id, type_name)
            return _metrics(connection, resource_id)

        return self._database.read(work)

    def add_metrics(
        self, resource_id: UUID, metrics: MetricMap, creator: str | None, type_name: str = GENERIC
    ) -> list[Metric]:
        check_metric_map(metrics)

        def work(connection: Connection) -> list[Metric]:
            locked_row(connection, resource_id, type_name)
            if taken := sorted(by_place(connection, [resource_id], metrics)):
                raise Conflict(f"Named metric {taken[0][1]} already exists")
            put_metrics(connection, [(resource_id, creator, metrics)])
            return _metrics(connection, resource_id)

        return self._database.write(work)

    def reopen(self, newest_ns: Mapping[UUID, int]) -> list[UUID]:
        # Most points reach resources that have not ended: look first, without the writer's lock.
        if not self._database.read(lambda connection: _to_reopen(connection, newest_ns)):
            return []

        def work(connection: Connection) -> list[UUID]:
            ids = _to_reopen(connection, newest_ns, lock=True)
            if ids:
                begin_revisions(connection, ids, self._clock())
                connection.execute(
                    resource.update().where(among(connection, resource.c.id, ids)).values(ended_at_ns=None)
                )
            return ids

        return self._database.write(work)

    def series(
        self,
        type_name: str,
        search: Search,
        names: Sequence[str],
        *,
        groupby: Sequence[str] = (),
        history: bool = False,
        start_ns: int | None = None,
        stop_ns: int | None = None,
        visible: Search = EVERYTHING,
        limit: int = 100_000,
    ) -> list[SeriesGroup]:
        query = SeriesQuery(
            type_name, all_of(search, visible), tuple(names), tuple(groupby), history, start_ns, stop_ns, limit
        )
        return self._database.read(lambda connection: query.run(connection, self._clock()))

    def members(
        self,
        type_name: str,
        search: Search,
        names: Collection[str],
        *,
        field: str = "",
        values: Collection[str] = ("",),
        projects: Collection[str] | None = None,
        numbers: Collection[int] | None = None,
        limit: int = 100_000,
    ) -> dict[str, list[Member] | BadRequest]:
        query = MembersQuery(type_name, search, names, field, values, projects, numbers, limit)
        return self._database.read(lambda connection: query.run(connection, self._clock()))

    def _create(self, connection: Connection, drafts: Sequence[ResourceDraft], keep_existing: bool) -> list[Resource]:
        ids = [draft.id for draft in drafts]
        seen = set(connection.scalars(select(resource.c.id).where(among(connection, resource.c.id, ids))))
        new: list[ResourceDraft] = []
        for draft in drafts:
            if draft.id not in seen:
                new.append(draft)
            elif not keep_existing:
                raise Conflict(f"Resource {draft.id} already exists")
            seen.add(draft.id)
        if new:
            insert_resources(connection, new, self._clock())
        made = _detailed(connection, ids)
        return [made[each] for each in ids]


def _type_of(connection: Connection, resource_id: UUID, type_name: str, *, lock: str = "") -> ResourceType:
    """The type that a resource is looked at through; NotFound where it is not that of the resource."""
    seen_as = load_type(connection, type_name, lock=lock)
    actual = connection.scalar(select(resource.c.type).where(resource.c.id == resource_id))
    if actual is None or type_name not in {GENERIC, actual}:
        raise does_not_exist(resource_id)
    return seen_as


def _one(connection: Connection, resource_id: UUID, type_name: str, *, details: bool = False) -> Resource:
    seen_as = load_type(connection, type_name)
    row = _row(connection, resource_id)
    if row is None or type_name not in {GENERIC, row.type}:
        raise does_not_exist(resource_id)
    return as_resources(connection, [row], seen_as, details=details)[0]


def _row(connection: Connection, resource_id: UUID) -> Row[Any] | None:
    by_id = source(lambda columns, _current: columns["id"] == resource_id, history=False)
    return connection.execute(by_id.query).first()


def _detailed(connection: Connection, ids: Sequence[UUID], *, metrics: bool = True) -> dict[UUID, Resource]:
    by_ids = source(lambda columns, _current: among(connection, columns["id"], ids), history=False)
    rows = connection.execute(by_ids.query).all()
    found = as_resources(connection, rows, ResourceType(GENERIC), details=True, metrics=metrics)
    return {each.id: each for each in found}


def _metrics(connection: Connection, resource_id: UUID) -> list[Metric]:
    found = by_place(connection, [resource_id])
    return [found[place] for place in sorted(found)]


def _to_reopen(connection: Connection, newest_ns: Mapping[UUID, int], *, lock: bool = False) -> list[UUID]:
    query = (
        select(metric.c.id, resource.c.id, resource.c.ended_at_ns)
        .join(resource, metric.c.resource_id == resource.c.id)
        .where(among(connection, metric.c.id, newest_ns), ACTIVE, resource.c.ended_at_ns.is_not(None))
    )
    rows = connection.execute(query.with_for_update(of=resource) if lock else query)
    return sorted({resource_id for metric_id, resource_id, ended_ns in rows if newest_ns[metric_id] >= ended_ns})
