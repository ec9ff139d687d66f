# SPDX-License-Identifier: Apache-2.0
"""A database with our schema that tests use one after another: making one takes longer than most tests do."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from nephoscope.model.errors import NephoscopeError
from nephoscope.store import schema
from nephoscope.store.contract import Store
from tests.store.opened import Engine

ROWS = "SELECT name, ifNull(total_rows, 0) AS rows FROM system.tables WHERE database = currentDatabase()"


class Standing:
    """
    One store that stays open, emptied after each use.

    Where a test left it closed, its server dead or its tables other than our schema has them, the next one gets a new
    database from `make`, as the first does.
    """

    def __init__(self, make: Callable[[], Engine]) -> None:
        self._make = make
        self._opened = ExitStack()
        self._store: Store | None = None
        self._new: dict[str, int] = {}

    @contextmanager
    def lent(self) -> Iterator[Store]:
        """The store, with our tables and no rows in them; for one at a time."""
        if self._store is None:
            self._store = self._opened.enter_context(self._make().store())
            schema.upgrade(self._store, schema.Layout())
            self._new = rows(self._store)
        store = self._store
        yield store
        try:
            empty(store, self._new)
            as_new = rows(store) == self._new
        except NephoscopeError:
            as_new = False
        if not as_new:
            self.close()

    def close(self) -> None:
        """Close the store; the database is left to whoever ends its engine."""
        self._store = None
        self._opened.close()


def rows(store: Store) -> dict[str, int]:
    """How many rows each table of the store's database has."""
    return {row["name"]: row["rows"] for row in store.query(ROWS).to_pylist()}


def empty(store: Store, new: dict[str, int]) -> None:
    """Drop tables that a new database has not, and what rows there are in the others beyond what it has."""
    for name, count in rows(store).items():
        if name not in new:
            store.execute(f"DROP TABLE `{name}` SYNC")
        elif count != new[name]:
            store.execute(f"TRUNCATE TABLE `{name}` SYNC")
