# SPDX-License-Identifier: Apache-2.0
"""`gnocchi_resources.yaml`: which resource, attributes and archive policy each meter has, and what events change."""

import logging
import math
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, TypeAlias

import msgspec
import numpy as np

from nephoscope.model import timestamp
from nephoscope.model.errors import BadPayload, BadRequest
from nephoscope.model.event import Event, Trait
from nephoscope.model.sample_columns import Int64s, Samples
from nephoscope.model.yaml_checks import given_list, given_text, ignored
from nephoscope.model.yaml_tree import Part, list_of, map_of, plain, read_tree, required, text_of
from nephoscope.observe import dropped
from nephoscope.pipeline.resource_entry import AttributeSource, ResourceEntry, Verb, read_entry, warnings_of

log = logging.getLogger("nephoscope.pipeline")

BUILTIN = "builtin_gnocchi_resources.yaml"
DEFAULT_ARCHIVE_POLICY = "ceilometer-low"
# Meters and event types that we have complained about; beyond that many we only count.
WARNED_MAX = 1000
# Beyond it JSON readers lose digits.
NUMBER_MAX = 2**53

_TOP_KEYS = ("archive_policy_default", "archive_policies", "resources")

Value: TypeAlias = str | int | float | bool


@dataclass(frozen=True)
class DescribedResource:
    """What samples say of a resource; `id` is as they have it, attributes without a value are left out."""

    id: str
    type: str
    user_id: str | None
    project_id: str | None
    attributes: dict[str, Value]


@dataclass(frozen=True)
class Described:
    """Samples with their resources: row i is of `resources[resource[i]]`; no two of these have both id and type."""

    samples: Samples
    resources: list[DescribedResource]
    resource: Int64s


class Operation(msgspec.Struct, frozen=True):
    """
    What an event does to one resource.

    `attributes` are values by name, `user_id` and `project_id` among them where the event tells; `associates` are
    (resource type, search, the attributes among ours that such resources have too).
    """

    verb: Verb
    type: str
    id: str
    attributes: dict[str, Value]
    associates: tuple[tuple[str, Any, dict[str, Value]], ...] = ()


class ResourceDefinitions:
    """
    A whole file.

    `archive_policies` are bodies to create at the metric API, as written; `problems` are sentences about entries that
    were skipped and keys that are ignored.
    """

    def __init__(
        self,
        entries: tuple[ResourceEntry, ...],
        archive_policies: tuple[dict[str, Any], ...] = (),
        archive_policy_default: str = DEFAULT_ARCHIVE_POLICY,
        problems: tuple[str, ...] = (),
    ) -> None:
        self.entries = entries
        self.archive_policies = archive_policies
        self.archive_policy_default = archive_policy_default
        self.problems = problems
        # The last entry that names a meter has it.
        self._owner = {name: number for number, entry in enumerate(entries) for name in entry.metrics}
        self._warned: set[tuple[str, str]] = set()

    @classmethod
    def of(cls, text: str, file: str) -> "ResourceDefinitions":
        """
        Read a file's text; `file` is what messages call it.

        A bad entry is logged and left out. BadRequest where the text is no YAML, no map with a list of `resources`, or
        has something else for its archive policies.
        """
        top = read_tree(text, file)
        keys = map_of(top, _TOP_KEYS)
        listed = list_of(required(top, keys, "resources", "a list of resources"), "a list of resources")
        policies = tuple(_archive_policies(keys))
        default = given_text(keys, "archive_policy_default", "an archive policy's name") or DEFAULT_ARCHIVE_POLICY
        entries, problems = _entries(listed)
        problems = [*ignored(top, _TOP_KEYS), *problems]
        for problem in problems:
            log.warning("%s", problem)
        return cls(tuple(entries), policies, default, tuple(problems))

    @classmethod
    def builtin(cls) -> "ResourceDefinitions":
        """What holds where the operator has no file."""
        return cls.of(files("nephoscope.pipeline").joinpath(BUILTIN).read_text(), BUILTIN)

    def policy_of(self, metric: str, asked: str = "") -> str:
        """The archive policy of a metric; `asked` is the publisher's own, which goes before the metric's."""
        entry = self.entries[self._owner[metric]]
        return entry.archive_policy or asked or entry.metrics[metric] or self.archive_policy_default

    def attribute_names(self, resource_type: str) -> frozenset[str]:
        """The attributes that resources of a type may get from this file."""
        return frozenset[str]().union(*(each.attribute_names for each in self.entries if each.type == resource_type))

    def describe(self, samples: Samples) -> Described:
        """
        The samples whose meter belongs to a resource type, beside their resources.

        A resource's attributes are those that the last of its samples with metadata has, its project and user those
        of its last sample. The others are dropped, counted by cause, and warned of once for each meter.
        """
        kept, entry = self._known(samples)
        types = [each.type for each in self.entries]
        numbers: dict[tuple[str, str], int] = {}
        keys = zip(kept.resource_id.tolist(), entry.tolist(), strict=True)
        resource = np.fromiter(
            (numbers.setdefault((each, types[number]), len(numbers)) for each, number in keys), np.int64, len(kept)
        )
        # Where a place is written twice, numpy keeps what came last.
        last = np.zeros(len(numbers), np.int64)
        last[resource] = np.arange(len(kept))
        last_telling = last.copy()
        telling = np.flatnonzero(np.fromiter(map(bool, kept.metadata.tolist()), bool, len(kept)))
        last_telling[resource[telling]] = telling
        told = zip(
            numbers, last.tolist(), last_telling.tolist(), entry[last_telling].tolist(), strict=True
        )  # fmt: skip
        resources = [
            DescribedResource(
                resource_id,
                resource_type,
                kept.user_id[row],
                kept.project_id[row],
                _attributes(self.entries[number].attributes, kept, telling_row),
            )
            for (resource_id, resource_type), row, telling_row, number in told
        ]
        return Described(kept, resources, resource)

    def for_event(self, event: Event) -> Operation | None:
        """What an event does, by the first entry that knows its type; None when none does, or it names no resource."""
        for entry in self.entries:
            if (verb := entry.verb_of(event.type)) is not None:
                return self._operation(entry, verb, event)
        return None

    def _known(self, samples: Samples) -> tuple[Samples, Int64s]:
        """Samples whose meter has an entry and that have a resource, and the numbers of their entries."""
        owner = self._owner
        entry = np.fromiter((owner.get(each, -1) for each in samples.name.tolist()), np.int64, len(samples))
        if len(unknown := samples.name[entry < 0]):
            dropped("publish", "meter without a resource type", len(unknown))
            for name in set(unknown.tolist()):
                self._warn_once(
                    "meter", name, "belongs to no resource type of the definitions; its samples are dropped"
                )
        placed = np.fromiter(map(bool, samples.resource_id.tolist()), bool, len(samples))
        dropped("publish", "resource id", int(np.count_nonzero(~placed & (entry >= 0))))
        good = placed & (entry >= 0)
        return (samples, entry) if good.all() else (samples.take(good), entry[good])

    def _operation(self, entry: ResourceEntry, verb: Verb, event: Event) -> Operation | None:
        traits = {trait.name: _plain(trait) for trait in event.traits}
        found = {
            name: value
            for name, trait in entry.event_attributes.items()
            if (value := traits.get(trait)) is not None and value != ""
        }
        resource_id = str(found.pop("id", ""))
        if not resource_id:
            dropped("publish", "event without a resource", 1)
            trait = entry.event_attributes["id"]
            self._warn_once("event", event.type, f"has no trait {trait}, so it is unknown which {entry.type} it is of")
            return None
        associates = tuple(
            (each.type, each.query_of(resource_id), self._shared(found, each.type)) for each in entry.associations
        )
        return Operation(verb, entry.type, resource_id, found, associates)

    def _shared(self, attributes: dict[str, Value], resource_type: str) -> dict[str, Value]:
        """Those of the attributes that resources of another type have too."""
        theirs = self.attribute_names(resource_type) | {"user_id", "project_id"}
        return {name: value for name, value in attributes.items() if name in theirs}

    def _warn_once(self, what: str, name: str, why: str) -> None:
        if (what, name) not in self._warned and len(self._warned) < WARNED_MAX:
            self._warned.add((what, name))
            log.warning("%s %.255r %s", what, name, why)


def _entries(listed: list[Part]) -> tuple[list[ResourceEntry], list[str]]:
    """The good entries, and what is wrong with others or odd about them."""
    entries: list[ResourceEntry] = []
    problems: list[str] = []
    for part in listed:
        try:
            entries.append(read_entry(part))
            problems += warnings_of(part)
        except BadRequest as error:
            problems.append(f"{error.message}; this resource is left out")
    return entries, problems


def _archive_policies(top: dict[str, Part]) -> Iterator[dict[str, Any]]:
    for each in given_list(top, "archive_policies", "a list of archive policies"):
        keys = map_of(each, ("name", "back_window", "definition", "aggregation_methods"))
        text_of(required(each, keys, "name", "the archive policy's name"), "the archive policy's name")
        definition = required(each, keys, "definition", "a list of granularities")
        if not list_of(definition, "a list of granularities"):
            raise definition.wrong("at least one granularity")
        yield plain(each)


def _attributes(sources: tuple[AttributeSource, ...], samples: Samples, row: int) -> dict[str, Value]:
    document = {
        "name": samples.name[row],
        "type": samples.type[row],
        "unit": samples.unit[row],
        "volume": samples.volume[row].item(),
        "user_id": samples.user_id[row],
        "project_id": samples.project_id[row],
        "resource_id": samples.resource_id[row],
        "timestamp": timestamp.render(int(samples.time_ns[row])),
        "resource_metadata": samples.metadata[row],
    }
    found = {source.name: _first(source, document) for source in sources}
    return {name: value for name, value in found.items() if value is not None}


def _first(source: AttributeSource, document: dict[str, Any]) -> Value | None:
    """The first plain value that the paths lead to: a list or a map can be no attribute."""
    for path in source.paths:
        try:
            value = path.first(document)
        except BadPayload:  # more values than anybody should have to look through
            continue
        if isinstance(value, str | int | float) and (found := _sendable(value)) is not None:
            return found
    return None


def _sendable(value: str | float) -> Value | None:
    """The value in a form that JSON can carry: half a character is a question mark, a huge integer a text."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if abs(value) <= NUMBER_MAX else str(value)


def _plain(trait: Trait) -> Value | None:
    """A trait as an attribute: times as ISO text."""
    return timestamp.render(int(trait.value)) if trait.type == "datetime" else _sendable(trait.value)
