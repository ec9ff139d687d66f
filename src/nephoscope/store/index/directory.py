# SPDX-License-Identifier: Apache-2.0
"""What changed of metrics and resources since the store was last told, and how these are now."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Select, delete, func, insert, select

from nephoscope.model.attribute import Stored
from nephoscope.model.directory import Changes, Columns, Touched
from nephoscope.model.resource_type import ResourceType
from nephoscope.store.index import versions
from nephoscope.store.index.database import Database, among
from nephoscope.store.index.resource_types import load_types
from nephoscope.store.index.tables import ACTIVE, directory_change, metric, resource

Pairs = Sequence[tuple[str, str]]
# A number on the list, and that of the metric or the resource that it is about.
Noted = tuple[int, int | None, int | None]

VERSION = "directory_version"
WHOLE_BELOW = 1e15
# Of more it is no less work to look at everything.
TOUCHED_MAX = 50_000
# So many entries that were taken off the list are remembered.
TAKEN_MAX = 20_000

METRIC_TEXTS = (
    *("id", "name", "unit", "creator", "creator_project", "policy"),
    *("resource", "resource_id", "type", "project_id"),
)
RESOURCE_TEXTS = ("id", "name", "type", "project_id", "user_id", "creator", "creator_project")
TIMES = ("started", "ended", "revision")

METRICS = (
    select(
        metric.c.number.label("metric"),
        metric.c.id,
        metric.c.name,
        metric.c.unit,
        metric.c.creator,
        metric.c.created_by_project_id.label("creator_project"),
        metric.c.archive_policy_name.label("policy"),
        resource.c.original_resource_id.label("resource"),
        resource.c.id.label("resource_id"),
        resource.c.type,
        resource.c.project_id,
        resource.c.number,
        resource.c.attributes,
    )
    .select_from(metric)
    .outerjoin(resource, metric.c.resource_id == resource.c.id)
)
RESOURCES = select(
    resource.c.number,
    resource.c.id,
    resource.c.original_resource_id.label("name"),
    resource.c.type,
    resource.c.project_id,
    resource.c.user_id,
    resource.c.creator,
    resource.c.created_by_project_id.label("creator_project"),
    resource.c.started_at_ns.label("started"),
    resource.c.ended_at_ns.label("ended"),
    resource.c.revision_start_ns.label("revision"),
    resource.c.attributes,
)


class Directory:
    """`contract.Directory`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # What was on the list when this process gave out a version to take it off: since then it may be on it no more.
        self._taken: dict[int, Sequence[Noted]] = {}

    def version(self) -> int:
        return self._database.read(lambda connection: versions.newest(connection, VERSION))

    def mark(self) -> tuple[int, ...]:
        return self._database.read(lambda connection: tuple(_mark(connection)))

    def since(self, mark: tuple[int, ...]) -> Touched | None:
        return self._database.read(lambda connection: _touched(connection, _Mark(*mark), self._taken))

    def take(self, limit: int) -> Changes | None:
        noted = self._database.read(lambda connection: _noted(connection, 0, limit))
        if not noted:
            return None
        # Before the rows are read: of two that answer the same change, the one with the higher version read later.
        version = self._database.write(_next_version)
        self._remember(version, noted)
        return self._database.read(lambda connection: _changes(connection, noted, version))

    def done(self, changes: Changes) -> None:
        def work(connection: Connection) -> None:
            connection.execute(delete(directory_change).where(among(connection, directory_change.c.number, noted)))

        noted = changes.noted
        self._database.write(work)

    def note_all(self, version: int) -> None:
        def work(connection: Connection) -> None:
            versions.keep(connection, VERSION, max(version, versions.held(connection, VERSION)))
            for table, column in ((metric, "metric"), (resource, "resource")):
                connection.execute(insert(directory_change).from_select([column], select(table.c.number)))

        self._database.write(work)

    def _remember(self, version: int, noted: Sequence[Noted]) -> None:
        # Replaced, not changed: others may be reading it.
        taken = {**self._taken, version: noted}
        while sum(map(len, taken.values())) > TAKEN_MAX:
            del taken[next(iter(taken))]
        self._taken = taken


class _Mark(NamedTuple):
    """The version that was given out last, and what is on the list: how many numbers, and which."""

    version: int
    entries: int
    lowest: int
    highest: int
    total: int


def _mark(connection: Connection) -> _Mark:
    # A change is on the list until it is taken off it, which the version tells beforehand.
    number = directory_change.c.number
    listed = select(func.count(), func.min(number), func.max(number), func.sum(number))
    version = versions.newest(connection, VERSION)
    return _Mark(version, *(int(each or 0) for each in connection.execute(listed).one()))


def _touched(connection: Connection, before: _Mark, taken: Mapping[int, Sequence[Noted]]) -> Touched | None:
    now = _mark(connection)
    versions_since = range(before.version + 1, now.version + 1)
    if len(versions_since) > len(taken) or not all(each in taken for each in versions_since):
        return None
    known = {row[0]: row for each in versions_since for row in taken[each]}
    # From where on the list has to be read; what is below is only counted.
    above = min([before.highest, *(number - 1 for number in known)])
    rows = _noted(connection, above, TOUCHED_MAX + 1)
    known |= {row[0]: row for row in rows}
    # What was there then has to be all that there is of these numbers: one may be given out early, and be seen late.
    early = [number for number in known if number <= before.highest]
    entries, total = now.entries - len(rows) + len(early), now.total - sum(row[0] for row in rows) + sum(early)
    if len(rows) > TOUCHED_MAX or (entries, total) != (before.entries, before.total):
        return None
    return _with_owners(connection, now, [row for number, row in known.items() if number > before.highest])


def _with_owners(connection: Connection, now: _Mark, rows: Sequence[Noted]) -> Touched:
    metrics = {number for _, number, _ in rows if number is not None}
    resources = {number for _, _, number in rows if number is not None}
    joined = resource.join(metric, metric.c.resource_id == resource.c.id)
    owners = select(resource.c.number).select_from(joined).where(among(connection, metric.c.number, metrics))
    owned = select(metric.c.number).select_from(joined).where(among(connection, resource.c.number, resources))
    return Touched(
        tuple(now),
        frozenset(resources.union(connection.scalars(owners))),
        frozenset(metrics.union(connection.scalars(owned))),
    )


def _next_version(connection: Connection) -> int:
    version = versions.held(connection, VERSION) + 1
    versions.keep(connection, VERSION, version)
    return version


def _noted(connection: Connection, above: int, limit: int) -> list[Noted]:
    """The oldest entries of the list above a number."""
    number = directory_change.c.number
    rows = connection.execute(select(directory_change).where(number > above).order_by(number).limit(limit))
    return [(row.number, row.metric, row.resource) for row in rows]


def _changes(connection: Connection, noted: Sequence[Noted], version: int) -> Changes:
    metrics = {number for _, number, _ in noted if number is not None}
    resources = {number for _, _, number in noted if number is not None}
    types = load_types(connection)
    found = _read(connection, RESOURCES.where(among(connection, resource.c.number, sorted(resources))))
    of_metrics = _metrics(connection, metrics, found["id"])
    return Changes(
        version,
        [number for number, _, _ in noted],
        _metric_columns(of_metrics, types, sorted(metrics.difference(of_metrics["metric"]))),
        _resource_columns(found, types, sorted(resources.difference(found["number"]))),
    )


def _metrics(connection: Connection, numbers: set[int], owners: Sequence[UUID]) -> Columns:
    """The active ones of these metrics and of those of these resources."""
    # Two questions, as databases answer one with OR by reading everything.
    owned = connection.scalars(select(metric.c.number).where(among(connection, metric.c.resource_id, owners)))
    wanted = sorted(numbers.union(owned))
    return _read(connection, METRICS.where(among(connection, metric.c.number, wanted), ACTIVE))


def _read(connection: Connection, query: Select[Any]) -> Columns:
    rows = connection.execute(query)
    names, columns = list(rows.keys()), list(zip(*rows.all(), strict=True))
    return dict(zip(names, columns, strict=True)) if columns else dict.fromkeys(names, ())


def _metric_columns(found: Columns, types: Mapping[str, ResourceType], gone: Sequence[int]) -> Columns:
    rows = len(found["metric"])
    return {
        "metric": [*found["metric"], *gone],
        **_text_columns(found, METRIC_TEXTS, len(gone)),
        "attributes": _attributes(found, types) + [()] * len(gone),
        "gone": [0] * rows + [1] * len(gone),
    }


def _resource_columns(found: Columns, types: Mapping[str, ResourceType], gone: Sequence[int]) -> Columns:
    rows = len(found["number"])
    return {
        "number": [*found["number"], *gone],
        **_text_columns(found, RESOURCE_TEXTS, len(gone)),
        **{name: [*found[name], *[0] * len(gone)] for name in TIMES},
        "attributes": _attributes(found, types) + [()] * len(gone),
        "gone": [0] * rows + [1] * len(gone),
    }


def _text_columns(found: Columns, names: Sequence[str], gone: int) -> Columns:
    return {name: ["" if value is None else str(value) for value in found[name]] + [""] * gone for name in names}


def _attributes(found: Columns, types: Mapping[str, ResourceType]) -> list[Pairs]:
    """The attributes of each row's resource, worked out once a resource; a metric without one has none."""
    rows = zip(found["number"], found["type"], found["attributes"], strict=True)
    shown = {number: (type_, stored) for number, type_, stored in rows}
    texts = {number: _texts(types.get(type_), stored or {}) for number, (type_, stored) in shown.items()}
    return [texts[number] for number in found["number"]]


def _texts(type_: ResourceType | None, stored: Mapping[str, Stored]) -> Pairs:
    """The attributes that are set, as texts; whole numbers without a point."""
    shown = type_.present_attributes(stored) if type_ else {}
    return [(name, _text(value)) for name, value in shown.items() if value is not None]


def _text(value: Stored) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE_BELOW:
        return str(int(value))
    return str(value)
