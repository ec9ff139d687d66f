# SPDX-License-Identifier: Apache-2.0
"""How agents are: what rose between two reports of one, and what of that is trouble."""

from collections.abc import Iterator, Sequence
from typing import Literal, TypeVar

from nephoscope.model.agent_report import AgentReport, Broker, KeptReport, Outlet, PollingFamily, PollingTask

NS_PER_S = 1_000_000_000
# After so many reports that did not come, and a little, an agent is silent.
MISSED_MAX, GRACE_S = 3, 5
NOTHING_YET = AgentReport("-", "", 0, 0, 0)

T = TypeVar("T")
State = Literal["ok", "silent", "errors"]


class Since:
    """A report beside an earlier one of the same life, `seconds` before; without one nothing is known to have risen."""

    def __init__(self, kept: KeptReport) -> None:
        self.now = kept.report
        self.before = kept.before or NOTHING_YET
        self.seconds = (kept.received_ns - kept.before_ns) / NS_PER_S if kept.before is not None else None

    def per_s(self, now: float, then: float | None) -> float | None:
        """By how much a count has risen each second; None where there is nothing to tell it by."""
        return None if not self.seconds or then is None else max(0.0, now - then) / self.seconds

    def rose(self, now: float, then: float | None) -> bool:
        """Whether a count is known to have risen."""
        return then is not None and now > then

    def drops(self) -> Iterator[tuple[str, str, float, float | None]]:
        """Station, cause and number of each drop, and what it was then: nothing for what was not there."""
        then = {(each.station, each.cause): each.records for each in self.before.drops}
        for each in self.now.drops:
            was = None if self.seconds is None else then.get((each.station, each.cause), 0.0)
            yield each.station, each.cause, each.records, was

    def outlet_in_trouble(self, now: Outlet, then: Outlet | None) -> bool:
        """Whether a publisher's peer takes nothing, has refused something, or something was lost before it."""
        return now.away or (then is not None and now.refused + now.lost > then.refused + then.lost)

    def failing(self) -> set[str]:
        """The families that could not be asked as they should."""
        families = paired(self.now.families, self.before.families)
        return {now.name for now, then in families if self.family_in_trouble(now, then)}

    def task_in_trouble(self, now: PollingTask, then: PollingTask | None) -> bool:
        """Whether cycles began late."""
        return then is not None and now.overruns > then.overruns

    def family_in_trouble(self, now: PollingFamily, then: PollingFamily | None) -> bool:
        """Whether asking a family went wrong."""
        return then is not None and now.errors + now.timeouts + now.overruns > (
            then.errors + then.timeouts + then.overruns
        )

    def troubles(self) -> Iterator[str]:
        """A sentence for each thing that is not as it should be."""
        yield from (_said_of_broker(each) for each in self.now.brokers if not each.connected)
        for outlet, before in paired(self.now.outlets, self.before.outlets):
            if self.outlet_in_trouble(outlet, before):
                yield _said_of_outlet(outlet, before)
        for task, earlier in paired(self.now.tasks, self.before.tasks):
            if self.task_in_trouble(task, earlier):
                yield f"a cycle of polling every {task.name} began late"
        yield from (f"{name} could not be read" for name in sorted(self.failing()))
        for station, cause, number, then in self.drops():
            if self.rose(number, then):
                yield f"{number - (then or 0):.0f} dropped by {station}: {cause}"


def state_of(kept: KeptReport, now_ns: int) -> State:
    """Silent comes before errors: of who does not report nobody knows how it is."""
    if now_ns - kept.received_ns > (MISSED_MAX * kept.every_s + GRACE_S) * NS_PER_S:
        return "silent"
    return "errors" if any(Since(kept).troubles()) else "ok"


def paired(now: Sequence[T], before: Sequence[T]) -> Iterator[tuple[T, T | None]]:
    """
    Each thing with itself in the earlier report: within a life of an agent places stay.

    >>> list(paired([1, 2, 3], [0, 1]))
    [(1, 0), (2, 1), (3, None)]
    """
    return ((each, before[place] if place < len(before) else None) for place, each in enumerate(now))


def _said_of_broker(broker: Broker) -> str:
    return f"no connection to the broker {broker.address}"


def _said_of_outlet(outlet: Outlet, before: Outlet | None) -> str:
    if outlet.away:
        return f"{outlet.name} takes nothing now; {outlet.waiting} batches wait"
    refused = outlet.refused - (before.refused if before else 0)
    lost = outlet.lost - (before.lost if before else 0)
    return f"{outlet.name}: {refused:.0f} refused, {lost:.0f} lost before they were sent"
