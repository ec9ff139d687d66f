# SPDX-License-Identifier: Apache-2.0
"""A filled store for the tests of SQL."""

import pytest

from nephoscope.store.contract import Store
from tests.query.sql.told import Told, told


@pytest.fixture
def blue_and_green(embedded_store: Store) -> Told:
    """Two projects' data in the embedded engine."""
    return told(embedded_store)


@pytest.fixture
def blue_and_green_anywhere(store: Store) -> Told:
    """Two projects' data, once per engine."""
    return told(store)
