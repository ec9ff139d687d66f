# SPDX-License-Identifier: Apache-2.0
"""What a group says to its actuator: plain JSON, checked against what that actuator takes."""

import re
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import msgspec

from nephoscope.model.errors import BadRequest

T = TypeVar("T", bound=msgspec.Struct)
PLACEHOLDER = re.compile(r"\{(name|index|group)\}")
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,199}", re.ASCII)
_SERIAL = re.compile(r"\d+$", re.ASCII)


def read(kind: type[T], options: Mapping[str, Any]) -> T:
    """The options as a struct; BadRequest names the one that is wrong."""
    try:
        return msgspec.convert(options, kind)
    except msgspec.ValidationError as error:
        raise BadRequest(f"options: {error}") from None


def choose(option: str, value: str, setting: str, offered: Collection[str]) -> str:
    """What a group chose, where the operator offers it; BadRequest names the setting where not."""
    if value not in offered:
        raise BadRequest(f"options: {option}: there is none of that name in [scale] {setting}: '{value[:60]}'")
    return value


def plain(what: str, text: str) -> str:
    """A name that can be part of a command line, a unit's name or a file's; BadRequest for any other."""
    if not PLAIN.fullmatch(text):
        raise BadRequest(f"{what}: expected letters, digits, '_', '.' and '-' only, a letter or digit first")
    return text


def filled(template: str, group: str, name: str) -> str:
    """
    A text with `{name}`, `{index}` and `{group}` in it filled in; the index is the number at the end of the name.

    >>> filled("--port=90{index} {name} {other}", "web", "web-12")
    '--port=9012 web-12 {other}'
    """
    serial = _SERIAL.search(name)
    values = {"name": name, "group": group, "index": serial[0] if serial else ""}
    return PLACEHOLDER.sub(lambda found: values[found[1]], template)
