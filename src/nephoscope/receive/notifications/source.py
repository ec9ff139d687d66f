# SPDX-License-Identifier: Apache-2.0
"""Where a definition takes a value from: a constant, a path, several paths, or a plugin on top of them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from nephoscope.model.path import Found, Path
from nephoscope.model.yaml_checks import refuse_unknown
from nephoscope.model.yaml_tree import Part, list_of, plain, required, text_of
from nephoscope.receive.notifications import plugins

KEYS = ("fields", "plugin")
EXPECTED = "a path, a number, or a map with the keys fields and plugin"
# A name or a unit is a text of its own unless it begins as a path does.
_LIKE_A_PATH = re.compile(r"""\s*(?:[$@('"`\[]|(?:publisher_id|event_type|priority|payload|ctxt|metadata)(?![\w-]))""")


@dataclass(frozen=True)
class Source:
    """
    A place where values come from; equal sources find equal values.

    `first(document)` is the first value that is not null; `every(document)` gives all, nulls too.
    """

    written: str
    constant: bool
    many: bool
    first: Callable[[Any], Any] = field(compare=False, repr=False)
    every: Callable[[Any], list[Any]] = field(compare=False, repr=False)


def constant(value: Any) -> Source:
    """A source with one value, whatever the document."""
    return Source(repr(value), True, True, lambda document: value, lambda document: [value])


def read(part: Part) -> Source:
    """What stands in a definition where a value is wanted; BadRequest when it is none of the things it may be."""
    value = part.value
    if isinstance(value, dict):
        refuse_unknown(value, KEYS)
        fields = required(part, value, "fields", "a path or a list of paths")
        if value.get("plugin") is None:
            return read(fields)
        return _computed(_paths(fields), value["plugin"], repr(plain(part)))
    if isinstance(value, list):
        return _of_paths(_paths(part))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return constant(value)
    return _of_paths([_path(part)])


def read_naming(part: Part) -> Source:
    """As `read`, for names, types and units: texts that do not look like paths are what they say."""
    if isinstance(part.value, str) and part.value.strip() and not _LIKE_A_PATH.match(part.value):
        return constant(part.value)
    return read(part)


def _paths(part: Part) -> list[Path]:
    if isinstance(part.value, list):
        paths = [_path(each) for each in list_of(part, "a list of paths")]
        if not paths:
            raise part.wrong("at least one path")
        return paths
    return [_path(part)]


def _path(part: Part) -> Path:
    return Path.read(text_of(part, EXPECTED), f"{part.file}:{part.line}: {part.path}")


def _of_paths(paths: Sequence[Path]) -> Source:
    """What the paths find, those of the first path before those of the second."""
    written = "|".join(f"({path.text})" for path in paths)
    if len(paths) == 1:
        values = paths[0].values
        return Source(written, False, True, paths[0].first, lambda document: [value for _, value in values(document)])
    firsts = [path.first for path in paths]

    def first(document: Any) -> Any:
        return next((value for each in firsts if (value := each(document)) is not None), None)

    return Source(written, False, True, first, lambda document: [value for _, value in _found(paths, document)])


def _found(paths: Sequence[Path], document: Any) -> list[Found]:
    return [found for path in paths for found in path.values(document)]


def _computed(paths: Sequence[Path], part: Part, written: str) -> Source:
    """What a plugin makes of what the paths find."""
    plugin, compute = plugins.made(part)

    def every(document: Any) -> list[Any]:
        found = [each for each in _found(paths, document) if each[1] is not None]
        return [value for value in compute(found) if value is not None]

    def first(document: Any) -> Any:
        return next(iter(every(document)), None)

    return Source(written, False, plugin.many, first, every)
