# SPDX-License-Identifier: Apache-2.0
"""The definitions that come with this package, for those who have none of their own."""

from importlib.resources import files


def builtin_text(name: str) -> str:
    """The text of a file of the folder `builtin`."""
    return (files(__package__) / "builtin" / name).read_text("utf-8")
