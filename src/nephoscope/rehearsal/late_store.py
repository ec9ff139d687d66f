# SPDX-License-Identifier: Apache-2.0
"""A store that is given measures only when it is asked for something: most reads are answered from memory anyway."""

import threading
from collections.abc import Mapping
from typing import Any, cast

import pyarrow as pa

from nephoscope.store.contract import Store

MEASURES = "measures"


class LateStore:
    """
    Keeps the rows of measures back until the next query. What is kept back is lost with the process.

    For tests alone, in which a commit of its own for each minute would be most of the time.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._kept: list[pa.Table] = []

    def insert(self, table: str, rows: pa.Table) -> None:
        """See `Store`."""
        if table != MEASURES:
            self._store.insert(table, rows)
            return
        with self._lock:
            self._kept.append(rows)

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """See `Store`."""
        with self._lock:
            if self._kept:
                self._store.insert(MEASURES, pa.concat_tables(self._kept))
                self._kept = []
        return self._store.query(sql, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def late(store: Store) -> Store:
    """The store, which gets measures late."""
    return cast("Store", LateStore(store))
