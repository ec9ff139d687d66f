# SPDX-License-Identifier: Apache-2.0
"""One database of an engine under test, opened as often and with whatever bounds a test asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from nephoscope.store.contract import Store
from nephoscope.store.engines import open_store
from nephoscope.store.engines.settings import EngineSettings


@dataclass(frozen=True)
class Engine:
    """Where a test's tables live."""

    dsn: str
    database: str

    @contextmanager
    def store(self, settings: EngineSettings | None = None) -> Iterator[Store]:
        """The database, opened with bounds of its own."""
        bounds = msgspec.structs.replace(settings or EngineSettings(), database=self.database)
        opened = open_store(self.dsn, bounds)
        try:
            yield opened
        finally:
            opened.close()

    @contextmanager
    def emptied(self) -> Iterator["Engine"]:
        """The database dropped afterwards, with all its data."""
        try:
            yield self
        finally:
            with self.store() as opened:
                opened.execute(f"DROP DATABASE `{self.database}` SYNC")
