# SPDX-License-Identifier: Apache-2.0
"""
The thread that tells groups of alarms: of all servers the one that holds the lease.

    alarms in alarm ──▸ board ──▸ groups that are due ──▸ outbox and memory, in one transaction

It works by what is so, not by what happens: after a kill the next one reads the memories and what fires, and goes on.
What was not committed was not told, and what was told is remembered.
"""

import logging
import time
from collections.abc import Callable

from nephoscope.act.route.board import Board, Group
from nephoscope.act.route.body import grouped
from nephoscope.act.route.grouping import Step
from nephoscope.act.route.holding import Holding
from nephoscope.act.route.making_up import settled
from nephoscope.act.route.rules import CurrentRules, Rules
from nephoscope.model.delivery import Draft
from nephoscope.model.errors import NephoscopeError
from nephoscope.model.lease import Lease
from nephoscope.model.route_group import OF_GROUP, Telling
from nephoscope.model.timespan import DAY_NS
from nephoscope.observe import registry
from nephoscope.repeating import Repeating
from nephoscope.store.index.contract import Index

log = logging.getLogger("nephoscope.route")

LEASE = "alarm router"
TTL_S = 10.0
TICK_S = 1.0
TOLD_AT_ONCE = 200
# Who decides may know of the end of a silence a little later, and keep what it decided later still.
LOOKED_FOR_S = 60.0
LOOK_EVERY_S = 5.0
SILENCES_KEPT_DAYS = 30
FORGET_EVERY_S = 3600.0
FORGOTTEN_AT_ONCE = 1000

TOLD = "nephoscope_route_groups_told_total"
registry.describe(TOLD, "counter", "Times that a group of alarms was told to its contact point.")
ERRORS = "nephoscope_route_errors_total"
ROUND = "nephoscope_route_round"
registry.describe(ERRORS, "counter", "Rounds of routing that failed; they are tried again.")
registry.describe(f"{ROUND}_seconds_sum", "counter", "Seconds that rounds of routing took.")
registry.describe(f"{ROUND}_seconds_count", "counter", "Rounds of routing.")


class Router:
    """
    Tells groups of alarms, and makes up for what silences held back, while it holds the lease.

    `told` is called after something has gone into the outbox. Of a server with neither routes nor silences it asks for
    one small number a second.
    """

    def __init__(
        self,
        index: Index,
        rules: CurrentRules,
        holder: str,
        *,
        told: Callable[[], None] = lambda: None,
        wall_ns: Callable[[], int] = time.time_ns,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """`holder` names this process, and no other."""
        self._index = index
        self._rules = rules
        self._told = told
        self._wall_ns = wall_ns
        self._monotonic_s = monotonic_s
        self._holding = Holding(index.leases, LEASE, holder, ttl_s=TTL_S, monotonic_s=monotonic_s)
        # The one under which this round works.
        self._lease: Lease | None = None
        self._forget_s = float("-inf")
        self._board: Board | None = None
        self._version = 0
        self._active: frozenset[str] | None = None
        # When to look next at what silences held back, and until when.
        self._look_s = float("inf")
        self._look_until_s = float("-inf")
        # Somebody may have died over work that was begun.
        self._is_first = True
        self._turning = Repeating(
            "alarm router", self._timed_turn, TICK_S, log=log, waits="alarms are not routed now", failed=self._failed
        )

    def start(self) -> None:
        """Begin, in the background."""
        self._holding.start()
        self._turning.start()

    def stop(self) -> None:
        """Finish the round under way, and leave the rest to others at once."""
        self._turning.stop()
        try:
            self._holding.stop()
        except NephoscopeError as error:
            log.warning("the lease of the router is left to its end: %s", error)

    def turn(self) -> bool:
        """Do what is due now, if it is ours to do; tells whether it was. Errors as those of the index."""
        rules = self._rules.refresh()
        now_ns = self._wall_ns()
        if not self._is_first and not rules.waits(now_ns) and not self._has_work():
            self._let_go()
            return False
        if not self._is_ours():
            return False
        if self._board is None or self._board.rules is not rules:
            self._board = self._opened(rules)
        self._make_up(rules, now_ns)
        self._tell(self._board, now_ns)
        self._forget(now_ns)
        self._is_first = False
        return True

    def _timed_turn(self) -> None:
        with registry.timed(ROUND):
            self.turn()

    def _failed(self) -> None:
        """What was under way may have been committed or not: begin anew with what is kept."""
        registry.count(ERRORS)
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._board, self._active = None, None

    def _has_work(self) -> bool:
        """Whether groups were told of something, or the end of a silence has not been looked at."""
        return bool(self._board and self._board.groups) or bool(self._active) or self._look_s <= self._look_until_s

    def _is_ours(self) -> bool:
        """Whether we hold the lease; what we know is of use only as long as nobody else has had it."""
        before, self._lease = self._lease, self._holding.get()
        if self._lease is None or before is None or self._lease.fencing != before.fencing:
            self._begin_anew()
        return self._lease is not None

    def _let_go(self) -> None:
        self._lease = None
        self._begin_anew()
        self._holding.let_go()

    def _opened(self, rules: Rules) -> Board:
        """What fires, laid out by these rules; groups to which no route leads any more are forgotten."""
        board = Board(rules, self._index.route_groups.memories())
        self._version = 0
        if rules.branches:
            self._take(board)
        for start in range(0, len(board.forgotten), TOLD_AT_ONCE):
            part = board.forgotten[start : start + TOLD_AT_ONCE]
            tellings = [Telling(key=each.key, times=each.times, after=None) for each in part]
            self._index.route_groups.tell(tellings, self._held_lease())
        return board

    def _take(self, board: Board) -> None:
        firing = self._index.route_groups.firing(self._version)
        board.take(firing)
        self._version = firing.version

    def _make_up(self, rules: Rules, now_ns: int) -> None:
        """When silences have ended, tell what they held back and what still is so."""
        active, now_s = rules.active(now_ns), self._monotonic_s()
        if active != self._active:
            if self._board is not None:
                self._board.wake()
            if self._active is None or self._active - active:
                self._look_s, self._look_until_s = now_s, now_s + LOOKED_FOR_S
            self._active = active
        if not self._look_s <= min(now_s, self._look_until_s):
            return
        self._look_s = now_s + LOOK_EVERY_S
        for each in settled(self._index.route_groups, self._index.alarms, rules, now_ns):
            if self._index.route_groups.settle_held(each.numbers, each.drafts, self._held_lease()) and each.drafts:
                self._told()

    def _tell(self, board: Board, now_ns: int) -> None:
        if not board.rules.branches:
            return
        self._take(board)
        due = [(group, found) for group, found in board.due(now_ns)]
        for group, found in due:
            if not found.changed:
                board.done(group, found)
        changed = [(group, found) for group, found in due if found.changed]
        for start in range(0, len(changed), TOLD_AT_ONCE):
            part = changed[start : start + TOLD_AT_ONCE]
            tellings = [_telling(group, found, now_ns) for group, found in part]
            taken = self._index.route_groups.tell(tellings, self._held_lease())
            for (group, found), telling, yes in zip(part, tellings, taken, strict=True):
                if yes:
                    board.done(group, found)
                    registry.count(TOLD, 1 if telling.drafts else 0)
            if any(each.drafts for each in tellings):
                self._told()
            if not all(taken):
                # Another has told these: see what it remembers.
                self._let_go()
                return

    def _forget(self, now_ns: int) -> None:
        """Remove silences that are long over, now and then."""
        if self._monotonic_s() < self._forget_s:
            return
        self._forget_s = self._monotonic_s() + FORGET_EVERY_S
        self._index.silences.expire(now_ns - SILENCES_KEPT_DAYS * DAY_NS, FORGOTTEN_AT_ONCE)

    def _held_lease(self) -> Lease:
        assert self._lease is not None, "only who holds the lease tells anything"
        return self._lease


def _telling(group: Group, found: Step, now_ns: int) -> Telling:
    """What goes into the outbox for a step, and what is remembered with it."""
    times = 0 if group.memory is None else group.memory.times
    if not found.firing and not found.over:
        return Telling(key=group.empty.key, times=times, after=found.after)
    point = group.branches.points.get(group.way.contact_point)
    body = grouped(group.empty, found.firing, found.over, now_ns)
    drafts = tuple(
        Draft(
            key=f"group.{group.empty.key}.{now_ns}.{place}",
            alarm_id=f"{OF_GROUP}{group.empty.key}",
            project_id=group.empty.project_id,
            target=target,
            body=body,
        )
        for place, target in enumerate(point.targets if point is not None else ())
    )
    return Telling(key=group.empty.key, times=times, after=found.after, drafts=drafts)
