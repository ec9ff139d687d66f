# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What one test leaves in a standing store, the next one does not find."""

from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import pytest

from nephoscope.store.contract import Store
from tests.store.opened import Engine
from tests.store.standing import Standing, rows


@pytest.fixture
def made() -> list[str]:
    """The names of the databases that were made."""
    return []


@pytest.fixture
def standing(embedded_dsn: str, made: list[str]) -> Iterator[Standing]:
    def make() -> Engine:
        made.append(f"test_{uuid4().hex[:12]}")
        return Engine(embedded_dsn, made[-1])

    with closing(Standing(make)) as standing:
        yield standing
    for name in made:
        with Engine(embedded_dsn, name).emptied():
            pass


def as_lent(standing: Standing) -> dict[str, int]:
    with standing.lent() as store:
        return rows(store)


def test_rows_of_every_table_are_gone(standing: Standing, made: list[str]) -> None:
    new = as_lent(standing)
    with standing.lent() as store:
        for name in new.keys() - {"schema_versions"}:
            store.execute(f"INSERT INTO {name} SELECT * FROM generateRandom() LIMIT 3")
        assert all(rows(store).values())
    assert new == as_lent(standing)
    assert 1 == len(made)


def test_a_table_more_is_dropped(standing: Standing, made: list[str]) -> None:
    new = as_lent(standing)
    with standing.lent() as store:
        store.execute("CREATE TABLE more (a UInt8) ENGINE = Memory")
    assert new == as_lent(standing)
    assert 1 == len(made)


def close(store: Store) -> None:
    store.close()


def drop(store: Store) -> None:
    store.execute("DROP TABLE measures")


def migrate(store: Store) -> None:
    store.execute("INSERT INTO schema_versions (version) VALUES (1000)")


@pytest.mark.parametrize("spoil", [close, drop, migrate])
def test_what_cannot_be_mended_is_made_anew(standing: Standing, made: list[str], spoil: object) -> None:
    new = as_lent(standing)
    with standing.lent() as store:
        assert callable(spoil)
        spoil(store)
    assert new == as_lent(standing)
    assert 2 == len(made)
