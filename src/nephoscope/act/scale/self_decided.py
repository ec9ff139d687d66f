# SPDX-License-Identifier: Apache-2.0
"""What a group decides by itself: sizes by schedule, by a target, and the repair of what has vanished."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from nephoscope.act.scale.decide import Load, follow, judged
from nephoscope.act.scale.members import size_of
from nephoscope.act.scale.signals import told_size
from nephoscope.act.scale.tools import WorkTools
from nephoscope.model.scaling import (
    GroupMember,
    KeptPolicy,
    ScalingDecision,
    ScalingGroup,
    ScalingRecord,
    ScheduledSize,
    TargetTracking,
)
from nephoscope.model.timespan import SECOND_NS
from nephoscope.store.index.scaling_contract import Asked


@dataclass(frozen=True)
class Deciding:
    """Decides for a group that is held under a fencing number and that no change is under way in."""

    tools: WorkTools
    fencing: int
    policies: Sequence[KeptPolicy]

    def by_policies(self, group: ScalingGroup, members: Sequence[GroupMember]) -> ScalingRecord | None:
        """The first change that a schedule or a target leads to; None for none. Errors as those of the index."""
        for policy, tick_ns in self._ticked():
            if (found := self._scheduled(policy, tick_ns)).decision.verdict == "accepted":
                return found
        for policy in self.policies:
            if policy.enabled and isinstance(policy.rule, TargetTracking) and group.healthy:
                found_too = self._tracked(group, members, policy, policy.rule)
                if found_too is not None and found_too.decision.verdict == "accepted":
                    return found_too
        return None

    def needs_repair(self, group: ScalingGroup, members: Collection[GroupMember]) -> bool:
        """Whether a group has other members than it is to have, and may be changed."""
        lost = any(each.state == "failed" and not each.protected for each in members)
        return group.healthy and not group.paused and (lost or size_of(members) != group.desired)

    def repair(self, group: ScalingGroup, members: Sequence[GroupMember]) -> ScalingRecord | None:
        """The change that brings a group to its size again, None where there is nothing to do."""
        if not self.needs_repair(group, members):
            return None
        asked = Asked(group_id=group.id, cause="reconcile", fencing=self.fencing)
        record = self.tools.scaling.decide(asked, lambda now, there: _repaired(now, there, self.tools.wall_ns()))
        if record.decision.verdict == "no change":
            self.tools.scaling.keep(group.id, self.fencing, lambda now: replace(now, desired=record.decision.wanted))
        return record

    def _ticked(self) -> list[tuple[KeptPolicy, int]]:
        """The schedules whose time has come, in the order of their ticks."""
        now_ns = self.tools.wall_ns()
        found = []
        for policy in self.policies:
            if not policy.enabled or not isinstance(policy.rule, ScheduledSize):
                continue
            tick_ns = self.tools.last_tick(policy.rule.cron, policy.rule.timezone, now_ns)
            if tick_ns is not None and tick_ns > max(policy.done_ns, policy.changed_ns):
                found.append((policy, tick_ns))
        return sorted(found, key=lambda each: each[1])

    def _scheduled(self, policy: KeptPolicy, tick_ns: int) -> ScalingRecord:
        rule = policy.rule
        assert isinstance(rule, ScheduledSize)

        def bounded(group: ScalingGroup) -> ScalingGroup:
            low = group.min_size if rule.min_size is None else rule.min_size
            high = group.max_size if rule.max_size is None else rule.max_size
            # What the schedule does not set gives way to what it does.
            low, high = (low, max(low, high)) if rule.max_size is None else (min(low, high), high)
            return replace(group, min_size=low, max_size=high, desired=max(low, min(high, group.desired)))

        def decider(group: ScalingGroup, members: Sequence[GroupMember]) -> ScalingDecision:
            size = group.desired if rule.desired is None else rule.desired
            wanted = max(group.min_size, min(group.max_size, size))
            return told_size(group, members, wanted, self.tools.wall_ns())

        asked = Asked(
            group_id=policy.group_id,
            cause="schedule",
            by=policy.name,
            policy_id=policy.id,
            fencing=self.fencing,
            done_ns=tick_ns,
        )
        return self.tools.scaling.decide(asked, decider, bounded)

    def _tracked(
        self, group: ScalingGroup, members: Sequence[GroupMember], policy: KeptPolicy, rule: TargetTracking
    ) -> ScalingRecord | None:
        """Once a bucket; what is no change is noted with the policy alone."""
        now_ns = self.tools.wall_ns()
        bucket_ns = last_bucket_ns(rule, self.tools.settings.lag_s, now_ns)
        if bucket_ns <= policy.done_ns:
            return None
        load = self._load(group, members, rule, bucket_ns)
        if isinstance(load, str):
            self.tools.scaling.note_policy(policy.id, bucket_ns, f"unknown: {load}")
            return None
        found = follow(group, size_of(members), load, rule, now_ns)
        if found.verdict != "accepted":
            self.tools.scaling.note_policy(policy.id, bucket_ns, f"{found.verdict}: {found.reason}")
            return None

        def decider(group: ScalingGroup, members: Sequence[GroupMember]) -> ScalingDecision:
            return follow(group, size_of(members), load, rule, now_ns)

        asked = Asked(
            group_id=group.id,
            cause="target",
            by=policy.name,
            policy_id=policy.id,
            fencing=self.fencing,
            done_ns=bucket_ns,
        )
        return self.tools.scaling.decide(asked, decider)

    def _load(
        self, group: ScalingGroup, members: Sequence[GroupMember], rule: TargetTracking, bucket_ns: int
    ) -> Load | str:
        """What the members measured in a bucket, or why that is not known."""
        # A bucket that a member was not warm in from the start does not tell how busy it is.
        warming = [each for each in members if each.is_warming(group.warm_up_s, bucket_ns)]
        away = {each.name for each in warming} | {each.name for each in members if each.state in {"failed", "stopping"}}
        warm = [each for each in members if each.name not in away]
        if not warm:
            return "there are no members" if not members else "all members are warming up"
        names = {each.resource_id or each.id for each in warm}
        values = self.tools.values(None if group.sees_all else group.project_id, rule, names, bucket_ns)
        if isinstance(values, str):
            return values
        others = {name for each in members if each.name in away for name in (each.resource_id, each.id, each.name)}
        told = [value for name, value in values.items() if name not in others]
        if not told:
            return "only members that are warming up have told of themselves"
        known = min(len(told), len(warm))
        new = sum(each.state in {"starting", "running"} for each in warming)
        return Load(sum(told) / len(told), known, len(warm) - known, new)


def last_bucket_ns(rule: TargetTracking, lag_s: float, now_ns: int) -> int:
    """The start of the newest bucket that is over, and has been for a while."""
    width_ns = rule.granularity * SECOND_NS
    return (now_ns - int(lag_s * SECOND_NS)) // width_ns * width_ns - width_ns


def due_ns(group: ScalingGroup, policies: Sequence[KeptPolicy], tools: WorkTools, now_ns: int) -> int:
    """When a group has to be looked at next: its members, a bucket's end, or a tick."""
    soonest = now_ns + int(tools.settings.reconcile_interval_s * SECOND_NS)
    if group.busy:
        return now_ns
    for policy in policies:
        match policy.rule:
            case TargetTracking() as rule if policy.enabled:
                lag_ns = int(tools.settings.lag_s * SECOND_NS)
                width_ns = rule.granularity * SECOND_NS
                soonest = min(soonest, last_bucket_ns(rule, tools.settings.lag_s, now_ns) + 2 * width_ns + lag_ns)
            case ScheduledSize() as rule if policy.enabled:
                tick_ns = tools.next_tick(rule.cron, rule.timezone, now_ns)
                soonest = soonest if tick_ns is None else min(soonest, tick_ns)
    return soonest


def _repaired(group: ScalingGroup, members: Sequence[GroupMember], now_ns: int) -> ScalingDecision:
    """Replace who has vanished; who came from elsewhere is taken over as long as there is room."""
    there = size_of(members)
    free = replace(group, cooldown_out_ns=0, cooldown_in_ns=0)
    taken_over = min(there, group.max_size)
    wanted = max(group.desired, taken_over)
    lost = [each.name for each in members if each.state == "failed" and not each.protected]
    if wanted == there and lost:
        reason = f"{', '.join(lost[:3])} failed and will be taken away"
        return ScalingDecision(verdict="accepted", before=there, wanted=wanted, reason=reason, at_ns=now_ns)
    told = f"{there} members are there where {group.desired} were to be: taken over"
    found = judged(free, there, wanted, now_ns, told)
    if found.verdict != "accepted":
        return found
    gone = f": {', '.join(lost[:3])} failed" if lost else ": others have vanished or were never made"
    beyond = ", which are more than there may be"
    return replace(found, reason=f"{there} of {wanted} members are there{gone if wanted > there else beyond}")
