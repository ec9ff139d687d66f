# SPDX-License-Identifier: Apache-2.0
"""Claimed deliveries from their turn to their note: may it go, how did it go, what comes next."""

import logging
from collections.abc import Sequence

from nephoscope.act.notify import NOTIFIERS, scheme_of
from nephoscope.act.notify.claims import Claims
from nephoscope.act.notify.contract import Outcome, Tools
from nephoscope.act.notify.lanes import Job
from nephoscope.act.notify.measures import DELIVERED, FAILED, GIVEN_UP, POSTPONED, TRY
from nephoscope.act.notify.order import FREE, standing
from nephoscope.act.notify.reach import Reach
from nephoscope.act.notify.retry import Next, after, pause_s
from nephoscope.act.notify.template import one_line
from nephoscope.act.notify.url import scrubbed
from nephoscope.model.delivery import Attempt, Delivery, Noted
from nephoscope.model.errors import BadRequest, IndexUnavailable, NephoscopeError
from nephoscope.model.timespan import SECOND_NS
from nephoscope.observe import registry
from nephoscope.store.index.alarm_contract import Outbox

log = logging.getLogger("nephoscope.notify")

ERROR_LENGTH_MAX = 500
UNTRIED = "not tried: "
TOO_OLD = Outcome("refused", cause="age", error=f"{UNTRIED}it waited longer than [act] age_s_max")
OVERTAKEN = Outcome("refused", cause="overtaken", error=f"{UNTRIED}a newer one of the same alarm was delivered before")


class Delivering:
    """Serves deliveries one by one, and notes what came of several at once; safe for several threads."""

    def __init__(self, outbox: Outbox, tools: Tools, claims: Claims) -> None:
        self._outbox = outbox
        self._claims = claims
        self._settings = tools.settings
        self._wall_s = tools.wall_s
        self._monotonic_s = tools.monotonic_s
        self._random = tools.random
        self._reach = Reach(tools.settings, tools.random)

    def serve(self, job: Job) -> Noted | None:
        """
        Try a delivery, if nothing stands in its way; gives what is to be noted. Only this sends.

        None leaves it to the end of its claim, when we or others claim it again. Nothing is raised.
        """
        # One that could not be renewed is left alone: others may have it by now.
        if not self._claims.holds(job.delivery):
            return None
        try:
            return self._hindered(job) or self._tried(job)
        except NephoscopeError as error:
            log.warning("delivery %d is left to the end of its claim: %s", job.delivery.number, error)
        except Exception:
            log.exception("delivery %d is left to the end of its claim", job.delivery.number)
        return None

    def note(self, noted: Sequence[Noted]) -> None:
        """Keep what came of deliveries. Nothing is raised: what cannot be noted is left to the end of its claim."""
        try:
            ours = self._outbox.note(noted)
        except IndexUnavailable as error:
            log.warning("%d deliveries are left to the end of their claims: %s", len(noted), error)
        except Exception:
            if len(noted) == 1:
                log.exception("delivery %d is left to the end of its claim", noted[0].delivery.number)
                return
            # None suffers from another that cannot be kept.
            for each in noted:
                self.note([each])
        else:
            for each in (each for each, is_ours in zip(noted, ours, strict=True) if not is_ours):
                log.warning("delivery %d is noted by another: it may arrive twice", each.delivery.number)

    def settled(self, delivery: Delivery, outcome: Outcome, lasted_s: float = 0) -> Noted:
        """An attempt and what comes next."""
        now_ns = self._now_ns()
        following = after(delivery, outcome, now_ns, self._settings, self._random)
        scheme = _label(delivery.target)
        if following.progress == "delivered":
            registry.count(DELIVERED, scheme=scheme)
        elif following.progress == "given up":
            registry.count(GIVEN_UP, scheme=scheme, cause=following.given_up)
        else:
            registry.count(FAILED, scheme=scheme, cause=outcome.cause)
        return self._noted(delivery, outcome, following, now_ns, lasted_s)

    def postponed(self, delivery: Delivery, cause: str, why: str, wait_s: float) -> Noted:
        """A delivery that is put off untried, but not beyond its age."""
        now_ns = self._now_ns()
        end_ns = delivery.created_ns + self._age_ns_max
        if now_ns >= end_ns:
            return self.settled(delivery, TOO_OLD)
        registry.count(POSTPONED, cause=cause)
        due_ns = min(end_ns, now_ns + int(wait_s * SECOND_NS))
        return self._noted(delivery, Outcome("again", error=UNTRIED + why), Next("waiting", due_ns), now_ns, 0)

    def crowded(self, delivery: Delivery) -> Noted:
        """A delivery to a place at which many wait, put off so that those to other places are seen."""
        return self.postponed(delivery, "crowded", "many others wait for the same place", self._pause_s(delivery))

    def given_back(self, delivery: Delivery) -> Noted:
        """A delivery that is left to whoever claims it next, at once."""
        return self.postponed(delivery, "stop", "the server was stopped", 0)

    @property
    def _age_ns_max(self) -> int:
        return int(self._settings.age_s_max * SECOND_NS)

    def _hindered(self, job: Job) -> Noted | None:
        """Why a delivery may not be tried now, if so."""
        delivery = job.delivery
        if not delivery.attempts and self._now_ns() >= delivery.created_ns + self._age_ns_max:
            return self.settled(delivery, TOO_OLD)
        found = standing(self._outbox, delivery) if job.is_looked_at else FREE
        if found.overtaken:
            return self.settled(delivery, OVERTAKEN)
        if found.behind_ns is not None:
            behind_s = max((found.behind_ns - self._now_ns()) / SECOND_NS, self._settings.retry_s_min)
            wait_s = min(behind_s, self._pause_s(delivery))
            return self.postponed(delivery, "order", "an older one of the same alarm waits for the same target", wait_s)
        if (closed_s := self._reach.closed_s(job.place, self._monotonic_s())) > 0:
            # They do not come back all at the same moment.
            wait_s = closed_s * (1 + self._random())
            return self.postponed(delivery, "silence", f"nobody has answered at {job.place} lately", wait_s)
        return None

    def _tried(self, job: Job) -> Noted:
        started_s = self._monotonic_s()
        scheme = _label(job.delivery.target)
        try:
            with registry.timed(TRY, scheme=scheme):
                outcome = job.channel.notify(job.delivery)
        except BadRequest as error:
            outcome = Outcome("refused", cause="target", error=error.message)
        except Exception as error:
            log.exception("delivery %d over %s: failed in our own code", job.delivery.number, scheme)
            outcome = Outcome("again", cause="error", error=type(error).__name__)
        if outcome.out_of_reach:
            self._reach.silent(job.place, self._monotonic_s())
        elif outcome.status or outcome.result == "delivered":
            self._reach.answered(job.place)
        return self.settled(job.delivery, outcome, self._monotonic_s() - started_s)

    def _noted(self, delivery: Delivery, outcome: Outcome, following: Next, now_ns: int, lasted_s: float) -> Noted:
        error = scrubbed(one_line(outcome.error or outcome.said), delivery.target)[:ERROR_LENGTH_MAX]
        if following.given_up in {"age", "attempts"} and not error.startswith(UNTRIED):
            error = f"{error}; given up"
        lasted_ns = int(lasted_s * SECOND_NS)
        attempt = Attempt(
            delivery=delivery.number,
            at_ns=now_ns - lasted_ns,
            lasted_ns=lasted_ns,
            status=outcome.status,
            error=error,
        )
        if following.progress == "given up":
            log.warning("delivery %d of alarm %s is given up: %s", delivery.number, delivery.alarm_id, error)
        return Noted(delivery=delivery, attempt=attempt, progress=following.progress, due_ns=following.due_ns)

    def _pause_s(self, delivery: Delivery) -> float:
        return pause_s(delivery.attempts, self._settings, self._random)

    def _now_ns(self) -> int:
        return int(self._wall_s() * SECOND_NS)


def _label(target: str) -> str:
    """The scheme as counters have it: users cannot make up further ones."""
    scheme = scheme_of(target)
    return scheme if scheme in NOTIFIERS else "other"
