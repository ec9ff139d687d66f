# SPDX-License-Identifier: Apache-2.0
"""
What rules of alarms say of events, to a condition of the engine: true for the very events that fire event alarms.

The meaning is that of `alarm/events.py`: types fit a shell pattern; the first trait of a name counts, texts compare
with texts and numbers with numbers, and what is not there, or of another kind, equals nothing and is in no order.
"""

import math
from collections.abc import Callable, Mapping, Sequence

from nephoscope.model.alarm_rule import EventCondition
from nephoscope.model.comparison import Comparison
from nephoscope.model.event import TRAIT_NUMBERS
from nephoscope.query.event_search import SIGNS, TRAITS, Parameters

RAW = "raw."
MICROSECONDS = "intDiv(time, 1000) % 1000000"
# A time as receivers of events are shown it: with microseconds where there are any.
GENERATED = (
    "concat(formatDateTime(fromUnixTimestamp64Nano(time, 'UTC'), '%Y-%m-%dT%H:%i:%S'), "
    f"if({MICROSECONDS} = 0, '', concat('.', leftPad(toString({MICROSECONDS}), 6, '0'))), '+00:00')"
)
TEXTS = {"message_id": "id", "event_type": "toString(type)", "generated": GENERATED}
TRUE = frozenset({"true", "1", "t", "y", "yes", "on"})
TEXT, FLOAT = TRAIT_NUMBERS["text"], TRAIT_NUMBERS["float"]
WHOLE = f"({TRAIT_NUMBERS['integer']}, {TRAIT_NUMBERS['datetime']})"

Wanted = str | int | float

CONVERT: Mapping[str, Callable[[str], Wanted]] = {
    "": str,
    "string": str,
    "integer": int,
    "float": float,
    "boolean": lambda text: text.strip().lower() in TRUE,
}
"""Reads what a condition compares with, by its type. ValueError for what is none of that type."""


def event_condition(event_type: str, query: Sequence[EventCondition], parameters: Parameters) -> str:
    """The condition that is 1 for events whose type fits a shell pattern and that fulfil all conditions, else 0."""
    found = [f"match(type, {parameters.text(type_pattern(event_type))})"] if event_type != "*" else []
    # Messages are long: they are looked into where all else holds.
    ordered = sorted(query, key=lambda each: each.field.startswith(RAW))
    return " AND ".join([*found, *(_condition(each, parameters) for each in ordered)]) or "1"


def type_pattern(pattern: str) -> str:
    r"""
    The regular expression, as the engine has them, of a shell pattern: `*`, `?`, `[abc]`, `[a-z]` and `[!a]`.

    >>> type_pattern("compute.*.e?d"), type_pattern("[!a-c]"), type_pattern("[x")
    ('^(?s:compute\\x{2e}.*\\x{2e}e.d)$', '^(?s:[^\\x{61}-\\x{63}])$', '^(?s:\\x{5b}x)$')
    """
    parts = []
    at = 0
    while at < len(pattern):
        sign, at = pattern[at], at + 1
        if sign == "[" and (end := _end_of_class(pattern, at)) is not None:
            parts.append(_class(pattern[at:end]))
            at = end + 1
        else:
            parts.append({"*": ".*", "?": "."}.get(sign) or (sign if sign.isalnum() else _code(sign)))
    return f"^(?s:{''.join(parts)})$"


def _end_of_class(pattern: str, at: int) -> int | None:
    """Where the bracket closes that was opened before `at`; one that comes first is of the class."""
    first = at + 1 if pattern[at : at + 1] == "!" else at
    end = pattern.find("]", first + 1)
    return None if end < 0 else end


def _class(inside: str) -> str:
    excludes = inside.startswith("!")
    signs = inside.removeprefix("!")
    ranges = []
    at = 0
    while at < len(signs):
        is_range = signs[at + 1 : at + 2] == "-" and at + 2 < len(signs)
        low, high = signs[at], signs[at + 2] if is_range else signs[at]
        # A range that goes down holds nothing.
        if low <= high:
            ranges.append(f"{_code(low)}-{_code(high)}" if is_range else _code(low))
        at += 3 if is_range else 1
    if not ranges:
        return "." if excludes else r"[^\x{0}-\x{10ffff}]"
    return f"[{'^' if excludes else ''}{''.join(ranges)}]"


def _code(sign: str) -> str:
    return f"\\x{{{ord(sign):x}}}"


def _condition(condition: EventCondition, parameters: Parameters) -> str:
    name = condition.field
    if name.startswith(TRAITS):
        place = f"indexOf(trait_names, {parameters.text(name.removeprefix(TRAITS))})"
        return _of_trait(place, condition.op, CONVERT[condition.type](condition.value), parameters)
    if name in TEXTS:
        return _compared("1", TEXTS[name], condition.op, parameters.text(condition.value))
    if name.startswith(RAW):
        path = ", ".join(parameters.text(each) for each in name.removeprefix(RAW).split("."))
        is_text = f"JSONType(raw, {path}) = 'String'"
        return _compared(is_text, f"JSONExtractString(raw, {path})", condition.op, parameters.text(condition.value))
    return _compared("0", "''", condition.op, "''")


def _of_trait(place: str, op: Comparison, wanted: Wanted, parameters: Parameters) -> str:
    # An event without the trait has 0 as its kind: it stands at no place.
    kind, value = f"trait_types[{place}]", f"trait_values[{place}]"
    if isinstance(wanted, str):
        return _compared(f"{kind} = {TEXT}", value, op, parameters.text(wanted))
    number = _number(wanted, parameters)
    sign = SIGNS["eq" if op == "ne" else op]
    found = (
        f"(({kind} IN {WHOLE} AND toInt64OrZero({value}) {sign} {number}) "
        f"OR ({kind} = {FLOAT} AND toFloat64OrZero({value}) {sign} {number}))"
    )
    return f"NOT {found}" if op == "ne" else found


def _compared(is_comparable: str, expression: str, op: Comparison, wanted: str) -> str:
    """What is comparable and compares so; `ne` is the opposite of `eq`, so that it holds of what is not comparable."""
    sign = SIGNS["eq" if op == "ne" else op]
    found = f"({is_comparable} AND {expression} {sign} {wanted})"
    return f"NOT {found}" if op == "ne" else found


def _number(wanted: int | float, parameters: Parameters) -> str:
    try:
        return parameters.number(wanted)
    except OverflowError:
        # Beyond all numbers that a trait can have.
        return parameters.number(math.inf if wanted > 0 else -math.inf)
