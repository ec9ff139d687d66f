# SPDX-License-Identifier: Apache-2.0
"""A bounded pool of engine sessions, and the statements that both engines share."""

import logging
import queue
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, Error

from nephoscope.model.errors import QueryFailed, StoreUnavailable
from nephoscope.store.contract import ANSWER_ROWS_MAX, Progress
from nephoscope.store.engines.settings import EngineSettings

log = logging.getLogger(__name__)

ANSWER_BYTES_MAX = 50_000_000
# The engine counts a value that is the same in all rows once; as text it is there in each.
BODY_BYTES_MAX = 2 * ANSWER_BYTES_MAX

# Codes of the engine that mean "not now": memory, disk, parts, network, keeper; see its ErrorCodes list.
NOT_NOW = {74, 75, 76, 77, 198, 202, 203, 209, 210, 225, 236, 241, 242, 243, 252, 279, 285, 319, 425, 999}
# Codes of the engine for files that are not as they were written: a full disk's traces, until they are repaired.
DAMAGED = {33, 40, 226, 228, 246}

GUEST_LIMITS = {
    "max_execution_time": 30,
    "limit": ANSWER_ROWS_MAX + 1,
    "max_result_bytes": ANSWER_BYTES_MAX,
    "result_overflow_mode": "throw",
    "allow_introspection_functions": 0,
    "session_timezone": "UTC",
    "date_time_output_format": "iso",
    # Large whole numbers and decimals keep their digits where JSON's readers would round them.
    "output_format_json_quote_decimals": 1,
    "output_format_json_validate_utf8": 1,
    # What fails half-way is told as such, and not behind the first rows.
    "wait_end_of_query": 1,
    # Partitions are months of a key's column, so that one row's versions never lie in two.
    "do_not_merge_across_partitions_select_final": 1,
}
# Codes of the engine for statements that went beyond a limit, and for what was cancelled.
LIMITED = {158, 159, 160, 167, 168, 241, 307, 396}
CANCELLED = 394
TAG = re.compile("[A-Za-z0-9 :-]+")

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
        limits: dict[str, Any] = {
            "max_threads": settings.threads_per_query_max,
            "max_memory_usage": settings.query_memory_bytes_max,
            "max_execution_time": settings.query_timeout_s,
            "max_partitions_per_insert_block": 0,
        }
        if settings.cluster:
            # Rows are on the shards when an insert returns. A block that came before may come again to replace what
            # was written since; replicas would drop it as a repetition.
            limits |= {"distributed_foreground_insert": 1, "insert_deduplicate": 0}
            # Rows of one table that are looked up in another may lie on another shard.
            limits |= {"distributed_product_mode": "global"}
        self._settings = settings
        self._readers = Pool(lambda: connect(limits), settings.readers_max, settings.wait_timeout_s)
        # Rows come in order and each once, so the engine need not look for what they replace before it writes them: a
        # tenth of an insert's time.
        writing = {**limits, "optimize_on_insert": 0}
        self._writers = Pool(lambda: connect(writing), settings.writers_max, settings.wait_timeout_s)
        # The session itself is read-only, which no statement can undo.
        fenced = {**limits, **GUEST_LIMITS, "readonly": 1}
        self._guests = Pool(lambda: connect(fenced), settings.guests_max, settings.wait_timeout_s)

    def insert(self, table: str, rows: pa.Table) -> None:
        """Append rows; see `Store.insert`."""
        with self._writers.session() as client, _translated("insert into " + table):
            client.insert_arrow(table, rows)

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Run one SELECT; see `Store.query`."""
        with self._readers.session() as client, _translated(sql):
            return client.query_arrow(sql, parameters=dict(parameters or {}))

    def ask(
        self, sql: str, parameters: Mapping[str, Any] | None, tag: str, starts: Callable[[], None] = lambda: None
    ) -> bytes:
        """Run one SELECT from outside; see `Store.ask`."""
        with self._guests.session() as client:
            starts()
            with _translated(sql, of_guest=True):
                given = dict(parameters or {})
                with client.raw_stream(_mark(tag) + sql, parameters=given, fmt="JSONCompact") as stream:
                    body: bytes = stream.read(BODY_BYTES_MAX + 1)
                if len(body) > BODY_BYTES_MAX:
                    told = f"the answer is larger than {BODY_BYTES_MAX} bytes; ask for fewer or shorter values"
                    raise QueryFailed(told, cause="limit")
        return body

    def progress(self, tag: str) -> Progress | None:
        """How far a statement from outside is; see `Store.progress`."""
        rows = self.query(
            "SELECT read_rows AS rows_read, greatest(toInt64(total_rows_approx), toInt64(read_rows)) AS rows_total, "
            f"read_bytes AS bytes_read, elapsed AS seconds FROM {self._processes} "
            "WHERE is_initial_query AND startsWith(query, {mark:String})",
            {"mark": _mark(tag)},
        ).to_pylist()
        return Progress(**rows[0]) if rows else None

    def cancel(self, tag: str) -> bool:
        """Stop a statement from outside; see `Store.cancel`."""
        if self.progress(tag) is None:
            return False
        kill = f"KILL QUERY{self._on_cluster} WHERE is_initial_query AND startsWith(query, '{_mark(tag)}') ASYNC"
        # Among readers: whoever fills the writers' sessions must not keep it waiting.
        with self._readers.session() as client, _translated(kill):
            client.command(kill)
        return True

    @property
    def _processes(self) -> str:
        cluster = self._settings.cluster
        return f"clusterAllReplicas('{cluster}', system.processes)" if cluster else "system.processes"

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


def _mark(tag: str) -> str:
    """The comment in front of a statement by which it is found among those at work."""
    assert TAG.fullmatch(tag), tag
    return f"/* {tag} */ "


@contextmanager
def _translated(statement: str, *, of_guest: bool = False) -> Iterator[None]:
    """Turn the driver's errors into ours; what goes beyond a limit is a guest's own doing."""
    try:
        yield
    except DatabaseError as error:
        # A code is the engine's own; without one it was not reached.
        code = getattr(error, "code", None)
        if code is None:
            raise StoreUnavailable(f"the store does not answer: {_first_line(error)}") from error
        if code == CANCELLED:
            raise QueryFailed("the statement was cancelled", cause="cancelled") from error
        # Memory that the whole server lacks is not the statement's doing.
        if of_guest and code in LIMITED and "(total)" not in str(error):
            raise QueryFailed(_first_line(error), cause="limit") from error
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
