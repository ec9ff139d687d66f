# SPDX-License-Identifier: Apache-2.0
"""
Connections and transactions over SQLite and PostgreSQL: how they begin, when they are tried again, what their failures
are called.
"""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Connection, Engine, any_, bindparam, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from nephoscope.model.errors import BadRequest, Conflict, IndexUnavailable

T = TypeVar("T")

ATTEMPTS = 5
POOL_SIZE = 10
LOCK_TIMEOUT_S = 20
POOL_TIMEOUT_S = 20
CONNECT_TIMEOUT_S = 5
STATEMENT_TIMEOUT_S = 60
SQLITE_CACHE_KIB = 8192
# Of the log, 32 MiB, after which SQLite moves it into the file. By default after 4 MiB: twice for each two thousand
# alarms that change at once, and whoever commits waits for it.
SQLITE_LOG_PAGES = 8192
# serialization_failure, deadlock_detected: the database asks to start over.
STARTED_OVER = {"40001", "40P01"}


class Database:
    """One database of either kind; `read` and `write` run a piece of work in a transaction of its own."""

    def __init__(self, url: str) -> None:
        """Prepare the pool; nothing is connected yet. BadRequest for another kind of URL."""
        parsed = _checked_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.engine = _engine(parsed)
        self._writer = self.engine.execution_options(writes=True)
        isolation = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reader = self.engine.execution_options(**isolation)
        # SQLite has one writer at a time; waiting in turn here is fairer than its busy handler, which sleeps.
        self._turn = threading.Lock()

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one consistent view; once more on a new connection when the first was lost."""
        for last in (False, True):
            try:
                with self._reader.connect() as connection, connection.begin():
                    return work(connection)
            except (SQLAlchemyError, sqlite3.Error) as problem:
                if last or not _lost_connection(problem):
                    raise _named(problem) from problem
        raise AssertionError("unreachable")

    def write(self, work: Callable[[Connection], T]) -> T:
        """
        Run `work` and commit; it may be run again from its start.

        A constraint that fails is a race lost after `work` had looked: on the next run it sees the winner's rows and
        raises what fits.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._in_turn(), self._writer.connect() as connection, connection.begin():
                    return work(connection)
            except (SQLAlchemyError, sqlite3.Error) as problem:
                again = isinstance(problem, IntegrityError) or _sqlstate(problem) in STARTED_OVER
                if attempt == ATTEMPTS or not again:
                    raise _named(problem) from problem
            time.sleep(random.uniform(0, 0.005 * 2**attempt))  # noqa: S311 - spreads out, hides nothing
        raise AssertionError("unreachable")

    @contextmanager
    def exclusive(self) -> Iterator[Connection]:
        """A writing transaction without a time limit, for migrations and restores."""
        try:
            with self._in_turn(), self._writer.connect() as connection, connection.begin():
                lift_time_limit(connection)
                yield connection
        except (SQLAlchemyError, sqlite3.Error) as problem:
            raise _named(problem) from problem

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=LOCK_TIMEOUT_S):
            raise IndexUnavailable(f"the index had no free turn to write for {LOCK_TIMEOUT_S} s; try again")
        try:
            yield
        finally:
            self._turn.release()


def shared_now_ns(connection: Connection) -> int:
    """The database's clock, which all nodes share; SQLite has none but the machine's."""
    if connection.dialect.name == "sqlite":
        return time.time_ns()
    now = "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint * 1000"
    return int(connection.exec_driver_sql(now).scalar_one())


def lift_time_limit(connection: Connection) -> None:
    """Let this transaction's statements run as long as they need."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")


def among(connection: Connection, column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """
    `column IN values` with one bound parameter however many values there are, so one prepared statement serves all
    and no limit on parameters is met.
    """
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(values), type_=ARRAY(column.type)))
    plain = [value.hex if isinstance(value, UUID) else value for value in values]
    listed = msgspec.json.encode(plain).decode()
    return column.in_(select(func.json_each(listed).table_valued("value").c.value))


def _checked_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except SQLAlchemyError:
        raise BadRequest("index url: expected sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME") from None
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise BadRequest("index url: SQLite needs a file, sqlite:///PATH; every connection must see the same one")
        return parsed
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise BadRequest(f"index url: {parsed.drivername} is not supported; use sqlite:///PATH or postgresql://...")


def _engine(url: URL) -> Engine:
    shared: dict[str, Any] = {
        "pool_size": POOL_SIZE,
        "max_overflow": 0,
        "pool_timeout": POOL_TIMEOUT_S,
        "json_serializer": lambda value: msgspec.json.encode(value).decode(),
        "json_deserializer": msgspec.json.decode,
    }
    if url.get_backend_name() == "postgresql":
        limits = {"statement_timeout": STATEMENT_TIMEOUT_S, "lock_timeout": LOCK_TIMEOUT_S}
        limits["idle_in_transaction_session_timeout"] = STATEMENT_TIMEOUT_S
        options = " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items())
        arguments = {"connect_timeout": CONNECT_TIMEOUT_S, "options": options, "application_name": "nephoscope"}
        given = {name: value for name, value in arguments.items() if name not in url.query}
        return create_engine(url, pool_pre_ping=True, connect_args=given, **shared)
    engine = create_engine(url, connect_args={"timeout": LOCK_TIMEOUT_S, "check_same_thread": False}, **shared)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    """WAL, so that readers and the writer do not wait for each other; every commit reaches the disk."""
    connection.isolation_level = None  # BEGIN is ours to say, in _begin_sqlite.
    give_up = time.monotonic() + LOCK_TIMEOUT_S
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        # Several programs that open a new file at once: the busy handler is not asked for this change.
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA wal_autocheckpoint = {SQLITE_LOG_PAGES}")
    connection.execute(f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}")


def _begin_sqlite(connection: Connection) -> None:
    """Writers take the lock at once: a reader that turns writer could only fail."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _lost_connection(problem: Exception) -> bool:
    return isinstance(problem, DBAPIError) and problem.connection_invalidated


def _sqlstate(problem: Exception) -> str | None:
    return getattr(getattr(problem, "orig", None), "sqlstate", None)


def _named(problem: Exception) -> Exception:
    """The failure under the name of our family; a programming mistake stays what it is."""
    if isinstance(problem, IntegrityError):
        return Conflict("Others keep changing the same things at the same time; look at them and try again")
    if isinstance(problem, DataError):
        return BadRequest("The index cannot hold one of the values: a number or text beyond its limits")
    away = _lost_connection(problem) or isinstance(
        problem, OperationalError | InterfaceError | InternalError | PoolTimeout | sqlite3.OperationalError
    )
    if not away:
        return problem
    reason = str(getattr(problem, "orig", None) or problem).partition("\n")[0]
    return IndexUnavailable(f"the index's database is away or cannot write: {reason}")
