# SPDX-License-Identifier: Apache-2.0
"""What every engine offers: Arrow in, Arrow out, one dialect of SQL."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa


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

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None, *, guest: bool = False) -> pa.Table:
        """
        Run one SELECT; `parameters` fill `{name:Type}` places.

        A `guest` wrote the statement outside: it runs in a session that is read-only and has tighter limits, and
        gives the rows as far as those reach.
        """
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
