# SPDX-License-Identifier: Apache-2.0
"""Polling as an agent's report shows it: what is polled how often, and what came of it so far."""

from collections.abc import Iterator
from dataclasses import dataclass

from nephoscope.model.agent_report import LISTED_MAX, LastCycle, PollingFamily, PollingSource, PollingTask, shown
from nephoscope.observe import registry
from nephoscope.poll.plan import Plan, Task
from nephoscope.poll.polling import PollingConfig


@dataclass
class TaskRecord:
    """What came of a task's cycles so far; written by one thread, read by any."""

    cycles: int = 0
    overruns: int = 0
    samples: int = 0
    last: LastCycle | None = None
    late_s: float = 0.0

    def begins(self, late_s: float, *, behind: bool) -> None:
        """A cycle begins, so long after it was due; `behind` where the one before took too long."""
        self.late_s = max(0.0, late_s)
        self.overruns += behind

    def ends(self, now_ns: int, seconds: float, samples: int) -> None:
        """A cycle has ended, with so many samples."""
        self.cycles += 1
        self.samples += samples
        self.last = LastCycle(now_ns, max(0.0, seconds), self.late_s, samples)

    def of(self, task: Task, most: int = LISTED_MAX) -> PollingTask:
        """The record under the task's name; `most` bounds lists."""
        families = tuple(shown(each) for each in [*task.wants][:most])
        return PollingTask(
            task.name, task.interval_s, task.shared, self.cycles, self.overruns, self.samples, families, self.last
        )


def sources_of(config: PollingConfig, plan: Plan, most: int = LISTED_MAX) -> tuple[PollingSource, ...]:
    """The sources of the file that lead to something here, each with the families that it wants meters of."""
    families: dict[str, dict[str, None]] = {}
    for task in plan.tasks:
        for family, wants in task.wants.items():
            for want in wants:
                families.setdefault(want.source, {})[family] = None
    return tuple(
        PollingSource(
            name=shown(each.name),
            interval_s=each.interval_s,
            meters=tuple(shown(pattern) for pattern in each.meters.patterns[:most]),
            families=tuple(shown(family) for family in [*families.get(each.name, ())][:most]),
        )
        for each in config.sources[:most]
    )


def families_of(plan: Plan, most: int = LISTED_MAX) -> tuple[PollingFamily, ...]:
    """Each family that is asked, with what went wrong."""
    names = dict.fromkeys(family for task in plan.tasks for family in task.wants)
    return tuple(_failures(names=[*names][:most]))


def _failures(names: list[str]) -> Iterator[PollingFamily]:
    for name in names:
        errors, timeouts, overruns = (
            registry.value(f"nephoscope_poll_{what}_total", pollster=name)
            for what in ("errors", "timeouts", "overruns")
        )
        yield PollingFamily(shown(name), errors, timeouts, overruns)
