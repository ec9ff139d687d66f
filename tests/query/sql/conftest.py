# SPDX-License-Identifier: Apache-2.0
"""A filled store for the tests of SQL."""

from collections.abc import Iterator

import pytest

from nephoscope.store import schema
from nephoscope.store.contract import Store
from tests.query.sql.told import Told, told
from tests.store.opened import Engine


@pytest.fixture
def blue_and_green(embedded: Engine) -> Iterator[Told]:
    """Two projects' data in the embedded engine."""
    with embedded.store() as store:
        schema.upgrade(store, schema.Layout())
        yield told(store)


@pytest.fixture
def blue_and_green_anywhere(store: Store) -> Told:
    """Two projects' data, once per engine."""
    return told(store)
