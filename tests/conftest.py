# SPDX-License-Identifier: Apache-2.0
"""Fixtures for all tests: the real services, started once a session and only when a test asks for them."""

from collections.abc import Iterator

import pytest

from tests.services import clickhouse as clickhouse_service
from tests.services import postgresql as postgresql_service
from tests.services.clickhouse import ClickHouse
from tests.services.postgresql import PostgreSQL


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A private PostgreSQL server; offers `kill()` and `restart()` for tests of faults."""
    with postgresql_service.started() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_url(postgresql: PostgreSQL) -> str:
    """The SQLAlchemy URL of the server's own database; tests that write take `fresh_postgresql_url`."""
    return postgresql.url()


@pytest.fixture
def fresh_postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """The SQLAlchemy URL of a new, empty database, dropped after the test."""
    if not postgresql.running:
        postgresql.start()
    name = postgresql.create_database()
    yield postgresql.url(name)
    postgresql.drop_database(name)


@pytest.fixture(scope="session")
def clickhouse() -> Iterator[ClickHouse]:
    """ClickHouse's HTTP interface in a process of its own; offers `kill()` and `restart()` for tests of faults."""
    with clickhouse_service.started() as service:
        yield service


@pytest.fixture(scope="session")
def clickhouse_url(clickhouse: ClickHouse) -> str:
    """The DSN of the service's default database; tests that write take `fresh_clickhouse_url`."""
    return clickhouse.url()


@pytest.fixture
def fresh_clickhouse_url(clickhouse: ClickHouse) -> Iterator[str]:
    """The DSN of a new, empty database, dropped after the test."""
    if not clickhouse.running:
        clickhouse.start()
    name = clickhouse.create_database()
    yield clickhouse.url(name)
    clickhouse.drop_database(name)
