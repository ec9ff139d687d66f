# SPDX-License-Identifier: Apache-2.0
"""How scaling groups, their policies, members and decisions look in our own API, and how callers find theirs."""

import hashlib
import hmac
import time
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec

from nephoscope.act.scale.members import size_of
from nephoscope.api.native.call import Call
from nephoscope.model.errors import Conflict, NotFound
from nephoscope.model.paging import Page
from nephoscope.model.scaling import (
    Cause,
    GroupMember,
    KeptPolicy,
    MemberState,
    PolicyRule,
    Progress,
    ScalingGroup,
    ScalingPolicy,
    ScalingRecord,
    TargetTracking,
    Verdict,
    shown_options,
)
from nephoscope.model.search import EVERYTHING, Or, Search, all_of, equal

MILLISECOND_NS = 1_000_000
ALARMS_MAX = 1000

Name = Annotated[str, msgspec.Meta(max_length=255)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class GroupView(msgspec.Struct):
    """
    A scaling group: `size` members are there, `desired` are to be.

    `busy` tells that a change to `changing_to` members is under way. Until the times of the cooldowns, growing or
    shrinking is refused. Without `healthy`, or `paused`, nothing changes; `problem` says what went wrong last. Secrets
    in `options` are shown as `***`.
    """

    id: str
    name: str
    project_id: str
    user_id: str
    actuator: str
    options: dict[str, Any]
    min_size: int
    max_size: int
    desired: int
    size: int
    cooldown_s: float
    cooldown_out_s: float | None
    cooldown_in_s: float | None
    warm_up_s: float
    paused: bool
    healthy: bool
    problem: str
    busy: bool
    changing_to: int | None
    deleting: bool
    cooldown_out_until_ms: int | None
    cooldown_in_until_ms: int | None
    changed_ms: int
    looked_ms: int | None


class ScalingPolicyView(msgspec.Struct):
    """
    A policy of a group. `note` is what came last of one that decides by itself.

    `signal_url` takes a POST without credentials; it is there for those who may change the group, and "" where a policy
    cannot be signalled. `alarm_action` is what an alarm has among its actions.
    """

    id: str
    group_id: str
    name: str
    enabled: bool
    rule: PolicyRule
    changed_ms: int
    decided_ms: int | None
    note: str
    signal_url: str
    alarm_action: str


class MemberView(msgspec.Struct):
    """
    A member as it was last seen: `id` is the actuator's, `resource_id` how metrics call it.

    What a `warming` one measures does not count yet; a `protected` one is not taken away.
    """

    name: str
    id: str
    state: MemberState
    created_ms: int
    age_s: float
    resource_id: str
    detail: str
    protected: bool
    warming: bool


class DecisionView(msgspec.Struct):
    """
    What a group decided: caused by whom, from how many members to how many, and why.

    `progress` is "" where nothing was to be done; `failure` says why a change failed.
    """

    id: int
    group_id: str
    policy_id: str
    cause: Cause
    by: str
    verdict: Verdict
    before: int
    wanted: int
    reason: str
    time_ms: int
    progress: Progress
    failure: str
    ended_ms: int | None


class GroupDetail(msgspec.Struct):
    """A group with all that belongs to it; `warnings` say what may not work as it is meant."""

    group: GroupView
    policies: list[ScalingPolicyView]
    members: list[MemberView]
    warnings: list[str]


def visible_groups(call: Call) -> Search:
    """The search that leaves only groups which the caller may see."""
    if call.sees_all:
        return EVERYTHING
    # What belongs to no project is nobody's.
    return equal("project_id", call.caller.project_id) if call.caller.project_id else Or(())


def visible_group(call: Call, text: str) -> ScalingGroup:
    """A group by its id or name; NotFound for one of others, Conflict for a name that several projects have."""
    named = Or((equal("id", text), equal("name", text)))
    found = call.parts.index.scaling.find(named, visible=visible_groups(call), page=Page(100))
    exact = [each for each in found if each.id == text] or found
    if not exact:
        raise NotFound(f"Scaling group {text:.100} not found")
    if len(exact) > 1:
        raise Conflict(f"{len(exact)} scaling groups are called {text:.100}: use an id, such as {exact[0].id}")
    return exact[0]


def changeable_group(call: Call, text: str) -> ScalingGroup:
    """As `visible_group`; Forbidden where the caller may see it and not change it."""
    group = visible_group(call, text)
    call.parts.policy.enforce("change scaling group", call.caller, {"project_id": group.project_id})
    return group


def visible_policy(call: Call, policy_id: str) -> tuple[KeptPolicy, ScalingGroup]:
    """A policy with its group; NotFound for one of others."""
    policy = call.parts.index.scaling.policy(policy_id)
    this = all_of(equal("id", policy.group_id))
    groups = call.parts.index.scaling.find(this, visible=visible_groups(call), page=Page(1))
    if not groups:
        raise NotFound(f"Scaling policy {policy_id:.100} not found")
    return policy, groups[0]


def changeable_policy(call: Call, policy_id: str) -> tuple[KeptPolicy, ScalingGroup]:
    """As `visible_policy`; Forbidden where the caller may see it and not change it."""
    policy, group = visible_policy(call, policy_id)
    call.parts.policy.enforce("change scaling group", call.caller, {"project_id": group.project_id})
    return policy, group


def detail(call: Call, group: ScalingGroup) -> GroupDetail:
    """A group with all that belongs to it."""
    scaling = call.parts.index.scaling
    members, policies = scaling.members(group.id), scaling.policies([group.id])
    return GroupDetail(
        group_view(group, members),
        [policy_view(call, each, group) for each in policies],
        [member_view(each, group) for each in members],
        warnings(call, group, policies),
    )


def group_view(group: ScalingGroup, members: Sequence[GroupMember]) -> GroupView:
    """The shape of a group."""
    now_ns = time.time_ns()
    same = {name: getattr(group, name) for name in GroupView.__struct_fields__ if hasattr(group, name)}
    own = {
        "options": shown_options(group.options),
        "size": size_of(members),
        "cooldown_out_until_ms": _later_ms(group.cooldown_out_ns, now_ns),
        "cooldown_in_until_ms": _later_ms(group.cooldown_in_ns, now_ns),
        "changed_ms": group.changed_ns // MILLISECOND_NS,
        "looked_ms": _optional_ms(group.looked_ns),
    }
    return GroupView(**(same | own))


def policy_view(call: Call, policy: KeptPolicy, group: ScalingGroup) -> ScalingPolicyView:
    """The shape of a policy, with the address that signals it for those who may change the group."""
    changes = call.parts.policy.allows("change scaling", call.caller, {}) and call.parts.policy.allows(
        "change scaling group", call.caller, {"project_id": group.project_id}
    )
    is_signalled = isinstance(policy.rule, ScalingPolicy)
    return ScalingPolicyView(
        id=policy.id,
        group_id=policy.group_id,
        name=policy.name,
        enabled=policy.enabled,
        rule=policy.rule,
        changed_ms=policy.changed_ns // MILLISECOND_NS,
        decided_ms=_optional_ms(policy.done_ns),
        note=policy.note,
        signal_url=_signal_url(call, policy) if changes and is_signalled else "",
        alarm_action=f"scale:{policy.id}" if is_signalled else "",
    )


def member_view(member: GroupMember, group: ScalingGroup) -> MemberView:
    """The shape of a member."""
    now_ns = time.time_ns()
    return MemberView(
        name=member.name,
        id=member.id,
        state=member.state,
        created_ms=member.created_ns // MILLISECOND_NS,
        age_s=max(now_ns - member.created_ns, 0) / 1e9,
        resource_id=member.resource_id or member.id,
        detail=member.detail,
        protected=member.protected,
        warming=member.is_warming(group.warm_up_s, now_ns),
    )


def decision_view(record: ScalingRecord) -> DecisionView:
    """The shape of a decision."""
    decision = record.decision
    return DecisionView(
        id=record.number,
        group_id=record.group_id,
        policy_id=record.policy_id,
        cause=record.cause,
        by=record.by,
        verdict=decision.verdict,
        before=decision.before,
        wanted=decision.wanted,
        reason=decision.reason,
        time_ms=decision.at_ns // MILLISECOND_NS,
        progress=record.progress,
        failure=record.failure,
        ended_ms=_optional_ms(record.ended_ns),
    )


def signature(policy: KeptPolicy) -> str:
    """What an address is signed with: HMAC-SHA256 in hexadecimal, of method and path, with the policy's own secret."""
    said = f"POST\n/api/v1/scaling/signals/{policy.id}"
    return hmac.new(policy.secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def warnings(call: Call, group: ScalingGroup, policies: Sequence[KeptPolicy]) -> list[str]:
    """What of a group and its policies may not work as it is meant."""
    found = []
    adjusting = {each.id: each.rule for each in policies if isinstance(each.rule, ScalingPolicy)}
    percent = any(rule.adjustment_type == "percent_change_in_capacity" for rule in adjusting.values())
    if group.min_size == 0 and percent:
        found.append(
            "a group without members does not grow by percent: give it a min_size of 1, or a policy in members"
        )
    alarms = call.parts.index.alarms.find(equal("project_id", group.project_id), page=Page(ALARMS_MAX))
    for alarm in alarms if adjusting else ():
        actions = (*(alarm.alarm_actions or ()), *(alarm.ok_actions or ()), *(alarm.insufficient_data_actions or ()))
        for policy_id, rule in adjusting.items():
            cooldown_s = _cooldown_s(group, rule)
            granularity = getattr(alarm.rule, "granularity", 0)
            if f"scale:{policy_id}" in actions and cooldown_s < granularity:
                found.append(
                    f"alarm {alarm.name} decides by buckets of {granularity} s, the cooldown is {cooldown_s:g} s: "
                    "it may signal again before it has seen what the last change has done"
                )
    for policy in policies:
        if isinstance(policy.rule, TargetTracking):
            rule_in_s = policy.rule.cooldown_in_s
            cooldown_s = next((each for each in (rule_in_s, group.cooldown_in_s) if each is not None), group.cooldown_s)
            if cooldown_s < policy.rule.granularity:
                found.append(
                    f"policy {policy.name} shrinks again after {cooldown_s:g} s, before a bucket of "
                    f"{policy.rule.granularity} s tells what the last change has done"
                )
    return found


def _cooldown_s(group: ScalingGroup, rule: ScalingPolicy) -> float:
    """How long a change by this policy holds up the next one that is like it."""
    directed = group.cooldown_out_s if rule.scaling_adjustment > 0 else group.cooldown_in_s
    if rule.adjustment_type == "exact_capacity":
        directed = None
    return next((each for each in (rule.cooldown_s, directed) if each is not None), group.cooldown_s)


def _signal_url(call: Call, policy: KeptPolicy) -> str:
    base = str(call.request.base_url).rstrip("/").removesuffix("/api")
    return f"{base}/api/v1/scaling/signals/{policy.id}?{urlencode({'signature': signature(policy)})}"


def _later_ms(time_ns: int, now_ns: int) -> int | None:
    return time_ns // MILLISECOND_NS if time_ns > now_ns else None


def _optional_ms(time_ns: int) -> int | None:
    return time_ns // MILLISECOND_NS if time_ns else None
