# SPDX-License-Identifier: Apache-2.0
"""Which meters or events a source takes: shell globs, of which `!glob` excludes."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import translate

from nephoscope.model.errors import BadRequest

EVERYTHING = "*"
EXCLUDE = "!"
_SPECIAL = frozenset("*?[")


@dataclass(frozen=True)
class _Globs:
    """Some globs, ready to match: plain names are looked up, since most files list dozens of them."""

    names: frozenset[str]
    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, globs: Iterable[str]) -> "_Globs":
        globs = frozenset(globs)
        plain = frozenset(glob for glob in globs if _SPECIAL.isdisjoint(glob))
        written = "|".join(translate(glob) for glob in sorted(globs - plain))
        return cls(plain, re.compile(written) if written else None)

    def hit(self, name: str) -> bool:
        return name in self.names or (self.pattern is not None and self.pattern.match(name) is not None)


@dataclass(frozen=True)
class NameFilter:
    """
    The names that a list of globs lets through; made by `NameFilter.of`.

    An excluded name does not pass. Of the others pass those that are included, or all when the list only excludes.
    Globs are those of `fnmatch.fnmatchcase`: `*`, `?`, `[seq]`, `[!seq]`, over the whole name, capitals matter.
    """

    patterns: tuple[str, ...]
    _included: _Globs
    _excluded: _Globs
    _only_excludes: bool

    @classmethod
    def of(cls, patterns: Sequence[str]) -> "NameFilter":
        """
        The filter of a list such as `["cpu", "disk.*"]`, `["!cpu"]`, `["*"]` or `["*", "!cpu"]`.

        BadRequest for an empty list, an empty glob, includes mixed with excludes, and `*` beside other includes.
        """
        _check(patterns)
        included = [pattern for pattern in patterns if not pattern.startswith(EXCLUDE)]
        excluded = [pattern.removeprefix(EXCLUDE) for pattern in patterns if pattern.startswith(EXCLUDE)]
        return cls(tuple(patterns), _Globs.of(included), _Globs.of(excluded), not included)

    def matches(self, name: str) -> bool:
        """Whether one name passes."""
        return not self._excluded.hit(name) and (self._only_excludes or self._included.hit(name))

    def matching(self, names: Iterable[str]) -> frozenset[str]:
        """Those of `names` that pass; a name that comes often, as in a batch's column, is matched once."""
        return frozenset(filter(self.matches, frozenset(names)))


def _check(patterns: Sequence[str]) -> None:
    """BadRequest says which of the rules of `NameFilter.of` a list breaks, and with which globs."""
    if not patterns:
        raise BadRequest("expected at least one name or glob, there is an empty list")
    for pattern in patterns:
        if pattern in {"", EXCLUDE}:
            raise BadRequest(f"expected a name or glob, '!' before it to exclude, there is '{pattern}'")
    includes = [pattern for pattern in patterns if not pattern.startswith(EXCLUDE)]
    named = next((pattern for pattern in includes if pattern != EVERYTHING), None)
    exclude = next((pattern for pattern in patterns if pattern.startswith(EXCLUDE)), None)
    if named is not None and EVERYTHING in includes:
        raise BadRequest(f"expected '*' alone or with excludes such as '!cpu', there is {_quoted(named)} beside it")
    if named is not None and exclude is not None:
        raise BadRequest(
            "expected either includes or excludes, or '*' with excludes, "
            f"there are both {_quoted(named)} and {_quoted(exclude)}"
        )


def _quoted(pattern: str) -> str:
    """A glob for a message: control signs escaped, and no longer than a message can bear."""
    return repr(pattern if len(pattern) <= 60 else f"{pattern[:57]}...")
