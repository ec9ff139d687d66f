# SPDX-License-Identifier: Apache-2.0
"""Fields of metadata by their paths, to be changed without changing the maps of others."""

from collections.abc import Callable, Sequence
from typing import Any

from nephoscope.model.name_filter import NameFilter
from nephoscope.model.sample_columns import Objects, objects

DEPTH_MAX = 16
GONE = object()
"""What a change gives for a field that is to be left out."""

Change = Callable[[Any], Any]


class Fields:
    """Paths such as `display_name`, `flavor.name` or `user_metadata.*`; `*` stands for any part of a path."""

    def __init__(self, globs: Sequence[str]) -> None:
        self._filter = NameFilter.of(globs)

    def changed(self, metadata: Objects, change: Change) -> Objects:
        """The maps with `change` of the fields meant; each different map is looked at once, and none is changed."""
        known: dict[int, Any] = {}
        listed = metadata.tolist()
        for each in listed:
            if id(each) not in known:
                known[id(each)] = self._map(each, "", change, DEPTH_MAX)
        return objects(known[id(each)] for each in listed)

    def _map(self, found: dict[str, Any], path: str, change: Change, depth: int) -> dict[str, Any]:
        made = {}
        for key, value in found.items():
            place = f"{path}.{key}" if path else str(key)
            if self._filter.matches(place):
                made[key] = change(value)
            else:
                made[key] = self._map(value, place, change, depth - 1) if isinstance(value, dict) and depth else value
        return {key: value for key, value in made.items() if value is not GONE}
