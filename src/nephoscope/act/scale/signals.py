# SPDX-License-Identifier: Apache-2.0
"""Signals to policies, by whomever: decided at once, carried out by whoever works on the group."""

import hashlib
import time
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from nephoscope.act.scale.decide import Cooldown, already, decide, judged
from nephoscope.act.scale.members import size_of
from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.model.scaling import (
    GroupMember,
    KeptPolicy,
    ScalingDecision,
    ScalingGroup,
    ScalingPolicy,
    ScalingRecord,
)
from nephoscope.store.index.alarm_contract import Alarms
from nephoscope.store.index.scaling_contract import Asked, Scaling

GROUPS_COOLDOWN = Cooldown()


class Signals:
    """Decides signals; safe for several threads."""

    def __init__(self, scaling: Scaling, alarms: Alarms, wall_ns: Callable[[], int] = time.time_ns) -> None:
        self._scaling = scaling
        self._alarms = alarms
        self._wall_ns = wall_ns

    def signal(self, policy: KeptPolicy, *, by: str, key: str = "") -> ScalingRecord:
        """
        Signal a policy; the same `key` of a policy is decided once.

        Errors  BadRequest for a policy that decides by itself, NotFound when its group has just gone.
        """
        asked = Asked(
            group_id=policy.group_id,
            cause="signal",
            by=by,
            policy_id=policy.id,
            # Of any length, in one that is kept.
            key=f"{policy.id}/{hashlib.sha256(key.encode()).hexdigest()}" if key else "",
        )
        return self._scaling.decide(asked, lambda group, members: self._decided(group, members, policy))

    def by_alarm(self, policy_id: str, *, alarm_id: str, project_id: str, key: str) -> str:
        """
        What an alarm's signal leads to, in words.

        Errors  NotFound also for a policy of another project, unless the alarm sees all; BadRequest as `signal`.
        """
        policy = self._scaling.policy(policy_id)
        group = self._scaling.get(policy.group_id)
        if not project_id or group.project_id != project_id:
            self._check_sees_all(alarm_id, policy_id)
        record = self.signal(policy, by=f"alarm {alarm_id}", key=key)
        return f"{record.decision.verdict}: {record.decision.reason}"

    def dry(self, policy: KeptPolicy) -> ScalingDecision:
        """What a signal would lead to now. Errors as `signal`."""
        group, members = self._scaling.get(policy.group_id), self._scaling.members(policy.group_id)
        return self._decided(group, members, policy)

    def set_size(self, group_id: str, size: int, by: str) -> ScalingRecord:
        """Have a group changed to a size, whatever its cooldown. NotFound."""

        def decider(group: ScalingGroup, members: Sequence[GroupMember]) -> ScalingDecision:
            return told_size(group, members, size, self._wall_ns())

        return self._scaling.decide(Asked(group_id=group_id, cause="hand", by=by), decider)

    def _decided(self, group: ScalingGroup, members: Sequence[GroupMember], policy: KeptPolicy) -> ScalingDecision:
        if not isinstance(policy.rule, ScalingPolicy):
            raise BadRequest(f"policy {policy.name} decides by itself; only adjustments can be signalled")
        found = decide(group, policy.rule, size_of(members), self._wall_ns())
        if policy.enabled:
            return found
        return replace(found, verdict="refused", reason="the policy is switched off")

    def _check_sees_all(self, alarm_id: str, policy_id: str) -> None:
        try:
            sees_all = self._alarms.get(alarm_id).sees_all
        except NotFound:
            sees_all = False
        if not sees_all:
            raise NotFound(f"Scaling policy {policy_id:.100} not found")


def told_size(group: ScalingGroup, members: Sequence[GroupMember], size: int, now_ns: int) -> ScalingDecision:
    """Decide a size that somebody sets: no cooldown holds it up, the group's own begins after it."""
    free = replace(group, cooldown_out_ns=0, cooldown_in_ns=0)
    there = size_of(members)
    return judged(free, there, size, now_ns, already(there), GROUPS_COOLDOWN)
