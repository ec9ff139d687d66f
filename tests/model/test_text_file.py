# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Files of text that are read, and those that cannot be."""

from pathlib import Path

import pytest

from nephoscope.model import text_file
from nephoscope.model.errors import NephoscopeError


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("sources: []  # ⌀\n", encoding="utf-8")
    assert "sources: []  # ⌀\n" == text_file.read(tmp_path / "a")


@pytest.mark.parametrize("name", ["missing", "folder", "latin-1"])
def test_one_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin-1").write_bytes("é".encode("latin-1"))
    with pytest.raises(NephoscopeError, match=rf"/{name} cannot be read: "):
        text_file.read(str(tmp_path / name))
