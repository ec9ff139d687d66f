# SPDX-License-Identifier: Apache-2.0
"""
How agents share central work: each target falls into one of SLOTS slots, and each slot to one agent at a time.

A task's cycles are numbered by a clock that all agents go by, and begin at the multiples of its interval. For each
cycle an agent claims the slots that it holds and nobody has polled for that number; so a slot that moves from agent to
agent is polled once for each number, by whoever claims it first.
"""

import threading
import time
from collections.abc import Callable
from typing import Protocol
from zlib import crc32

SLOTS = 64
EVERY_SLOT = frozenset(range(SLOTS))


def slot_of(name: str) -> int:
    """
    The slot of a target's id; the same in every agent, release and year.

    >>> slot_of("ipmi://192.0.2.21"), slot_of("ipmi://192.0.2.22")
    (45, 23)
    """
    return crc32(name.encode("utf-8", "surrogatepass")) % SLOTS


def part_of(group: str, slot: int) -> str:
    """The name under which a slot's samples are published, and under which what pipelines remember of it travels."""
    return f"{group}/{slot}"


class Share(Protocol):
    """One agent's part in a group of agents. Threads may call it side by side."""

    @property
    def group(self) -> str:
        """The group's name: agents of one group share their work, those of different groups know nothing of it."""
        ...

    def time_s(self) -> float:
        """Seconds since the epoch by the clock that the whole group goes by; never goes back, nor jumps ahead."""
        ...

    def slots(self) -> frozenset[int]:
        """The slots that this agent holds now: those whose lease is good."""
        ...

    def claim(self, task: str, number: int) -> frozenset[int]:
        """
        Take what is to be done of a task's cycle: the slots held for which nobody has claimed this number or a later.

        Whoever claims a slot polls it for that number; nobody else is given it again, also when the agent then dies.
        Raises whatever goes wrong: nothing shared is polled in that cycle, and the error is counted.
        """
        ...


class Everything:
    """The share of an agent that has no others beside it: all slots, by the clock of this machine at its start."""

    def __init__(
        self,
        group: str = "central",
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self.group = group
        self._monotonic = monotonic
        # The clock that people set is read once: from then on what they do to it changes no cycle's number.
        self._ahead_s = wall_ns() / 1e9 - monotonic()
        self._lock = threading.Lock()
        self._claimed: dict[str, int] = {}

    def time_s(self) -> float:
        """Seconds since the epoch, counted from the wall clock as it was at the start."""
        return self._ahead_s + self._monotonic()

    def slots(self) -> frozenset[int]:
        """All of them."""
        return EVERY_SLOT

    def claim(self, task: str, number: int) -> frozenset[int]:
        """All slots for a number above those claimed before, else none."""
        with self._lock:
            if number <= self._claimed.get(task, -1):
                return frozenset()
            self._claimed[task] = number
        return EVERY_SLOT
