# SPDX-License-Identifier: Apache-2.0
"""The recorded answers of Aodh, and how what is expected, markers included, is compared with what was found."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

RECORDED: dict[str, Any] = json.loads((Path(__file__).parents[2] / "data" / "aodh-examples.json").read_text())
CASES: list[dict[str, Any]] = RECORDED["cases"]
COMMANDS: list[dict[str, Any]] = RECORDED["cli"]["commands"]

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PATTERNS = {"uuid": _UUID, "timestamp": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{6})?"}
_MARKER = re.compile(r"(<<[\w:]+>>)")
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


class Memory:
    """What earlier answers gave, by the names that markers and placeholders have for it."""

    def __init__(self, **names: str) -> None:
        self.names = dict(names)

    def filled(self, written: str) -> str:
        """A request's text with every `{{name}}` replaced."""
        return _PLACEHOLDER.sub(lambda found: self.names[found[1]], written)

    def save(self, rules: Mapping[str, str], answer: Any) -> None:
        """Keep parts of an answer: rules such as `{"a": "$.alarm_id"}`."""
        for name, place in rules.items():
            self.names[name] = answer[place.removeprefix("$.")]

    def differences(self, expected: Any, found: Any, place: str = "$") -> Iterator[str]:
        """Where what was found is not what was expected; nothing when it is."""
        if isinstance(expected, dict) and set(expected) == {"<<json>>"} and isinstance(found, str):
            yield from self.differences(expected["<<json>>"], json.loads(found), f"{place}(json)")
        elif isinstance(expected, dict) and isinstance(found, dict):
            if expected.keys() != found.keys():
                yield f"{place}: expected the keys {sorted(expected)}, found {sorted(found)}"
            for key in expected.keys() & found.keys():
                yield from self.differences(expected[key], found[key], f"{place}.{key}")
        elif isinstance(expected, list) and isinstance(found, list):
            if len(expected) != len(found):
                yield f"{place}: expected {len(expected)} items, found {len(found)}"
            for number, (wanted, there) in enumerate(zip(expected, found, strict=False)):
                yield from self.differences(wanted, there, f"{place}[{number}]")
        elif isinstance(expected, str) and isinstance(found, str):
            if not self._same_text(expected, found):
                yield f"{place}: expected {expected!r}, found {found!r}"
        elif expected != found or type(expected) is not type(found):
            yield f"{place}: expected {expected!r}, found {found!r}"

    def _same_text(self, expected: str, found: str) -> bool:
        """Whether a text fits one with markers; what a marker stands for the first time is kept."""
        if expected.startswith("<<contains:"):
            return expected.removeprefix("<<contains:").removesuffix(">>") in found
        pieces = (self._pattern(piece) for piece in _MARKER.split(expected))
        matched = re.fullmatch("".join(pieces), found)
        self.names.update(matched.groupdict() if matched else {})
        return matched is not None

    def _pattern(self, piece: str) -> str:
        if not _MARKER.fullmatch(piece):
            return re.escape(piece)
        kind, _, name = piece[2:-2].partition(":")
        if kind == "base_url":
            name = kind
        if name in self.names:
            return re.escape(self.names[name])
        return f"(?P<{name}>{_UUID})" if kind == "var" else _PATTERNS[kind]
