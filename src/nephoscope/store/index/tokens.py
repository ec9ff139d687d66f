# SPDX-License-Identifier: Apache-2.0
"""Tokens in the database."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Column, Connection, Row, Select, delete, insert, select, update

from nephoscope.model.audit import PROGRAM, Actor
from nephoscope.model.errors import BadRequest, NotFound, Unauthenticated
from nephoscope.model.text import check_length, is_storable
from nephoscope.model.user import ANY_PROJECT, Token, User, all_roles, covered, roles_in
from nephoscope.store.index.audit import record
from nephoscope.store.index.database import Database
from nephoscope.store.index.tables import project, token
from nephoscope.store.index.users import check_roles, load

MARK = "neph"
LAST_USED_STEP_NS = 60 * 10**9
# Whoever has one of these may work in every project.
EVERYWHERE = {"admin", "operator"}
COLUMNS: tuple[Column[Any], ...] = (
    *(token.c.id, token.c.user_name, token.c.roles, token.c.project_id),
    *(token.c.created_ns, token.c.expires_ns, token.c.last_used_ns, token.c.name),
)


class Tokens:
    """`contract.Tokens`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def add(
        self,
        user_name: str,
        *,
        name: str = "",
        roles: Sequence[str] | None = None,
        project_id: str | None = None,
        expires_ns: int | None = None,
        by: Actor = PROGRAM,
    ) -> tuple[Token, str]:
        check_length("token name", name, length_min=0)
        token_id = secrets.token_hex(8)
        secret = f"{MARK}_{token_id}_{secrets.token_urlsafe(32)}"

        def work(connection: Connection) -> Token:
            owner = load(connection, user_name)
            scope = _scope(connection, owner, project_id)
            given = _granted(owner, scope, roles)
            made = Token(token_id, user_name, given, scope, self._clock(), expires_ns, None, name)
            row = {
                "id": token_id,
                "secret_sha256": _hashed(secret),
                "user_name": user_name,
                "roles": list(given),
                "project_id": scope,
                "created_ns": made.created_ns,
                "expires_ns": expires_ns,
                "name": name,
            }
            connection.execute(insert(token).values(row))
            told = {"name": name, "user": user_name, "roles": list(given), "project": scope, "expires_ns": expires_ns}
            record(connection, made.created_ns, by, "create token", token_id, **told)
            return made

        return self._database.write(work), secret

    def get(self, token_id: str) -> Token:
        return self._database.read(lambda connection: _load(connection, token_id))

    def list_all(self, user_name: str | None = None) -> list[Token]:
        query = select(*COLUMNS).order_by(token.c.created_ns, token.c.id)
        if user_name is not None:
            query = query.where(token.c.user_name == user_name)
        return self._database.read(lambda connection: [_as_token(row) for row in connection.execute(query)])

    def delete(self, token_id: str, *, by: Actor = PROGRAM) -> None:
        def work(connection: Connection) -> None:
            gone = _load(connection, token_id)
            connection.execute(delete(token).where(token.c.id == token_id))
            record(connection, self._clock(), by, "delete token", token_id, name=gone.name, user=gone.user)

        self._database.write(work)

    def verify(self, secret: str) -> Token:
        mark, _, rest = secret.partition("_")
        token_id = rest.partition("_")[0]
        if mark != MARK or not is_storable(secret):
            raise _unknown()
        row, owner, usable = self._database.read(lambda connection: _found(connection, token_id))
        if (
            row is None
            or owner is None
            or not hmac.compare_digest(row.secret_sha256, _hashed(secret))
            or owner.disabled
        ):
            raise _unknown()
        now_ns = self._clock()
        if row.expires_ns is not None and now_ns >= row.expires_ns:
            raise Unauthenticated("The token has expired; make a new one")
        if not usable:
            raise Unauthenticated("The token's project is gone or disabled, or its user has left it")
        kept = _as_token(row)
        left = covered(kept.roles, _roles(owner, kept.project_id))
        if kept.roles and not left:
            raise Unauthenticated("The token's user has none of its roles any more")
        self._note_use(row, now_ns)
        return replace(kept, roles=tuple(sorted(left)))

    def _note_use(self, row: Row[Any], now_ns: int) -> None:
        if row.last_used_ns is None or now_ns - row.last_used_ns >= LAST_USED_STEP_NS:
            used = update(token).where(token.c.id == row.id).values(last_used_ns=now_ns)
            self._database.write(lambda connection: connection.execute(used))


def _scope(connection: Connection, owner: User, wanted: str | None) -> str | None:
    """The project of a token to be made, None for all."""
    if wanted == ANY_PROJECT:
        return None
    scope = owner.default_project if wanted is None else wanted
    if scope is not None and not _may_work_in(connection, owner, scope):
        raise BadRequest(f"Project {scope} does not exist or is disabled, or user {owner.name} does not belong to it")
    return scope


def _may_work_in(connection: Connection, owner: User, project_id: str) -> bool:
    disabled = connection.scalar(select(project.c.disabled).where(project.c.id == project_id))
    belongs = bool(EVERYWHERE & set(owner.roles)) or project_id in {each.project for each in owner.memberships}
    return disabled is False and belongs


def _roles(owner: User, scope: str | None) -> frozenset[str]:
    return all_roles(owner) if scope is None else roles_in(owner, scope)


def _granted(owner: User, scope: str | None, wanted: Sequence[str] | None) -> tuple[str, ...]:
    held = _roles(owner, scope)
    if wanted is None:
        return tuple(sorted(held))
    check_roles(wanted)
    if held and not wanted:
        # Nobody's rules are wider in places than those of a reader.
        raise BadRequest(f"A token has at least one role; user {owner.name} has {', '.join(sorted(held))}")
    if beyond := sorted(set(wanted) - covered(wanted, held)):
        place = f" in project {scope}" if scope else ""
        raise BadRequest(f"User {owner.name} does not have the role {beyond[0]}{place}: no token can have it either")
    return tuple(sorted(set(wanted)))


def _found(connection: Connection, token_id: str) -> tuple[Row[Any] | None, User | None, bool]:
    """A token's row, its user, and whether that may work in its project."""
    query: Select[Any] = select(*COLUMNS, token.c.secret_sha256).where(token.c.id == token_id)
    row = connection.execute(query).first()
    if row is None:
        return None, None, False
    owner = load(connection, row.user_name)
    return row, owner, row.project_id is None or _may_work_in(connection, owner, row.project_id)


def _load(connection: Connection, token_id: str) -> Token:
    row = connection.execute(select(*COLUMNS).where(token.c.id == token_id)).first()
    if row is None:
        raise NotFound(f"Token {token_id} does not exist")
    return _as_token(row)


def _as_token(row: Row[Any]) -> Token:
    return Token(
        id=row.id,
        user=row.user_name,
        roles=tuple(row.roles),
        project_id=row.project_id,
        created_ns=row.created_ns,
        expires_ns=row.expires_ns,
        last_used_ns=row.last_used_ns,
        name=row.name,
    )


def _hashed(secret: str) -> bytes:
    """A secret of 256 random bits needs no slow hash: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).digest()


def _unknown() -> Unauthenticated:
    return Unauthenticated("Unknown token, or its user is disabled")
