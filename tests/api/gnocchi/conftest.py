# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the dialect's tests: a fresh index for each, and a client that talks to the dialect on it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from nephoscope.api.gnocchi.parts import SeriesParts
from nephoscope.store.catalog import Catalog
from nephoscope.store.index import passwords
from nephoscope.store.index.contract import Index
from tests.api.asgi import Client, basic
from tests.api.gnocchi.server import make_template, opened_copy, served
from tests.store.measured import Measured


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Hash passwords with little work: each index hashes one when it opens, and these tests open many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "PasswordHasher", partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def index_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema and the built-in policies, to be copied."""
    return make_template(tmp_path_factory.mktemp("index"))


@pytest.fixture
def index(index_template: Path, tmp_path: Path) -> Iterator[Index]:
    """An index with nothing but the built-in policies."""
    with opened_copy(index_template, tmp_path) as index:
        yield index


@pytest.fixture
def client(index: Index) -> Iterator[Client]:
    """A client of the dialect in basic mode; it calls as `admin` and accepts JSON unless a request says otherwise."""
    with Client(served(index), headers={"accept": "application/json", **basic("admin")}) as client:
        yield client


@pytest.fixture
def series(index: Index, measured: Measured) -> SeriesParts:
    """The way of measures in and out, over the embedded engine."""
    return SeriesParts(Catalog(index, measured.series), measured.commit, measured.reader, measures_max=1000)


@pytest.fixture
def writer(index: Index, series: SeriesParts) -> Iterator[Client]:
    """As `client`, on a server that takes measures."""
    with Client(served(index, series=series), headers={"accept": "application/json", **basic("admin")}) as client:
        yield client
