# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the dialect's tests: a fresh index for each, and callers of two projects."""

from collections.abc import Iterator

import pytest

from nephoscope.store.index.contract import Index
from tests.api.aodh.callers import BLUE, GREEN, Asker
from tests.api.aodh.server import make_instances, served
from tests.api.asgi import Client


@pytest.fixture
def client(index: Index) -> Iterator[Client]:
    """A client of the dialect, without a caller."""
    make_instances(index)
    with Client(served(index)) as client:
        yield client


@pytest.fixture
def ann(client: Client) -> Asker:
    """The administrator, who works in a project of her own."""
    return Asker(client, "u-ann", "p-ann", "admin")


@pytest.fixture
def mia(client: Client) -> Asker:
    """A member of project blue."""
    return Asker(client, "u-mia", BLUE, "member,reader")


@pytest.fixture
def gus(client: Client) -> Asker:
    """A member of project green."""
    return Asker(client, "u-gus", GREEN, "member,reader")
