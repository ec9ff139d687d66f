# SPDX-License-Identifier: Apache-2.0
"""What pipelines remember, on disk: saved in one step with the messages that it came from."""

import logging
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from nephoscope.model.errors import NephoscopeError, StoreUnavailable
from nephoscope.pipeline.transform.memory import Item

log = logging.getLogger(__name__)

SEEN_MAX = 100_000
TABLES = """
CREATE TABLE IF NOT EXISTS items (
    step TEXT NOT NULL, key TEXT NOT NULL, resource TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (step, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS items_by_resource ON items (resource);
CREATE TABLE IF NOT EXISTS seen (place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL);
"""


class State:
    """
    The items of all memories by step, and the ids of the messages that were taken last.

    A save is there whole after kill -9 or a power cut, or not at all. Used by one thread at a time.
    """

    def __init__(self, path: Path, *, seen_max: int = SEEN_MAX) -> None:
        """Open or make the file; one that is damaged is put aside, and told of. NephoscopeError: it cannot be used."""
        self._path = path
        self._seen_max = seen_max
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._database = self._opened()
        except (OSError, sqlite3.Error) as error:
            raise NephoscopeError(f"cannot use {path}, where pipelines keep what they remember: {error}") from error
        rows = self._database.execute("SELECT id FROM seen ORDER BY place")
        self._seen: OrderedDict[str, None] = OrderedDict((row[0], None) for row in rows)

    def load(self, step: str) -> list[Item]:
        """The items of one step, by key."""
        rows = self._database.execute("SELECT resource, key, value FROM items WHERE step = ? ORDER BY key", (step,))
        return [Item(*row) for row in rows]

    def keep_only(self, steps: Collection[str]) -> None:
        """Forget steps that no pipeline has any more."""
        with self._database as database:
            there = {row[0] for row in database.execute("SELECT DISTINCT step FROM items")}
            database.executemany("DELETE FROM items WHERE step = ?", [(step,) for step in there - set(steps)])

    def of_resources(self, resources: Iterable[str]) -> dict[str, list[Item]]:
        """What is remembered of these resources, by step."""
        found: dict[str, list[Item]] = {}
        for resource in resources:
            rows = self._database.execute("SELECT step, key, value FROM items WHERE resource = ?", (resource,))
            for step, key, value in rows:
                found.setdefault(step, []).append(Item(resource, key, value))
        return found

    def seen(self, ids: Iterable[str]) -> set[str]:
        """Which of these messages were taken before."""
        return {each for each in ids if each in self._seen}

    def save(self, changes: Mapping[str, Iterable[Item]], ids: Collection[str] = ()) -> None:
        """Changes by step, and messages that are taken with this; StoreUnavailable when the disk does not take it."""
        gone = [(step, item.key) for step, items in changes.items() for item in items if item.value is None]
        there = [
            (step, item.key, item.resource, item.value)
            for step, items in changes.items()
            for item in items
            if item.value is not None
        ]
        if not gone and not there and not ids:
            return
        try:
            with self._database as database:
                database.executemany("DELETE FROM items WHERE step = ? AND key = ?", gone)
                database.executemany(
                    "INSERT OR REPLACE INTO items (step, key, resource, value) VALUES (?, ?, ?, ?)", there
                )
                database.executemany("INSERT INTO seen (id) VALUES (?)", [(each,) for each in ids])
                newest = "(SELECT max(place) FROM seen)"
                database.execute(f"DELETE FROM seen WHERE place <= {newest} - ?", (self._seen_max,))
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{self._path} takes nothing: {error}") from error
        self._seen.update((each, None) for each in ids)
        while len(self._seen) > self._seen_max:
            self._seen.popitem(last=False)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._connected()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            aside = self._path.with_name(f"{self._path.name}.damaged-{time.time_ns()}")
            log.error("%s is damaged (%s): put aside as %s; rates begin anew", self._path, error, aside.name)
            self._path.replace(aside)
            for leftover in ("-wal", "-shm"):
                with suppress(FileNotFoundError):
                    self._path.with_name(self._path.name + leftover).unlink()
            return self._connected()

    def _connected(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, check_same_thread=False, timeout=5)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            # Whatever is acknowledged after a save must not be forgotten in a power cut.
            database.execute("PRAGMA synchronous = FULL")
            database.executescript(TABLES)
        except sqlite3.Error:
            database.close()
            raise
        return database
