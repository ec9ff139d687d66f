# SPDX-License-Identifier: Apache-2.0

"""Configuration files: what is read, and how errors name file, key and expectation."""

from pathlib import Path

import msgspec
import pytest

from nephoscope.model import toml
from nephoscope.model.errors import BadRequest


class Door(msgspec.Struct, forbid_unknown_fields=True):
    listen: str = "127.0.0.1:1"
    width: int = 3


class House(msgspec.Struct, forbid_unknown_fields=True):
    name: str = "nephoscope"
    door: Door = msgspec.field(default_factory=Door)


def test_what_is_not_written_has_its_default(tmp_path: Path) -> None:
    file = tmp_path / "house.toml"
    file.write_text("[door]\nwidth = 4\n")
    assert House("nephoscope", Door("127.0.0.1:1", 4)) == toml.read(file, House)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nam = 'x'", "unknown key nam; expected one of: door, name"),
        ("[door]\nwidht = 4", "unknown key door.widht; expected one of: listen, width"),
        ("[door]\nwidth = 'wide'", "door.width: Expected `int`, got `str`"),
        ("[door\n", "not TOML"),
        ("name = 'a'\nname = 'b'", "not TOML"),
        ("name = '\x80'", "not TOML"),
    ],
)
def test_an_error_names_the_file_the_key_and_what_was_expected(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "house.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadRequest) as caught:
        toml.read(file, House)
    assert str(file) in caught.value.message
    assert message in caught.value.message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"cannot read .*nowhere\.toml: No such file"):
        toml.read(tmp_path / "nowhere.toml", House)
