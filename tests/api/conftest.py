# SPDX-License-Identifier: Apache-2.0
"""Fixtures of all dialects' tests: a fresh index for each."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from nephoscope.store.index import passwords
from nephoscope.store.index.contract import Index
from tests.api.gnocchi.server import make_template, opened_copy


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
