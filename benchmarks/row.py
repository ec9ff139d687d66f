# SPDX-License-Identifier: Apache-2.0
"""One row of the table: what is measured, in which unit, and what is to be reached."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from benchmarks.session import Session


@dataclass(frozen=True)
class Row:
    """
    A measurement that both sides go through.

    `ratio_min` says how many times better than theirs ours has to be, `ours_max` what ours may be at most, in `unit`.
    What is not measured in every round is measured once: `before` all rounds, when only the history is there, or
    `after` them.
    """

    name: str
    unit: str
    measure: Callable[[Session], float]
    more_is_better: bool = False
    ratio_min: float | None = None
    ours_max: float | None = None
    when: Literal["before", "rounds", "after"] = "rounds"

    def ratio(self, ours: float, theirs: float) -> float:
        """How many times better ours is."""
        return ours / theirs if self.more_is_better else theirs / ours

    def goal(self) -> str:
        """What is to be reached, as text."""
        if self.ours_max is not None:
            return f"at most {self.ours_max:g} {self.unit}"
        return f"{self.ratio_min:g} ×"

    def reached(self, ours: float, ratio: float) -> bool:
        """Whether these medians reach the goal."""
        if self.ours_max is not None:
            return ours <= self.ours_max
        return self.ratio_min is None or ratio >= self.ratio_min


def p50_ms(session: Session, count: int, method: str, paths: list[str], body: bytes | None = None) -> float:
    """The median of `count` requests, which take turns through the paths, in milliseconds; one before is not timed."""
    session.client.send(method, paths[0], body)
    times = sorted(session.client.timed(method, paths[number % len(paths)], body) for number in range(count))
    middle = len(times) // 2
    return 1000 * (times[middle] if len(times) % 2 else (times[middle - 1] + times[middle]) / 2)
