# SPDX-License-Identifier: Apache-2.0
"""What every engine offers: Arrow in, Arrow out, one dialect of SQL."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec
import pyarrow as pa

# Of an answer to a statement from outside.
ANSWER_ROWS_MAX = 100_000


class Progress(msgspec.Struct, frozen=True):
    """How far a statement is: rows read so far, how many there may be in all, and for how long it has run."""

    rows_read: int
    rows_total: int
    bytes_read: int
    seconds: float


class Store(Protocol):
    """
    A columnar store of the ClickHouse dialect.

    All methods may be called from any thread. They raise `StoreUnavailable` when the engine is away, out of space or
    out of memory, and `QueryFailed` when a statement itself is wrong or goes beyond its limits.
    """

    @property
    def shared(self) -> bool:
        """True when other nodes may write to the same tables."""
        ...

    @property
    def database(self) -> str:
        """The name of the database that holds the tables."""
        ...

    def insert(self, table: str, rows: pa.Table) -> None:
        """Append rows; on return they are on disk. Column names are the table's."""
        ...

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Run one SELECT; `parameters` fill `{name:Type}` places."""
        ...

    def ask(
        self, sql: str, parameters: Mapping[str, Any] | None, tag: str, starts: Callable[[], None] = lambda: None
    ) -> bytes:
        """
        Run one SELECT that somebody outside wrote, in a session that is read-only and has limits of its own.

        The statement has to come out of `query.sql`, which is the fence: a read-only session keeps out what changes
        tables and settings, but of the embedded engine not BACKUP, KILL, INTO OUTFILE or the function `file`.

        Takes   a `tag` of letters, digits, blanks, `-` and `:`, by which `progress` and `cancel` find it; `starts` is
                called when the statement's turn has come, and may raise.
        Gives   the engine's JSONCompact: `meta`, `data`, `statistics`. At most `ANSWER_ROWS_MAX` + 1 rows, so that
                whoever asks sees that there are more.
        Errors  QueryFailed, with the cause `cancelled` or `limit` where it is that.
        """
        ...

    def progress(self, tag: str) -> Progress | None:
        """How far the statement with this tag is; None when there is none at work."""
        ...

    def cancel(self, tag: str) -> bool:
        """Have the engine stop the statement with this tag; False when there is none at work."""
        ...

    def execute(self, sql: str) -> None:
        """Run one statement that gives no rows."""
        ...

    def backup(self, folder: Path) -> None:
        """Write a consistent copy of all tables below `folder`, which must be empty or absent, while serving."""
        ...

    def restore(self, folder: Path, database: str = "") -> None:
        """Bring back what `backup` wrote; the tables here must be empty. Into another `database` when it is given."""
        ...

    def close(self) -> None:
        """Release all sessions; may be called twice."""
        ...
