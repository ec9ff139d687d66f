# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Where definitions take values from."""

from typing import Any

import pytest

from nephoscope.model.errors import BadRequest
from nephoscope.model.yaml_tree import read_tree
from nephoscope.receive.notifications.source import Source, read, read_naming

DOCUMENT = {"payload": {"a": None, "b": "x.y", "l": [1, None, 2], "m": ["p.1", None, "q.2"]}}


def source(text: str) -> Source:
    return read(read_tree(text, "made.yaml"))


@pytest.mark.parametrize(
    ("text", "first", "every"),
    [
        ("$.payload.b", "x.y", ["x.y"]),
        ("7", 7, [7]),
        ("1.5", 1.5, [1.5]),
        ("{fields: 7}", 7, [7]),
        ("$.payload.a", None, [None]),
        ("payload.l[*]", 1, [1, None, 2]),
        ("{fields: [payload.a, payload.b]}", "x.y", [None, "x.y"]),
        ("[payload.nowhere, payload.b]", "x.y", ["x.y"]),
        ("{fields: [payload.(a|b), 'payload.l[2]']}", "x.y", [None, "x.y", 2]),
        ("{fields: payload.b, plugin: split}", "x", ["x"]),
        ("{fields: 'payload.m[*]', plugin: {name: split, parameters: {segment: 1}}}", "1", ["1", "2"]),
    ],
)
def test_values_come_from_constants_paths_and_plugins(text: str, first: Any, every: list[Any]) -> None:
    found = source(text)
    assert first == found.first(DOCUMENT)
    assert every == found.every(DOCUMENT)


@pytest.mark.parametrize("name", ["disk.root.size", "B/s", "%", "user", "payloads.size", "metadata-size"])
def test_a_name_that_does_not_look_like_a_path_is_what_it_says(name: str) -> None:
    found = read_naming(read_tree(f"'{name}'", "made.yaml"))
    assert (True, name) == (found.constant, found.first(DOCUMENT))


@pytest.mark.parametrize("name", ["$.payload.b", "payload.b", "(payload.b)", "'x' + '.y'", "payload['b']"])
def test_a_name_that_looks_like_a_path_is_one(name: str) -> None:
    found = read_naming(read_tree(f'"{name}"', "made.yaml"))
    assert (False, "x.y") == (found.constant, found.first(DOCUMENT))


def test_sources_that_are_written_alike_are_equal() -> None:
    assert source("payload.b") == source("payload.b")
    assert source("payload.b") != source("payload.a")
    assert source("{fields: payload.b, plugin: split}") == source("{fields: payload.b, plugin: split}")
    assert source("{fields: payload.b, plugin: split}") != source("payload.b")
    assert source("7") != source("'7'")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("''", "made.yaml:1: the file: expected a path, a number, or a map with the keys fields and plugin"),
        ("true", "expected a path, a number, or a map"),
        ("[]", "expected at least one path, there is an empty list"),
        ("{plugin: split}", "made.yaml:1: fields: expected a path or a list of paths"),
        ("{fields: a, plugins: split}", "made.yaml:1: plugins: expected one of the keys fields, plugin"),
        ("{fields: [a, 'b[']}", "made.yaml:1: fields[1]: path 'b[', sign 3: expected a number"),
        ("{fields: [a, 7]}", "made.yaml:1: fields[1]: expected a path"),
    ],
)
def test_what_is_no_source_is_told_by_its_place(text: str, told: str) -> None:
    with pytest.raises(BadRequest) as caught:
        source(text)
    assert told in caught.value.message
