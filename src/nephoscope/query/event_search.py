# SPDX-License-Identifier: Apache-2.0
"""
Searches over events, to a condition of the engine.

The logic is that of `model/search.py`, which is the engine's own: what is compared with something unset, or in an order
with something of another kind, is NULL, and so is the opposite. Every value travels as a parameter, never as text.

A trait brings its kind along, so each comparison is made four times, for texts, whole numbers, other numbers and times,
and the row chooses. Numbers compare with numbers and with texts of the trait that read the same; what is compared with
a time must be one: ISO 8601, epoch seconds, or relative to now. `true` and `false` are the texts `True` and `False`.
"""

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

from nephoscope.model import timestamp
from nephoscope.model.errors import BadRequest
from nephoscope.model.event import TRAIT_NUMBERS
from nephoscope.model.search import And, Compare, Not, Operator, Search, Value

TRAITS = "traits."
# What an event has besides its traits; unset is an empty text.
TEXT_FIELDS = {
    "id": "id",
    "type": "type",
    "project_id": "nullIf(project_id, '')",
    "resource_id": "nullIf(resource_id, '')",
}
TIME_FIELD = "time"
Kind: TypeAlias = Literal["text", "integer", "float", "datetime"]
SIGNS: dict[Operator, str] = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
UNKNOWN = "CAST(NULL, 'Nullable(UInt8)')"
READ_AS: dict[Kind, str] = {
    "text": "{value}",
    "integer": "toInt64OrNull({value})",
    "float": "toFloat64OrNull({value})",
    "datetime": "toInt64OrNull({value})",
}
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


class Parameters:
    """Values by the names under which a statement refers to them."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def text(self, value: str) -> str:
        """The place of a text."""
        return self._place(value, "String")

    def integer(self, value: int) -> str:
        """The place of a whole number of 64 bits."""
        return self._place(value, "Int64")

    def number(self, value: float) -> str:
        """The place of a number, a whole one where it is that."""
        whole = isinstance(value, int) and -(2**63) <= value < 2**63
        return self.integer(int(value)) if whole else self._place(float(value), "Float64")

    def _place(self, value: Any, kind: str) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"{{{name}:{kind}}}"


class EventCompiler:
    """Turns searches to conditions; `now_ns` is what relative times count from."""

    def __init__(self, parameters: Parameters, now_ns: int) -> None:
        self._parameters = parameters
        self._now_ns = now_ns

    def condition(self, search: Search) -> str:
        """The condition that is 1 for what matches. BadRequest for unknown fields and values that cannot be read."""
        match search:
            case Compare():
                return self._compare(search)
            case Not(item):
                return f"NOT ({self.condition(item)})"
            case And(items):
                return _joined("AND", [self.condition(each) for each in items], "1")
        return _joined("OR", [self.condition(each) for each in search.items], "0")

    def _compare(self, leaf: Compare) -> str:
        name = leaf.field
        if name in TEXT_FIELDS:
            expression = TEXT_FIELDS[name]
            return self._with_unset(leaf, f"isNull({expression})", lambda one: self._of_text(expression, one))
        if name == TIME_FIELD:
            return self._with_unset(leaf, "0", self._of_time_field)
        if name.startswith(TRAITS) and name != TRAITS:
            place = f"indexOf(trait_names, {self._parameters.text(name.removeprefix(TRAITS))})"
            return self._with_unset(leaf, f"({place} = 0)", lambda one: self._of_trait(place, one))
        known = ", ".join([*TEXT_FIELDS, TIME_FIELD])
        raise BadRequest(
            f"Invalid filter: events have no field {name!r}; there are {known}, and traits.NAME for traits"
        )

    def _with_unset(self, leaf: Compare, unset: str, of_value: Callable[[Compare], str]) -> str:
        """What `null` among the values means, and that `!=` matches what is unset as well."""
        if isinstance(leaf.value, tuple):
            given = tuple(each for each in leaf.value if each is not None)
            found = of_value(Compare("in", leaf.field, given)) if given else "0"
            return f"({found} OR {unset})" if len(given) < len(leaf.value) else found
        if leaf.value is None:
            return {"eq": unset, "ne": f"NOT {unset}"}.get(leaf.operator, UNKNOWN)
        return f"({unset} OR {of_value(leaf)})" if leaf.operator == "ne" else of_value(leaf)

    def _of_text(self, expression: str, leaf: Compare) -> str:
        if leaf.operator == "like":
            return f"{expression} LIKE {self._parameters.text(like_pattern(_written(leaf.value)))}"
        if isinstance(leaf.value, tuple):
            places = ", ".join(self._parameters.text(_written(each)) for each in leaf.value)
            return f"{expression} IN ({places})"
        return f"{expression} {SIGNS[leaf.operator]} {self._parameters.text(_written(leaf.value))}"

    def _of_time_field(self, leaf: Compare) -> str:
        if leaf.operator == "like":
            raise BadRequest("Invalid filter: time cannot be compared by like")
        found = self._of_kind("datetime", TIME_FIELD, leaf)
        if found is None:
            raise BadRequest(f"Invalid filter: {leaf.value!r} is no time; give ISO 8601, epoch seconds or `-1 hour`")
        return found

    def _of_trait(self, place: str, leaf: Compare) -> str:
        value, kind = f"trait_values[{place}]", f"trait_types[{place}]"
        mismatch = {"eq": "0", "ne": "1", "in": "0"}.get(leaf.operator, UNKNOWN)
        chosen = []
        for name, number in TRAIT_NUMBERS.items():
            found = self._of_kind(name, READ_AS[name].format(value=value), leaf)
            chosen.append(f"{kind} = {number}, toNullable({mismatch if found is None else found})")
        return f"multiIf({', '.join(chosen)}, {UNKNOWN})"

    def _of_kind(self, kind: Kind, expression: str, leaf: Compare) -> str | None:
        """The comparison with a trait of one kind; None where the value is none that such a trait can have."""
        if isinstance(leaf.value, tuple):
            parts = [self._of_kind(kind, expression, Compare("eq", leaf.field, each)) for each in leaf.value]
            found = [each for each in parts if each is not None]
            return _joined("OR", found, "0") if found else None
        if leaf.operator == "like":
            return self._of_text(expression, leaf) if kind == "text" else None
        sign = SIGNS[leaf.operator]
        if kind == "text":
            is_ordered = leaf.operator not in ("eq", "ne")
            return None if is_ordered and not isinstance(leaf.value, str) else self._of_text(expression, leaf)
        if kind == "datetime":
            time_ns = self._time(leaf.value)
            return None if time_ns is None else f"{expression} {sign} {self._parameters.integer(time_ns)}"
        number = _number(leaf.value)
        return None if number is None else f"{expression} {sign} {self._parameters.number(number)}"

    def _time(self, value: Value | tuple[Value, ...]) -> int | None:
        try:
            return timestamp.parse(value, self._now_ns)  # type: ignore[arg-type]
        except BadRequest:
            return None


def like_pattern(pattern: str) -> str:
    r"""
    A LIKE pattern in which every backslash stands before what it makes literal, as the engine wants it.

    >>> like_pattern(r"50\% of a\b") == r"50\% of ab", like_pattern("a\\") == "a\\\\"
    (True, True)
    """
    kept = re.finditer(r"\\(?P<literal>.)|(?P<wild>[%_])|(?P<plain>.)", pattern, re.DOTALL)
    parts = (each["wild"] or re.sub(r"[%_\\]", r"\\\g<0>", each["literal"] or each["plain"]) for each in kept)
    return "".join(parts)


def glob_pattern(glob: str) -> str:
    r"""
    The LIKE pattern of a glob with `*` and `?`.

    >>> glob_pattern("compute.*.e?d_1%")
    'compute.%.e_d\\_1\\%'
    """
    return re.sub(r"[%_\\]", r"\\\g<0>", glob).replace("*", "%").replace("?", "_")


def _joined(word: str, parts: Sequence[str], nothing: str) -> str:
    return f"({f' {word} '.join(parts)})" if parts else nothing


def _written(value: Value | tuple[Value, ...]) -> str:
    """A value as texts have it."""
    return str(value)


def _number(value: Value | tuple[Value, ...]) -> float | None:
    """The number that a value is, None where it is none. Whole numbers stay exact."""
    if isinstance(value, bool) or value is None or isinstance(value, tuple):
        return None
    if isinstance(value, str):
        if not NUMBER.fullmatch(value):
            return None
        return int(value) if re.fullmatch(r"[+-]?\d{1,18}", value) else _finite(float(value))
    return value if isinstance(value, int) else _finite(value)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
