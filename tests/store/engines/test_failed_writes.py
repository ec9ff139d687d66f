# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Refused writes are noticed by their count, and every table is attached anew; the whole is tested on a full disk."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pyarrow as pa
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from nephoscope.store.engines.failed_writes import FailedWrites

WAIT_S = 20.0


class Engine:
    """An engine with two tables; it counts what it is told to and remembers its statements."""

    def __init__(self) -> None:
        self.failed = 3
        self.in_use = 0
        self.statements: list[str] = []
        self.detached, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def query_arrow(self, sql: str) -> pa.Table:
        return pa.table({"failed": [self.failed]} if "system.events" in sql else {"name": ["measures", "rewrites"]})

    def command(self, sql: str) -> None:
        if sql.startswith("ATTACH") and self.in_use:
            self.in_use -= 1
            raise DatabaseError("still used by some query")
        self.statements.append(" ".join((sql.split(maxsplit=1)[0], sql.rsplit(maxsplit=1)[-1].strip("`"))))
        self.detached.set()
        assert self.go_on.wait(WAIT_S)

    def close(self) -> None:
        self.statements.append("closed")


@contextmanager
def watched(engine: Engine) -> Iterator[FailedWrites]:
    watch = FailedWrites(lambda: cast(Client, cast(Any, engine)))
    try:
        yield watch
    finally:
        watch.close()


REPAIR = ["DETACH measures", "ATTACH measures", "DETACH rewrites", "ATTACH rewrites"]


def test_what_failed_before_the_start_was_repaired_by_it() -> None:
    engine = Engine()
    with watched(engine) as watch:
        watch.look()
        assert (0, []) == (watch.repairs, engine.statements)


def test_each_rise_of_the_count_is_one_repair() -> None:
    engine = Engine()
    with watched(engine) as watch:
        for repairs in (1, 2):
            engine.failed += 2
            watch.look()
            watch.look()
            assert (repairs, REPAIR * repairs) == (watch.repairs, engine.statements)


def test_a_table_is_attached_once_no_statement_uses_it() -> None:
    engine = Engine()
    engine.in_use = 2
    with watched(engine) as watch:
        engine.failed += 1
        watch.look()
        assert (0, REPAIR) == (engine.in_use, engine.statements)


def test_nobody_meets_a_detached_table() -> None:
    engine = Engine()
    engine.go_on.clear()
    arrived = threading.Event()

    def visit() -> None:
        watch.wait()
        arrived.set()

    with watched(engine) as watch:
        engine.failed += 1
        repair = threading.Thread(target=watch.look)
        repair.start()
        assert engine.detached.wait(WAIT_S)
        visitor = threading.Thread(target=visit)
        visitor.start()
        assert not arrived.wait(0.1)
        engine.go_on.set()
        assert arrived.wait(WAIT_S)
        assert REPAIR == engine.statements
        repair.join()
        visitor.join()


def test_a_repair_that_fails_is_tried_again() -> None:
    engine = Engine()
    with watched(engine) as watch:
        engine.failed += 1
        original, engine.command = engine.command, broken  # type: ignore[method-assign]
        with pytest.raises(DatabaseError):
            watch.look()
        engine.command = original  # type: ignore[method-assign]
        watch.look()
        assert REPAIR == engine.statements
        watch.wait()


def broken(sql: str) -> None:
    raise DatabaseError(f"cannot {sql}")


def test_it_is_closed_twice_and_then_looks_no_more() -> None:
    engine = Engine()
    watch = FailedWrites(lambda: cast(Client, cast(Any, engine)))
    watch.close()
    watch.close()
    engine.failed += 1
    watch.look()
    assert "closed" in engine.statements
    assert "DETACH measures" not in engine.statements
