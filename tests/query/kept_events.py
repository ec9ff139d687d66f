# SPDX-License-Identifier: Apache-2.0
"""Events for tests, and which of them a filter leaves, told row by row without any SQL."""

import math
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from random import Random
from typing import Any

from nephoscope.model import timestamp
from nephoscope.model.errors import BadRequest
from nephoscope.model.event import Trait
from nephoscope.model.kept_event import RESOURCE_TRAITS, KeptEvent, told_by
from nephoscope.model.search import And, Compare, Not, Or, Search
from nephoscope.query.events import EventFilter

NOON_NS = 1_748_779_200_000_000_000  # 2025-06-01T12:00:00Z
SECOND_NS = 10**9
TYPES = ("compute.instance.create.end", "compute.instance.delete.end", "volume.create_end", "volume.createXend", "é")
TEXTS = ("active", "Active", "42", "4.5", "a_b%", "a\\b", "it's\n\t", "é", "")
NUMBERS = (0, 42, -1, 4.5, 2**53 + 1, 1e300)
NAMES = ("state", "size", "when", "instance_id")


def event(number: int = 0, project: str = "blue", **changes: Any) -> KeptEvent:
    """An event of which only what is said is special."""
    traits = (Trait("instance_id", "text", f"vm-{number}"), Trait("size", "integer", number))
    told = {
        "id": f"id-{number}",
        "type": TYPES[0],
        "time_ns": NOON_NS + number * SECOND_NS,
        "project_id": project,
        "resource_id": told_by(RESOURCE_TRAITS, changes.get("traits", traits)),
        "traits": traits,
    }
    return KeptEvent(**{**told, **changes})


def some_events(count: int = 90) -> list[KeptEvent]:
    """Events of every kind, the same ones each time, several of which have one time."""
    chance = Random(7)
    return [
        event(
            number,
            project=chance.choice(("blue", "green", "")),
            type=chance.choice(TYPES),
            time_ns=NOON_NS + chance.randrange(20) * SECOND_NS,
            traits=tuple(_trait(name, chance) for name in chance.sample(NAMES, chance.randrange(len(NAMES) + 1))),
        )
        for number in range(count)
    ]


def _trait(name: str, chance: Random) -> Trait:
    match chance.choice(("text", "text", "integer", "float", "datetime")):
        case "text":
            return Trait(name, "text", chance.choice(TEXTS))
        case "integer":
            return Trait(name, "integer", int(chance.choice(NUMBERS[:5])))
        case "float":
            return Trait(name, "float", float(chance.choice(NUMBERS)))
    return Trait(name, "datetime", NOON_NS + chance.randrange(3) * SECOND_NS)


def expected(events: Sequence[KeptEvent], wanted: EventFilter) -> list[KeptEvent]:
    """Those that a filter leaves, the newest first."""
    found = [each for each in events if _passes(each, wanted)]
    return sorted(found, key=lambda each: (each.time_ns, each.id, each.project_id), reverse=True)


def _passes(each: KeptEvent, wanted: EventFilter) -> bool:
    texts = {one.name: str(one.value) for one in each.traits}
    looked_at = [each.type, each.id, *(str(one.value) for one in each.traits if one.type != "datetime")]
    included = [glob for glob in wanted.types if glob[0] != "!"]
    excluded = [glob[1:] for glob in wanted.types if glob[0] == "!"]
    conditions = [
        wanted.project_id is None or each.project_id == wanted.project_id != "",
        wanted.start_ns is None or wanted.start_ns <= each.time_ns,
        wanted.stop_ns is None or each.time_ns < wanted.stop_ns,
        not included or any(fnmatchcase(each.type, glob) for glob in included),
        not any(fnmatchcase(each.type, glob) for glob in excluded),
        not wanted.resource_id or wanted.resource_id in texts.values(),
        all(texts.get(name) == value for name, value in wanted.traits),
        any(wanted.text.lower() in text.lower() for text in looked_at),
        truth(wanted.search, each) is True,
    ]
    return all(conditions)


def truth(search: Search, each: KeptEvent) -> bool | None:
    """Whether an event is what a search says; None where nobody can tell."""
    match search:
        case Compare():
            return _compared(search, each)
        case Not(item):
            inner = truth(item, each)
            return None if inner is None else not inner
        case And(items):
            found = [truth(one, each) for one in items]
            return False if False in found else None if None in found else True
        case Or(items):
            found = [truth(one, each) for one in items]
            return True if True in found else None if None in found else False


def _compared(leaf: Compare, each: KeptEvent) -> bool | None:
    is_set = _is_set(leaf, each)
    if isinstance(leaf.value, tuple):
        return truth(Or(tuple(Compare("eq", leaf.field, one) for one in leaf.value)), each)
    if leaf.value is None:
        return {"eq": not is_set, "ne": is_set}.get(leaf.operator)
    if not is_set:
        return True if leaf.operator == "ne" else None
    if not leaf.field.startswith("traits."):
        if leaf.field == "time":
            return _ordered(leaf.operator, each.time_ns, _time(leaf.value))
        text = getattr(each, leaf.field)
        return (
            _like(text, str(leaf.value)) if leaf.operator == "like" else _ordered(leaf.operator, text, str(leaf.value))
        )
    trait = next(one for one in each.traits if f"traits.{one.name}" == leaf.field)
    return _trait_compared(trait, leaf)


def _is_set(leaf: Compare, each: KeptEvent) -> bool:
    if leaf.field.startswith("traits."):
        return any(f"traits.{one.name}" == leaf.field for one in each.traits)
    return leaf.field == "time" or getattr(each, leaf.field) != ""


def _trait_compared(trait: Trait, leaf: Compare) -> bool | None:
    value = leaf.value
    if trait.type == "text":
        assert isinstance(trait.value, str)
        if leaf.operator == "like":
            return _like(trait.value, str(value))
        if not isinstance(value, str) and leaf.operator not in ("eq", "ne"):
            return None
        return _ordered(leaf.operator, trait.value, str(value))
    if leaf.operator == "like":
        return None
    return _ordered(leaf.operator, trait.value, _time(value) if trait.type == "datetime" else _number(value))


def _ordered(operator: str, mine: Any, theirs: Any) -> bool | None:
    """Against what is of no such kind, only equality can be told."""
    if theirs is None:
        return {"eq": False, "ne": True}.get(operator)
    results: dict[str, bool] = {
        "eq": mine == theirs,
        "ne": mine != theirs,
        "lt": mine < theirs,
        "le": mine <= theirs,
        "gt": mine > theirs,
        "ge": mine >= theirs,
    }
    return results[operator]


def _like(text: str, pattern: str) -> bool:
    pieces = re.findall(r"\\.|.", pattern, re.DOTALL)
    regular = "".join({"%": ".*", "_": "."}.get(one, re.escape(one[-1])) for one in pieces)
    return re.fullmatch(regular, text, re.DOTALL) is not None


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = value if isinstance(value, int | float) else int(value) if value.isdigit() else float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _time(value: Any) -> int | None:
    try:
        return timestamp.parse(value, 0)
    except BadRequest:
        return None
