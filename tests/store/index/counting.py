# SPDX-License-Identifier: Apache-2.0
"""How many statements something takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import event

from nephoscope.store.index.contract import Index


@dataclass
class Counter:
    statements: int = 0


@contextmanager
def counting(index: Index) -> Iterator[Counter]:
    """Counts what is asked of the database; many rows for one statement are one."""
    counter = Counter()

    def note(*_arguments: object) -> None:
        counter.statements += 1

    engine = index.resources._database.engine  # type: ignore[attr-defined]
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield counter
    finally:
        event.remove(engine, "before_cursor_execute", note)
