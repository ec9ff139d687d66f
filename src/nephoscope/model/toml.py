# SPDX-License-Identifier: Apache-2.0
"""Configuration files: TOML against a typed tree, with errors that name file, key and what was expected."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from nephoscope.model.errors import BadRequest

Tree = TypeVar("Tree", bound=msgspec.Struct)


def read(path: Path, tree: type[Tree]) -> Tree:
    """
    The settings in a file, as `tree`, whose sections are structs.

    BadRequest names the file, the key and what was expected there, or where the TOML itself is broken.
    """
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadRequest(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:  # both broken TOML and broken UTF-8
        raise BadRequest(f"{path}: not TOML: {error}") from error
    return parse(written, tree, str(path))


def parse(written: dict[str, Any], tree: type[Tree], source: str) -> Tree:
    """The settings in a table as TOML gives it; `source` is what errors, as those of `read`, call it."""
    for key, expected in _unknown(written, tree, ""):
        raise BadRequest(f"{source}: unknown key {key}; expected one of: {', '.join(expected)}")
    try:
        return msgspec.convert(written, tree)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        raise BadRequest(f"{source}: {where.rstrip('`') or 'the file'}: {what}") from error


def _unknown(written: dict[str, Any], section: type[msgspec.Struct], prefix: str) -> Iterator[tuple[str, list[str]]]:
    """Keys that no setting has, with the ones that there are beside them."""
    known = {field.name: field.type for field in msgspec.structs.fields(section)}
    for key, value in written.items():
        if key not in known:
            yield prefix + key, sorted(known)
        elif isinstance(value, dict) and isinstance(known[key], type) and issubclass(known[key], msgspec.Struct):
            yield from _unknown(value, known[key], f"{prefix}{key}.")
