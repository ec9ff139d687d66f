# SPDX-License-Identifier: Apache-2.0
"""Silences: for a time nobody is told of what fits them."""

from typing import Annotated, Literal

import msgspec

from nephoscope.model.errors import InvalidInput
from nephoscope.model.matcher import Matcher, Matchers

SilenceState = Literal["pending", "active", "expired"]
COMMENT_LENGTH_MAX = 1000

Comment = Annotated[str, msgspec.Meta(max_length=COMMENT_LENGTH_MAX)]


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is not told from `starts_ns` up to `ends_ns`; `author` is the user who wrote it.

    It is about the alarms of `project_id` only, where it has one; without, about all projects'.
    """

    id: str
    project_id: str
    matchers: tuple[Matcher, ...]
    starts_ns: int
    ends_ns: int
    comment: str = ""
    author: str = ""
    created_ns: int = 0
    changed_ns: int = 0

    def state(self, now_ns: int) -> SilenceState:
        """
        Whether it is still to come, in force, or over.

        >>> [Silence(id="", project_id="", matchers=(), starts_ns=5, ends_ns=9).state(now) for now in (4, 5, 9)]
        ['pending', 'active', 'expired']
        """
        if now_ns >= self.ends_ns:
            return "expired"
        return "active" if now_ns >= self.starts_ns else "pending"


def check_silence(matchers: Matchers, starts_ns: int, ends_ns: int) -> None:
    """InvalidInput names the field: a silence has a matcher that not everything fits, and ends after it starts."""
    if not matchers:
        raise InvalidInput('matchers: expected one at least; severity=~".*" is everything', ["matchers"])
    if ends_ns <= starts_ns:
        raise InvalidInput("until: expected to be after from", ["until"])
