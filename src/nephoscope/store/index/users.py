# SPDX-License-Identifier: Apache-2.0
"""Local users in the database."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import UNSET
from msgspec.structs import asdict
from sqlalchemy import Column, ColumnElement, Connection, Row, delete, insert, select, update

from nephoscope.model.audit import PROGRAM, Actor
from nephoscope.model.errors import BadRequest, Conflict, NotFound, Unauthenticated
from nephoscope.model.text import check_length, is_storable
from nephoscope.model.user import ROLES, Kind, Membership, User, UserChange, covered
from nephoscope.store.index.audit import differences, record
from nephoscope.store.index.database import Database
from nephoscope.store.index.passwords import NO_PASSWORD, Passwords
from nephoscope.store.index.projects import check_project_roles, insert_members
from nephoscope.store.index.sessions import end_sessions
from nephoscope.store.index.tables import membership, project, user

COLUMNS: tuple[Column[Any], ...] = (
    *(user.c.name, user.c.roles, user.c.project_id, user.c.created_ns),
    *(user.c.disabled, user.c.kind, user.c.must_change_password),
)


_PEOPLE = select(user.c.roles).where(user.c.kind == "person", user.c.disabled.is_(False)).order_by(user.c.name)


class Users:
    """`contract.Users`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock
        self._passwords = Passwords()

    def add(
        self,
        name: str,
        password: str | None,
        *,
        roles: Sequence[str] = (),
        project_id: str | None = None,
        kind: Kind = "person",
        must_change_password: bool = False,
        memberships: Sequence[Membership] = (),
        by: Actor = PROGRAM,
    ) -> User:
        _check_name(name)
        check_roles(roles)
        for each in memberships:
            check_project_roles(each.roles)
        members = _with_default(memberships, project_id)
        row = {
            "name": name,
            "password_hash": self._first_hash(name, password, kind),
            "roles": _sorted(roles),
            "project_id": project_id,
            "created_ns": self._clock(),
            "disabled": False,
            "kind": kind,
            "must_change_password": must_change_password,
        }

        def work(connection: Connection) -> User:
            if connection.execute(select(user.c.name).where(user.c.name == name)).first() is not None:
                raise Conflict(f"User {name} already exists")
            connection.execute(insert(user).values(row))
            insert_members(connection, name, members)
            made = load(connection, name)
            inside = {each.project: list(each.roles) for each in made.memberships}
            record(
                connection, made.created_ns, by, "create user", name, kind=kind, roles=list(made.roles), projects=inside
            )
            return made

        return self._database.write(work)

    def get(self, name: str) -> User:
        return self._database.read(lambda connection: load(connection, name))

    def list_all(self) -> list[User]:
        return self._database.read(_load_all)

    def change(self, name: str, change: UserChange, *, by: Actor = PROGRAM) -> User:
        given = {key: value for key, value in asdict(change).items() if value is not UNSET}
        if "roles" in given:
            check_roles(given["roles"])
            given["roles"] = _sorted(given["roles"])

        def work(connection: Connection) -> User:
            _hold_admins(connection)
            before = load(connection, name)
            changes = differences({**asdict(before), "roles": _sorted(before.roles)}, given)
            if not changes:
                return before
            if given.get("project_id") is not None:
                _require_membership(before, given["project_id"])
            connection.execute(update(user).where(user.c.name == name).values(given))
            after = load(connection, name)
            _keep_an_admin(connection, before)
            if after.disabled or set(before.roles) - covered(before.roles, after.roles):
                end_sessions(connection, name)
            record(connection, self._clock(), by, "change user", name, **changes)
            return after

        return self._database.write(work)

    def delete(self, name: str, *, by: Actor = PROGRAM) -> None:
        def work(connection: Connection) -> None:
            _hold_admins(connection)
            gone = load(connection, name)
            connection.execute(delete(user).where(user.c.name == name))
            _keep_an_admin(connection, gone)
            end_sessions(connection, name)
            record(connection, self._clock(), by, "delete user", name, kind=gone.kind, roles=list(gone.roles))

        self._database.write(work)

    def set_password(
        self,
        name: str,
        password: str,
        *,
        must_change: bool = False,
        keep_session: str | None = None,
        by: Actor = PROGRAM,
    ) -> None:
        password_hash = self._passwords.hash(name, password)

        def work(connection: Connection) -> None:
            if load(connection, name).kind == "service":
                raise BadRequest(f"User {name} is a service account: it has tokens and no password")
            values = {"password_hash": password_hash, "must_change_password": must_change}
            connection.execute(update(user).where(user.c.name == name).values(values))
            end_sessions(connection, name, keep=keep_session)
            record(connection, self._clock(), by, "set password", name, must_change=must_change)

        self._database.write(work)

    def verify(self, name: str, password: str) -> User:
        found = self._database.read(lambda connection: _with_hash(connection, name)) if is_storable(name) else None
        known, password_hash = found or (None, None)
        if not self._passwords.fits(password_hash, password) or known is None or known.disabled:
            raise Unauthenticated("Unknown user, wrong password, or a disabled user")
        renewed = self._passwords.renewed(password_hash or NO_PASSWORD, password)
        if renewed:
            # Only where nobody has changed it meanwhile.
            same = user.c.name == name, user.c.password_hash == password_hash
            values = update(user).where(*same).values(password_hash=renewed)
            self._database.write(lambda connection: connection.execute(values))
        return known

    def _first_hash(self, name: str, password: str | None, kind: Kind) -> str:
        if kind == "service":
            if password is not None:
                raise BadRequest("A service account has tokens and no password")
            return NO_PASSWORD
        if password is None:
            raise BadRequest("password: a person needs one to log in")
        return self._passwords.hash(name, password)


def load(connection: Connection, name: str) -> User:
    """A user with its memberships; NotFound."""
    row = connection.execute(select(*COLUMNS).where(user.c.name == name)).first()
    if row is None:
        raise NotFound(f"User {name} does not exist")
    return _as_user(row, _memberships(connection, membership.c.user_name == name).get(name, []))


def check_roles(roles: Sequence[str]) -> None:
    """BadRequest for a role that does not exist."""
    if wrong := sorted(set(roles) - set(ROLES)):
        raise BadRequest(f"Unknown role {wrong[0]}: there are {', '.join(ROLES)}")


def _load_all(connection: Connection) -> list[User]:
    members = _memberships(connection)
    rows = connection.execute(select(*COLUMNS).order_by(user.c.name))
    return [_as_user(row, members.get(row.name, [])) for row in rows]


def _memberships(connection: Connection, *conditions: ColumnElement[bool]) -> dict[str, list[Membership]]:
    query = select(membership, project.c.disabled).join(project).where(*conditions)
    found: dict[str, list[Membership]] = {}
    for row in connection.execute(query.order_by(membership.c.project_id)):
        each = Membership(row.project_id, tuple(row.roles), row.disabled)
        found.setdefault(row.user_name, []).append(each)
    return found


def _with_hash(connection: Connection, name: str) -> tuple[User, str] | None:
    password_hash = connection.scalar(select(user.c.password_hash).where(user.c.name == name))
    return None if password_hash is None else (load(connection, name), password_hash)


def _hold_admins(connection: Connection) -> None:
    """
    Let others who would take away admins wait until this is done.

    Of two nodes that each take away one of the last two, one has to see what the other did.
    """
    connection.execute(_PEOPLE.with_for_update())


def _keep_an_admin(connection: Connection, before: User) -> None:
    """Conflict when the act that was just done to `before` leaves nobody who can administer."""
    if "admin" not in before.roles or before.disabled or before.kind != "person":
        return
    if not any("admin" in roles for roles in connection.scalars(_PEOPLE)):
        raise Conflict(
            f"User {before.name} is the last admin that can log in: give another person the role admin first"
        )


def _check_name(name: str) -> None:
    check_length("user name", name)
    if ":" in name or "/" in name:
        # HTTP basic credentials and creators separate their parts by the one, addresses by the other.
        raise BadRequest("A user name cannot hold a colon or a slash")


def _with_default(memberships: Sequence[Membership], project_id: str | None) -> list[Membership]:
    members = {each.project: each for each in memberships}
    if project_id is not None:
        members.setdefault(project_id, Membership(project_id, ()))
    return list(members.values())


def _require_membership(known: User, project_id: str) -> None:
    if project_id not in {each.project for each in known.memberships}:
        raise BadRequest(f"User {known.name} does not belong to project {project_id}: make it a member first")


def _sorted(roles: Sequence[str]) -> list[str]:
    return sorted(set(roles))


def _as_user(row: Row[Any], memberships: Sequence[Membership]) -> User:
    return User(
        name=row.name,
        roles=tuple(row.roles),
        project_id=row.project_id,
        created_ns=row.created_ns,
        disabled=row.disabled,
        kind=row.kind,
        must_change_password=row.must_change_password,
        memberships=tuple(memberships),
    )
