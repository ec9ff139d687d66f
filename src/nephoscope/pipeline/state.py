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
from nephoscope.pipeline.transform.memory import Changes

log = logging.getLogger(__name__)

SEEN_MAX = 100_000
TABLES = """
CREATE TABLE IF NOT EXISTS pages (
    step TEXT NOT NULL, number INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (step, number)
);
CREATE TABLE IF NOT EXISTS seen (place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL);
"""
# Unlike a replacement, an update leaves those parts of a page alone that stay as they are.
WRITE = """
INSERT INTO pages (step, number, content) VALUES (?, ?, ?)
ON CONFLICT (step, number) DO UPDATE SET content = excluded.content
"""


class State:
    """
    The pages of all memories by step, and the ids of the messages that were taken last.

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

    def load(self, step: str) -> dict[int, bytes]:
        """The pages of one step, in order of their numbers."""
        rows = self._database.execute("SELECT number, content FROM pages WHERE step = ? ORDER BY number", (step,))
        return dict(rows)

    def keep_only(self, steps: Collection[str]) -> None:
        """Forget steps that no pipeline has any more."""
        with self._database as database:
            there = {row[0] for row in database.execute("SELECT DISTINCT step FROM pages")}
            database.executemany("DELETE FROM pages WHERE step = ?", [(step,) for step in there - set(steps)])

    def seen(self, ids: Iterable[str]) -> set[str]:
        """Which of these messages were taken before."""
        return {each for each in ids if each in self._seen}

    def save(self, changes: Mapping[str, Changes], ids: Collection[str] = ()) -> None:
        """Changes by step, and messages that are taken with this; StoreUnavailable when the disk does not take it."""
        rows = [(step, number, content) for step, pages in changes.items() for number, content in pages.items()]
        if not rows and not ids:
            return
        gone = [(step, number) for step, number, content in rows if content is None]
        try:
            with self._database as database:
                database.executemany("DELETE FROM pages WHERE step = ? AND number = ?", gone)
                database.executemany(WRITE, [row for row in rows if row[2] is not None])
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
            self._drop_items(database)
            database.executescript(TABLES)
        except sqlite3.Error:
            database.close()
            raise
        return database

    def _drop_items(self, database: sqlite3.Connection) -> None:
        """Before there were pages, each series had a row of its own."""
        if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'items'").fetchone():
            log.warning("%s is of an older version: what pipelines remembered is dropped, rates begin anew", self._path)
            database.execute("DROP TABLE items")
