# SPDX-License-Identifier: Apache-2.0
"""
Empties the outbox: claims what is due and lets a few threads deliver it.

    outbox ─claim─▸ lanes ─turn─▸ threads ─▸ channel ─▸ target
       ▴                             │
       └─────────────note────────────┘

A turn is what a thread delivers at one place within a moment: one to a slow receiver, dozens to a quick one. Claims are
short, and renewed as long as we live; so what was claimed and not noted, because we died in between, is claimed by
another within seconds.
"""

import logging
import random
import socket
import threading
import time
from collections.abc import Callable

from nephoscope.act.notify import made, order, scheme_of
from nephoscope.act.notify.claims import Claims
from nephoscope.act.notify.contract import Channel, Identity, Outcome, Resolve, Signals, Tools
from nephoscope.act.notify.delivering import Delivering
from nephoscope.act.notify.lanes import Job, Lanes
from nephoscope.act.notify.measures import Backlog
from nephoscope.act.notify.pace import WINDOW_S, Pace
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.model.delivery import Delivery, Noted
from nephoscope.model.errors import BadRequest, NephoscopeError, NotFound
from nephoscope.store.index.alarm_contract import Outbox

log = logging.getLogger("nephoscope.notify")

CLAIMED_AT_ONCE = 500
# What was sent in a turn and not noted yet is sent once more after a kill.
TURN_S_MAX, TURN_MAX = 0.1, 100
# Less leaves no time to renew a claim before it ends.
CLAIM_S_MIN = 3.0


class Notifier:
    """
    Delivers what is in the outbox, as long as it runs; several processes may share one.

    `identity` gives tokens for trusts and queues, None where there is no identity service. `signals` reach scaling
    groups.
    """

    def __init__(
        self,
        outbox: Outbox,
        settings: NotifierSettings,
        *,
        identity: Identity | None = None,
        resolve: Resolve = socket.getaddrinfo,
        wall_s: Callable[[], float] = time.time,
        monotonic_s: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        signals: Signals | None = None,
    ) -> None:
        """BadRequest names the setting of `[act]` that is wrong."""
        if settings.claim_s < CLAIM_S_MIN:
            raise BadRequest(f"[act] claim_s: expected at least {CLAIM_S_MIN:g}, so that claims can be renewed")
        self._outbox = outbox
        self._settings = settings
        self._tools = Tools(settings, identity, resolve, wall_s, monotonic_s, chance, signals)
        self._claims = Claims(outbox, settings.claim_s, monotonic_s)
        self._delivering = Delivering(outbox, self._tools, self._claims)
        self._backlog = Backlog(outbox, wall_s, monotonic_s)
        self._lock = threading.Lock()
        self._channels: dict[str, Channel] = {}
        # Guards the lanes and tells of changes to them.
        self._changed = threading.Condition()
        # One thread waits for what may begin next, the others for that one.
        self._door = threading.Lock()
        self._lanes = Lanes(settings.place_threads_max)
        self._pace = Pace(monotonic_s)
        # Since when there has been no room for more; and whether there may be more than there was room for.
        self._full_since_s: float | None = None
        self._is_short = False
        self._awake = threading.Event()
        self._stopping = threading.Event()
        self._dispatcher = threading.Thread(target=self._dispatch, name="notifier", daemon=True)
        self._workers = [
            threading.Thread(target=self._work, name=f"notifier {number}", daemon=True)
            for number in range(settings.threads_max)
        ]
        # Those that need nothing but settings tell now what is wrong with them.
        for scheme in ("http", "slack+https", "command", *(["mailto"] if settings.mail_server else [])):
            self._channel(scheme)

    def check(self, target: str) -> None:
        """BadRequest says why an action cannot be carried out: no such scheme or address, or what is not set up."""
        try:
            self._channel(scheme_of(target)).place(target)
        except NotFound as error:
            raise BadRequest(error.message) from None

    def start(self) -> None:
        """Begin, in the background."""
        self._backlog.show()
        self._claims.start()
        for thread in (self._dispatcher, *self._workers):
            thread.start()

    def wake(self) -> None:
        """There is something new in the outbox: look at once."""
        self._awake.set()

    def stop(self, timeout_s: float) -> None:
        """Begin nothing more, wait so long at most for what is under way, and leave the rest to whoever comes next."""
        until_s = time.monotonic() + timeout_s
        self._stopping.set()
        self._awake.set()
        with self._changed:
            self._changed.notify_all()
        if self._dispatcher.ident is None:
            return
        self._dispatcher.join(timeout_s)
        with self._changed:
            self._changed.wait_for(lambda: not self._lanes.running, max(0.0, until_s - time.monotonic()))
            waiting = self._lanes.drain()
        if waiting and time.monotonic() < until_s:
            self._delivering.note([self._delivering.given_back(job.delivery) for job in waiting])
        self._claims.stop()

    def claim(self) -> bool:
        """Take what is due, as much as there is room for; tells whether to go on at once. Errors as the outbox's."""
        room = self._room()
        if room <= 0:
            return False
        claimed = self._claims.claim(room)
        try:
            looked_at = order.to_be_looked_at(self._outbox, claimed)
        except BaseException:
            for delivery in claimed:
                self._claims.done(delivery)
            raise
        jobs: list[Job] = []
        hopeless: list[Noted] = []
        for delivery in claimed:
            job = self._admitted(delivery, delivery.number in looked_at)
            if isinstance(job, Outcome):
                self._claims.done(delivery)
                hopeless.append(self._delivering.settled(delivery, job))
            else:
                jobs.append(job)
        with self._changed:
            for job in jobs:
                self._lanes.add(job)
            self._changed.notify_all()
        self._delivering.note(hopeless)
        self._is_short = len(claimed) == room
        return self._wants_more()

    def _wants_more(self) -> bool:
        """
        Whether there may be more, and room for many: not a few as soon as there is room for those.

        A claim costs the same for one as for hundreds.
        """
        return self._is_short and self._lanes.waiting <= self._settings.waiting_max // 2

    def _admitted(self, delivery: Delivery, is_looked_at: bool) -> Job | Outcome:
        """What waits for its turn, or why it cannot have one."""
        try:
            channel = self._channel(scheme_of(delivery.target))
        except NotFound as error:
            return Outcome("refused", cause="target", error=error.message)
        except BadRequest as error:
            return Outcome("again", cause="settings", error=error.message)
        try:
            return Job(delivery, channel, channel.place(delivery.target), is_looked_at)
        except BadRequest as error:
            return Outcome("refused", cause="target", error=error.message)

    def _room(self) -> int:
        """How many can be claimed; where there is no room for a while, what crowds at one place is put off."""
        room = self._settings.waiting_max - self._lanes.waiting
        if room > 0:
            self._full_since_s = None
            return min(CLAIMED_AT_ONCE, room)
        now_s = self._tools.monotonic_s()
        if self._full_since_s is None:
            self._full_since_s = now_s
        if now_s < self._full_since_s + self._settings.poll_interval_s:
            return 0
        with self._changed:
            crowd = self._lanes.take_back(min(CLAIMED_AT_ONCE, self._settings.waiting_max // 2))
        for job in crowd:
            self._claims.done(job.delivery)
        self._delivering.note([self._delivering.crowded(job.delivery) for job in crowd])
        return room + len(crowd)

    def _channel(self, scheme: str) -> Channel:
        """The channel of a scheme. NotFound for a scheme that is none, BadRequest for what is not set up."""
        with self._lock:
            if scheme not in self._channels:
                self._channels[scheme] = made(scheme, self._tools)
            return self._channels[scheme]

    def _dispatch(self) -> None:
        while not self._stopping.is_set():
            self._awake.clear()
            more = False
            try:
                more = self.claim()
                self._backlog.look()
            except NephoscopeError as error:
                log.warning("notifications wait: %s", error)
            except Exception:
                log.exception("claiming notifications failed; it is tried again")
            if not more:
                self._awake.wait(self._settings.poll_interval_s)

    def _work(self) -> None:
        while (job := self._next()) is not None:
            self._turn(job)

    def _turn(self, first: Job) -> None:
        """Deliver to one place for a moment, then note what came of it, all at once."""
        until_s = self._tools.monotonic_s() + TURN_S_MAX
        turn: list[Job] = []
        noted: list[Noted] = []
        job: Job | None = first
        while job is not None:
            turn.append(job)
            if (found := self._delivering.serve(job)) is not None:
                noted.append(found)
            is_over = self._stopping.is_set() or len(turn) == TURN_MAX or self._tools.monotonic_s() >= until_s
            job = None if is_over else self._following(job)
        self._delivering.note(noted)
        for each in turn:
            self._claims.done(each.delivery)
        with self._changed:
            self._lanes.done(turn)
            self._changed.notify_all()
        if self._wants_more():
            self._awake.set()

    def _following(self, job: Job) -> Job | None:
        with self._changed:
            return self._lanes.go_on(job.place)

    def _next(self) -> Job | None:
        """Wait for a delivery whose turn it is; None once we stop."""
        with self._door, self._changed:
            while not self._stopping.is_set():
                may_begin = self._pace.may_begin(self._lanes.turns)
                if may_begin and (job := self._lanes.begin()) is not None:
                    self._pace.begun()
                    return job
                self._changed.wait(WINDOW_S if self._lanes.waiting and not may_begin else None)
        return None
