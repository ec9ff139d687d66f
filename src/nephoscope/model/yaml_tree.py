# SPDX-License-Identifier: Apache-2.0
"""YAML of which every value knows its line and its path of keys, so that whatever is wrong with it can name both."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml
from yaml.constructor import SafeConstructor
from yaml.reader import ReaderError

from nephoscope.model.errors import BadRequest

BYTES_MAX = 1024 * 1024
# Both count what aliases stand for, so a few lines of aliases to aliases cannot fill the memory.
NODES_MAX = 50_000
DEPTH_MAX = 32


@dataclass(frozen=True, slots=True)
class Bounds:
    """How big a text and the tree in it may be, aliases followed."""

    bytes_max: int = BYTES_MAX
    nodes_max: int = NODES_MAX
    depth_max: int = DEPTH_MAX


USUAL = Bounds()
# For numbers and the like: Python takes its time with one of a million digits.
SCALAR_SIGNS_MAX = 100

_TAG = "tag:yaml.org,2002:"
# No key takes a date, so what looks like one stays the text it is; so do `=`, and `<<` where nothing is merged.
_TEXT_TAGS = {f"{_TAG}{kind}" for kind in ("str", "timestamp", "value", "merge")}
_SCALARS: dict[str, tuple[str, Callable[[SafeConstructor, yaml.ScalarNode], bool | int | float | None]]] = {
    f"{_TAG}null": ("null", SafeConstructor.construct_yaml_null),
    f"{_TAG}bool": ("true or false", SafeConstructor.construct_yaml_bool),
    f"{_TAG}int": ("an integer", SafeConstructor.construct_yaml_int),
    f"{_TAG}float": ("a number", SafeConstructor.construct_yaml_float),
}


@dataclass(frozen=True, slots=True)
class Part:
    """
    A value of the file and where it stands: a line, from 1, and a path such as `sinks[1].publishers`.

    Lists hold parts, and so do maps, under their keys. What stands under a key has the line of that key.
    """

    file: str
    line: int
    path: str
    value: "Value"

    def wrong(self, expected: str, there: str = "") -> BadRequest:
        """The error to raise here; what is there is this value unless said otherwise."""
        return _wrong(self.file, self.line, self.path, expected, there or told(self.value))


Value: TypeAlias = bool | int | float | str | list[Part] | dict[str, Part] | None


def read_tree(text: str, file: str, bounds: Bounds = USUAL) -> Part:
    """The one document of a YAML text; BadRequest where it is broken, too big, or more than plain values."""
    size_bytes = len(text.encode("utf-8", "surrogatepass"))
    if size_bytes > bounds.bytes_max:
        raise _wrong(file, 1, "", f"at most {bounds.bytes_max} bytes", f"a text of {size_bytes}")
    node = _composed(text, file, bounds)
    return Part(file, 1, "", None) if node is None else _part(node, file, _line(node), "")


def map_of(part: Part, keys: Sequence[str]) -> dict[str, Part]:
    """The parts of a map by key; `keys` are those it may have, for the error when it is no map."""
    if not isinstance(part.value, dict):
        raise part.wrong(f"a map with the keys {', '.join(keys)}")
    return part.value


def required(part: Part, keys: dict[str, Part], key: str, what: str) -> Part:
    """What stands under a key of a map; BadRequest says that it is missing, and `what` it would be."""
    if key not in keys:
        path = _joined(part.path, key)
        raise _wrong(part.file, part.line, path, what, f"no such key, only {some(keys)}" if keys else "an empty map")
    return keys[key]


def list_of(part: Part, what: str) -> list[Part]:
    """The parts of a list; BadRequest when it is anything else than `what`."""
    if not isinstance(part.value, list):
        raise part.wrong(what)
    return part.value


def text_of(part: Part, what: str) -> str:
    """Text that is not blank."""
    if not isinstance(part.value, str) or not part.value.strip():
        raise part.wrong(what, _told_with_hint(part.value))
    return part.value


def plain(part: Part) -> Any:
    """The value without its places: dicts, lists, text, numbers, booleans and None."""
    if isinstance(part.value, dict):
        return {key: plain(each) for key, each in part.value.items()}
    if isinstance(part.value, list):
        return [plain(each) for each in part.value]
    return part.value


def _wrong(file: str, line: int, path: str, expected: str, there: str) -> BadRequest:
    return BadRequest(f"{file}:{line}: {path or 'the file'}: expected {expected}, there is {there}")


def told(value: Value) -> str:
    """A value for a message: short, on one line, and without what is inside lists and maps."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, dict):
        return "a map" if value else "an empty map"
    return short(repr(value))


def _told_with_hint(value: Value) -> str:
    """A value where text should be: YAML reads `no` and `12` as something else, to the surprise of who wrote them."""
    hint = "; put quotes around it to make it text" if isinstance(value, (bool, int, float)) else ""
    return f"{told(value)}{hint}"


def some(names: Iterable[str]) -> str:
    """Names for a message, as many as it can bear."""
    return short(", ".join(_step(name) for name in names), 200) or "there are none"


def short(text: str, signs_max: int = 60) -> str:
    """A text for a message, cut where it is too long for one."""
    return text if len(text) <= signs_max else f"{text[: signs_max - 3]}..."


def _joined(path: str, key: str) -> str:
    return f"{path}.{_step(key)}" if path else _step(key)


def _step(key: str) -> str:
    """A key within a path: as it is if it looks like one, else quoted, so that no key breaks a message's line."""
    return key if re.fullmatch(r"[\w-]{1,60}", key) else short(repr(key))


class _Composer(yaml.SafeLoader):
    """
    PyYAML's composer, with bounds on the nodes and the depth of the tree that aliases make it.

    A node's size counts itself and all below it, its height the levels; an alias adds those of what it stands for.
    """

    def __init__(self, text: str, file: str, bounds: Bounds) -> None:
        super().__init__(text)
        self.file = file
        self._bounds = bounds
        self._depth = 0
        self._count = 0
        self._deepest = 0
        self._sizes: dict[yaml.Node, tuple[int, int]] = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        alias = self.check_event(yaml.AliasEvent)
        line = int(self.current_event.start_mark.line) + 1  # it waits there since it was checked
        self._depth += 1
        outer, self._deepest = self._deepest, self._depth
        self._bound(line)
        before = self._count
        node = super().compose_node(parent, index)
        assert node is not None
        if not alias:
            self._count += 1
            self._sizes[node] = (self._count - before, self._deepest - self._depth + 1)
        elif node in self._sizes:
            size, height = self._sizes[node]
            self._count += size
            self._deepest += height - 1
        else:
            raise _wrong(self.file, line, "", "aliases of something that is complete", "an alias inside of its anchor")
        self._bound(line)
        self._depth -= 1
        self._deepest = max(outer, self._deepest)
        return node

    def _bound(self, line: int) -> None:
        bounds = self._bounds
        if self._deepest > bounds.depth_max:
            raise _wrong(self.file, line, "", f"at most {bounds.depth_max} levels, aliases followed", "a deeper one")
        if self._count > bounds.nodes_max:
            raise _wrong(self.file, line, "", f"at most {bounds.nodes_max} values, aliases followed", "more")


def _composed(text: str, file: str, bounds: Bounds) -> yaml.Node | None:
    try:
        composer = _Composer(text, file, bounds)
    except ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        raise BadRequest(f"{file}:{line}: not YAML: the sign U+{error.character:04X} may not be in it") from error
    try:
        return composer.get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _broken(error, file) from error
    except (ValueError, OverflowError) as error:  # PyYAML itself stumbles over such numbers
        why = "a sign's or a version's number is too big"
        raise BadRequest(f"{file}:{composer.line + 1}: not YAML: {why}") from error
    finally:
        composer.dispose()


def _broken(error: yaml.MarkedYAMLError, file: str) -> BadRequest:
    mark = error.problem_mark or error.context_mark
    assert mark is not None
    line = mark.line + 1
    if error.context == "expected a single document in the stream":
        return _wrong(file, line, "", "one document", "another from this line on")
    problem = " ".join(filter(None, (error.problem, error.context)))
    return BadRequest(f"{file}:{line}: not YAML: {short(problem, 200)}, in column {mark.column + 1}")


def _part(node: yaml.Node, file: str, line: int, path: str) -> Part:
    if isinstance(node, yaml.MappingNode):
        entries = _entries(node, file, path)
        keys = {key: _part(value, file, at, _joined(path, key)) for key, (at, value) in entries.items()}
        return Part(file, line, path, keys)
    if isinstance(node, yaml.SequenceNode):
        if node.tag != f"{_TAG}seq":
            raise _tagged(node, file, path)
        items = [_part(each, file, _line(each), f"{path}[{number}]") for number, each in enumerate(node.value)]
        return Part(file, line, path, items)
    assert isinstance(node, yaml.ScalarNode)
    return Part(file, line, path, _scalar(node, file, path))


def _entries(node: yaml.MappingNode, file: str, path: str) -> dict[str, tuple[int, yaml.Node]]:
    """The lines and values of a map by key, its own before those that `<<` merges into it."""
    if node.tag != f"{_TAG}map":
        raise _tagged(node, file, path)
    lines: dict[str, int] = {}
    own: dict[str, tuple[int, yaml.Node]] = {}
    merged: dict[str, tuple[int, yaml.Node]] = {}
    for key_node, value in node.value:
        key, line = _key(key_node, file, path), _line(key_node)
        if key in lines:
            there = f"{short(repr(key))} as in line {lines[key]}"
            raise _wrong(file, line, _joined(path, key), "each key once", there)
        lines[key] = line
        if key_node.tag == f"{_TAG}merge":
            merged = _merged(value, file, _joined(path, key))
        else:
            own[key] = (line, value)
    return merged | own


def _merged(node: yaml.Node, file: str, path: str) -> dict[str, tuple[int, yaml.Node]]:
    """What `<<` names: a map, or a list of maps of which the first that has a key gives its value."""
    maps = node.value if isinstance(node, yaml.SequenceNode) else [node]
    found: dict[str, tuple[int, yaml.Node]] = {}
    for each in maps:
        if not isinstance(each, yaml.MappingNode):
            there = told(_part(each, file, _line(each), path).value)
            raise _wrong(file, _line(each), path, "a map or a list of maps", there)
        found = _entries(each, file, path) | found
    return found


def _key(node: yaml.Node, file: str, path: str) -> str:
    key = _part(node, file, _line(node), path)
    if not isinstance(key.value, str):
        raise key.wrong("text as a key", _told_with_hint(key.value))
    return key.value


def _scalar(node: yaml.ScalarNode, file: str, path: str) -> bool | int | float | str | None:
    written = str(node.value)
    if node.tag in _TEXT_TAGS:
        return written
    if node.tag not in _SCALARS:
        raise _tagged(node, file, path)
    what, construct = _SCALARS[node.tag]
    if len(written) > SCALAR_SIGNS_MAX:
        raise _wrong(file, _line(node), path, f"{what} of at most {SCALAR_SIGNS_MAX} signs", short(repr(written)))
    try:
        return construct(SafeConstructor(), node)
    except (ValueError, LookupError, OverflowError) as error:  # a tag can claim any text to be a number
        raise _wrong(file, _line(node), path, what, short(repr(written))) from error


def _tagged(node: yaml.Node, file: str, path: str) -> BadRequest:
    """The error for a tag that asks for more than plain values, such as objects of Python."""
    tag = f"!!{node.tag.removeprefix(_TAG)}" if node.tag.startswith(_TAG) else node.tag
    expected = "a list, a map, text, a number, true, false or null"
    return _wrong(file, _line(node), path, expected, f"a value tagged {short(tag)}")


def _line(node: yaml.Node) -> int:
    """Where a node starts, from 1."""
    return int(node.start_mark.line) + 1
