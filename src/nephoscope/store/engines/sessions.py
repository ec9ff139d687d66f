# SPDX-License-Identifier: Apache-2.0
"""A bounded pool of engine sessions, and the statements that both engines share."""

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, Error

from nephoscope.model.errors import QueryFailed, StoreUnavailable
from nephoscope.store.engines.settings import EngineSettings

log = logging.getLogger(__name__)

# Codes of the engine that mean "not now": memory, disk, parts, network, keeper; see its ErrorCodes list.
NOT_NOW = {74, 75, 76, 77, 198, 202, 203, 209, 210, 225, 236, 241, 242, 243, 252, 279, 285, 319, 425, 999}
# Codes of the engine for files that are not as they were written: a full disk's traces, until they are repaired.
DAMAGED = {33, 40, 226, 228, 246}

GUEST_ROWS_MAX = 100_000
GUEST_LIMITS = {
    "max_execution_time": 30,
    "max_result_rows": GUEST_ROWS_MAX,
    "result_overflow_mode": "break",
    "allow_introspection_functions": 0,
}

# Rows go on coming while tables are copied one by one. So what says how far `aggregates` may be believed goes before
# them, and what says where `measures` are written twice goes after them: marks may say too much, never too little.
COPIED_IN_ORDER = ("rollups", "aggregates", "measures", "rewrites")
NAME_IN_COPIES = "nephoscope"


class Pool:
    """Up to `size` sessions, opened when first needed, each used by one thread at a time."""

    def __init__(self, connect: Callable[[], Client], size: int, wait_timeout_s: float) -> None:
        self._connect = connect
        self._wait_timeout_s = wait_timeout_s
        self._idle: queue.LifoQueue[Client | None] = queue.LifoQueue()
        for _ in range(size):
            self._idle.put(None)
        self._open: list[Client] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def session(self) -> Iterator[Client]:
        """Lend a session; StoreUnavailable when none comes free in time or none can be opened."""
        if self._closed:
            raise StoreUnavailable("the store is closed")
        try:
            client = self._idle.get(timeout=self._wait_timeout_s)
        except queue.Empty:
            raise StoreUnavailable("all sessions of the store are busy; try again") from None
        try:
            if client is None:
                client = self._open_session()
            yield client
        except Exception:
            # What a failed statement wrote before it failed would come out with the session's next answer.
            if client is not None:
                self._discard(client)
            client = None
            raise
        finally:
            self._idle.put(client)

    def _open_session(self) -> Client:
        try:
            client = self._connect()
        except (Error, OSError) as error:
            raise StoreUnavailable(f"the store cannot be opened: {_first_line(error)}") from error
        with self._lock:
            self._open.append(client)
        return client

    def _discard(self, client: Client) -> None:
        with self._lock:
            if client in self._open:
                self._open.remove(client)
        client.close()

    def close(self) -> None:
        """Close every session that was opened."""
        self._closed = True
        with self._lock:
            opened, self._open = self._open, []
        for client in opened:
            client.close()


class SessionStore:
    """
    The store contract over clickhouse-connect clients, whichever engine answers them.

    Readers and writers have pools of their own, so that a read waits neither for other reads nor for inserts.
    """

    shared = False

    def __init__(self, connect: Callable[[Mapping[str, Any]], Client], settings: EngineSettings) -> None:
        self.database = settings.database
        limits = {
            "max_threads": settings.threads_per_query_max,
            "max_memory_usage": settings.query_memory_bytes_max,
            "max_execution_time": settings.query_timeout_s,
            "max_partitions_per_insert_block": 0,
        }
        if settings.cluster:
            # Rows are on the shards when an insert returns. A block that came before may come again to replace what
            # was written since; replicas would drop it as a repetition.
            limits |= {"distributed_foreground_insert": 1, "insert_deduplicate": 0}
        self._settings = settings
        self._readers = Pool(lambda: connect(limits), settings.readers_max, settings.wait_timeout_s)
        self._writers = Pool(lambda: connect(limits), settings.writers_max, settings.wait_timeout_s)
        # The session itself is read-only, which no statement can undo.
        fenced = {**limits, **GUEST_LIMITS, "readonly": 1}
        self._guests = Pool(lambda: connect(fenced), settings.guests_max, settings.wait_timeout_s)

    def insert(self, table: str, rows: pa.Table) -> None:
        """Append rows; see `Store.insert`."""
        with self._writers.session() as client, _translated("insert into " + table):
            client.insert_arrow(table, rows)

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None, *, guest: bool = False) -> pa.Table:
        """Run one SELECT; see `Store.query`."""
        pool = self._guests if guest else self._readers
        with pool.session() as client, _translated(sql):
            found = client.query_arrow(sql, parameters=dict(parameters or {}))
        # The engine stops only after a whole block of rows.
        return found.slice(0, GUEST_ROWS_MAX) if guest else found

    def execute(self, sql: str) -> None:
        """Run one statement that gives no rows."""
        with self._writers.session() as client, _translated(sql):
            client.command(sql)

    def backup(self, folder: Path) -> None:
        """Write a copy of every table into a folder of its own below `folder`, by the engine."""
        for table in self._tables():
            self.execute(
                f"BACKUP TABLE `{self.database}`.`{table}` AS `{NAME_IN_COPIES}`.`{table}`{self._on_cluster} "
                f"TO {_place(folder / table)}"
            )

    def restore(self, folder: Path, database: str = "") -> None:
        """Bring back the tables that `backup` wrote into `folder`."""
        for table in self._tables():
            self.execute(
                f"RESTORE TABLE `{NAME_IN_COPIES}`.`{table}` AS `{database or self.database}`.`{table}`"
                f"{self._on_cluster} FROM {_place(folder / table)} SETTINGS allow_non_empty_tables = 1"
            )

    def _tables(self) -> list[str]:
        """The tables that hold rows, in the order in which they are copied."""
        found = self.query("SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%Tree'")
        order = {name: place for place, name in enumerate(COPIED_IN_ORDER)}
        return sorted(map(str, found["name"].to_pylist()), key=lambda name: order.get(name.removesuffix("_local"), -1))

    @property
    def _on_cluster(self) -> str:
        return f" ON CLUSTER `{self._settings.cluster}`" if self._settings.cluster else ""

    def close(self) -> None:
        """Release all sessions; may be called twice."""
        for pool in (self._readers, self._writers, self._guests):
            pool.close()


@contextmanager
def _translated(statement: str) -> Iterator[None]:
    """Turn the driver's errors into ours."""
    try:
        yield
    except DatabaseError as error:
        # A code is the engine's own; without one it was not reached.
        code = getattr(error, "code", None)
        if code is None:
            raise StoreUnavailable(f"the store does not answer: {_first_line(error)}") from error
        if code in NOT_NOW | DAMAGED:
            raise StoreUnavailable(f"the store cannot do this now: {_first_line(error)}") from error
        log.debug("failed statement: %s", statement[:2000])
        raise QueryFailed(_first_line(error)) from error
    except (Error, OSError, pa.ArrowInvalid) as error:
        raise StoreUnavailable(f"the store does not answer: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:500]


def _place(folder: Path) -> str:
    escaped = str(folder).replace("\\", "\\\\").replace("'", "\\'")
    return f"File('{escaped}')"
