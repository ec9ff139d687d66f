# SPDX-License-Identifier: Apache-2.0
"""
What a `polling.yaml` says: sources want meters of some resources at an interval.

Files written for Ceilometer are read as they are.
"""

from collections.abc import Iterator, Mapping

import msgspec

from nephoscope.model.name_filter import NameFilter
from nephoscope.model.yaml_checks import given_list, given_text, ignored, name_filter, refuse_same_names
from nephoscope.model.yaml_tree import Part, list_of, map_of, read_tree, required, text_of

INTERVAL_S_MAX = 366 * 24 * 60 * 60

_TOP_KEYS = ("sources",)
_SHARED_BY_NAME = "group_id_coordination_expression"
_SOURCE_KEYS = ("name", "interval", "meters", "resources", "discovery", _SHARED_BY_NAME)
# Keys of the time when one file both polled and published, with what became of them.
_HISTORICAL = {
    "sinks": "pipeline.yaml says where samples go",
    "counters": "'meters' lists the names",
}


class SourceConfig(msgspec.Struct, frozen=True):
    """
    The meters that pass `meters`, every `interval_s`, of what `discovery` finds and of `resources`.

    Both empty means what the meter's family finds by itself. With `shared_by_name` agents share these meters out by
    name and not by target: each of them is polled by one agent as a whole. `place` is "file:line" of the meters.
    """

    name: str
    interval_s: int
    meters: NameFilter
    discovery: tuple[str, ...]
    resources: tuple[str, ...]
    shared_by_name: bool
    place: str


class PollingConfig(msgspec.Struct, frozen=True):
    """The whole file, in its order; `warnings` are sentences about keys that were ignored."""

    sources: tuple[SourceConfig, ...]
    warnings: tuple[str, ...]


def read(text: str, file: str = "polling.yaml") -> PollingConfig:
    """
    What a file's text wants polled; `file` is what errors and warnings call it.

    BadRequest is `file:line: path.of.keys: expected this, there is that`, or says where the YAML itself is broken or
    goes beyond the bounds of `yaml_tree`. Unknown keys, and those of old releases, only give warnings.
    """
    top = read_tree(text, file)
    listed = list_of(required(top, map_of(top, _TOP_KEYS), "sources", "a list of sources"), "a list of sources")
    sources = tuple(_source(each) for each in listed)
    refuse_same_names(listed)
    return PollingConfig(sources, tuple(_warnings(top)))


def _source(part: Part) -> SourceConfig:
    keys = map_of(part, _SOURCE_KEYS)
    meters = required(part, keys, "meters", "a list of meters")
    by_name = given_text(keys, _SHARED_BY_NAME, "the text of an expression")
    return SourceConfig(
        name=text_of(required(part, keys, "name", "the source's name"), "the source's name"),
        interval_s=_interval_s(required(part, keys, "interval", "a whole number of seconds")),
        meters=name_filter(meters, "a list of meters", "a meter's name or glob"),
        discovery=_texts(keys, "discovery", "a list of discoveries", "a discovery such as 'tenant'"),
        resources=_texts(keys, "resources", "a list of resources", "a resource's URL"),
        shared_by_name=by_name is not None,
        place=f"{meters.file}:{meters.line}",
    )


def _interval_s(part: Part) -> int:
    """Seconds; also as text, as templates of deployment tools like to write it."""
    value = part.value
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= INTERVAL_S_MAX:
        raise part.wrong(f"a whole number of seconds from 1 to {INTERVAL_S_MAX}")
    return value


def _texts(keys: Mapping[str, Part], key: str, what: str, each_what: str) -> tuple[str, ...]:
    """The texts of a list that may be left out or empty, each once."""
    return tuple(dict.fromkeys(text_of(each, each_what) for each in given_list(keys, key, what)))


def _warnings(top: Part) -> Iterator[str]:
    """What is ignored, in the order of the file; the file has passed its checks."""
    yield from ignored(top, _TOP_KEYS, _HISTORICAL)
    for source in list_of(map_of(top, ())["sources"], ""):
        yield from ignored(source, _SOURCE_KEYS, _HISTORICAL)
