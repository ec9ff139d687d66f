# SPDX-License-Identifier: Apache-2.0
"""
Alarms in YAML, in the words of our own API: read with the place of everything, written so that it is read as it was.

    version: 1
    alarms:
      - name: cpu is busy
        type: series
        rule: {metric: cpu.util, threshold: 80}
        behaviour: {pending_s: 300}
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from nephoscope.model.errors import BadRequest, NephoscopeError
from nephoscope.model.yaml_checks import given, strict_map_of
from nephoscope.model.yaml_tree import Bounds, Part, list_of, map_of, plain, read_tree, required, text_of

VERSION = 1
BOUNDS = Bounds(bytes_max=16 * 2**20, nodes_max=1_000_000, depth_max=64)
KEYS = (
    "name",
    "project_id",
    "type",
    "rule",
    "description",
    "enabled",
    "severity",
    "ok_actions",
    "alarm_actions",
    "insufficient_data_actions",
    "repeat_actions",
    "time_constraints",
    "behaviour",
    "labels",
)
# Ends of lines, or none, depending on who reads.
_ESCAPED = re.compile("[\r\x85\u2028\u2029\ufeff]")


@dataclass(frozen=True)
class AlarmFile:
    """The alarms of one file, each with where it stands."""

    alarms: Sequence[Part]

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The alarms as our own API takes them."""
        return [plain(each) for each in self.alarms]


def read(text: str, file: str) -> AlarmFile:
    """The alarms of a YAML text. BadRequest with file, line and key, for what cannot be one whatever its type."""
    root = read_tree(text, file, BOUNDS)
    keys = strict_map_of(root, ("version", "alarms"))
    version = required(root, keys, "version", f"the form of the file, {VERSION}")
    if version.value != VERSION or isinstance(version.value, bool):
        raise version.wrong(f"{VERSION}, the form of file that this program knows")
    return AlarmFile(alarms_of(required(root, keys, "alarms", "a list of alarms")))


def alarms_of(listed: Part) -> Sequence[Part]:
    """The parts of a list of alarms, each being a map with a name, a type and a rule. BadRequest."""
    alarms = list_of(listed, "a list of alarms")
    seen: dict[tuple[str, object], int] = {}
    for each in alarms:
        keys = strict_map_of(each, KEYS)
        name = required(each, keys, "name", "a name")
        text_of(required(each, keys, "type", "a type of rule, such as series"), "a type of rule, such as series")
        map_of(required(each, keys, "rule", "a map with what the type of rule wants"), ("metric", "threshold", "..."))
        project = given(keys, "project_id")
        key = (text_of(name, "a name"), None if project is None else text_of(project, "a project"))
        if key in seen:
            raise name.wrong(f"another name than that of the alarm in line {seen[key]}, which is of the same project")
        seen[key] = each.line
    return alarms


def located(error: NephoscopeError, alarms: Sequence[Part]) -> NephoscopeError:
    """
    What a server says of a list of alarms, with file and line: its `detail` is a path such as ["alarms", "3", "rule"].

    Without such a path it is the same.
    """
    match error.detail:
        case ["alarms", str(place), *path] if place.isdecimal() and int(place) < len(alarms):
            return placed(alarms[int(place)], path, error.message.removeprefix("Invalid input: "))
    return error


def placed(part: Part, path: Sequence[str], why: str) -> BadRequest:
    """The error about what stands at a path below a part, or about what that is missing from."""
    for place, step in enumerate(path):
        inner = _inner(part, step)
        if inner is None:
            name = ".".join([part.path, *path[place:]])
            return BadRequest(f"{part.file}:{part.line}: {name}: {why}")
        part = inner
    return BadRequest(f"{part.file}:{part.line}: {part.path}: {why}")


def render(bodies: Iterable[Mapping[str, Any]]) -> str:
    """Alarms as a file, in their order; `read` gives them back as they are."""
    document = {"version": VERSION, "alarms": [dict(each) for each in bodies]}
    written: str = yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=2**20
    )
    return written


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as such, lists set off from their key, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _ESCAPED.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _inner(part: Part, step: str) -> Part | None:
    if isinstance(part.value, dict):
        return part.value.get(step)
    if isinstance(part.value, list) and step.isdecimal() and int(step) < len(part.value):
        return part.value[int(step)]
    return None
