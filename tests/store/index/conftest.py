# SPDX-License-Identifier: Apache-2.0
"""An index for each test, once over SQLite and once over PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from argon2 import PasswordHasher

from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from nephoscope.store.index.tables import metadata
from tests.services.postgresql import PostgreSQL
from tests.store.index.racing import NODES
from tests.store.index.samples import Clock

DATABASES = ("sqlite", "postgresql")


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost little: what they cost for users is argon2's own affair."""
    monkeypatch.setattr(
        "nephoscope.store.index.passwords.PasswordHasher", lambda: PasswordHasher(time_cost=1, memory_cost=64)
    )


@pytest.fixture(params=DATABASES)
def index_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/index.db"
    url: str = request.getfixturevalue("fresh_postgresql_url")
    return url


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is told to go on."""
    return Clock()


@pytest.fixture(params=DATABASES)
def index(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Index]:
    """An index with the built-in policies and nothing else, its time told by `clock`."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "index.db")
        url = f"sqlite:///{tmp_path}/index.db"
    else:
        url = request.getfixturevalue("shared_postgresql_url")
        empty(url)
    opened = open_index(url, clock)
    opened.install_builtins()
    yield opened
    opened.close()


@pytest.fixture
def nodes(index_url: str, clock: Clock) -> Iterator[list[Index]]:
    """Several programs' view of one database."""
    opened = [open_index(index_url, clock) for _ in range(NODES)]
    opened[0].upgrade()
    opened[0].install_builtins()
    yield opened
    for each in opened:
        each.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("index") / "index.db"
    upgraded = open_index(f"sqlite:///{path}")
    upgraded.upgrade()
    upgraded.close()
    return path


@pytest.fixture(scope="session")
def shared_postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """
    One database with all tables for all tests, which empty it before they use it.

    Its language sorts words as people do, a before A before b: answers must not depend on that.
    """
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(plain(postgresql.url()), autocommit=True) as connection:
        made = f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
        connection.execute(made.encode())
    upgraded = open_index(postgresql.url(name))
    upgraded.upgrade()
    upgraded.close()
    yield postgresql.url(name)
    postgresql.drop_database(name)


def empty(url: str) -> None:
    """Delete all rows but the type `generic`; numbers go on."""
    with psycopg.connect(plain(url)) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(f'DELETE FROM "{table.name}"'.encode())
        connection.execute("INSERT INTO resource_type VALUES ('generic', 'active', '[]')")


def plain(url: str) -> str:
    """The URL as PostgreSQL's own library reads it."""
    return url.replace("+psycopg", "")
