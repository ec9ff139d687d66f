# SPDX-License-Identifier: Apache-2.0
"""The parameters of a transformer as the file has them, with errors that say where."""

import logging
import re
from collections.abc import Mapping
from typing import Any

from nephoscope.model.errors import BadRequest

log = logging.getLogger(__name__)

TYPES = ("gauge", "delta", "cumulative")


class Parameters:
    """A map of the file: each getter says what is expected when something else is there."""

    def __init__(self, found: Mapping[str, Any], place: str, path: str = "parameters") -> None:
        self._found = found
        self.place = place
        self._path = path

    def of(self, *names: str) -> "Parameters":
        """The parameters themselves; others than these are ignored, as they always were, but somebody is told."""
        for unknown in sorted(str(each) for each in self._found if each not in names):
            known = ", ".join(sorted(names))
            log.warning("%s: %s.%s is ignored: the keys here are %s", self.place, self._path, unknown, known)
        return self

    def map(self, name: str) -> "Parameters":
        """A map inside of this one; empty where there is none."""
        found = self._found.get(name)
        if found is None:
            found = {}
        if not isinstance(found, Mapping):
            raise self.wrong(name, "must be a map")
        return Parameters(found, self.place, f"{self._path}.{name}")

    def has(self, name: str) -> bool:
        """Whether there is something by that name; null counts."""
        return name in self._found

    def text(self, name: str) -> str | None:
        """A text, or None; numbers are taken for their digits."""
        found = self._found.get(name)
        if found is None or isinstance(found, str):
            return found
        if isinstance(found, int | float) and not isinstance(found, bool):
            return str(found)
        raise self.wrong(name, "must be a text")

    def texts(self, name: str) -> list[str] | None:
        """A list of texts, or None."""
        found = self._found.get(name)
        if found is None:
            return None
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise self.wrong(name, "must be a list of texts")
        return found

    def number(self, name: str) -> float | None:
        """A number, or None."""
        found = self._found.get(name)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise self.wrong(name, "must be a number")
        return float(found)

    def flag(self, name: str) -> bool:
        """True or false, by default false."""
        found = self._found.get(name, False)
        if not isinstance(found, bool):
            raise self.wrong(name, "must be true or false")
        return found

    def scale(self, name: str) -> float | str | None:
        """A number or an expression, or None."""
        found = self._found.get(name)
        return found if isinstance(found, str) else self.number(name)

    def one_of(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str | None:
        """One of some texts, or the default."""
        found = self.text(name)
        if found is None:
            return default
        if found not in choices:
            raise self.wrong(name, f"must be one of {', '.join(choices)}")
        return found

    def pattern(self, name: str) -> re.Pattern[str] | None:
        """A regular expression, or None."""
        found = self.text(name)
        try:
            return None if found is None else re.compile(found)
        except re.error as error:
            raise self.wrong(name, f"is no regular expression: {error}") from None

    def wrong(self, name: str, why: str) -> BadRequest:
        """The problem with one parameter."""
        found = self._found.get(name)
        shown = "" if found is None else f", not {str(found)[:60]!r}"
        return BadRequest(f"{self.place}: {self._path}.{name} {why}{shown}")
