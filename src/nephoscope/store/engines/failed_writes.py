# SPDX-License-Identifier: Apache-2.0
"""
Writes to files that fail inside the embedded engine, found and undone.

The engine's embedded build goes on when the system refuses a write (its `WriteBufferFromFileDescriptor` has the
exception commented out): on a full disk an insert succeeds with half its rows, and a merge replaces good parts by a
broken one. It does three things that help:

- It counts refused writes, in `system.events`.
- It keeps the parts that a merge has replaced for `old_parts_lifetime` seconds.
- It compares all sizes when a table is attached, sets broken parts aside and takes the replaced ones back.

So whoever sees the count rise detaches the tables and attaches them again, well within that time.
"""

import logging
import threading
import time
from collections.abc import Callable

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import Error

from nephoscope.model.errors import StoreUnavailable
from nephoscope.observe import registry

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
ATTACH_TIMEOUT_S = 60.0
COUNT = "SELECT sum(value) AS failed FROM system.events WHERE event = 'WriteBufferFromFileDescriptorWriteFailed'"
TABLES = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'"

registry.describe("nephoscope_store_failed_writes_total", "counter", "Writes to the store's files that were refused.")


class FailedWrites:
    """
    Looks for refused writes now and then, and whenever it is told to; repairs what they left behind.

    `repairs` is how often it had to. Whoever uses tables calls `wait` first, so as not to meet them detached.
    """

    def __init__(self, connect: Callable[[], Client]) -> None:
        self._client = connect()
        self._lock = threading.Lock()
        self._whole = threading.Event()
        self._whole.set()
        self._closed = threading.Event()
        self._seen = self._count()
        self.repairs = 0
        self._thread = threading.Thread(target=self._run, name="failed-writes", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Return once no repair is under way; StoreUnavailable when that takes too long."""
        if not self._whole.wait(ATTACH_TIMEOUT_S):
            raise StoreUnavailable("the store is being repaired after writes that its disk refused; try again")

    def look(self) -> None:
        """Repair if a write was refused since the last look."""
        with self._lock:
            if self._closed.is_set():
                return
            count = self._count()
            if count == self._seen:
                return
            registry.count("nephoscope_store_failed_writes_total", count - self._seen)
            log.error("the system refused %d writes of the store: looking for what is broken", count - self._seen)
            self._whole.clear()
            try:
                self.repairs += 1
                for table in self._client.query_arrow(TABLES)["name"].to_pylist():
                    self._reattach(str(table))
                self._seen = count
            finally:
                self._whole.set()

    def close(self) -> None:
        """Stop looking; may be called twice."""
        self._closed.set()
        self._thread.join()
        with self._lock:
            self._client.close()

    def _run(self) -> None:
        while not self._closed.wait(LOOK_EVERY_S):
            try:
                self.look()
            except Exception:
                log.exception("the store could not be looked over; next try in %g s", LOOK_EVERY_S)

    def _count(self) -> int:
        return int(self._client.query_arrow(COUNT)["failed"][0].as_py())

    def _reattach(self, table: str) -> None:
        """Statements under way go on with the detached table; it can be attached once the last of them has ended."""
        self._client.command(f"DETACH TABLE IF EXISTS `{table}`")
        give_up = time.monotonic() + ATTACH_TIMEOUT_S
        while True:
            try:
                self._client.command(f"ATTACH TABLE IF NOT EXISTS `{table}`")
            except Error:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.05)
            else:
                return
