# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the dialect's tests: a fresh index for each."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from nephoscope.store.index import passwords
from nephoscope.store.index.contract import Index
from tests.api.asgi import Client
from tests.api.gnocchi.server import make_template, opened_copy
from tests.api.native.accounts import ADMIN, MEMBER, fill
from tests.api.native.cloud import Asker, Cloud
from tests.store.measured import Measured


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Hash passwords with little work: these tests log in often."""
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
def cloud(index: Index, measured: Measured, tmp_path: Path) -> Iterator[Cloud]:
    """A cloud with users and projects, and nothing to measure yet."""
    fill(index)
    with Cloud.over(index, measured, tmp_path / "copies") as cloud:
        yield cloud


@pytest.fixture
def client(cloud: Cloud) -> Iterator[Client]:
    """A client of the cloud, without credentials."""
    with Client(cloud.app) as client:
        yield client


@pytest.fixture
def admin(client: Client) -> Asker:
    """Asks as ann, who sees everything."""
    return Asker(client, ADMIN)


@pytest.fixture
def member(client: Client) -> Asker:
    """Asks as mia, who sees project blue."""
    return Asker(client, MEMBER)
