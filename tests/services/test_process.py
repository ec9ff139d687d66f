# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Children of the tests: awaited, killed, stopped, and their words kept."""

import signal
import sys
from pathlib import Path

import pytest

from tests.services.process import ReadyProcess

WAITS = """
import signal, sys, time
print("noise first")
print("ready http://127.0.0.1:4711/")
signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
print("said on stderr", file=sys.stderr)
time.sleep(60)
"""


def script(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def test_the_ready_line_gives_the_address(tmp_path: Path) -> None:
    process = ReadyProcess("waits", tmp_path)
    assert "http://127.0.0.1:4711" == process.start(script(WAITS))
    assert process.running
    with pytest.raises(RuntimeError, match="runs already"):
        process.start(script(WAITS))
    assert 3 == process.stop()
    assert not process.running
    assert 3 == process.stop()
    assert "said on stderr" in process.said()


def test_a_second_run_waits_for_its_own_ready_line(tmp_path: Path) -> None:
    process = ReadyProcess("waits", tmp_path)
    process.start(script(WAITS))
    process.kill()
    assert -signal.SIGKILL == process.process.returncode
    with pytest.raises(RuntimeError, match="ended with 1 instead of starting") as problem:
        process.start(script("import sys; sys.exit('out of order')"))
    assert "out of order" in str(problem.value)


def test_one_that_is_never_ready_is_killed(tmp_path: Path) -> None:
    process = ReadyProcess("dallies", tmp_path)
    with pytest.raises(RuntimeError, match="not ready after"):
        process.start(script("import time; time.sleep(60)"), timeout_s=0.5)
    assert not process.running


def test_one_that_ignores_sigterm_is_killed_and_reported(tmp_path: Path) -> None:
    process = ReadyProcess("stubborn", tmp_path)
    process.start(script(WAITS.replace("sys.exit(3)", "print('not me')")))
    with pytest.raises(RuntimeError, match="did not end within"):
        process.stop(timeout_s=0.5)
    assert not process.running


def test_what_is_in_the_environment_reaches_the_child(tmp_path: Path) -> None:
    process = ReadyProcess("asks", tmp_path)
    address = process.start(script("import os; print('ready http://' + os.environ['WHERE'])"), env={"WHERE": "here:1"})
    assert "http://here:1" == address
    assert 0 == process.process.wait(20)
