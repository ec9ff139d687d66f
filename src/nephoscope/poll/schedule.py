# SPDX-License-Identifier: Apache-2.0
"""When each pollster runs: evenly spaced, one run of each at a time, and none waiting for another."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from nephoscope.model.sample import SampleBatch
from nephoscope.observe import dropped, registry
from nephoscope.poll.contract import Pollster

log = logging.getLogger("nephoscope.poll")

registry.describe("nephoscope_poll_errors_total", "counter", "Polls that raised an error, by pollster.")
registry.describe(
    "nephoscope_poll_overruns_total", "counter", "Polls left out as the one before still ran, by pollster."
)
registry.describe("nephoscope_poll_timeouts_total", "counter", "Polls given up as they took too long, by pollster.")

NS_PER_S = 1_000_000_000


@dataclass(frozen=True)
class Job:
    """One pollster and its rhythm: start to start `interval_s`, given up after `timeout_s`."""

    name: str
    pollster: Pollster
    interval_s: float
    timeout_s: float


@dataclass
class _Run:
    """A poll under way; `abandoned` once it took too long, after which its readings are not wanted."""

    deadline: float
    abandoned: bool = False


@dataclass
class _Slot:
    """A job with its next start on the monotonic clock, its run under way, and the errors that were logged already."""

    job: Job
    due: float
    run: _Run | None = None
    logged: set[type[BaseException]] = field(default_factory=set)


def in_thread(name: str, work: Callable[[], None]) -> None:
    """Do a poll's work in a thread of its own; RuntimeError when the machine has none left."""
    # Daemons, as a poll may hang in the kernel where nothing can end it, and must not keep the program from ending.
    threading.Thread(target=work, name=f"poll-{name}", daemon=True).start()


class Schedule:
    """
    Starts each job on its grid of start times and hands the readings of finished runs to `publish`.

    Each run has a thread of its own, at most one per job, so a pollster that hangs holds up nobody else. `jitter` is
    the part of the interval over which first starts are spread by chance, so that many agents started together do
    not report together. `monotonic` (s) decides when, `wall_ns` gives the stamps. `publish` is called by the threads
    of the runs, one at a time.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        publish: Callable[[SampleBatch], None],
        *,
        jitter: float = 0.1,
        monotonic: Callable[[], float] = time.monotonic,
        wall_ns: Callable[[], int] = time.time_ns,
        random: Random | None = None,
        launch: Callable[[str, Callable[[], None]], None] = in_thread,
    ) -> None:
        self._monotonic = monotonic
        self._wall_ns = wall_ns
        self._launch = launch
        self._publish = publish
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._stopped = False
        self._thread: threading.Thread | None = None
        chance = random or Random()  # noqa: S311 - no secret
        now = monotonic()
        self._slots = [_Slot(job, now + chance.uniform(0, jitter * job.interval_s)) for job in jobs]

    def start(self) -> None:
        """Begin to poll, in the background."""
        self._thread = threading.Thread(target=self._loop, name="schedule", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Start no more runs, and wait at most `timeout_s` for those under way; nothing is published afterwards."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
        with self._changed:
            self._changed.wait_for(lambda: not any(self._wanted(slot) for slot in self._slots), timeout_s)
            self._stopped = True

    @property
    def alive(self) -> bool:
        """Whether the background thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def step(self) -> float:
        """Start what is due and give up what is overdue; gives the seconds until there is something to do again."""
        now = self._monotonic()
        for slot in self._slots:
            self._give_up(slot, now)
            self._start(slot, now)
        with self._changed:
            deadlines = [slot.run.deadline for slot in self._slots if slot.run and not slot.run.abandoned]
        return max(0.0, min([slot.due for slot in self._slots] + deadlines, default=now + 1) - now)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._stopping.wait(self.step())

    @staticmethod
    def _wanted(slot: _Slot) -> bool:
        return slot.run is not None and not slot.run.abandoned

    def _give_up(self, slot: _Slot, now: float) -> None:
        with self._changed:
            run = slot.run
            if run is None or run.abandoned or now < run.deadline:
                return
            run.abandoned = True
        registry.count("nephoscope_poll_timeouts_total", pollster=slot.job.name)
        log.warning(
            "pollster %s takes over %g s; not started again before it returns", slot.job.name, slot.job.timeout_s
        )

    def _start(self, slot: _Slot, now: float) -> None:
        if now < slot.due:
            return
        # After a pause of the whole program the starts that were missed are left out, and the grid is kept.
        missed = int((now - slot.due) / slot.job.interval_s)
        slot.due += (missed + 1) * slot.job.interval_s
        with self._changed:
            busy = slot.run is not None
            run = None if busy else _Run(now + slot.job.timeout_s)
            slot.run = slot.run or run
        if missed or busy:
            registry.count("nephoscope_poll_overruns_total", missed + busy, pollster=slot.job.name)
        if run is None:
            return
        try:
            self._launch(slot.job.name, lambda: self._run(slot, run))
        except RuntimeError as error:  # the machine has no thread left; perhaps at the next turn
            self._failed(slot, error)
            self._finished(slot, run, None)

    def _run(self, slot: _Slot, run: _Run) -> None:
        batch: SampleBatch | None = None
        try:
            batch = slot.job.pollster.poll(self._wall_ns()).batch()
        except Exception as error:  # whatever an outside pollster raises, the others go on
            self._failed(slot, error)
        finally:
            self._finished(slot, run, batch)

    def _failed(self, slot: _Slot, error: Exception) -> None:
        registry.count("nephoscope_poll_errors_total", pollster=slot.job.name)
        if type(error) not in slot.logged:
            slot.logged.add(type(error))
            log.warning("pollster %s failed (said once per kind of error): %r", slot.job.name, error, exc_info=error)

    def _finished(self, slot: _Slot, run: _Run, batch: SampleBatch | None) -> None:
        # Published under the lock, so that nothing is once `stop` has returned.
        with self._changed:
            slot.run = None
            self._changed.notify_all()
            if batch is None:
                return
            if run.abandoned or self._stopped:
                dropped("poll", "timeout" if run.abandoned else "stopped", len(batch.value))
            elif batch.value:
                self._publish(batch)
