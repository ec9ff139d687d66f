# SPDX-License-Identifier: Apache-2.0
"""Configuration files: TOML against a typed tree, with errors that name file, key and what was expected."""

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from nephoscope.model.errors import BadRequest

Tree = TypeVar("Tree", bound=msgspec.Struct)


def read(path: Path, tree: type[Tree]) -> Tree:
    """
    Read the file into `tree`, a struct that forbids unknown fields.

    BadRequest names the file, the key and what was expected, or where the TOML itself is broken.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), tree, dec_hook=_decode)
    except OSError as error:
        raise BadRequest(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path}: not valid TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise BadRequest(f"{path}: {_worded(str(error))}") from None


def _decode(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError(f"no setting is of type {kind.__name__}")


def _worded(message: str) -> str:
    """msgspec says `Object contains unknown field `x` - at `$.http``; users look for `[http] x`."""
    what, _, where = message.partition(" - at ")
    key = where.strip("`").removeprefix("$").lstrip(".")
    return f"{key}: {what}" if key else what
