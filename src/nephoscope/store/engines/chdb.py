# SPDX-License-Identifier: Apache-2.0
"""The embedded engine: ClickHouse in our own process, data in one folder."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import clickhouse_connect
import pyarrow as pa
from clickhouse_connect.driver.client import Client

from nephoscope.model.errors import BadRequest, StoreUnavailable
from nephoscope.store.engines.failed_writes import FailedWrites
from nephoscope.store.engines.sessions import SessionStore
from nephoscope.store.engines.settings import EngineSettings


class EmbeddedStore(SessionStore):
    """
    The store in one folder of this machine.

    The engine begins no insert and no merge when less than `free_bytes_min` would stay free on the disk. What fills it
    up nevertheless, while one is under way, is found by `FailedWrites`.
    """

    def __init__(self, connect: Callable[[Mapping[str, Any]], Client], settings: EngineSettings, path: Path) -> None:
        super().__init__(connect, settings)
        self._path = path
        self._failed_writes = FailedWrites(lambda: connect({}))

    def insert(self, table: str, rows: pa.Table) -> None:
        """Append rows; StoreUnavailable too when the disk refused something meanwhile: these rows, perhaps."""
        self._failed_writes.wait()
        repairs = self._failed_writes.repairs
        with self._looked_after():
            super().insert(table, rows)
        if repairs != self._failed_writes.repairs:
            raise StoreUnavailable("the disk refused to write: make room, then send again")

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Run one SELECT; see `Store.query`."""
        self._failed_writes.wait()
        return super().query(sql, parameters)

    def ask(
        self, sql: str, parameters: Mapping[str, Any] | None, tag: str, starts: Callable[[], None] = lambda: None
    ) -> bytes:
        """Run one SELECT from outside; see `Store.ask`."""
        self._failed_writes.wait()
        return super().ask(sql, parameters, tag, starts)

    def execute(self, sql: str) -> None:
        """Run one statement that gives no rows."""
        self._failed_writes.wait()
        super().execute(sql)

    def close(self) -> None:
        """Release all sessions; may be called twice."""
        self._failed_writes.close()
        super().close()

    @contextmanager
    def _looked_after(self) -> Iterator[None]:
        """Look for refused writes behind a statement, however it ended, where the disk has become full."""
        try:
            yield
        finally:
            if self._is_low():
                self._failed_writes.look()

    def _is_low(self) -> bool:
        disk = os.statvfs(self._path)
        return disk.f_bavail * disk.f_frsize < self._settings.free_bytes_min


def open_store(dsn: str, settings: EngineSettings) -> EmbeddedStore:
    """Open `chdb:///folder`, making the folder; a process can have one such folder open at a time."""
    path = Path(urlsplit(dsn).path)
    if not path.is_absolute():
        raise BadRequest(f"store.dsn: {dsn!r} must name an absolute folder, as in chdb:///var/lib/nephoscope")
    try:
        path.mkdir(parents=True, exist_ok=True)
        config = _write_config(path, settings)
    except OSError as error:
        raise StoreUnavailable(f"the store's folder {path} cannot be written: {error}") from error

    def connect(limits: Mapping[str, Any], database: str = settings.database) -> Client:
        return clickhouse_connect.get_client(
            interface="chdb",
            path=str(path),
            chdb_options={"config-file": str(config)},
            database=database,
            # What stays in the process need not be packed for a network.
            settings={"output_format_arrow_compression_method": "none", **limits},
        )

    first = connect({}, database="default")
    first.command(f"CREATE DATABASE IF NOT EXISTS `{settings.database}`")
    first.close()
    return EmbeddedStore(connect, settings, path)


def _write_config(path: Path, settings: EngineSettings) -> Path:
    """The engine reads its server settings from a file; it is written anew at each start."""
    values = {
        "max_server_memory_usage": settings.memory_bytes_max,
        "mark_cache_size": settings.mark_cache_bytes,
        "background_pool_size": 2,
        "background_merges_mutations_concurrency_ratio": 2,
        "background_schedule_pool_size": 4,
        "background_move_pool_size": 1,
        "background_fetches_pool_size": 1,
        "background_common_pool_size": 2,
    }
    lines = [f"<{name}>{value}</{name}>" for name, value in values.items()]
    lines.append("<logger><level>none</level></logger>")
    disk = f"<keep_free_space_bytes>{settings.free_bytes_min}</keep_free_space_bytes>"
    lines.append(f"<storage_configuration><disks><default>{disk}</default></disks></storage_configuration>")
    lines.append("<backups><allowed_path>/</allowed_path></backups>")
    config = path.with_name(path.name + ".engine.xml")
    scratch = config.with_suffix(f".{os.getpid()}.tmp")
    scratch.write_text("<clickhouse>\n" + "\n".join(lines) + f"\n<!-- {escape(path.name)} -->\n</clickhouse>\n")
    scratch.replace(config)
    return config
