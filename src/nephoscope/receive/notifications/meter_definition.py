# SPDX-License-Identifier: Apache-2.0
"""One entry of `meters.d/*.yaml`: which notifications it makes samples of, and where their parts are found."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import repeat
from typing import Any, get_args

from nephoscope.model.metric import Kind
from nephoscope.model.reserved import Reserved
from nephoscope.model.yaml_checks import given, strict_map_of
from nephoscope.model.yaml_tree import Part, map_of, required, some, text_of
from nephoscope.receive.notifications import source
from nephoscope.receive.notifications.source import Source, constant

KINDS = get_args(Kind)
NAMING = ("name", "type", "unit")
NEEDED = ("name", "event_type", "type", "unit", "volume", "resource_id")
NOTHING = constant(None)


class UnevenFields(ValueError):
    """Fields that go together have different numbers of values."""


@dataclass(frozen=True)
class Parts:
    """What a sample is made of; `timestamp` finds nothing where the message's own is meant."""

    name: Source
    type: Source
    unit: Source
    volume: Source
    resource_id: Source
    user_id: Source = NOTHING
    project_id: Source = NOTHING
    timestamp: Source = NOTHING


PARTS = tuple(each.name for each in fields(Parts))
KEYS = ("event_type", *PARTS, "metadata", "user_metadata", "lookup")
Values = tuple[Any, ...]
"""Values of a sample in the order of `PARTS`."""


@dataclass(frozen=True)
class Metadata:
    """The fields that a definition picks, and where users' own metadata are; equal ones give equal maps."""

    fields: tuple[tuple[str, Source], ...] = ()
    users: Source | None = None

    def of(self, document: Mapping[str, Any], reserved: Reserved) -> dict[str, Any]:
        """The metadata of a message's samples: the whole payload where nothing was picked, or nothing was there."""
        found = {}
        for name, place in self.fields:
            value = place.first(document)
            # Services write what they do not have as empty texts, lists and maps; 0 and false go the same way.
            if value:
                found[name] = value
        users = self.users.first(document) if self.users else None
        if isinstance(users, dict) and (kept := reserved.of(users, found)):
            found["user_metadata"] = kept
        if found:
            return found
        payload = document["payload"]
        whole = payload if isinstance(payload, dict) else {}
        return {**whole, "event_type": document["event_type"], "host": document["publisher_id"]}


@dataclass(frozen=True)
class MeterDefinition:
    """A definition that was read; `part` is where, for errors about it beside others."""

    written_name: str
    part: Part
    event_types: re.Pattern[str]
    parts: Parts
    metadata: Metadata
    lookup: frozenset[str]

    def rows(self, document: Mapping[str, Any]) -> Iterator[Values]:
        """One row per sample; UnevenFields says which of them do not go together."""
        parts = self.parts
        if not self.lookup:
            row = (
                parts.name.first(document),
                parts.type.first(document),
                parts.unit.first(document),
                parts.volume.first(document),
                parts.resource_id.first(document),
                parts.user_id.first(document),
                parts.project_id.first(document),
                parts.timestamp.first(document),
            )
            return iter((row,))
        return self._looked_up(document)

    def _looked_up(self, document: Mapping[str, Any]) -> Iterator[Values]:
        """All values of each field, side by side; a single one goes with all, unless the field is looked up."""
        columns = {name: getattr(self.parts, name).every(document) for name in PARTS}
        computed = not self.parts.name.constant
        counts = [len(columns["name"])] if computed else [len(columns[name]) for name in self.lookup]
        count = max(counts, default=0)
        if not count:
            # The message measured nothing this time.
            return iter(())
        listed = []
        for name, values in columns.items():
            optional = name not in self.lookup and len(values) <= 1
            if len(values) != count and not optional and not (name == "name" and not computed):
                raise UnevenFields(f"{name} has {len(values)} values where there are {count}")
            listed.append(values if len(values) == count else repeat(values[0] if values else None, count))
        return zip(*listed, strict=True)


def read(part: Part) -> MeterDefinition:
    """A definition of the list `metric`; BadRequest with the place of what is wrong."""
    keys = strict_map_of(part, KEYS)
    for key in NEEDED:
        required(part, keys, key, "it, as every definition needs one")
    name = text_of(keys["name"], "a name, or a path to one")
    lookup = _lookup(given(keys, "lookup"))
    found = {
        each: source.read_naming(keys[each]) if each in NAMING else source.read(keys[each])
        for each in PARTS
        if given(keys, each) is not None
    }
    for key in NEEDED:
        if key in PARTS and key not in found:
            raise keys[key].wrong("a value")
    kind = keys["type"].value
    if found["type"].constant and kind not in KINDS:
        raise keys["type"].wrong(f"one of {some(KINDS)}, or a path to one")
    if lookup:
        _check_many(keys, found)
    return MeterDefinition(name, part, _event_types(keys["event_type"]), Parts(**found), _metadata(keys), lookup)


def _check_many(keys: Mapping[str, Part], found: Mapping[str, Source]) -> None:
    for name, place in found.items():
        if not place.many:
            raise keys[name].wrong(
                "a plugin that gives a value for each, beside a lookup", "one that gives a single one"
            )


def _lookup(part: Part | None) -> frozenset[str]:
    if part is None:
        return frozenset()
    listed = part.value if isinstance(part.value, list) else [part]
    for each in listed:
        if text_of(each, f"some of {some(PARTS)}") not in PARTS:
            raise each.wrong(f"some of {some(PARTS)}")
    return frozenset(str(each.value) for each in listed)


def _event_types(part: Part) -> re.Pattern[str]:
    """Regular expressions; a type matches as soon as it begins as one of them says."""
    listed = part.value if isinstance(part.value, list) else [part]
    if not listed:
        raise part.wrong("at least one regular expression")
    written = []
    for each in listed:
        pattern = text_of(each, "a regular expression, or a list of them")
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            raise each.wrong(f"a regular expression ({error})") from None
        written.append(pattern)
    try:
        return re.compile("|".join(f"(?:{pattern})" for pattern in written))
    except (re.error, OverflowError) as error:
        # Such as two groups of one name, or flags for one alternative only.
        raise part.wrong(f"regular expressions that go together ({error})") from None


def _metadata(keys: Mapping[str, Part]) -> Metadata:
    picked, users = given(keys, "metadata"), given(keys, "user_metadata")
    fields_ = {} if picked is None else map_of(picked, ("the fields' names",))
    return Metadata(
        tuple((name, source.read(part)) for name, part in fields_.items()),
        None if users is None else source.read(users),
    )
