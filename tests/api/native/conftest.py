# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the dialect's tests: a fresh index for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nephoscope.store.index.contract import Index
from tests.api.asgi import Client
from tests.api.native.accounts import ADMIN, MEMBER, fill
from tests.api.native.cloud import Asker, Cloud
from tests.store.measured import Measured


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
