# SPDX-License-Identifier: Apache-2.0
"""
Which claimed delivery begins next: few at a time at one place, and one at a time of an alarm to a target, in order.

    place heat:8004   line (alarm 1, target)  ▸ 17 ▸ 23       17 runs, 23 waits for it
                      line (alarm 2, target)  ▸ 19            runs behind 17, in the same turn
    place hook:443    line (alarm 1, target)  ▸ 18

A turn is one delivery, or several at the same place behind each other. Places take turns. Nothing here knows threads or
time; whoever calls sees to it that only one does.
"""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from nephoscope.act.notify.contract import Channel
from nephoscope.model.delivery import Delivery

Line = tuple[str, str]


@dataclass(frozen=True)
class Job:
    """A claimed delivery with what it goes through, and whether others of its alarm may stand in its way."""

    delivery: Delivery
    channel: Channel
    place: str
    is_looked_at: bool = True

    @property
    def line(self) -> Line:
        """What those have in common that must not overtake each other: alarm and target."""
        return self.delivery.alarm_id, self.delivery.target


@dataclass
class _Place:
    turns: int = 0
    ready: deque[Line] = field(default_factory=deque)
    waiting: int = 0


class Lanes:
    """The deliveries that wait for their turn; at most `at_once` turns are under way at one place."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._places: OrderedDict[str, _Place] = OrderedDict()
        # What waits, of every line that has something waiting or running; and the numbers of those that run.
        self._lines: dict[Line, list[Job]] = {}
        self._running: dict[Line, int] = {}
        self.waiting = 0
        self.turns = 0

    @property
    def running(self) -> int:
        """How many have begun and are not noted."""
        return len(self._running)

    def add(self, job: Job) -> None:
        """Let a delivery wait, in the order of numbers; one that waits already is replaced, as its claim is newer."""
        number = job.delivery.number
        if self._running.get(job.line) == number:
            return
        place = self._places.setdefault(job.place, _Place())
        line = self._lines.setdefault(job.line, [])
        if not line and job.line not in self._running:
            place.ready.append(job.line)
        others = [each for each in line if each.delivery.number != number]
        place.waiting += len(others) + 1 - len(line)
        self.waiting += len(others) + 1 - len(line)
        line[:] = sorted([*others, job], key=lambda each: each.delivery.number)

    def begin(self) -> Job | None:
        """The first of a turn, which lasts until `done`. None when none may begin now."""
        for name, place in self._places.items():
            if place.ready and place.turns < self._at_once:
                place.turns += 1
                self.turns += 1
                self._places.move_to_end(name)
                return self._next(place)
        return None

    def go_on(self, name: str) -> Job | None:
        """The next at a place, in a turn that is under way there; of another line than all that is not done."""
        place = self._places[name]
        return self._next(place) if place.ready else None

    def done(self, turn: Sequence[Job]) -> None:
        """A turn has ended, however: the next of its lines may begin."""
        name = turn[0].place
        place = self._places[name]
        place.turns -= 1
        self.turns -= 1
        for job in turn:
            del self._running[job.line]
            if self._lines[job.line]:
                place.ready.append(job.line)
            else:
                del self._lines[job.line]
        if not place.turns and not place.waiting:
            del self._places[name]

    def take_back(self, count: int) -> list[Job]:
        """
        Those that came last to the place at which most wait, `count` of them, which wait no more.

        None where no more than that wait there: then it is not one place that takes up the room of others.
        """
        name = max(self._places, key=lambda each: self._places[each].waiting, default="")
        if not name or self._places[name].waiting <= count:
            return []
        there = [job for line in self._lines.values() for job in line if job.place == name]
        taken = sorted(there, key=lambda job: job.delivery.number)[-count:]
        for job in taken:
            self._remove(job)
        return taken

    def drain(self) -> list[Job]:
        """All that wait, which wait no more."""
        waiting = [job for line in self._lines.values() for job in line]
        self._lines = {line: [] for line in self._running}
        self._places = OrderedDict((name, _Place(each.turns)) for name, each in self._places.items() if each.turns)
        self.waiting = 0
        return sorted(waiting, key=lambda job: job.delivery.number)

    def _next(self, place: _Place) -> Job:
        line = place.ready.popleft()
        job = self._lines[line].pop(0)
        self._running[line] = job.delivery.number
        place.waiting -= 1
        self.waiting -= 1
        return job

    def _remove(self, job: Job) -> None:
        place, line = self._places[job.place], self._lines[job.line]
        line.remove(job)
        place.waiting -= 1
        self.waiting -= 1
        if not line and job.line not in self._running:
            place.ready.remove(job.line)
            del self._lines[job.line]
