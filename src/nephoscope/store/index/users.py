# SPDX-License-Identifier: Apache-2.0
"""Local users and tokens in the database."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Column, Connection, Row, Select, delete, insert, select, update

from nephoscope.model.errors import BadRequest, Conflict, NotFound, Unauthenticated
from nephoscope.model.text import check_length, is_storable
from nephoscope.model.user import Token, User
from nephoscope.store.index.database import Database
from nephoscope.store.index.tables import token, user

PASSWORD_LENGTH_MAX = 1024
MARK = "neph"
LAST_USED_STEP_NS = 60 * 10**9
USER_COLUMNS: tuple[Column[Any], ...] = (
    user.c.name,
    user.c.roles,
    user.c.project_id,
    user.c.created_ns,
    user.c.disabled,
)
TOKEN_COLUMNS: tuple[Column[Any], ...] = (
    *(token.c.id, token.c.user_name, token.c.roles, token.c.project_id),
    *(token.c.created_ns, token.c.expires_ns, token.c.last_used_ns),
)


class Users:
    """`contract.Users`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock
        self._hasher = PasswordHasher()

    def add(self, name: str, password: str, *, roles: Sequence[str] = (), project_id: str | None = None) -> User:
        check_length("user name", name)
        if ":" in name:
            # HTTP basic credentials and creators separate their parts by it.
            raise BadRequest("A user name cannot hold a colon")
        check_length("project_id", project_id)
        password_hash = self._hash(password)
        made = User(name, tuple(roles), project_id, self._clock())

        def work(connection: Connection) -> User:
            if connection.execute(select(user.c.name).where(user.c.name == name)).first() is not None:
                raise Conflict(f"User {name} already exists")
            values = insert(user).values(name=name, password_hash=password_hash, roles=list(roles), disabled=False)
            connection.execute(values.values(project_id=project_id, created_ns=made.created_ns))
            return made

        return self._database.write(work)

    def get(self, name: str) -> User:
        row = self._row(name)
        if row is None:
            raise _no_user(name)
        return _as_user(row)

    def list_all(self) -> list[User]:
        query = select(*USER_COLUMNS).order_by(user.c.name)
        return self._database.read(lambda connection: [_as_user(row) for row in connection.execute(query)])

    def delete(self, name: str) -> None:
        def work(connection: Connection) -> None:
            if connection.execute(delete(user).where(user.c.name == name)).rowcount == 0:
                raise _no_user(name)

        self._database.write(work)

    def set_password(self, name: str, password: str) -> None:
        self._set(name, {"password_hash": self._hash(password)})

    def set_disabled(self, name: str, disabled: bool) -> None:
        self._set(name, {"disabled": disabled})

    def verify(self, name: str, password: str) -> User:
        row = self._row(name) if is_storable(name) else None
        if not self._fits(row.password_hash if row else self._nobody, password) or row is None or row.disabled:
            raise Unauthenticated("Unknown user, wrong password, or a disabled user")
        if self._hasher.check_needs_rehash(row.password_hash):
            self._set(name, {"password_hash": self._hasher.hash(password)})
        return _as_user(row)

    @cached_property
    def _nobody(self) -> str:
        """Compared against where there is no such user, so that the answer takes as long as for one."""
        return self._hasher.hash(secrets.token_urlsafe())

    def _fits(self, password_hash: str, password: str) -> bool:
        if len(password) > PASSWORD_LENGTH_MAX or not is_storable(password):
            return False
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def _hash(self, password: str) -> str:
        check_length("password", password, PASSWORD_LENGTH_MAX)
        return self._hasher.hash(password)

    def _row(self, name: str) -> Row[Any] | None:
        query: Select[Any] = select(*USER_COLUMNS, user.c.password_hash).where(user.c.name == name)
        return self._database.read(lambda connection: connection.execute(query).first())

    def _set(self, name: str, values: dict[str, Any]) -> None:
        def work(connection: Connection) -> None:
            if connection.execute(update(user).where(user.c.name == name).values(values)).rowcount == 0:
                raise _no_user(name)

        self._database.write(work)


class Tokens:
    """`contract.Tokens`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def add(
        self,
        user_name: str,
        *,
        roles: Sequence[str] | None = None,
        project_id: str | None = None,
        expires_ns: int | None = None,
    ) -> tuple[Token, str]:
        check_length("project_id", project_id)
        token_id = secrets.token_hex(8)
        secret = f"{MARK}_{token_id}_{secrets.token_urlsafe(32)}"

        def work(connection: Connection) -> Token:
            row = connection.execute(select(*USER_COLUMNS).where(user.c.name == user_name)).first()
            if row is None:
                raise _no_user(user_name)
            given = tuple(row.roles if roles is None else roles)
            made = Token(token_id, user_name, given, project_id or row.project_id, self._clock(), expires_ns)
            values = insert(token).values(id=token_id, user_name=user_name, roles=list(given), expires_ns=expires_ns)
            values = values.values(project_id=made.project_id, created_ns=made.created_ns)
            connection.execute(values.values(secret_sha256=_hashed(secret)))
            return made

        return self._database.write(work), secret

    def list_all(self, user_name: str | None = None) -> list[Token]:
        query = select(*TOKEN_COLUMNS).order_by(token.c.created_ns, token.c.id)
        if user_name is not None:
            query = query.where(token.c.user_name == user_name)
        return self._database.read(lambda connection: [_as_token(row) for row in connection.execute(query)])

    def delete(self, token_id: str) -> None:
        def work(connection: Connection) -> None:
            if connection.execute(delete(token).where(token.c.id == token_id)).rowcount == 0:
                raise NotFound(f"Token {token_id} does not exist")

        self._database.write(work)

    def verify(self, secret: str) -> Token:
        prefix, _, rest = secret.partition("_")
        token_id = rest.partition("_")[0]
        row = self._row(token_id) if prefix == MARK and is_storable(secret) else None
        if row is None or not hmac.compare_digest(row.secret_sha256, _hashed(secret)) or row.disabled:
            raise Unauthenticated("Unknown token, or its user is disabled")
        now_ns = self._clock()
        if row.expires_ns is not None and now_ns >= row.expires_ns:
            raise Unauthenticated("The token has expired; make a new one")
        if row.last_used_ns is None or now_ns - row.last_used_ns >= LAST_USED_STEP_NS:
            used = update(token).where(token.c.id == token_id).values(last_used_ns=now_ns)
            self._database.write(lambda connection: connection.execute(used))
        return _as_token(row)

    def _row(self, token_id: str) -> Row[Any] | None:
        query: Select[Any] = select(*TOKEN_COLUMNS, token.c.secret_sha256, user.c.disabled).join(user)
        query = query.where(token.c.id == token_id)
        return self._database.read(lambda connection: connection.execute(query).first())


def _as_user(row: Row[Any]) -> User:
    return User(row.name, tuple(row.roles), row.project_id, row.created_ns, row.disabled)


def _as_token(row: Row[Any]) -> Token:
    return Token(
        row.id,
        row.user_name,
        tuple(row.roles),
        row.project_id,
        row.created_ns,
        row.expires_ns,
        row.last_used_ns,
    )


def _hashed(secret: str) -> bytes:
    """A secret of 256 random bits needs no slow hash: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).digest()


def _no_user(name: str) -> NotFound:
    return NotFound(f"User {name} does not exist")
