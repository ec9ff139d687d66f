# SPDX-License-Identifier: Apache-2.0
"""How tests wait for a child that they have started: until it is ready, and no longer than it lives."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

LOOK_EVERY_S = 0.05

Found = TypeVar("Found")


class NotReady(RuntimeError):
    """A child ended, or dallied, instead of starting; the message has what it said."""


def until_ready(
    name: str,
    check: Callable[[], Found | None],
    process: subprocess.Popen[bytes],
    said: Callable[[], str],
    timeout_s: float,
) -> Found:
    """
    Ask `check` until it gives something that is true, and give that.

    NotReady when the process has ended without it, or is not ready in time; it is killed then.
    """
    give_up = time.monotonic() + timeout_s
    while True:
        # Before it is asked for: what a child said or made last counts.
        code = process.poll()
        if found := check():
            return found
        if code is not None:
            raise NotReady(f"{name} ended with {code} instead of starting:\n{said()}")
        if time.monotonic() > give_up:
            process.kill()
            process.wait()
            raise NotReady(f"{name} was not ready after {timeout_s:g} s:\n{said()}")
        time.sleep(LOOK_EVERY_S)


def tail(log: Path, lines: int = 30) -> str:
    """The last lines of a log, for messages; nothing where there is none."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
