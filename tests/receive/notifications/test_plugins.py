# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Plugins: what each makes of values, and which parameters it refuses."""

from collections.abc import Sequence
from typing import Any

import pytest

from nephoscope.model.errors import BadRequest
from nephoscope.model.path import Found
from nephoscope.model.yaml_tree import read_tree
from nephoscope.receive.notifications.plugins import PLUGINS, made
from tests.project import PROJECT


def computed(text: str, found: Sequence[Found]) -> list[Any]:
    """What a plugin, as YAML, makes of values with their paths."""
    return list(made(read_tree(text, "made.yaml"))[1](found))


@pytest.mark.parametrize("name", [name for name in PLUGINS if name != "map"])
def test_a_name_alone_is_a_plugin_without_parameters(name: str) -> None:
    plugin, compute = made(read_tree(name, "made.yaml"))
    assert PLUGINS[name] is plugin
    assert list(compute([("a", "2026-03-02T00:00:00"), ("b", "2026-03-02T00:00:01")]))


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("{}", ["x", "p"]),
        ("{segment: 1}", ["y", None]),
        ("{segment: 1, max_split: 1}", ["y.z", None]),
        ("{max_split: 0}", ["x.y.z", "p"]),
        ("{separator: y}", ["x.", "p"]),
    ],
)
def test_split_takes_a_segment(parameters: str, expected: list[str | None]) -> None:
    assert expected == computed(f"{{name: split, parameters: {parameters}}}", [("a", "x.y.z"), ("b", "p")])


BITS = """
name: bitfield
parameters:
  initial_bitfield: 8
  flags:
    - {path: payload.a, bit: 0}
    - {path: payload.b, bit: 1, value: yes please}
    - {path: payload.c, bit: 2, value: null}
"""


def test_bitfield_sets_the_bits_of_what_is_there() -> None:
    assert [8 + 1] == computed(BITS, [("payload.a", 0)])
    assert [8 + 1 + 2] == computed(BITS, [("payload.a", 0), ("payload.b", "yes please")])
    assert [8] == computed(BITS, [("payload.b", "no"), ("b", "yes please"), ("payload.c", 1)])
    assert [8] == computed(BITS, [])


def test_timedelta_has_no_sign() -> None:
    earlier, later = ("a", "2026-03-02 09:14:41+00:00"), ("b", "2026-03-02T09:15:29.500000")
    assert [48.5] == computed("timedelta", [earlier, later])
    assert [48.5] == computed("timedelta", [later, earlier])


def test_timedelta_wants_two_times() -> None:
    one = ("a", "2026-03-02 09:14:41+00:00")
    assert [None] == computed("timedelta", [one])
    assert [None] == computed("timedelta", [one, one, one])
    assert [None] == computed("timedelta", [one, ("b", "")])
    with pytest.raises(BadRequest):
        computed("timedelta", [one, ("b", "soon")])


def test_map_replaces_texts() -> None:
    values = "{active: 1, Deleted: 2, '7': seven}"
    found = [("a", "active"), ("b", "DELETED"), ("c", 7), ("d", "other")]
    assert [1, None, "seven", None] == computed(f"{{name: map, parameters: {{values: {values}}}}}", found)
    loose = f"{{name: map, parameters: {{values: {values}, default: 0, case_sensitive: false}}}}"
    assert [1, 2, "seven", 0] == computed(loose, found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sum", "made.yaml:1: the file: expected one of split, bitfield, timedelta, map, there is 'sum'"),
        ("{parameters: {}}", "made.yaml:1: name: expected one of split, bitfield"),
        ("{name: split, with: {}}", "made.yaml:1: with: expected one of the keys name, parameters"),
        ("{name: split, parameters: []}", "made.yaml:1: parameters: expected a map"),
        (
            "{name: split, parameters: {sep: x}}",
            "made.yaml:1: parameters.sep: expected one of the keys separator, segm",
        ),
        ("{name: split, parameters: {separator: ''}}", "parameters.separator: expected a text to split at"),
        ("{name: split, parameters: {segment: -1}}", "parameters.segment: expected an integer from 0, there is -1"),
        ("{name: timedelta, parameters: {a: 1}}", "parameters.a: expected one of the keys"),
        ("map", "made.yaml:1: values: expected a map from texts to values"),
        ("{name: map, parameters: {values: 1}}", "parameters.values: expected a map"),
        ("{name: map, parameters: {values: {}, case_sensitive: 2}}", "parameters.case_sensitive: expected true or"),
        ("{name: bitfield, parameters: {flags: 1}}", "parameters.flags: expected a list of flags"),
        ("{name: bitfield, parameters: {flags: [{bit: 1}]}}", "parameters.flags[0].path: expected a full path"),
        ("{name: bitfield, parameters: {flags: [{path: a, bit: 64}]}}", "flags[0].bit: expected an integer from 0 to"),
        (
            "{name: bitfield, parameters: {flags: [{path: a, bit: 1, set: 2}]}}",
            "flags[0].set: expected one of the keys",
        ),
    ],
)
def test_wrong_parameters_are_told_by_their_place(text: str, told: str) -> None:
    with pytest.raises(BadRequest) as caught:
        made(read_tree(text, "made.yaml"))
    assert told in caught.value.message


def test_every_plugin_and_its_parameters_are_documented() -> None:
    page = (PROJECT / "docs/reference/notifications.md").read_text()
    rows = {name: line for name in PLUGINS for line in page.splitlines() if line.startswith(f"| `{name}` |")}
    assert set(PLUGINS) == set(rows)
    missing = [
        f"{name}: {key}" for name, plugin in PLUGINS.items() for key in plugin.keys if f"`{key}`" not in rows[name]
    ]
    assert not missing
