# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What pipelines remember is on disk when a save returns."""

import subprocess
import sys
from pathlib import Path

import pytest

from nephoscope.model.errors import NephoscopeError
from nephoscope.pipeline.state import State
from nephoscope.pipeline.transform.memory import Item

ONE, TWO = Item("r1", "a\x1fr1", b"1"), Item("r2", "a\x1fr2", b"2")


def test_what_was_saved_is_there_at_the_next_start(tmp_path: Path) -> None:
    first = State(tmp_path / "state.sqlite")
    first.save({"sink/0": [ONE, TWO], "sink/1": [ONE]}, ["m1"])
    first.save({"sink/0": [Item("", ONE.key, None)]}, ["m2"])
    first.close()
    second = State(tmp_path / "state.sqlite")
    assert ([TWO], [ONE]) == (second.load("sink/0"), second.load("sink/1"))
    assert {"m1", "m2"} == second.seen(["m1", "m2", "m3"])
    second.close()


def test_steps_that_no_pipeline_has_are_forgotten(tmp_path: Path) -> None:
    state = State(tmp_path / "state.sqlite")
    state.save({"old/0": [ONE], "new/0": [TWO]})
    state.keep_only(["new/0"])
    assert ([], [TWO]) == (state.load("old/0"), state.load("new/0"))
    state.close()


def test_what_is_remembered_of_a_resource_is_found_in_every_step(tmp_path: Path) -> None:
    state = State(tmp_path / "state.sqlite")
    state.save({"a/0": [ONE, TWO], "b/0": [ONE]})
    assert {"a/0": [ONE], "b/0": [ONE]} == state.of_resources(["r1", "r9"])
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
    state.save({"a/0": [ONE]})
    assert [ONE] == state.load("a/0")
    state.close()
    assert 1 == len(list(tmp_path.glob("state.sqlite.damaged-*")))


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NephoscopeError, match=r"cannot use .*state\.sqlite"):
        State(tmp_path / "file" / "state.sqlite")


def test_a_save_outlives_kill_minus_nine(tmp_path: Path) -> None:
    program = (
        "import os, pathlib\n"
        "from nephoscope.pipeline.state import State\n"
        "from nephoscope.pipeline.transform.memory import Item\n"
        f"state = State(pathlib.Path({str(tmp_path / 'state.sqlite')!r}))\n"
        "state.save({'a/0': [Item('r1', 'k', b'1')]}, ['m1'])\n"
        "os.kill(os.getpid(), 9)\n"
    )
    assert -9 == subprocess.run([sys.executable, "-c", program], check=False).returncode
    state = State(tmp_path / "state.sqlite")
    assert ([Item("r1", "k", b"1")], {"m1"}) == (state.load("a/0"), state.seen(["m1"]))
    state.close()
