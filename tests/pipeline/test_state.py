# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What pipelines remember is on disk when a save returns."""

import itertools
import logging
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from nephoscope.model.errors import NephoscopeError
from nephoscope.pipeline.state import State


def test_what_was_saved_is_there_at_the_next_start(tmp_path: Path) -> None:
    first = State(tmp_path / "state.sqlite")
    first.save({"sink/0": {0: b"1", 1: b"2", 2: b"3"}, "sink/1": {0: b"1"}}, ["m1"])
    first.save({"sink/0": {0: None, 2: b"4"}}, ["m2"])
    first.close()
    second = State(tmp_path / "state.sqlite")
    assert ({1: b"2", 2: b"4"}, {0: b"1"}) == (second.load("sink/0"), second.load("sink/1"))
    assert {"m1", "m2"} == second.seen(["m1", "m2", "m3"])
    second.close()


def test_pages_are_loaded_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    state = State(tmp_path / "state.sqlite")
    state.save({"a/0": {10: b"c", 9: b"b", 2: b"a"}})
    assert [2, 9, 10] == list(state.load("a/0"))
    state.close()


def test_steps_that_no_pipeline_has_are_forgotten(tmp_path: Path) -> None:
    state = State(tmp_path / "state.sqlite")
    state.save({"old/0": {0: b"1"}, "new/0": {0: b"2"}})
    state.keep_only(["new/0"])
    assert ({}, {0: b"2"}) == (state.load("old/0"), state.load("new/0"))
    state.close()


def test_only_the_last_messages_are_known(tmp_path: Path) -> None:
    state = State(tmp_path / "state.sqlite", seen_max=3)
    state.save({}, ["m1", "m2"])
    state.save({}, ["m3", "m4"])
    assert {"m2", "m3", "m4"} == state.seen(["m1", "m2", "m3", "m4"])
    state.close()
    again = State(tmp_path / "state.sqlite", seen_max=3)
    assert {"m2", "m3", "m4"} == again.seen(["m1", "m2", "m3", "m4"])
    again.close()


def test_a_damaged_file_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    path.write_bytes(b"this is no database, and long enough to be looked at" * 100)
    state = State(path)
    state.save({"a/0": {0: b"1"}})
    assert {0: b"1"} == state.load("a/0")
    state.close()
    assert 1 == len(list(tmp_path.glob("state.sqlite.damaged-*")))


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NephoscopeError, match=r"cannot use .*state\.sqlite"):
        State(tmp_path / "file" / "state.sqlite")


def test_a_file_of_an_older_version_is_emptied_but_for_the_messages(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "state.sqlite"
    with sqlite3.connect(path) as database:
        database.executescript("""
            CREATE TABLE items (
                step TEXT NOT NULL, key TEXT NOT NULL, resource TEXT NOT NULL, value BLOB NOT NULL,
                PRIMARY KEY (step, key)
            ) WITHOUT ROWID;
            CREATE INDEX items_by_resource ON items (resource);
            CREATE TABLE seen (place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL);
            INSERT INTO items VALUES ('a/0', 'cpu', 'r1', x'00');
            INSERT INTO seen (id) VALUES ('m1');
        """)
    database.close()
    with caplog.at_level(logging.INFO):
        for _ in range(2):
            state = State(path)
            assert ({}, {"m1"}) == (state.load("a/0"), state.seen(["m1"]))
            state.close()
    expected = f"{path} is of an older version: what pipelines remembered is dropped, rates begin anew"
    assert [expected] == caplog.messages


def test_a_kill_minus_nine_leaves_the_last_save_or_the_one_that_was_under_way_whole(tmp_path: Path) -> None:
    program = (
        "import itertools, pathlib\n"
        "from nephoscope.pipeline.state import State\n"
        f"state = State(pathlib.Path({str(tmp_path / 'state.sqlite')!r}))\n"
        "for number in itertools.count():\n"
        "    content = str(number).encode() * 5000\n"
        "    state.save({'a/0': dict.fromkeys(range(20), content)}, [f'm{number}'])\n"
        "    print(number, flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = [int(line) for line in itertools.islice(process.stdout, 10)]
        process.kill()
        acknowledged += [int(line) for line in process.stdout]
    state = State(tmp_path / "state.sqlite")
    last = acknowledged[-1] + len(state.seen([f"m{acknowledged[-1] + 1}"]))
    assert dict.fromkeys(range(20), str(last).encode() * 5000) == state.load("a/0")
    ids = {f"m{number}" for number in range(last + 2)}
    assert {f"m{number}" for number in range(last + 1)} == state.seen(ids)
    state.close()
