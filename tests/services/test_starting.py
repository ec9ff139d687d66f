# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Children of the tests are waited for until they are ready, and no longer than they live."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services.starting import NotReady, tail, until_ready


@contextmanager
def child(text: str) -> Iterator[subprocess.Popen[bytes]]:
    """A child that runs until it is told to end by the end of its input, unless it ends before."""
    process = subprocess.Popen([sys.executable, "-c", text], stdin=subprocess.PIPE)
    with process:
        yield process


WAITS = "import sys; sys.stdin.read()"


def test_what_the_check_finds_is_given() -> None:
    answers = iter([None, "", "an address"])
    with child(WAITS) as process:
        assert "an address" == until_ready("it", lambda: next(answers), process, lambda: "", 20)
        assert process.poll() is None


def test_one_that_ends_is_told_with_its_code_and_its_words() -> None:
    with child("import sys; sys.exit(7)") as process, pytest.raises(NotReady, match="it ended with 7") as told:
        until_ready("it", lambda: None, process, lambda: "out of order", 20)
    assert "out of order" in str(told.value)


def test_what_it_did_last_before_it_ended_counts() -> None:
    with child("") as process:
        process.wait(20)
        assert until_ready("it", lambda: True, process, lambda: "", 20)


def test_one_that_dallies_is_killed() -> None:
    with child(WAITS) as process:
        with pytest.raises(NotReady, match=r"it was not ready after 0\.1 s:\nstill at it"):
            until_ready("it", lambda: None, process, lambda: "still at it", 0.1)
        assert process.returncode is not None


def test_the_end_of_a_log_is_told(tmp_path: Path) -> None:
    assert "" == tail(tmp_path / "log")
    (tmp_path / "log").write_text("a\nb\nc\n")
    assert "b\nc" == tail(tmp_path / "log", 2)
