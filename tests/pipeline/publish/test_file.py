# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Lines in a file: whole, on disk, turned over, and each once."""

import ast
import errno
import os
from pathlib import Path

import msgspec
import pytest

from nephoscope.client.send import Accepted, RetryLater
from nephoscope.model.errors import BadRequest
from tests.pipeline.made import NINE_NS, sample
from tests.pipeline.publish.peers import EVENT, packed, publisher, sent


def volumes(path: Path) -> list[float]:
    return [msgspec.json.decode(line)["volume"] for line in path.read_bytes().splitlines()]


def test_lines_are_maps_as_python_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "samples"
    of = publisher(f"file://{path}")
    assert [Accepted()] == sent(
        of, sample("cpu", 3, resource_metadata={"a": "it's\n\ud83d\ude00"}), sample(user_id=None)
    )
    first, second = (ast.literal_eval(line) for line in path.read_text().splitlines())
    assert ("cpu", 3.0, "2026-03-02T09:00:00") == (first["name"], first["volume"], first["timestamp"])
    assert {"a": "it's\n\U0001f600"} == first["resource_metadata"]
    assert second["user_id"] is None


def test_lines_are_json_where_that_is_asked_for_and_later_ones_follow(tmp_path: Path) -> None:
    path = tmp_path / "samples"
    of = publisher(f"file://{path}?json")
    assert [Accepted()] == sent(of, sample(volume=1), sample(volume=2))
    assert [Accepted()] == sent(of, sample(volume=3))
    assert [1, 2, 3] == volumes(path)


def test_events_are_lines_too(tmp_path: Path) -> None:
    path = tmp_path / "events"
    of = publisher(f"file://{path}?json")
    assert [Accepted()] == [of.send(batch) for batch in of.pack_events([EVENT], NINE_NS)]
    assert ["at", 4, "2026-03-02T09:00:00"] == msgspec.json.decode(path.read_bytes())["traits"][2]


def test_a_long_file_is_turned_over_and_the_oldest_one_goes(tmp_path: Path) -> None:
    path = tmp_path / "samples"
    size = len(packed(publisher(f"file://{path}?json"), sample())[0].body)
    of = publisher(f"file://{path}?json&max_bytes={size * 2 + size // 2}&backup_count=2")
    assert [Accepted()] == sent(of, *(sample(volume=i) for i in range(9)))
    assert [8] == volumes(path)
    assert [6, 7] == volumes(tmp_path / "samples.1")
    assert [4, 5] == volumes(tmp_path / "samples.2")
    assert {"samples", "samples.1", "samples.2"} == {each.name for each in tmp_path.iterdir()}


def test_a_line_longer_than_a_file_may_be_has_one_to_itself(tmp_path: Path) -> None:
    path = tmp_path / "samples"
    of = publisher(f"file://{path}?json&max_bytes=10&backup_count=9")
    assert [Accepted()] == sent(of, *(sample(volume=i) for i in range(3)))
    assert [[2], [1], [0]] == [volumes(path.with_name(name)) for name in ("samples", "samples.1", "samples.2")]


@pytest.mark.parametrize("query", ["max_bytes=10", "backup_count=3", "max_bytes=0&backup_count=3"])
def test_with_only_one_of_both_bounds_a_file_is_never_turned_over(tmp_path: Path, query: str) -> None:
    of = publisher(f"file://{tmp_path}/samples?json&{query}")
    assert [Accepted()] == sent(of, sample(volume=1), sample(volume=2))
    assert [1, 2] == volumes(tmp_path / "samples")


def test_a_full_disk_leaves_no_half_a_line_and_no_line_comes_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full in the second of three files, ten bytes into a line."""
    path = tmp_path / "samples"
    size = len(packed(publisher(f"file://{path}?json"), sample())[0].body)
    of = publisher(f"file://{path}?json&max_bytes={size * 2 + size // 2}&backup_count=5")
    (batch,) = packed(of, *(sample(volume=i) for i in range(6)))
    real, left = os.write, [size * 2 + 10]

    def write(file: int, rest: bytes) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = real(file, rest[: left[0]])
        left[0] -= written
        return written

    monkeypatch.setattr("nephoscope.pipeline.publish.file.os.write", write)
    outcome = of.send(batch)
    assert isinstance(outcome, RetryLater)
    assert outcome.reason.endswith("No space left on device")
    assert [0, 1] == volumes(tmp_path / "samples.1")
    assert b"" == path.read_bytes()
    left[0] = 1_000_000
    assert Accepted() == of.send(batch)
    written = [volumes(path.with_name(name)) for name in ("samples", "samples.1", "samples.2")]
    assert [[4, 5], [2, 3], [0, 1]] == written


def test_a_line_that_a_power_cut_left_unfinished_is_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "samples"
    of = publisher(f"file://{path}?json")
    sent(of, sample(volume=1))
    with path.open("ab") as file:
        file.write(b'{"id": "half')
    assert [Accepted()] == sent(of, sample(volume=2))
    assert [1, 2] == volumes(path)


def test_a_line_of_somebody_else_is_ended_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "samples"
    path.write_text("a heading")
    sent(publisher(f"file://{path}?json"), sample(volume=1))
    assert b"a heading" == path.read_bytes().splitlines()[0]
    assert 2 == len(path.read_bytes().splitlines())


def test_what_is_no_file_or_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "missing" / "samples"):
        (outcome,) = sent(publisher(f"file://{path}"))
        assert isinstance(outcome, RetryLater)
        assert str(path) in outcome.reason


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("file://", "expected the path"),
        ("file:///", "expected the path"),
        ("file://host/x", "expected the path"),
        ("file:///x?max_bytes=big", "option max_bytes"),
        ("file:///x?backup_count=-1", "option backup_count"),
        ("file:///x?json=perhaps", "option json"),
    ],
)
def test_what_is_wrong_with_a_url_is_told(url: str, named: str) -> None:
    with pytest.raises(BadRequest, match=named):
        publisher(url)
