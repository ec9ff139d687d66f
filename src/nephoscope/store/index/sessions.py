# SPDX-License-Identifier: Apache-2.0
"""Sessions in the database."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update

from nephoscope.model.errors import Unauthenticated
from nephoscope.model.session import ForeignUser, Identity, Session
from nephoscope.model.text import is_storable
from nephoscope.store.index.database import Database
from nephoscope.store.index.tables import session, user

MARK = "nephs"
USED_STEP_NS = 60 * 10**9
SESSIONS_PER_USER_MAX = 100


class Sessions:
    """`contract.Sessions`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def start(
        self,
        user: str,
        identity: Identity,
        *,
        idle_s: int,
        life_s: int,
        peer: str | None = None,
        foreign: ForeignUser | None = None,
    ) -> tuple[Session, str]:
        session_id = secrets.token_hex(8)
        secret = f"{MARK}_{session_id}_{secrets.token_urlsafe(32)}"
        now_ns = self._clock()
        row = {
            "id": session_id,
            "secret_sha256": hashlib.sha256(secret.encode()).digest(),
            "user_name": user,
            "identity": identity,
            "foreign_user": msgspec.to_builtins(foreign),
            "created_ns": now_ns,
            "used_ns": now_ns,
            "idle_ns": idle_s * 10**9,
            "ends_ns": now_ns + life_s * 10**9,
            "peer": peer,
        }

        def work(connection: Connection) -> Session:
            _purge(connection, now_ns)
            _make_room(connection, user, identity)
            connection.execute(insert(session).values(row))
            return _as_session(connection.execute(select(session).where(session.c.id == session_id)).one(), secret)

        return self._database.write(work), secret

    def find(self, secret: str) -> Session:
        row = self._row(secret)
        now_ns = self._clock()
        if row is None or now_ns >= _expires_ns(row):
            raise Unauthenticated("The session has ended; log in again")
        found = _as_session(row, secret)
        if now_ns - row.used_ns < USED_STEP_NS:
            return found
        used = update(session).where(session.c.id == row.id).values(used_ns=now_ns)
        self._database.write(lambda connection: connection.execute(used))
        return msgspec.structs.replace(found, used_ns=now_ns, expires_ns=min(now_ns + row.idle_ns, row.ends_ns))

    def end(self, secret: str) -> None:
        row = self._row(secret)
        if row is not None:
            gone = delete(session).where(session.c.id == row.id)
            self._database.write(lambda connection: connection.execute(gone))

    def end_all(self, user: str, identity: Identity = "local", *, keep: str | None = None) -> int:
        return self._database.write(lambda connection: end_sessions(connection, user, identity, keep=keep))

    def purge(self) -> int:
        return self._database.write(lambda connection: _purge(connection, self._clock()))

    def _row(self, secret: str) -> Row[Any] | None:
        """The session's row, unless its local user is gone or disabled."""
        mark, _, rest = secret.partition("_")
        session_id = rest.partition("_")[0]
        if mark != MARK or not is_storable(secret):
            return None
        is_users = and_(session.c.identity == "local", user.c.name == session.c.user_name, user.c.disabled.is_(False))
        query = select(session).outerjoin(user, is_users).where(session.c.id == session_id)
        query = query.where(or_(session.c.identity != "local", user.c.name.is_not(None)))
        row = self._database.read(lambda connection: connection.execute(query).first())
        fits = row is not None and hmac.compare_digest(row.secret_sha256, hashlib.sha256(secret.encode()).digest())
        return row if fits else None


def end_sessions(
    connection: Connection, user_name: str, identity: Identity = "local", *, keep: str | None = None
) -> int:
    """End a user's sessions in the transaction of what makes it necessary; gives how many."""
    gone = delete(session).where(session.c.user_name == user_name, session.c.identity == identity)
    return connection.execute(gone if keep is None else gone.where(session.c.id != keep)).rowcount


def _purge(connection: Connection, now_ns: int) -> int:
    over = or_(session.c.ends_ns <= now_ns, session.c.used_ns + session.c.idle_ns <= now_ns)
    return connection.execute(delete(session).where(over)).rowcount


def _make_room(connection: Connection, user_name: str, identity: Identity) -> None:
    """A program that logs in again and again must not fill the database."""
    of_user = select(session.c.id).where(session.c.user_name == user_name, session.c.identity == identity)
    newest_first = of_user.order_by(session.c.used_ns.desc(), session.c.created_ns.desc(), session.c.id)
    surplus = connection.scalars(newest_first.offset(SESSIONS_PER_USER_MAX - 1)).all()
    if surplus:
        connection.execute(delete(session).where(session.c.id.in_(surplus)))


def _expires_ns(row: Row[Any]) -> int:
    return min(int(row.used_ns + row.idle_ns), int(row.ends_ns))


def _as_session(row: Row[Any], secret: str) -> Session:
    return Session(
        id=row.id,
        user=row.user_name,
        identity=row.identity,
        csrf=_csrf(secret),
        created_ns=row.created_ns,
        used_ns=row.used_ns,
        expires_ns=_expires_ns(row),
        ends_ns=row.ends_ns,
        peer=row.peer,
        foreign=None if row.foreign_user is None else msgspec.convert(row.foreign_user, ForeignUser),
    )


def _csrf(secret: str) -> str:
    """Made of the secret, so it needs no place of its own, and tells nothing of it."""
    return hashlib.sha256(f"csrf\0{secret}".encode()).hexdigest()
