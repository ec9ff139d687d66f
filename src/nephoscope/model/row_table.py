# SPDX-License-Identifier: Apache-2.0
"""
Tables of what may be named in settings: a name and a target, `module:attribute`, which is imported when it is needed.

Packages outside add rows of the same form in an entry-point group; they cannot replace ours.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from nephoscope.model.errors import NotFound


def offered(rows: Mapping[str, str], group: str) -> dict[str, str]:
    """Ours and those of other packages: name -> target, sorted."""
    return dict(sorted({**_outside(group), **rows}.items()))


def load(what: str, name: str, rows: Mapping[str, str], group: str) -> Any:
    """What a name stands for; NotFound lists the names that there are of `what`, which is in the singular."""
    # Outsiders are looked for only when the name is not ours: reading package metadata costs megabytes.
    target = rows.get(name) or _outside(group).get(name)
    if target is None:
        there = ", ".join(offered(rows, group)) or "none"
        raise NotFound(f"no {what} is called '{name[:40]}'; there are {there}")
    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)


def _outside(group: str) -> dict[str, str]:
    from importlib.metadata import entry_points

    return {point.name: point.value for point in entry_points(group=group)}
