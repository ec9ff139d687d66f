# SPDX-License-Identifier: Apache-2.0
"""Projects in the database, and who belongs to them."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import UNSET
from msgspec.structs import asdict
from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from nephoscope.model.audit import PROGRAM, Actor
from nephoscope.model.errors import BadRequest, Conflict, NotFound
from nephoscope.model.project import Project, ProjectChange
from nephoscope.model.text import check_length
from nephoscope.model.user import ANY_PROJECT, PROJECT_ROLES, Membership, covered
from nephoscope.store.index.audit import differences, record
from nephoscope.store.index.database import Database
from nephoscope.store.index.sessions import end_sessions
from nephoscope.store.index.tables import membership, project, token, user

DESCRIPTION_LENGTH_MAX = 1000


class Projects:
    """`contract.Projects`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def add(self, name: str, *, project_id: str | None = None, description: str = "", by: Actor = PROGRAM) -> Project:
        made = Project(name if project_id is None else project_id, name, description, self._clock())
        _check(made)
        if made.id == ANY_PROJECT or ":" in made.id or "/" in made.id:
            # Creators and addresses separate their parts by these, and `*` stands for all projects.
            raise BadRequest(f"project id {made.id!r}: no colon, no slash, not {ANY_PROJECT}; give one beside the name")

        def work(connection: Connection) -> Project:
            if _row(connection, made.id) is not None:
                raise Conflict(f"Project {made.id} already exists")
            _refuse_taken(connection, name)
            values = {key: value for key, value in asdict(made).items() if key != "users"}
            connection.execute(insert(project).values(values))
            record(connection, made.created_ns, by, "create project", made.id, name=name)
            return made

        return self._database.write(work)

    def get(self, project_id: str) -> Project:
        return self._database.read(lambda connection: load(connection, project_id))

    def list_all(self, user_name: str | None = None) -> list[Project]:
        query = _counted().order_by(project.c.name)
        if user_name is not None:
            of_user = select(membership.c.project_id).where(membership.c.user_name == user_name)
            query = query.where(project.c.id.in_(of_user))
        return self._database.read(lambda connection: [_as_project(row) for row in connection.execute(query)])

    def change(self, project_id: str, change: ProjectChange, *, by: Actor = PROGRAM) -> Project:
        given = {name: value for name, value in asdict(change).items() if value is not UNSET}

        def work(connection: Connection) -> Project:
            before = load(connection, project_id)
            after = Project(**{**asdict(before), **given})
            _check(after)
            changes = differences(asdict(before), given)
            if "name" in changes:
                _refuse_taken(connection, after.name)
            if changes:
                connection.execute(update(project).where(project.c.id == project_id).values(given))
                record(connection, self._clock(), by, "change project", project_id, **changes)
            return after

        return self._database.write(work)

    def delete(self, project_id: str, *, by: Actor = PROGRAM) -> None:
        def work(connection: Connection) -> None:
            gone = load(connection, project_id)
            for name in connection.scalars(select(membership.c.user_name).where(membership.c.project_id == project_id)):
                end_sessions(connection, name)
            connection.execute(update(user).where(user.c.project_id == project_id).values(project_id=None))
            connection.execute(delete(token).where(token.c.project_id == project_id))
            connection.execute(delete(project).where(project.c.id == project_id))
            record(connection, self._clock(), by, "delete project", project_id, name=gone.name)

        self._database.write(work)

    def set_member(self, project_id: str, user_name: str, roles: Sequence[str], *, by: Actor = PROGRAM) -> Membership:
        check_project_roles(roles)
        wanted = sorted(set(roles))

        def work(connection: Connection) -> Membership:
            found = load(connection, project_id)
            _require_user(connection, user_name)
            before = _member_roles(connection, project_id, user_name)
            if before is None:
                insert_members(connection, user_name, [Membership(project_id, tuple(wanted))])
            elif before != wanted:
                connection.execute(update(membership).where(_is_member(project_id, user_name)).values(roles=wanted))
                if set(before) - covered(before, wanted):
                    end_sessions(connection, user_name)
            if before != wanted:
                target = f"{user_name} in {project_id}"
                roles_changed = {"from": before, "to": wanted}
                record(connection, self._clock(), by, "set member", target, roles=roles_changed)
            return Membership(project_id, tuple(wanted), found.disabled)

        return self._database.write(work)

    def remove_member(self, project_id: str, user_name: str, *, by: Actor = PROGRAM) -> None:
        def work(connection: Connection) -> None:
            before = _member_roles(connection, project_id, user_name)
            if before is None:
                raise NotFound(f"User {user_name} does not belong to project {project_id}")
            connection.execute(delete(membership).where(_is_member(project_id, user_name)))
            of_user = token.c.user_name == user_name
            connection.execute(delete(token).where(of_user, token.c.project_id == project_id))
            default = user.c.name == user_name, user.c.project_id == project_id
            connection.execute(update(user).where(*default).values(project_id=None))
            end_sessions(connection, user_name)
            record(connection, self._clock(), by, "remove member", f"{user_name} in {project_id}", roles=before)

        self._database.write(work)


def load(connection: Connection, project_id: str) -> Project:
    """A project; NotFound."""
    row = _row(connection, project_id)
    if row is None:
        raise NotFound(f"Project {project_id} does not exist")
    return _as_project(row)


def check_project_roles(roles: Sequence[str]) -> None:
    """BadRequest for a role that no membership can give."""
    if wrong := sorted(set(roles) - set(PROJECT_ROLES)):
        raise BadRequest(f"No project can give the role {wrong[0]}: there are {', '.join(PROJECT_ROLES)}")


def insert_members(connection: Connection, user_name: str, members: Sequence[Membership]) -> None:
    """Let a user belong to projects; BadRequest for one that does not exist."""
    for each in members:
        if _row(connection, each.project) is None:
            raise BadRequest(f"Project {each.project} does not exist; add it first")
        row = {"user_name": user_name, "project_id": each.project, "roles": sorted(set(each.roles))}
        connection.execute(insert(membership).values(row))


def _check(made: Project) -> None:
    check_length("project id", made.id)
    check_length("project name", made.name)
    check_length("project description", made.description, DESCRIPTION_LENGTH_MAX, length_min=0)


def _refuse_taken(connection: Connection, name: str) -> None:
    if connection.execute(select(project.c.id).where(project.c.name == name)).first() is not None:
        raise Conflict(f"A project with the name {name} already exists")


def _require_user(connection: Connection, name: str) -> None:
    if connection.execute(select(user.c.name).where(user.c.name == name)).first() is None:
        raise NotFound(f"User {name} does not exist")


def _is_member(project_id: str, user_name: str) -> Any:
    return (membership.c.project_id == project_id) & (membership.c.user_name == user_name)


def _member_roles(connection: Connection, project_id: str, user_name: str) -> list[str] | None:
    query = select(membership.c.roles).where(_is_member(project_id, user_name))
    roles: list[str] | None = connection.scalar(query.with_for_update())
    return roles


def _counted() -> Select[Any]:
    users = select(func.count()).where(membership.c.project_id == project.c.id).scalar_subquery()
    return select(project, users.label("users"))


def _row(connection: Connection, project_id: str) -> Row[Any] | None:
    return connection.execute(_counted().where(project.c.id == project_id)).first()


def _as_project(row: Row[Any]) -> Project:
    return Project(row.id, row.name, row.description, row.created_ns, row.disabled, row.users)
