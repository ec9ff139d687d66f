# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the dialect's tests: a fresh index for each, and a client that talks to the dialect on it."""

from collections.abc import Iterator

import pytest

from nephoscope.api.gnocchi.parts import SeriesParts
from nephoscope.store.catalog import Catalog
from nephoscope.store.index.contract import Index
from tests.api.asgi import Client, basic
from tests.api.gnocchi.server import served
from tests.store.measured import Measured


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
