# SPDX-License-Identifier: Apache-2.0
"""A bench over a fresh index."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from nephoscope.store.index import open_index
from tests.act.scale.fake import Bench, World
from tests.store.index.samples import Clock


@pytest.fixture(scope="session")
def emptied_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("scaling") / "index.db"
    upgraded = open_index(f"sqlite:///{path}")
    upgraded.upgrade()
    upgraded.close()
    return path


@pytest.fixture
def bench(emptied_index: Path, tmp_path: Path) -> Iterator[Bench]:
    """Nothing is there yet; the time stands still until it is told to go on."""
    shutil.copy(emptied_index, tmp_path / "index.db")
    clock = Clock()
    index = open_index(f"sqlite:///{tmp_path}/index.db", clock)
    yield Bench(index, clock, World(clock))
    index.close()
