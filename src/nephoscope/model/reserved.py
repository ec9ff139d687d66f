# SPDX-License-Identifier: Apache-2.0
"""Metadata that users give their servers for metering: which of it goes with samples, and under which names."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reserved:
    """
    Keys with one of the prefixes `namespaces`, and the exact `keys`, are kept.

    >>> Reserved().of({"metering.team.name": "shop", "role": "frontend"})
    {'team_name': 'shop'}
    """

    namespaces: tuple[str, ...] = ("metering.",)
    keys: tuple[str, ...] = ()
    length_max: int = 256

    def of(self, metadata: Mapping[str, Any], taken: Container[str] = ()) -> dict[str, Any]:
        """What is kept, without prefix, dots made `_`, texts cut; not what would have a name that is `taken`."""
        found: dict[str, Any] = {}
        for key, value in metadata.items():
            name = self._name(key)
            if name is not None and name not in taken:
                found[name] = value[: self.length_max] if isinstance(value, str) else value
        return found

    def _name(self, key: str) -> str | None:
        for namespace in self.namespaces:
            if key.startswith(namespace):
                return key.removeprefix(namespace).replace(".", "_")
        return key.replace(".", "_") if key in self.keys else None
