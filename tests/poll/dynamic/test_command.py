# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Commands of the host: what they print, and the end of those that do not end."""

import time
from pathlib import Path

import psutil
import pytest

from nephoscope.poll.dynamic.command import CommandFailed, output_of


def test_output_and_errors_are_read_together_and_the_status_means_nothing() -> None:
    assert "one\ntwo" == output_of("echo one; echo two >&2; exit 3", 10)


def test_a_command_that_hangs_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(CommandFailed, match=r"takes over 0\.5 s"):
        output_of(f"sleep 600 & echo $! > {tmp_path}/pid; sleep 601", 0.5)
    assert time.monotonic() - started < 5
    pid = int((tmp_path / "pid").read_text())
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() - started < 10
        time.sleep(0.01)


def test_a_child_left_behind_that_holds_the_output_open_ends_too() -> None:
    with pytest.raises(CommandFailed, match="takes over"):
        output_of("echo 1; sleep 600 &", 0.5)


def test_output_without_end_is_cut_short() -> None:
    with pytest.raises(CommandFailed, match="prints over 100000 bytes"):
        output_of("yes", 10, bytes_max=100_000)


def test_a_command_reads_nothing_from_us() -> None:
    assert "0" == output_of("wc -c", 10).strip()
