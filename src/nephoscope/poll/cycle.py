# SPDX-License-Identifier: Apache-2.0
"""One cycle of a task: every family that it wants is asked side by side, and what they read comes together."""

import logging
import math
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from nephoscope.model.sample_columns import Samples, joined
from nephoscope.observe import dropped, registry
from nephoscope.poll.asking import Asking, Claim
from nephoscope.poll.discovery import Discoveries, Found, Once
from nephoscope.poll.plan import Task
from nephoscope.poll.schedule import in_thread
from nephoscope.poll.sharing import Share

log = logging.getLogger("nephoscope.poll")

Launch = Callable[[str, Callable[[], None]], None]
Parts = dict[str, Samples]


@dataclass
class Reply:
    """
    What a family answers in one cycle, awaited until `deadline` (monotonic, s).

    `parts` once it has answered, `given_up` (why) once nobody waits for it any more.
    """

    deadline: float
    parts: Parts | None = None
    given_up: str = ""

    @property
    def awaited(self) -> bool:
        """Whether it may still come."""
        return self.parts is None and not self.given_up


class Asker:
    """
    One family with its thread: tasks that want it at the same time wait for each other there.

    While a poll that was given up is still out, the family is not asked again. `told` is called when there is a reply.
    """

    def __init__(self, asking: Asking, told: Callable[[], None], launch: Launch = in_thread) -> None:
        self.name = asking.loaded.name
        self._asking = asking
        self._told = told
        self._launch = launch
        self._turn = threading.Lock()
        self._state = threading.Lock()
        self._out = 0
        self._logged: set[type[BaseException]] = set()

    def ask(self, task: Task, found: Found, claim: Once[Claim] | None, now_ns: int, deadline: float) -> Reply:
        """Begin to ask for what a task wants; the reply is complete at once when the family cannot be asked."""
        reply = Reply(deadline)
        with self._state:
            if self._out:
                reply.parts = {}
        if reply.parts is not None:
            registry.count("nephoscope_poll_overruns_total", pollster=self.name)
            return reply
        try:
            self._launch(self.name, lambda: self._run(reply, task, found, claim, now_ns))
        except RuntimeError as error:  # the machine has no thread left; perhaps in the next cycle
            self._failed(error)
            reply.parts = {}
        return reply

    def give_up(self, reply: Reply, why: str) -> None:
        """Wait for a reply no longer; does nothing to one that is complete."""
        with self._state:
            if not reply.awaited:
                return
            reply.given_up = why
            self._out += 1
        if why == "timeout":
            registry.count("nephoscope_poll_timeouts_total", pollster=self.name)
            log.warning("%s takes too long; not asked again before it returns", self.name)

    def _run(self, reply: Reply, task: Task, found: Found, claim: Once[Claim] | None, now_ns: int) -> None:
        parts: Parts = {}
        try:
            with self._turn:
                if not reply.given_up:
                    parts = self._asked(task, found, claim, now_ns)
        finally:
            self._finished(reply, parts)

    def _asked(self, task: Task, found: Found, claim: Once[Claim] | None, now_ns: int) -> Parts:
        try:
            claimed = None if claim is None else claim.get()
            if claimed is not None and not claimed.slots:
                return {}
            return self._asking.poll(task, found, claimed, now_ns, self._failed)
        except Exception as error:  # whatever an outside family or the other agents' coordination raises
            self._failed(error)
            return {}

    def _finished(self, reply: Reply, parts: Parts) -> None:
        with self._state:
            late = reply.given_up
            if late:
                self._out -= 1
            else:
                reply.parts = parts
        if late:
            dropped("poll", late, sum(len(samples) for samples in parts.values()))
        self._told()

    def _failed(self, error: Exception) -> None:
        registry.count("nephoscope_poll_errors_total", pollster=self.name)
        if type(error) not in self._logged:
            self._logged.add(type(error))
            log.warning("%s failed (said once per kind of error): %r", self.name, error, exc_info=error)


class Cycle:
    """
    A cycle under way: at most `threads_max` families are asked at a time, each for at most `timeout_s`.

    `ask` begins to ask one, and is given the deadline of its reply.
    """

    def __init__(
        self, askers: Iterable[Asker], ask: Callable[[Asker, float], Reply], timeout_s: float, threads_max: int
    ) -> None:
        self._waiting = deque(askers)
        self._ask = ask
        self._timeout_s = timeout_s
        self._threads_max = threads_max
        self._replies: list[tuple[Asker, Reply]] = []

    def advance(self, now: float) -> None:
        """Give up who takes too long, and ask the next ones in their place."""
        for asker, reply in self._replies:
            if reply.awaited and now >= reply.deadline:
                asker.give_up(reply, "timeout")
        while self._waiting and sum(reply.awaited for _, reply in self._replies) < self._threads_max:
            asker = self._waiting.popleft()
            self._replies.append((asker, self._ask(asker, now + self._timeout_s)))

    @property
    def answered(self) -> bool:
        """Whether nobody that was asked is awaited any more."""
        return not any(reply.awaited for _, reply in self._replies)

    @property
    def done(self) -> bool:
        """Whether every family was asked, and nobody is awaited any more."""
        return not self._waiting and self.answered

    @property
    def next_s(self) -> float:
        """When there is something to do at the latest, by the monotonic clock."""
        return min((reply.deadline for _, reply in self._replies if reply.awaited), default=-math.inf)

    def end(self, why: str) -> Parts:
        """What was read, by part; families that have not answered are given up, for this reason."""
        self._waiting.clear()
        found: dict[str, list[Samples]] = {}
        for asker, reply in self._replies:
            asker.give_up(reply, why)
            for part, samples in (reply.parts or {}).items():
                found.setdefault(part, []).append(samples)
        return {part: joined(samples) for part, samples in sorted(found.items())}


def begun(
    task: Task,
    askers: Mapping[str, Asker],
    discoveries: Discoveries,
    share: Share,
    number: int,
    *,
    now_ns: int,
    timeout_s: float,
    threads_max: int,
) -> Cycle:
    """A cycle to `advance`; `number` is that of a shared task's cycle, `now_ns` the stamp of all its samples."""
    found = Found(discoveries)
    # Asked for in the first family's thread, so that other agents' coordination cannot hang the clockwork.
    claim = Once(lambda: Claim(share.group, share.claim(f"{task.interval_s}s", number))) if task.shared else None

    def ask(asker: Asker, deadline: float) -> Reply:
        return asker.ask(task, found, claim, now_ns, deadline)

    return Cycle([askers[name] for name in task.wants], ask, timeout_s, threads_max)
