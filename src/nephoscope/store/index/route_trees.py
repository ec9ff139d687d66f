# SPDX-License-Identifier: Apache-2.0
"""Trees of routes and contact points in the database: each tree a document with a revision."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Text, cast, delete, insert, select, update

from nephoscope.model.audit import Actor
from nephoscope.model.errors import BadRequest, Conflict, InUse, NotFound
from nephoscope.model.mute_timing import MuteTiming
from nephoscope.model.routing import ContactPoint, Inhibition, Route, Tree, check_tree
from nephoscope.model.timestamp import to_microseconds
from nephoscope.store.index import versions
from nephoscope.store.index.audit import record
from nephoscope.store.index.database import Database, shared_now_ns
from nephoscope.store.index.route_contract import Kept
from nephoscope.store.index.route_silences import VERSION, not_over, raise_version
from nephoscope.store.index.route_tables import contact_point, routing_tree

POINTS_MAX = 500
DOCUMENT_BYTES_MAX = 512 * 1024


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What of a tree is in the column `document`."""

    routes: tuple[Route, ...]
    mute_timings: tuple[MuteTiming, ...]
    inhibitions: tuple[Inhibition, ...]


DOCUMENTS = msgspec.json.Decoder(Document)
TREE = [
    *(column for column in routing_tree.columns if column.name != "document"),
    cast(routing_tree.c.document, Text).label("document"),
]


class Routing:
    """`contract.Routing`; `clock` None takes the time of the database, which all nodes share."""

    def __init__(self, database: Database, clock: Callable[[], int] | None = None) -> None:
        self._database = database
        self._clock = clock

    def tree(self, project_id: str) -> Tree:
        return self._database.read(lambda connection: _tree(connection, project_id))

    def set_tree(self, tree: Tree, *, by: Actor) -> Tree:
        document = Document(routes=tree.routes, mute_timings=tree.mute_timings, inhibitions=tree.inhibitions)
        if len(msgspec.json.encode(document)) > DOCUMENT_BYTES_MAX:
            raise BadRequest(f"routes, mute timings and inhibitions: {DOCUMENT_BYTES_MAX} bytes at most")

        def work(connection: Connection) -> Tree:
            now_ns = to_microseconds(self._now_ns(connection))
            # First, so that of two writers the later one sees what the earlier has made.
            raise_version(connection)
            before = _tree(connection, tree.project_id)
            if before.revision != tree.revision:
                raise Conflict(f"the routes have revision {before.revision} by now; look at them and try again")
            check_tree(tree, {each.name: each for each in _points(connection, tree.project_id)})
            revision = before.revision + 1
            made = msgspec.structs.replace(tree, revision=revision, changed_ns=now_ns, changed_by=by.name)
            values = {"revision": revision, "document": document, "changed_ns": now_ns, "changed_by": by.name[:255]}
            here = routing_tree.c.project_id == tree.project_id
            if not connection.execute(update(routing_tree).where(here).values(values)).rowcount:
                connection.execute(insert(routing_tree).values(project_id=tree.project_id, **values))
            record(connection, now_ns, by, "change routing", tree.project_id, revision=revision)
            return made

        return self._database.write(work)

    def contact_points(self, project_id: str) -> list[ContactPoint]:
        return self._database.read(lambda connection: _points(connection, project_id))

    def contact_point(self, project_id: str, name: str) -> ContactPoint:
        return self._database.read(lambda connection: _point(connection, project_id, name))

    def add_contact_point(self, point: ContactPoint, *, by: Actor) -> ContactPoint:
        def work(connection: Connection) -> ContactPoint:
            now_ns = to_microseconds(self._now_ns(connection))
            raise_version(connection)
            there = {each.name for each in _points(connection, point.project_id)}
            if point.name in there:
                raise Conflict(f"Contact point {point.name} already exists")
            if len(there) >= POINTS_MAX:
                raise BadRequest(f"a project has {POINTS_MAX} contact points at most")
            made = msgspec.structs.replace(point, changed_ns=now_ns)
            connection.execute(insert(contact_point).values(**_values(made)))
            record(connection, now_ns, by, "create contact point", made.name, project_id=made.project_id)
            return made

        return self._database.write(work)

    def change_contact_point(self, point: ContactPoint, *, by: Actor) -> ContactPoint:
        def work(connection: Connection) -> ContactPoint:
            now_ns = to_microseconds(self._now_ns(connection))
            raise_version(connection)
            _point(connection, point.project_id, point.name)
            made = msgspec.structs.replace(point, changed_ns=now_ns)
            connection.execute(update(contact_point).where(*_named(point.project_id, point.name)).values(_values(made)))
            record(connection, now_ns, by, "change contact point", made.name, project_id=made.project_id)
            return made

        return self._database.write(work)

    def remove_contact_point(self, project_id: str, name: str, *, by: Actor) -> None:
        def work(connection: Connection) -> None:
            raise_version(connection)
            _point(connection, project_id, name)
            if place := next(_leading_to(name, _tree(connection, project_id).routes, ""), None):
                raise InUse(f"Contact point {name} is in use: {place} leads to it")
            connection.execute(delete(contact_point).where(*_named(project_id, name)))
            record(connection, self._now_ns(connection), by, "delete contact point", name, project_id=project_id)

        self._database.write(work)

    def changed(self, since: int) -> Kept | None:
        def work(connection: Connection) -> Kept | None:
            version = versions.newest(connection, VERSION)
            if version == since:
                return None
            trees = [_as_tree(row) for row in connection.execute(select(*TREE).order_by(routing_tree.c.project_id))]
            points = connection.execute(select(contact_point)).all()
            silences = not_over(connection, self._now_ns(connection))
            return Kept(version, silences, trees, [_as_point(row) for row in points])

        return self._database.read(work)

    def _now_ns(self, connection: Connection) -> int:
        return self._clock() if self._clock is not None else shared_now_ns(connection)


def _tree(connection: Connection, project_id: str) -> Tree:
    row = connection.execute(select(*TREE).where(routing_tree.c.project_id == project_id)).first()
    return Tree(project_id=project_id) if row is None else _as_tree(row)


def _as_tree(row: Row[Any]) -> Tree:
    document = DOCUMENTS.decode(row.document)
    return Tree(
        project_id=row.project_id,
        revision=row.revision,
        routes=document.routes,
        mute_timings=document.mute_timings,
        inhibitions=document.inhibitions,
        changed_ns=row.changed_ns,
        changed_by=row.changed_by,
    )


def _points(connection: Connection, project_id: str) -> list[ContactPoint]:
    query = select(contact_point).where(contact_point.c.project_id == project_id).order_by(contact_point.c.name)
    return [_as_point(row) for row in connection.execute(query)]


def _point(connection: Connection, project_id: str, name: str) -> ContactPoint:
    row = connection.execute(select(contact_point).where(*_named(project_id, name))).first()
    if row is None:
        raise NotFound(f"Contact point {name:.100} does not exist")
    return _as_point(row)


def _as_point(row: Row[Any]) -> ContactPoint:
    return ContactPoint(
        project_id=row.project_id,
        name=row.name,
        targets=tuple(row.targets),
        resolved=row.resolved,
        changed_ns=row.changed_ns,
    )


def _named(project_id: str, name: str) -> tuple[Any, Any]:
    return contact_point.c.project_id == project_id, contact_point.c.name == name


def _values(point: ContactPoint) -> dict[str, Any]:
    return msgspec.structs.asdict(point) | {"targets": list(point.targets)}


def _leading_to(name: str, routes: Sequence[Route], above: str) -> Iterator[str]:
    """The places of the routes that name a contact point."""
    for number, each in enumerate(routes):
        place = f"{above}.routes[{number}]".lstrip(".")
        if each.contact_point == name:
            yield place
        yield from _leading_to(name, each.routes, place)
