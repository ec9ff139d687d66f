# SPDX-License-Identifier: Apache-2.0
"""When the tasks of a `polling.yaml` run: cycle after cycle, none of them overlapping itself."""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from nephoscope.model.agent_report import LISTED_MAX, PollingTask
from nephoscope.model.sample_columns import Samples
from nephoscope.observe import dropped, registry
from nephoscope.poll.asking import Asking
from nephoscope.poll.cycle import Asker, Cycle, Launch, begun
from nephoscope.poll.discovery import Discoveries
from nephoscope.poll.families import Loaded
from nephoscope.poll.plan import Plan, Task
from nephoscope.poll.report import TaskRecord
from nephoscope.poll.schedule import in_thread
from nephoscope.poll.sharing import Share

log = logging.getLogger("nephoscope.poll")

registry.describe("nephoscope_cycle_overruns_total", "counter", "Cycles that began late as the one before still ran.")
registry.describe("nephoscope_cycle_late_seconds_total", "counter", "How late those cycles began, in all.")
registry.describe("nephoscope_cycle_seconds_sum", "counter", "Time that cycles took, by task.")
registry.describe("nephoscope_cycle_seconds_count", "counter", "Cycles that were run, by task.")

Publish = Callable[[str, Samples], None]

# Clocks of two agents agree this well at best, so a cycle that begins so much early belongs to the next number.
EARLY_S = 0.001
# How often a shared task looks whether it was given slots that nobody has polled yet; oftener in short intervals.
LOOK_S = 5.0
LOOKS_PER_INTERVAL = 8


@dataclass
class _Beat:
    """
    A task with its next start on the monotonic clock, its cycle under way, and when the one before ended.

    Of a shared task also the number of its last cycle, and the slots that were held when it began.
    """

    task: Task
    due: float
    number: int = -1
    slots: frozenset[int] = frozenset()
    cycle: Cycle | None = None
    began: float = -math.inf
    ended: float = -math.inf
    behind: bool = False
    record: TaskRecord = field(default_factory=TaskRecord)


class Rounds:
    """
    Runs the tasks of a plan and hands on what they read: `publish(part, samples)`, at the end of each cycle.

    A part is "" for what this host alone measures, `group/slot` for shared work. Tasks of this host run at once, spread
    by up to `jitter_s`, then start to start. Shared ones run at once for the present number, then at the multiples
    of their interval by the group's clock, and in between for slots that have come from another agent before it had
    polled them. A cycle that ends after the next one was due is followed by it at once.
    `timeout_s` is how long a family may take, `threads_max` how many of a task are asked at a time. `publish` is
    called by one thread, never after `stop`.
    """

    def __init__(
        self,
        plan: Plan,
        families: Sequence[Loaded],
        discoveries: Discoveries,
        share: Share,
        publish: Publish,
        *,
        timeout_s: float = 60.0,
        threads_max: int = 8,
        jitter_s: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
        wall_ns: Callable[[], int] = time.time_ns,
        random: Random | None = None,
        launch: Launch = in_thread,
    ) -> None:
        self._plan = plan
        self._discoveries = discoveries
        self._share = share
        self._publish = publish
        self._timeout_s = timeout_s
        self._threads_max = threads_max
        self._monotonic = monotonic
        self._wall_ns = wall_ns
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._askers = {family.name: Asker(Asking(family), self._woken.set, launch) for family in families}
        chance, now = random or Random(), monotonic()  # noqa: S311 - no secret
        self._beats = [_Beat(task, now + chance.uniform(0, min(jitter_s, task.interval_s / 10))) for task in plan.tasks]

    def start(self) -> None:
        """Say what the file has that leads nowhere, and begin to poll, in the background."""
        for warning in self._plan.warnings:
            log.warning("%s", warning)
        self._thread = threading.Thread(target=self._loop, name="rounds", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Begin no more cycles, wait at most `timeout_s` for those under way, and publish what they have read."""
        until = time.monotonic() + timeout_s
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
        while self._under_way() and (left_s := until - time.monotonic()) > 0:
            self._woken.clear()
            if self._under_way():
                self._woken.wait(left_s)
        # Then it hangs in `publish`, which can take no more, and must not be given more when it comes back.
        self._closed = self.alive
        for beat in self._beats:
            self._end(beat, "stopped")

    @property
    def alive(self) -> bool:
        """Whether the background thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def report(self, most: int = LISTED_MAX) -> tuple[PollingTask, ...]:
        """What came of each task so far; from any thread. `most` bounds each list."""
        return tuple(beat.record.of(beat.task, most) for beat in self._beats[:most])

    def step(self) -> float:
        """Begin and end what is due; gives the seconds until there is something to do again."""
        now = self._monotonic()
        for beat in self._beats:
            if beat.cycle is not None:
                self._advance(beat, beat.cycle, now)
            if beat.cycle is None and not self._stopping.is_set():
                if now >= beat.due:
                    self._begin(beat, now)
                elif beat.task.shared and self._share.slots() - beat.slots:
                    self._ask(beat, now)
                if beat.cycle is not None:
                    self._advance(beat, beat.cycle, now)
        return max(0.0, min([self._next(beat, now) for beat in self._beats], default=now + 1) - now)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            wait_s = self.step()
            # Asked again, as `stop` may have woken us before we were ready to be woken.
            if not self._stopping.is_set():
                self._woken.wait(wait_s)

    def _under_way(self) -> bool:
        return any(beat.cycle is not None and not beat.cycle.answered for beat in self._beats)

    @staticmethod
    def _next(beat: _Beat, now: float) -> float:
        if beat.cycle is not None:
            return max(now, beat.cycle.next_s)
        if not beat.task.shared:
            return beat.due
        return min(beat.due, now + min(LOOK_S, beat.task.interval_s / LOOKS_PER_INTERVAL))

    def _advance(self, beat: _Beat, cycle: Cycle, now: float) -> None:
        if not self._stopping.is_set():
            cycle.advance(now)
        if cycle.done:
            self._end(beat, "timeout")

    def _begin(self, beat: _Beat, now: float) -> None:
        task, was_due, number = beat.task, beat.due, 0
        # The first cycle of a shared task begins at any time before the next multiple, which it may well outlast.
        took_too_long = beat.ended > was_due and (not task.shared or beat.ended - beat.began >= task.interval_s)
        behind = took_too_long or now - was_due >= task.interval_s
        if task.shared:
            time_s = self._share.time_s()
            number = math.floor((time_s + EARLY_S) / task.interval_s)
            beat.due = now + (number + 1) * task.interval_s - time_s
            # A little early, that is, and there is nothing more to claim.
            if number == beat.number:
                return
        else:
            beat.due = (now if behind else was_due) + task.interval_s
        self._note_lateness(beat, behind, now - was_due)
        beat.number = number
        self._ask(beat, now)

    def _ask(self, beat: _Beat, now: float) -> None:
        beat.began = now
        beat.slots = self._share.slots() if beat.task.shared else frozenset()
        beat.cycle = begun(
            beat.task,
            self._askers,
            self._discoveries,
            self._share,
            beat.number,
            now_ns=self._wall_ns(),
            timeout_s=self._timeout_s,
            threads_max=self._threads_max,
        )

    @staticmethod
    def _note_lateness(beat: _Beat, behind: bool, late_s: float) -> None:
        beat.record.begins(late_s, behind=behind)
        if behind:
            registry.count("nephoscope_cycle_overruns_total", task=beat.task.name)
            registry.count("nephoscope_cycle_late_seconds_total", late_s, task=beat.task.name)
        if behind and not beat.behind:
            log.warning("the cycle of %s begins %.1f s late, as the one before took too long", beat.task.name, late_s)
        beat.behind = behind

    def _end(self, beat: _Beat, why: str) -> None:
        # Taken away first, as `stop` may meet a `publish` that comes back just now.
        cycle, beat.cycle = beat.cycle, None
        if cycle is None:
            return
        parts, beat.ended = cycle.end(why), self._monotonic()
        registry.count("nephoscope_cycle_seconds_sum", beat.ended - beat.began, task=beat.task.name)
        registry.count("nephoscope_cycle_seconds_count", task=beat.task.name)
        read = sum(len(samples) for samples in parts.values())
        beat.record.ends(self._wall_ns(), beat.ended - beat.began, read)
        for part, samples in parts.items():
            if self._closed:
                dropped("poll", "stopped", len(samples))
                continue
            try:
                self._publish(part, samples)
            except Exception as error:
                dropped("poll", "not published", len(samples))
                log.error("%d samples could not be handed on: %r", len(samples), error, exc_info=error)
