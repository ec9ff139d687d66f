# SPDX-License-Identifier: Apache-2.0
"""Files of text, such as those that settings name."""

from pathlib import Path

from nephoscope.model.errors import NephoscopeError


def read(file: str | Path) -> str:
    """All of it; NephoscopeError names the file and why it cannot be read."""
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NephoscopeError(f"{file} cannot be read: {error}") from None
