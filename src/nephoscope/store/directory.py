# SPDX-License-Identifier: Apache-2.0
"""Keeps the store's tables of names in step with the index."""

import logging
import threading

import pyarrow as pa

from nephoscope.model.directory import Changes, Columns
from nephoscope.model.errors import StoreUnavailable
from nephoscope.observe import registry
from nephoscope.store.contract import Store
from nephoscope.store.index.contract import Index

log = logging.getLogger(__name__)

CHANGES_AT_ONCE = 10_000
WAIT_S = 60.0
TEXT, ATTRIBUTES = pa.string(), pa.map_(pa.string(), pa.string())
METRICS: dict[str, pa.DataType] = {
    "metric": pa.uint32(),
    **dict.fromkeys(("id", "name", "unit", "resource", "resource_id", "type", "project_id"), TEXT),
    **dict.fromkeys(("creator", "creator_project", "policy"), TEXT),
    "attributes": ATTRIBUTES,
    "gone": pa.uint8(),
}
RESOURCES: dict[str, pa.DataType] = {
    "number": pa.uint64(),
    **dict.fromkeys(("id", "name", "type", "project_id", "user_id", "creator", "creator_project"), TEXT),
    **dict.fromkeys(("started", "ended", "revision"), pa.int64()),
    "attributes": ATTRIBUTES,
    "gone": pa.uint8(),
}
NEWEST = "SELECT max(version) AS version FROM (SELECT version FROM names UNION ALL SELECT version FROM resource_names)"

registry.describe("nephoscope_directory_changes_total", "counter", "Changes of names brought over to the store.")


class Directory:
    """
    Brings over what the index lists as changed; the index tells by itself whatever has changed it, on whichever node.

    One thread of a process works at a time, the others wait for it. Several nodes may work at once.
    """

    def __init__(self, store: Store, index: Index) -> None:
        self._store = store
        self._index = index
        self._turn = threading.Lock()

    def check(self) -> None:
        """Have everything brought over anew where the store has not got what the index believes: once, at start."""
        known = int(self._store.query(NEWEST)["version"][0].as_py())
        if known != self._index.directory.version():
            log.info("the store's names are not the index's: they will be brought over anew")
            self._index.directory.note_all(known)

    def refresh(self) -> None:
        """
        Return when everything that changed before this call is in the store.

        StoreUnavailable when that takes more than `WAIT_S`, which it does after a start at most.
        """
        if not self._turn.acquire(timeout=WAIT_S):
            raise StoreUnavailable("the names of metrics are still being brought over to the store; try again")
        try:
            while (changes := self._index.directory.take(CHANGES_AT_ONCE)) is not None:
                self._bring_over(changes)
                if len(changes.noted) < CHANGES_AT_ONCE:
                    return
        finally:
            self._turn.release()

    def _bring_over(self, changes: Changes) -> None:
        self._insert("names", METRICS, changes.metrics, changes.version)
        self._insert("resource_names", RESOURCES, changes.resources, changes.version)
        self._index.directory.done(changes)
        registry.count("nephoscope_directory_changes_total", len(changes.noted))

    def _insert(self, table: str, types: dict[str, pa.DataType], columns: Columns, version: int) -> None:
        if count := len(columns["gone"]):
            rows = pa.table({name: pa.array(columns[name], type_) for name, type_ in types.items()})
            self._store.insert(table, rows.append_column("version", pa.array([version] * count, pa.uint64())))
