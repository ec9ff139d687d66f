# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Renaming, filtering, hiding and limiting."""

import hashlib
import hmac
import logging
from pathlib import Path
from typing import Any

import pytest

from nephoscope.model.errors import BadRequest
from nephoscope.model.sample_json import encode
from nephoscope.observe import registry
from nephoscope.pipeline.transform.limit import Admitted
from tests.pipeline.made import sample, samples, transformer


def out(kind: str, *listed: dict[str, Any], **parameters: Any) -> list[dict[str, Any]]:
    return list(encode(transformer(kind, **parameters).take(samples(*listed))))


def count(cause: str) -> float:
    return registry.value("nephoscope_dropped_total", station="pipeline", cause=cause)


def test_rename_changes_whole_names_and_leaves_others() -> None:
    listed = [sample("disk.read", unit="B"), sample("disk.read.bytes", unit="B"), sample("cpu")]
    found = out("rename", *listed, **{"from": r"disk\.(\w+)", "to": r"storage.\1", "unit": "byte"})
    assert [("storage.read", "byte"), ("disk.read.bytes", "B"), ("cpu", "ns")] == [
        (each["name"], each["unit"]) for each in found
    ]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"to": "x"}, "parameters.from is needed"),
        ({"from": "x"}, "parameters.to is needed"),
        ({"from": "(", "to": "x"}, "parameters.from is no regular expression"),
        ({"from": "a", "to": r"\1"}, "parameters.to does not go with parameters.from: invalid group reference"),
    ],
)
def test_rename_says_what_is_wrong(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(BadRequest, match=f"pipeline.yaml:7: {message}"):
        transformer("rename", **parameters)


def test_filter_takes_by_name_and_by_expression_and_counts_the_rest() -> None:
    before = count("filtered")
    active, paused = {"status": "active"}, {"status": "paused"}
    listed = [
        sample("cpu", 1, resource_metadata=active),
        sample("cpu", 2, resource_metadata=paused),
        sample("cpu", 0, resource_metadata=active),
        sample("memory", 4, resource_metadata=active),
        sample("cpu", 5),
    ]
    found = out("filter", *listed, names=["cpu"], where="volume > 0 and resource_metadata.status == 'active'")
    assert [1] == [each["volume"] for each in found]
    assert 4 == count("filtered") - before


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "parameters.where or parameters.names is needed"),
        ({"names": "cpu"}, "parameters.names must be a list of texts"),
        ({"names": []}, "parameters.names: expected at least one name or glob"),
        ({"where": "open('x')"}, ".*open"),
        ({"where": "1) or (1"}, ".*unmatched"),
    ],
)
def test_filter_says_what_is_wrong(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(BadRequest, match=f"pipeline.yaml:7: {message}"):
        transformer("filter", **parameters)


METADATA = {"display_name": "secret", "flavor": {"name": "m1", "id": 3}, "user_metadata": {"a": 1, "b": {"c": 2}}}


def test_deny_takes_fields_away_at_any_depth() -> None:
    found = out("deny", sample(resource_metadata=METADATA), fields=["display_name", "flavor.name", "user_metadata.*"])
    assert {"flavor": {"id": 3}, "user_metadata": {}} == found[0]["resource_metadata"]


def test_deny_does_not_change_what_other_sinks_see() -> None:
    taken = samples(sample(resource_metadata=METADATA))
    transformer("deny", fields=["*"]).take(taken)
    assert METADATA == next(iter(encode(taken)))["resource_metadata"]


def test_hash_is_keyed_and_the_same_for_the_same(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("0123456789abcdef\n")
    listed = [sample(resource_metadata={"name": name, "n": 1}) for name in ("a", "b", "a")] + [
        sample(resource_metadata={"name": None})
    ]
    found = out("hash", *listed, fields=["name"], key_file=str(tmp_path / "key"))
    expected = hmac.new(b"0123456789abcdef", b"a", hashlib.sha256).hexdigest()[:32]
    names = [each["resource_metadata"]["name"] for each in found]
    assert (expected, expected, None) == (names[0], names[2], names[3])
    assert names[1] != names[0]
    assert 1 == found[0]["resource_metadata"]["n"]


def test_hash_wants_a_key_that_cannot_be_guessed(tmp_path: Path) -> None:
    (tmp_path / "short").write_text("abc")
    for file, message in [("short", "holds fewer than 16 bytes"), ("none", "cannot be read: No such file")]:
        with pytest.raises(BadRequest, match=message):
            transformer("hash", fields=["a"], key_file=str(tmp_path / file))
    with pytest.raises(BadRequest, match="key_file is needed"):
        transformer("hash", fields=["a"])


def test_limit_cuts_counts_and_names(caplog: pytest.LogCaptureFixture) -> None:
    before = count("series over the limit")
    listed = [sample(name, resource_id=resource) for resource in ("r1", "r2") for name in ("a", "b", "c", "a")]
    with caplog.at_level(logging.WARNING):
        found = out("limit", *listed, sample("c"), series=2)
    assert ["a", "b", "a"] * 2 == [each["name"] for each in found]
    assert 3 == count("series over the limit") - before
    assert ["resource r1 has too many series: c is cut", "resource r2 has too many series: c is cut"] == caplog.messages


def test_limit_remembers_what_it_admitted() -> None:
    first, second = transformer("limit", series=1), transformer("limit", series=1)
    first.take(samples(sample("a")))
    assert first.memory is not None
    assert second.memory is not None
    page = first.memory.of_resources({"r1"})
    assert page is not None
    second.memory.restore(page)
    assert ["a"] == [each["name"] for each in encode(second.take(samples(sample("b"), sample("a"))))]


def test_limit_forgets_resources_when_there_are_too_many() -> None:
    admitted = Admitted(1, resources_max=2)
    assert [True, True, True] == [admitted.admits(resource, "a") for resource in ("r1", "r2", "r3")]
    assert admitted.admits("r1", "b")


@pytest.mark.parametrize("series", [0, 1.5, "2", None])
def test_limit_wants_a_whole_number(series: object) -> None:
    with pytest.raises(BadRequest, match=r"parameters\.series must be a"):
        transformer("limit", series=series)
