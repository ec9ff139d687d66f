# SPDX-License-Identifier: Apache-2.0
"""Notifications become events, as `event_definitions.yaml` says."""

import math
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import translate
from typing import Any, NamedTuple

from nephoscope.model import timestamp
from nephoscope.model.errors import BadRequest
from nephoscope.model.event import Event, Trait, TraitType
from nephoscope.model.yaml_checks import strict_map_of
from nephoscope.model.yaml_tree import Part, list_of, map_of, read_tree, required, some, text_of
from nephoscope.observe import dropped
from nephoscope.receive.notifications import source
from nephoscope.receive.notifications.builtin_files import builtin_text
from nephoscope.receive.notifications.message import Message

STATION = "notifications"
BUILTIN = "event_definitions.yaml"
PRIORITIES = frozenset(["info", "error"])
TEXT_LENGTH_MAX = 255
# Event types come from outside: what is remembered of them has an end.
TYPES_REMEMBERED_MAX = 10_000
INTEGER_MAX = 2**63 - 1

TYPES: dict[str, TraitType] = {"text": "text", "int": "integer", "float": "float", "datetime": "datetime"}
_KEYS = ("event_type", "traits")
_TRAIT_KEYS = ("fields", "plugin", "type")
_DEFAULT_TRAITS = """
service: publisher_id
request_id: ctxt.request_id
project_id: {fields: [payload.tenant_id, ctxt.project_id]}
user_id: {fields: [payload.user_id, ctxt.user_id]}
tenant_id: {fields: [payload.tenant_id, ctxt.project_id]}
"""


class _TraitPlan(NamedTuple):
    name: str
    type: TraitType
    first: Callable[[Any], Any]


@dataclass(frozen=True)
class _Definition:
    included: re.Pattern[str]
    excluded: re.Pattern[str] | None
    traits: tuple[_TraitPlan, ...]

    def matches(self, event_type: str) -> bool:
        return bool(self.included.match(event_type)) and not (self.excluded and self.excluded.match(event_type))


class EventDefinitions:
    """Definitions that were read; the last that matches an event type makes the event's traits."""

    def __init__(self, definitions: Sequence[_Definition], drop_unmatched: bool, store_raw: Collection[str]) -> None:
        self._definitions = definitions
        self._store_raw = frozenset(store_raw)
        self._unmatched = None if drop_unmatched else tuple(_default_traits().values())
        self._plans: dict[str, tuple[_TraitPlan, ...] | None] = {}

    def events_of(self, messages: Iterable[Message]) -> list[Event]:
        """
        The events of messages of priority info or error, in their order; never raises.

        Drops   counted: other priorities except samples, types that nothing matches where these are not wanted, and
                traits (not the event) of which the value cannot be made what it should be.
        """
        found = []
        for message in messages:
            if message.priority not in PRIORITIES:
                dropped(STATION, "priority that nothing reads", int(message.priority != "sample"))
                continue
            plan = self._plan(message.event_type)
            if plan is None:
                dropped(STATION, "event without a definition")
                continue
            raw = message.document if message.priority in self._store_raw else {}
            traits = _traits(plan, message.document)
            found.append(Event(message.message_id, message.event_type, message.timestamp_ns, traits, raw))
        return found

    def _plan(self, event_type: str) -> tuple[_TraitPlan, ...] | None:
        if event_type not in self._plans:
            if len(self._plans) >= TYPES_REMEMBERED_MAX:
                self._plans.clear()
            matching = (each.traits for each in reversed(self._definitions) if each.matches(event_type))
            self._plans[event_type] = next(matching, self._unmatched)
        return self._plans[event_type]


def read(text: str, file: str, *, drop_unmatched: bool = False, store_raw: Collection[str] = ()) -> EventDefinitions:
    """
    The definitions of an `event_definitions.yaml`.

    Takes   the text and the file's name for errors; whether events of undefined types are dropped instead of made
            with the default traits; and the priorities, `info` or `error`, of which the whole message is kept.
    Errors  BadRequest with file, line and key of what is wrong.
    """
    unknown = sorted(set(store_raw) - PRIORITIES)
    if unknown:
        raise BadRequest(f"store_raw: expected info or error, there is {unknown[0]!r}")
    tree = read_tree(text, file)
    defaults = _default_traits()
    listed = list_of(tree, "a list of definitions") if tree.value is not None else []
    return EventDefinitions([_definition(part, defaults) for part in listed], drop_unmatched, store_raw)


def builtin(*, drop_unmatched: bool = False, store_raw: Collection[str] = ()) -> EventDefinitions:
    """Those that are used where the operator has no file."""
    return read(builtin_text(BUILTIN), BUILTIN, drop_unmatched=drop_unmatched, store_raw=store_raw)


def _default_traits() -> dict[str, _TraitPlan]:
    traits = map_of(read_tree(_DEFAULT_TRAITS, "default traits"), ())
    return {name: _trait(name, part) for name, part in traits.items()}


def _definition(part: Part, defaults: dict[str, _TraitPlan]) -> _Definition:
    keys = strict_map_of(part, _KEYS)
    globs = _globs(required(part, keys, "event_type", "a glob or a list of globs"))
    traits = map_of(required(part, keys, "traits", "a map of traits"), ("the traits' names",))
    own = {name: _trait(name, trait) for name, trait in traits.items()}
    excluded = [glob.removeprefix("!") for glob in globs if glob.startswith("!")]
    included = [glob for glob in globs if not glob.startswith("!")] or ["*"]
    return _Definition(_any_of(included), _any_of(excluded) if excluded else None, tuple((defaults | own).values()))


def _globs(part: Part) -> list[str]:
    parts = part.value if isinstance(part.value, list) else [part]
    if not parts:
        raise part.wrong("at least one glob")
    globs = [text_of(each, "a glob, '!' before it to exclude") for each in parts]
    if "!" in globs:
        raise part.wrong("a glob behind the '!'")
    return globs


def _any_of(globs: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(translate(glob) for glob in globs))


def _trait(name: str, part: Part) -> _TraitPlan:
    kind: TraitType = "text"
    if isinstance(part.value, dict):
        keys = dict(strict_map_of(part, _TRAIT_KEYS))
        if (type_part := keys.pop("type", None)) is not None:
            written = text_of(type_part, f"one of {some(TYPES)}")
            if written not in TYPES:
                raise type_part.wrong(f"one of {some(TYPES)}")
            kind = TYPES[written]
        part = Part(part.file, part.line, part.path, keys)
    return _TraitPlan(name, kind, source.read(part).first)


def _traits(plan: tuple[_TraitPlan, ...], document: dict[str, Any]) -> tuple[Trait, ...]:
    found = []
    for name, kind, first in plan:
        try:
            value = first(document)
            if value is None:
                continue
            if kind == "text":
                value = value if type(value) is str else str(value)
                value = value if len(value) <= TEXT_LENGTH_MAX else value[:TEXT_LENGTH_MAX]
            elif value == "":
                # Services write dates that they do not have as empty texts.
                continue
            else:
                value = _CONVERT[kind](value)
        except (BadRequest, TypeError, ValueError, OverflowError):
            dropped(STATION, f"trait that is no {kind}")
            continue
        found.append(Trait(name, kind, value))
    return tuple(found)


def _integer(value: Any) -> int:
    number = int(value)
    if abs(number) > INTEGER_MAX:
        raise OverflowError
    return number


def _float(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise OverflowError
    return number


_CONVERT: dict[TraitType, Callable[[Any], int | float]] = {
    "integer": _integer,
    "float": _float,
    "datetime": timestamp.parse_absolute,
}
