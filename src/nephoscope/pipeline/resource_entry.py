# SPDX-License-Identifier: Apache-2.0
"""One entry of `gnocchi_resources.yaml`: a resource type, the meters that belong to it, and what events do to it."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, Literal, TypeAlias

import msgspec

from nephoscope.model.errors import BadRequest
from nephoscope.model.path import Path
from nephoscope.model.resource_type import RESERVED_NAMES, check_attribute_name, check_type_name
from nephoscope.model.yaml_checks import given, given_text, ignored
from nephoscope.model.yaml_tree import Part, list_of, map_of, plain, required, short, text_of

Verb: TypeAlias = Literal["create", "delete", "update"]
# In the order in which they are tried.
VERBS: tuple[Verb, ...] = ("create", "delete", "update")

_EVENT_KEYS = tuple(f"event_{verb}" for verb in VERBS)
KEYS = (
    *("resource_type", "metrics", "attributes", "archive_policy"),
    *(*_EVENT_KEYS, "event_attributes", "event_associated_resources"),
)
_METRIC_KEYS = ("archive_policy_name",)
# What every resource has beside the attributes of its type, as far as an event may set it.
_COMMON = ("id", "user_id", "project_id", "started_at", "ended_at")
_PLACEHOLDER = re.compile(r"%(.?)", re.DOTALL)


class AttributeSource(msgspec.Struct, frozen=True):
    """Where an attribute's value is found: at the first of the paths that leads to one."""

    name: str
    paths: tuple[Path, ...]


class Association(msgspec.Struct, frozen=True):
    """Resources of another type that share a resource's fate; `query` is a search with `%s` for the resource's id."""

    type: str
    query: Any

    def query_of(self, resource_id: str) -> Any:
        """The search for the associates of one resource."""
        return _with_id(self.query, resource_id)


class ResourceEntry(msgspec.Struct, frozen=True):
    """
    What one entry says; `metrics` has a meter's own archive policy, or None, under its name.

    `archive_policy` goes before any other; `events` has the globs of each verb; `event_attributes` a trait's name
    under the attribute's, `id` among them when there are events.
    """

    type: str
    metrics: dict[str, str | None]
    attributes: tuple[AttributeSource, ...] = ()
    archive_policy: str | None = None
    events: dict[Verb, tuple[str, ...]] = {}
    event_attributes: dict[str, str] = {}
    associations: tuple[Association, ...] = ()

    def verb_of(self, event_type: str) -> Verb | None:
        """What an event of that type does to a resource of this one."""
        return next((verb for verb in VERBS if any(fnmatchcase(event_type, each) for each in self.events[verb])), None)

    @property
    def attribute_names(self) -> frozenset[str]:
        """The attributes that this entry may set, of those that the type has to have."""
        names = {*(each.name for each in self.attributes), *self.event_attributes}
        return frozenset(names) - RESERVED_NAMES


def read_entry(part: Part) -> ResourceEntry:
    """The entry that a part of the file describes; BadRequest names the place and what is wrong there."""
    keys = map_of(part, KEYS)
    name = _type(required(part, keys, "resource_type", "the resource type's name"))
    entry = ResourceEntry(
        type=name,
        metrics=dict(_metrics(required(part, keys, "metrics", "a list or a map of meters"))),
        attributes=tuple(_attribute(key, each) for key, each in _entries(keys, "attributes", "paths by attribute")),
        archive_policy=given_text(keys, "archive_policy", "an archive policy's name"),
        events={verb: tuple(_globs(given(keys, f"event_{verb}"))) for verb in VERBS},
        event_attributes={
            _event_attribute(key, each): text_of(each, "a trait's name")
            for key, each in _entries(keys, "event_attributes", "traits by attribute")
        },
        associations=tuple(
            _association(key, each)
            for key, each in _entries(keys, "event_associated_resources", "searches by resource type")
        ),
    )
    if any(entry.events.values()) and "id" not in entry.event_attributes:
        holder = keys.get("event_attributes", part)
        path = f"{part.path}.event_attributes.id"
        raise BadRequest(f"{holder.file}:{holder.line}: {path}: expected the trait with the resource's id, found none")
    return entry


def warnings_of(part: Part) -> Iterator[str]:
    """Sentences about what an entry, read already, says in vain or in an old way."""
    keys = map_of(part, KEYS)
    yield from ignored(part, KEYS)
    if keys.get("archive_policy") is not None:
        old = keys["archive_policy"]
        yield (
            f"{old.file}:{old.line}: {old.path} is an old way that overrides all others; "
            "write archive_policy_name beside each metric instead"
        )


def _type(part: Part) -> str:
    return _type_name(text_of(part, "a resource type's name"), part)


def _type_name(name: str, part: Part) -> str:
    try:
        check_type_name(name)
    except BadRequest as error:
        raise part.wrong(error.message, short(repr(name))) from None
    return name


def _metrics(part: Part) -> Iterator[tuple[str, str | None]]:
    if isinstance(part.value, list):
        for each in part.value:
            yield _metric(each, text_of(each, "a meter's name")), None
        return
    if not isinstance(part.value, dict):
        raise part.wrong("a list or a map of meters")
    for name, each in part.value.items():
        yield _metric(each, name), _own_policy(each)


def _metric(part: Part, name: str) -> str:
    if not 1 <= len(name) <= 255 or "/" in name:
        raise part.wrong("a meter's name of 1 to 255 signs without a slash", short(repr(name)))
    return name


def _own_policy(part: Part) -> str | None:
    if part.value is None:
        return None
    return given_text(map_of(part, _METRIC_KEYS), "archive_policy_name", "an archive policy's name")


def _entries(keys: dict[str, Part], key: str, what: str) -> list[tuple[str, Part]]:
    """The keys of a map that may be missing."""
    part = given(keys, key)
    if part is None:
        return []
    if not isinstance(part.value, dict):
        raise part.wrong(f"a map of {what}")
    return list(part.value.items())


def _attribute(name: str, part: Part) -> AttributeSource:
    _check_attribute(name, part, "an attribute's name: 1 to 63 signs, and no field that all resources have")
    return AttributeSource(name, tuple(_path(each) for each in _path_parts(part)))


def _path_parts(part: Part) -> list[Part]:
    """A path, or `{fields: path}`, or `{fields: [path, …]}`."""
    what = "a path such as resource_metadata.host"
    if not isinstance(part.value, dict):
        return [part]
    keys = map_of(part, ("fields",))
    if "plugin" in keys:
        raise keys["plugin"].wrong("no plugin: attributes are taken from samples as they are")
    fields = required(part, keys, "fields", what)
    return list_of(fields, what) if isinstance(fields.value, list) else [fields]


def _path(part: Part) -> Path:
    return Path.read(text_of(part, "a path such as resource_metadata.host"), f"{part.file}:{part.line}: {part.path}")


def _globs(part: Part | None) -> Iterator[str]:
    if part is None:
        return
    for each in part.value if isinstance(part.value, list) else [part]:
        yield text_of(each, "an event type or a glob")


def _event_attribute(name: str, part: Part) -> str:
    if name not in _COMMON:
        _check_attribute(name, part, f"an attribute's name, or one of {', '.join(_COMMON)}")
    return name


def _check_attribute(name: str, part: Part, expected: str) -> None:
    try:
        check_attribute_name(name, [name])
    except BadRequest:
        raise part.wrong(expected, short(repr(name))) from None


def _association(name: str, part: Part) -> Association:
    _type_name(name, part)
    what = 'a search as JSON text with %s for the id, such as \'{"=": {"instance_id": "%s"}}\''
    query = plain(part) if isinstance(part.value, dict) else _json(part, what)
    holes = [found for text in _texts(query) for found in _PLACEHOLDER.findall(text)]
    if "s" not in holes or set(holes) - {"s", "%"}:
        raise part.wrong(what)
    return Association(name, query)


def _json(part: Part, what: str) -> Any:
    try:
        found = json.loads(text_of(part, what))
    except (ValueError, RecursionError):
        raise part.wrong(what) from None
    if not isinstance(found, dict):
        raise part.wrong(what)
    return found


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield key
            yield from _texts(value)
    elif isinstance(tree, list):
        for each in tree:
            yield from _texts(each)


def _with_id(tree: Any, resource_id: str) -> Any:
    """The tree with the id for `%s` and `%` for `%%`, in texts only, so that no id can change the search's shape."""
    if isinstance(tree, str):
        return _PLACEHOLDER.sub(lambda found: resource_id if found[1] == "s" else "%", tree)
    if isinstance(tree, dict):
        return {key: _with_id(value, resource_id) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_with_id(each, resource_id) for each in tree]
    return tree
