# SPDX-License-Identifier: Apache-2.0
"""Fixtures for all tests: the real services, started once a session and only when a test asks for them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

from nephoscope.store import schema
from nephoscope.store.contract import Store
from nephoscope.store.engines import open_store
from nephoscope.store.engines.settings import EngineSettings
from tests import scratch
from tests.services import clickhouse as clickhouse_service
from tests.services import libvirt as libvirt_service
from tests.services import postgresql as postgresql_service
from tests.services import rabbitmq as rabbitmq_service
from tests.services.clickhouse import ClickHouse
from tests.services.libvirt import Libvirtd
from tests.services.postgresql import PostgreSQL
from tests.services.rabbitmq import RabbitMQ
from tests.store.measured import Measured
from tests.store.opened import Engine
from tests.store.standing import Standing

# How long an example takes says something of the machine, and of what else runs there.
settings.register_profile("here", deadline=None)
settings.load_profile("here")

# What takes longest begins first, so that no worker is left with it alone at the end; what is timed has the machine
# to itself as far as can be.
FIRST = ("tests/browser/", "tests/system/")
LAST = "tests/browser/test_speed.py"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Have the run's files in memory, unless TMPDIR or `--basetemp` says where they are wanted."""
    if hasattr(config, "workerinput") or os.environ.get("TMPDIR") or config.option.basetemp:
        return
    if folder := scratch.make():
        # For workers and whatever tests start; and for this process, which may have asked before.
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
        # No longer than usual: paths of sockets have a bound, and pages show where data are.
        config.option.basetemp = str(folder / "t")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files in the order in which they are best begun."""

    def place(item: pytest.Item) -> int:
        if item.nodeid.startswith(LAST):
            return len(FIRST) + 1
        return next((n for n, folder in enumerate(FIRST) if item.nodeid.startswith(folder)), len(FIRST))

    items.sort(key=place)


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
def rabbitmq() -> Iterator[RabbitMQ]:
    """A private RabbitMQ; offers `kill()` and `start()` for tests of faults, over which it keeps what is durable."""
    with rabbitmq_service.started() as broker:
        yield broker


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


@pytest.fixture(scope="session")
def embedded_dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The DSN of the one embedded engine that a process can have; an open session keeps it alive between tests."""
    dsn = f"chdb://{tmp_path_factory.mktemp('engine') / 'store'}"
    anchor = open_store(dsn, EngineSettings(database="anchor"))
    anchor.query("SELECT 1")
    yield dsn
    anchor.close()


@pytest.fixture
def embedded(embedded_dsn: str) -> Iterator[Engine]:
    """An empty database of its own in the embedded engine."""
    with Engine(embedded_dsn, f"test_{uuid4().hex[:12]}").emptied() as engine:
        yield engine


@pytest.fixture(params=["chdb", "clickhouse"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An empty database, once in the embedded engine and once behind HTTP."""
    if request.param == "chdb":
        found: Engine = request.getfixturevalue("embedded")
        return found
    dsn: str = request.getfixturevalue("fresh_clickhouse_url")
    return Engine(dsn, Path(dsn).name)


@pytest.fixture(scope="session")
def standing_embedded(embedded_dsn: str) -> Iterator[Standing]:
    """What `embedded_store` lends."""
    with closing(Standing(lambda: Engine(embedded_dsn, f"test_{uuid4().hex[:12]}"))) as standing:
        yield standing


@pytest.fixture(scope="session")
def standing_clickhouse(clickhouse: ClickHouse) -> Iterator[Standing]:
    """What `store` lends of the engine behind HTTP."""

    def make() -> Engine:
        if not clickhouse.running:
            clickhouse.start()
        name = clickhouse.create_database()
        return Engine(clickhouse.url(name), name)

    with closing(Standing(make)) as standing:
        yield standing


@pytest.fixture
def embedded_store(standing_embedded: Standing) -> Iterator[Store]:
    """A store with our schema and no rows in the embedded engine."""
    with standing_embedded.lent() as store:
        yield store


@pytest.fixture(params=["chdb", "clickhouse"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store with our schema and no rows, once per engine."""
    name = "standing_embedded" if request.param == "chdb" else "standing_clickhouse"
    standing: Standing = request.getfixturevalue(name)
    with standing.lent() as store:
        yield store


@pytest.fixture
def measured(embedded_store: Store) -> Iterator[Measured]:
    """Series, commit and reader over the embedded engine."""
    with Measured.over(embedded_store) as measured:
        yield measured


@pytest.fixture
def measured_anywhere(store: Store) -> Iterator[Measured]:
    """Series, commit and reader, once per engine."""
    with Measured.over(store) as measured:
        yield measured


@pytest.fixture
def fresh_clickhouse_store(fresh_clickhouse_url: str) -> Iterator[Store]:
    """A store with our schema that other nodes may write to as well."""
    with Engine(fresh_clickhouse_url, Path(fresh_clickhouse_url).name).store() as opened:
        schema.upgrade(opened, schema.Layout())
        yield opened


@pytest.fixture(scope="session")
def running_libvirtd() -> Iterator[Libvirtd]:
    """A private libvirtd; tests take `libvirtd`."""
    with libvirt_service.started() as daemon:
        yield daemon


@pytest.fixture
def libvirtd(running_libvirtd: Libvirtd) -> Iterator[Libvirtd]:
    """A libvirtd without guests, that answers; offers `kill()`, `freeze()` and so on for tests of faults."""
    yield running_libvirtd
    running_libvirtd.thaw()
    running_libvirtd.end_guests()
    running_libvirtd.start()
