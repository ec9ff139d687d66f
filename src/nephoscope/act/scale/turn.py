# SPDX-License-Identifier: Apache-2.0
"""
One turn of work on a group that is held: look at its members, decide what is due, and carry out what was decided.

    claimed ─▸ look ─▸ schedule, targets, reconcile ─▸ carry out ─▸ released, due again
                              (unless a change is under way)

Whatever dies in between is taken up by another from the start: members that are there already count.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from msgspec.structs import replace

from nephoscope.act.scale import self_decided
from nephoscope.act.scale.contract import Actuator, Member
from nephoscope.act.scale.decide import failed, finished
from nephoscope.act.scale.members import leaving, new_names, seen, size_of
from nephoscope.act.scale.own_metrics import samples
from nephoscope.act.scale.tools import WorkTools
from nephoscope.model.errors import Conflict, NephoscopeError, Unavailable
from nephoscope.model.scaling import GroupMember, ScalingDecision, ScalingGroup, ScalingRecord
from nephoscope.model.timespan import SECOND_NS
from nephoscope.observe import registry
from nephoscope.store.index.scaling_contract import Claim, Ended

log = logging.getLogger("nephoscope.scale")

T = TypeVar("T")

CHANGES = "nephoscope_scaling_changes_total"
registry.describe(CHANGES, "counter", "Changes of scaling groups' sizes that ended, by what became of them.")


class Turn:
    """
    Works on one group, once; `calling_since_s` tells since when an actuator has been asked something, None for not now.

    `may_replace` False leaves vanished members alone for this turn, as replacing them failed lately.
    """

    def __init__(self, claim: Claim, tools: WorkTools, *, may_replace: bool = True) -> None:
        self.group = claim.group
        self.calling_since_s: float | None = None
        # What became of the change that this turn has carried out, if it has.
        self.change_failed: bool | None = None
        self._claim = claim
        self._tools = tools
        self._may_replace = may_replace
        self._members = list(claim.members)
        # As the actuator tells them, once it was asked.
        self._found: dict[str, Member] = {}
        self._has_looked = False
        self._actuator: Actuator | None = None

    def run(self) -> None:
        """Work, and let go of the group. Nothing is raised: what fails is written down where it can be."""
        due_ns = self._now_ns()
        try:
            self._work()
            # After a change there may be more to decide.
            if self.change_failed is not False:
                due_ns = self_decided.due_ns(self.group, self._claim.policies, self._tools, self._now_ns())
        except Conflict as error:
            log.info("%s", error)
            return
        except Exception as error:
            if not isinstance(error, NephoscopeError):
                log.exception("working on scaling group %s failed", self.group.id)
            due_ns += int(self._tools.settings.reconcile_interval_s * SECOND_NS)
            self._trouble(error)
        finally:
            self._let_go()
        self._release(due_ns)

    def _work(self) -> None:
        change = self._claim.change
        if change is not None or self.group.deleting or self._is_due_to_look():
            self._look()
        if self.group.deleting:
            self._remove_all()
            return
        if change is None:
            decided = self_decided.Deciding(self._tools, self._claim.fencing, self._claim.policies)
            change = decided.by_policies(self.group, self._members)
            if change is None and self._may_replace and decided.needs_repair(self.group, self._members):
                # Only what was seen just now is repaired.
                self._look()
                change = decided.repair(self.group, self._members)
            self.group = self._tools.scaling.get(self.group.id)
        if change is not None and change.progress == "under way":
            if not self._has_looked:
                self._look()
            self._carry_out(change)
        self._publish()

    def _is_due_to_look(self) -> bool:
        interval_ns = int(self._tools.settings.reconcile_interval_s * SECOND_NS)
        return not self.group.healthy or self._now_ns() >= self.group.looked_ns + interval_ns

    def _look(self, made: Collection[str] = ()) -> None:
        """Ask the actuator for the members, and keep what it says."""
        self._see(made)
        now_ns = self._now_ns()

        def looked(group: ScalingGroup) -> ScalingGroup:
            return replace(group, looked_ns=now_ns, healthy=True, problem="" if not group.healthy else group.problem)

        self.group = self._tools.scaling.keep(self.group.id, self._claim.fencing, looked, self._members)
        self._members = self._tools.scaling.members(self.group.id)

    def _see(self, made: Collection[str] = ()) -> None:
        found = self._call(lambda actuator: actuator.members())
        self._found = {each.name: each for each in found}
        self._has_looked = True
        self._members = seen(found, self._members, self._now_ns(), made)

    def _carry_out(self, change: ScalingRecord) -> None:
        """Bring the members to the size that was decided, and write down what became of it."""
        wanted, failure = change.decision.wanted, ""
        try:
            made = self._resize(change.decision)
            self._see(made)
            failure = _why_not_there(self._members, wanted, made)
        except Conflict:
            raise
        except Exception as error:
            failure = _said(error)
            if not isinstance(error, NephoscopeError):
                log.exception("changing scaling group %s failed", self.group.id)
        now_ns = self._now_ns()
        there = size_of(self._members)

        def ended(group: ScalingGroup) -> ScalingGroup:
            if not failure:
                after = finished(group, change.decision, now_ns)
                return replace(after, desired=wanted, problem="", looked_ns=now_ns)
            return replace(failed(group), desired=_desired_after_failure(group, change, there), problem=failure)

        end = Ended(number=change.number, progress="failed" if failure else "done", at_ns=now_ns, failure=failure)
        self.group = self._tools.scaling.keep(self.group.id, self._claim.fencing, ended, self._members, end)
        self.change_failed = bool(failure)
        registry.count(CHANGES, outcome="failed" if failure else "done")
        if failure:
            log.warning("scaling group %s: changing to %d members failed: %s", self.group.id, wanted, failure)

    def _resize(self, decision: ScalingDecision) -> list[str]:
        """
        Take away and make what it takes; gives the names of what was made.

        Those that start already were begun by a server that died: they are waited for as well.
        """
        gone = leaving(self._members, decision.wanted)
        if gone:
            listed = [self._found[each.name] for each in gone]
            self._call(lambda actuator: actuator.shrink(listed))
        kept = [each for each in self._members if each not in gone]
        starting = [each.name for each in kept if each.state == "starting" and decision.wanted > decision.before]
        missing = decision.wanted - size_of(kept)
        names = [*starting, *new_names(self.group.id, {each.name for each in kept}, missing)]
        if names:
            self._call(lambda actuator: actuator.grow(names))
        return names

    def _remove_all(self) -> None:
        """The end of a group: protected members go, too."""
        if self._found:
            listed = list(self._found.values())
            self._call(lambda actuator: actuator.shrink(listed))
            self._look()
        if not self._found:
            self._tools.scaling.delete(self.group.id)
            raise Conflict(f"scaling group {self.group.id} is gone")

    def _trouble(self, error: Exception) -> None:
        """The group cannot be worked on: it says so, and a change under way has failed."""
        why, change, now_ns = _said(error), self._claim.change, self._now_ns()

        def troubled(group: ScalingGroup) -> ScalingGroup:
            after = replace(group, healthy=False, problem=why)
            if change is None:
                return after
            there = size_of(self._members)
            return replace(failed(after), desired=_desired_after_failure(group, change, there))

        end = None
        if change is not None:
            end = Ended(number=change.number, progress="failed", at_ns=now_ns, failure=why)
        log.warning("scaling group %s cannot be worked on: %s", self.group.id, why)
        try:
            self._tools.scaling.keep(self.group.id, self._claim.fencing, troubled, None, end)
        except NephoscopeError as problem:
            log.warning("scaling group %s is left to whoever holds it next: %s", self.group.id, problem)

    def _publish(self) -> None:
        self._tools.publish(samples(self.group, size_of(self._members), self._now_ns()))

    def _call(self, ask: Callable[[Actuator], T]) -> T:
        """Ask the actuator something; how long it takes is watched from outside."""
        self.calling_since_s = self._tools.monotonic_s()
        try:
            if self._actuator is None:
                self._actuator = self._tools.opened(self.group)
            return ask(self._actuator)
        except Conflict as error:
            # Of ours it says that another holds the group; theirs says something else.
            raise Unavailable(error.message) from error
        finally:
            self.calling_since_s = None

    def _let_go(self) -> None:
        if self._actuator is not None:
            try:
                self._actuator.close()
            except Exception:
                log.exception("closing the actuator of scaling group %s failed", self.group.id)

    def _release(self, due_ns: int) -> None:
        try:
            self._tools.scaling.release(self.group.id, self._claim.fencing, due_ns)
        except NephoscopeError as error:
            log.warning("scaling group %s is held until the time is over: %s", self.group.id, error)

    def _now_ns(self) -> int:
        return self._tools.wall_ns()


def _why_not_there(members: Sequence[GroupMember], wanted: int, made: Collection[str]) -> str:
    """Why a change has not come to what was wanted; "" when it has."""
    bad = [each for each in members if each.state == "failed" and each.name in made]
    if bad:
        told = "; ".join(f"{each.name}: {each.detail or 'failed'}" for each in bad[:3])
        return f"{len(bad)} of {len(made)} new members failed: {told}"
    there = size_of(members)
    protected = sum(each.protected for each in members)
    if there == wanted or wanted < there <= protected:
        return ""
    return f"there are {there} members, {wanted} were wanted"


def _desired_after_failure(group: ScalingGroup, change: ScalingRecord, there: int) -> int:
    """
    What is there of a change that failed, but neither beyond what was wanted nor behind what was before.

    A repair is still wanted in full: it is tried again by itself.
    """
    low, high = sorted((change.decision.before, change.decision.wanted))
    desired = change.decision.wanted if change.cause == "reconcile" else max(low, min(high, there))
    return max(group.min_size, min(group.max_size, desired))


def _said(error: Exception) -> str:
    """An error as people are told it; of our own mistakes no more than their name."""
    return error.message if isinstance(error, NephoscopeError) else f"an error of our own: {type(error).__name__}"
