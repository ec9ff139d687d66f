# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""A run's files are in memory where that has room, and are not left there."""

import os
import subprocess
import sys
from pathlib import Path

from tests.scratch import make


def test_a_folder_belongs_to_its_process_and_others_may_pass_through_it(tmp_path: Path) -> None:
    folder = make(tmp_path, room_bytes=1)
    assert folder is not None
    assert tmp_path / f"nephoscope-{os.getpid()}" == folder
    assert 0o755 == folder.stat().st_mode & 0o777


def test_there_is_none_without_room(tmp_path: Path) -> None:
    assert make(tmp_path, room_bytes=2**80) is None
    assert make(tmp_path / "absent", room_bytes=1) is None
    assert [] == list(tmp_path.iterdir())


def test_what_killed_runs_left_is_removed_and_what_others_use_is_not(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for pid in (gone.pid, os.getppid()):
        (tmp_path / f"nephoscope-{pid}" / "data").mkdir(parents=True)
    make(tmp_path, room_bytes=1)
    assert {f"nephoscope-{os.getppid()}", f"nephoscope-{os.getpid()}"} == {each.name for each in tmp_path.iterdir()}
