# SPDX-License-Identifier: Apache-2.0
"""Copies of store and index as one: made while serving, and restored beside the original before they count."""

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from nephoscope.model.errors import BadRequest, Conflict, StoreUnavailable
from nephoscope.store.contract import Store
from nephoscope.store.index.contract import Index

log = logging.getLogger(__name__)

SIZE = "SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = currentDatabase()"
FREE = "SELECT min(unreserved_space) AS bytes FROM system.disks"
PROGRESS = (
    "SELECT sum(if(toString(status) LIKE '%BACKUP%', uncompressed_size, bytes_read)) AS bytes "
    "FROM system.backups WHERE start_time >= parseDateTime64BestEffort({since:String}, 6)"
)


class Backups:
    """Makes copies into folders, one at a time; where nobody names a folder, into a new one below `home`."""

    def __init__(self, store: Store, index: Index, home: Path) -> None:
        self._store = store
        self._index = index
        self._home = home
        self._turn = threading.Lock()
        self._since = ""
        self._bytes = 0

    def make(self, folder: Path | None = None) -> dict[str, object]:
        """
        Copy store and index into `folder`, which must be new or empty, and restore the store's copy into a scratch
        database, read it through and drop it.

        Gives the folder, and the measures (rows) and metrics that the copy holds. What was accepted before is in it.
        The verification needs as much room beside the store as the store takes: StoreUnavailable says how much when
        there is too little. Conflict while another copy is made, BadRequest for a folder that cannot be taken.
        """
        if not self._turn.acquire(blocking=False):
            raise Conflict("a backup is under way already; wait for it to end")
        try:
            place = _new_folder(folder or self._home / datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ"))
            self._begin()
            # The store first: numbers that the index gives out meanwhile stay taken in the copy.
            self._store.backup(place / "store")
            self._index.dump(place / "index")
            measures = self._verified(place / "store")
            return {"folder": str(place), "measures": measures, "metrics": self._index.metrics.count()}
        finally:
            self._since = ""
            self._turn.release()

    def share_done(self) -> float | None:
        """How much of the copy that is under way is done, from 0 to 1; None when there is none."""
        since = self._since
        if not since:
            return None
        # Every byte is written once and read back once.
        done = self._store.query(PROGRESS, {"since": since})["bytes"][0].as_py()
        return float(min(1.0, done / max(2 * self._bytes, 1)))

    def _begin(self) -> None:
        self._bytes = self._store.query(SIZE)["bytes"][0].as_py()
        free = self._store.query(FREE)["bytes"][0].as_py()
        if free < self._bytes:
            raise StoreUnavailable(
                f"the store takes {self._bytes} bytes, and to verify a copy of it as many must be free on its disk; "
                f"{free} are: make room"
            )
        self._since = self._store.query("SELECT toString(now64(6)) AS now")["now"][0].as_py()

    def _verified(self, copy: Path) -> int:
        scratch = f"{self._store.database}_verify_{uuid4().hex[:12]}"
        self._store.execute(f"CREATE DATABASE `{scratch}`")
        try:
            self._store.restore(copy, scratch)
            tables = self._store.query(
                "SELECT name FROM system.tables WHERE database = {scratch:String}", {"scratch": scratch}
            )
            for name in tables["name"].to_pylist():
                self._check(scratch, str(name))
            return int(self._store.query(f"SELECT count() AS n FROM `{scratch}`.measures")["n"][0].as_py())
        finally:
            self._store.execute(f"DROP DATABASE IF EXISTS `{scratch}` SYNC")

    def _check(self, database: str, table: str) -> None:
        """Read a table's files through, as the engine compares them with their checksums."""
        found = self._store.query(f"CHECK TABLE `{database}`.`{table}` SETTINGS check_query_single_value_result = 1")
        if found.num_rows and not found.column(0)[0].as_py():
            raise StoreUnavailable(f"the copy of table {table} is damaged: look at the disk, then make another")


def _new_folder(folder: Path) -> Path:
    if not folder.is_absolute():
        raise BadRequest(f"folder {folder}: give the whole path, as the server's machine knows it")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        used = any(folder.iterdir())
    except OSError as error:
        raise BadRequest(f"folder {folder} cannot be written by the server: {error.strerror}") from error
    if used:
        raise BadRequest(f"folder {folder} is not empty: give a new one")
    return folder
