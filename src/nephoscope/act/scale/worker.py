# SPDX-License-Identifier: Apache-2.0
"""
Works on scaling groups as they are due: each in a thread of its own, held against other servers as long as that runs.

An actuator that does not come back is given up, but its group is held on, so that nobody changes it beside the thread
that may still be at it.
"""

import logging
import threading
from dataclasses import dataclass

from nephoscope.act.scale.tools import WorkTools
from nephoscope.act.scale.turn import Turn
from nephoscope.model.errors import Conflict
from nephoscope.model.timespan import DAY_NS, SECOND_NS
from nephoscope.observe import registry
from nephoscope.repeating import Repeating
from nephoscope.store.index.scaling_contract import Claim

log = logging.getLogger("nephoscope.scale")

BEATS_PER_HOLD = 4
EXPIRE_INTERVAL_S = 3600.0
EXPIRED_AT_ONCE = 10_000
# Replacing members that fails is tried again after twice the time, each time, up to so many times the interval.
PATIENCE_MAX = 64


@dataclass
class _Running:
    turn: Turn
    thread: threading.Thread
    fencing: int
    given_up: bool = False


class ScalingWorker:
    """The thread that finds what is due and watches over those that work on it."""

    def __init__(self, tools: WorkTools) -> None:
        self._tools = tools
        self._settings = tools.settings
        self._running: dict[str, _Running] = {}
        self._beat_s = 0.0
        self._expire_s = 0.0
        # How often replacing a group's members failed in a row, and when it may be tried again.
        self._failures: dict[str, tuple[int, float]] = {}
        every_s = self._settings.poll_interval_s
        self._stepping = Repeating("scaling", self.step, every_s, log=log, waits="scaling groups wait")
        registry.gauge("nephoscope_scaling_groups_held", "Scaling groups that are worked on now.", self._count)

    def start(self) -> None:
        """Begin, in the background."""
        self._stepping.start()
        self.wake()

    def wake(self) -> None:
        """Something is due: look at once."""
        self._stepping.wake()

    def stop(self, timeout_s: float) -> None:
        """Begin nothing more, and wait so long at most for what is under way; another takes up what is not done."""
        self._stepping.stop(timeout_s)
        self.settle(timeout_s)

    def settle(self, timeout_s: float) -> None:
        """Wait for the turns under way, for so long altogether."""
        until_s = self._tools.monotonic_s() + timeout_s
        for each in list(self._running.values()):
            if not each.given_up:
                each.thread.join(max(until_s - self._tools.monotonic_s(), 0))

    def step(self) -> int:
        """Look after what runs and begin what is due; gives how many groups were begun. Errors as the index's."""
        self._reap()
        self._give_up_overdue()
        self._hold_on()
        self._expire()
        busy = sum(not each.given_up for each in self._running.values())
        hung = len(self._running) - busy
        room = 0 if hung >= self._settings.threads_max else self._settings.threads_max - busy
        claimed = self._tools.scaling.claim(room, self._hold_ns)
        for claim in claimed:
            self._begin(claim)
        return len(claimed)

    @property
    def _hold_ns(self) -> int:
        return int(self._settings.hold_s * SECOND_NS)

    def _count(self) -> float:
        return len(self._running)

    def _begin(self, claim: Claim) -> None:
        if claim.group.id in self._running:
            # We lost it, and whoever had it then has died; what we began is still at it.
            later_ns = self._tools.wall_ns() + self._hold_ns
            self._tools.scaling.release(claim.group.id, claim.fencing, later_ns)
            return
        failures, until_s = self._failures.get(claim.group.id, (0, 0.0))
        turn = Turn(claim, self._tools, may_replace=not failures or self._tools.monotonic_s() >= until_s)

        def work() -> None:
            turn.run()
            self.wake()

        thread = threading.Thread(target=work, name=f"scaling {claim.group.id}", daemon=True)
        self._running[claim.group.id] = _Running(turn, thread, claim.fencing)
        thread.start()

    def _reap(self) -> None:
        for group_id, each in list(self._running.items()):
            if each.thread.is_alive():
                continue
            if each.given_up:
                # What it did at last nobody has seen: look.
                self._tools.scaling.release(group_id, each.fencing, self._tools.wall_ns())
            del self._running[group_id]
            self._note_failure(group_id, each.turn.change_failed)

    def _note_failure(self, group_id: str, change_failed: bool | None) -> None:
        if change_failed:
            failures = self._failures.get(group_id, (0, 0.0))[0] + 1
            pause_s = self._settings.reconcile_interval_s * min(2**failures, PATIENCE_MAX)
            self._failures[group_id] = (failures, self._tools.monotonic_s() + pause_s)
        elif change_failed is False:
            self._failures.pop(group_id, None)

    def _give_up_overdue(self) -> None:
        allowed_s = self._settings.change_timeout_s + self._settings.hang_s
        for group_id, each in self._running.items():
            since_s = each.turn.calling_since_s
            if each.given_up or since_s is None or self._tools.monotonic_s() - since_s < allowed_s:
                continue
            why = f"the actuator has not come back for {allowed_s:g} s; it is waited for"
            try:
                each.fencing = self._tools.scaling.disown(group_id, each.fencing, why)
            except Conflict as error:
                log.warning("%s", error)
            each.given_up = True
            log.warning("scaling group %s: %s", group_id, why)

    def _hold_on(self) -> None:
        now_s = self._tools.monotonic_s()
        if not self._running or now_s < self._beat_s:
            return
        self._beat_s = now_s + self._settings.hold_s / BEATS_PER_HOLD
        held = {group_id: each.fencing for group_id, each in self._running.items()}
        self._tools.scaling.renew(held, self._hold_ns)

    def _expire(self) -> None:
        now_s = self._tools.monotonic_s()
        if now_s < self._expire_s:
            return
        self._expire_s = now_s + EXPIRE_INTERVAL_S
        before_ns = self._tools.wall_ns() - int(self._settings.decisions_days * DAY_NS)
        self._tools.scaling.expire_decisions(before_ns, EXPIRED_AT_ONCE)
