# SPDX-License-Identifier: Apache-2.0
"""Matchers made ready to be held against many alarms; regular expressions are RE2's, and fit whole values."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from nephoscope.model.errors import InvalidInput
from nephoscope.model.matcher import Matcher

# What an expression said of so many values is remembered; it is made ready anew for each call.
REMEMBERED_MAX = 10_000

Test = Callable[[Mapping[str, str]], bool]


class Fitting:
    """Matchers that are held against labels; all have to hold. Safe from any thread."""

    def __init__(self, matchers: Sequence[Matcher]) -> None:
        # Equality first: mostly it is all that is needed to tell that something does not fit.
        self._tests: list[Test] = [_test(each) for each in sorted(matchers, key=lambda each: "~" in each.op)]

    def fits(self, labels: Mapping[str, str]) -> bool:
        """Whether all hold; a label that is not there counts as empty."""
        for test in self._tests:  # noqa: SIM110 - held against a hundred thousand alarms, a generator takes twice as long
            if not test(labels):
                return False
        return True


def check_patterns(matchers: Sequence[Matcher], place: str) -> None:
    """InvalidInput names the matcher whose regular expression cannot be read."""
    for number, each in enumerate(matchers):
        if "~" not in each.op:
            continue
        try:
            # By itself: what closes a bracket that it did not open is no expression, though ours around it may be one.
            _found(each.value, "")
        except pa.ArrowInvalid as error:
            where = f"{place}[{number}].value"
            raise InvalidInput(f"{where}: {error}", [where]) from None


def _test(matcher: Matcher) -> Test:
    label, value = matcher.label, matcher.value
    match matcher.op:
        case "=":
            return lambda labels: labels.get(label, "") == value
        case "!=":
            return lambda labels: labels.get(label, "") != value
        case "=~":
            wanted = _Pattern(value)
            return lambda labels: wanted.is_whole(labels.get(label, ""))
        case _:
            unwanted = _Pattern(value)
            return lambda labels: not unwanted.is_whole(labels.get(label, ""))


class _Pattern:
    """A regular expression, with what it has said so far."""

    def __init__(self, pattern: str) -> None:
        self._pattern = rf"\A(?:{pattern})\z"
        self._known: dict[str, bool] = {}

    def is_whole(self, value: str) -> bool:
        """Whether it fits the whole of a value."""
        known = self._known.get(value)
        if known is None:
            if len(self._known) >= REMEMBERED_MAX:
                self._known = {}
            known = self._known[value] = _found(self._pattern, value)
        return known


def _found(pattern: str, value: str) -> bool:
    found: Any = pc.match_substring_regex(pa.array([value], pa.string()), pattern)
    return bool(found[0].as_py())
