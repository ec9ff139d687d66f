# SPDX-License-Identifier: Apache-2.0
"""Processes that are measured: on which core they run, what they have used so far, and when nothing moves any more."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import psutil

LOOK_S = 0.1


def cores() -> tuple[int, int]:
    """The core for what is measured, and another for everything else; the same where there is only one."""
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[-1], allowed[0]


@contextlib.contextmanager
def on_core(core: int) -> Iterator[None]:
    """What this thread starts within the block stays on one core for life; we return to where we were."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True)
class Tree:
    """A process with its descendants."""

    leader: int

    def processes(self) -> list[psutil.Process]:
        """Those that run now."""
        with contextlib.suppress(psutil.NoSuchProcess):
            first = psutil.Process(self.leader)
            return [first, *first.children(recursive=True)]
        return []

    def cpu_s(self) -> float:
        """Processor time that they have used since their starts, those that have ended included."""
        used = 0.0
        for each in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                # The children's share is of those that have ended.
                found = each.cpu_times()
                used += found.user + found.system + found.children_user + found.children_system
        return used

    def resident_bytes(self) -> int:
        """Memory that they hold; pages that several share are counted for each."""
        held = 0
        for each in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                held += each.memory_info().rss
        return held

    def hold(self) -> None:
        """Stop them where they are."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let them run on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for each in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                each.send_signal(number)


def last_change(look: Callable[[], Sequence[float]], *, still_s: float, timeout_s: float) -> float:
    """
    Wait until what `look` gives has not changed for `still_s`; the monotonic time of the last change.

    TimeoutError when it still changes after `timeout_s`.
    """
    began = changed = time.monotonic()
    seen = look()
    while (now := time.monotonic()) - changed < still_s:
        if now - began > timeout_s:
            raise TimeoutError(f"there was still no end after {timeout_s:.0f} s; last seen: {list(seen)}")
        time.sleep(LOOK_S)
        if (found := look()) != seen:
            seen, changed = found, time.monotonic()
    return changed
