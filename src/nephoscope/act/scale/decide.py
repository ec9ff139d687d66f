# SPDX-License-Identifier: Apache-2.0
"""What a signal to a policy leads to: a change of size that is accepted, refused for a reason, or none."""

import math
from dataclasses import dataclass

from msgspec import structs

from nephoscope.model import timestamp
from nephoscope.model.scaling import (
    SIZE_MAX,
    ScalingDecision,
    ScalingGroup,
    ScalingPolicy,
    TargetTracking,
    Verdict,
    new_size,
)
from nephoscope.model.timespan import SECOND_NS


@dataclass(frozen=True)
class Load:
    """
    What members measure: the mean over those `known`.

    `missing` are those that should have told and did not, `warming` those that are too new to be asked.
    """

    mean: float
    known: int
    missing: int = 0
    warming: int = 0


@dataclass(frozen=True)
class Cooldown:
    """A policy's own: None takes the group's; `by_direction` holds up changes in its own direction alone."""

    out_s: float | None = None
    in_s: float | None = None
    by_direction: bool = False


NO_COOLDOWN = Cooldown(0, 0, by_direction=True)


def decide(group: ScalingGroup, policy: ScalingPolicy, size: int, now_ns: int) -> ScalingDecision:
    """
    Decide a signal; `size` counts members that have not failed.

    The order of the reasons is Heat's: what is no change starts no cooldown, and is none however busy the group is.
    """
    wanted = new_size(
        size,
        policy.adjustment_type,
        policy.scaling_adjustment,
        group.min_size,
        group.max_size,
        policy.min_adjustment_step,
    )
    own = Cooldown(policy.cooldown_s, policy.cooldown_s, policy.by_direction)
    return judged(group, size, wanted, now_ns, _why_none(group, policy, size), own)


def track(group: ScalingGroup, size: int, value: float, target: float, now_ns: int) -> ScalingDecision:
    """
    Decide by a target: as many members as would bring the mean of a value that they share to `target`.

    >>> group = ScalingGroup(id="g", min_size=1, max_size=9)
    >>> track(group, 3, 80.0, 50.0, 0).wanted, track(group, 3, 10.0, 50.0, 0).wanted
    (5, 1)
    """
    return follow(group, size, Load(value, size), TargetTracking(metric="", target=target), now_ns)


def follow(group: ScalingGroup, size: int, load: Load, rule: TargetTracking, now_ns: int) -> ScalingDecision:
    """
    As `track`, for what is known of a group whose members are not all heard of.

    Who is missing is taken for idle before the group grows, and for just as busy as it should be before it shrinks.
    Members that warm up are there already when it comes to growing; until they are warm, none are taken away.

    >>> group = ScalingGroup(id="g", min_size=1, max_size=9)
    >>> follow(group, 5, Load(80.0, 3, warming=2), TargetTracking(metric="m", target=50.0), 0).verdict
    'no change'
    """
    wanted = _wanted(load, rule.target, size)
    said = f"{load.mean:g} at {load.known} members"
    why_none = f"{said} is as near to {rule.target:g} as can be"
    if wanted < size and load.warming:
        wanted, why_none = size, f"{said}, and {load.warming} still warm up"
    bounded = max(group.min_size, min(group.max_size, wanted))
    own = Cooldown(rule.cooldown_out_s, rule.cooldown_in_s, by_direction=True)
    found = judged(group, size, bounded, now_ns, why_none, own)
    if found.verdict != "accepted":
        return found
    return structs.replace(found, reason=f"{found.reason}: {said}, and {rule.target:g} is wanted")


def judged(
    group: ScalingGroup, size: int, wanted: int, now_ns: int, why_none: str, own: Cooldown = NO_COOLDOWN
) -> ScalingDecision:
    """Whether a group may go from its size to another one now."""
    if wanted < size and wanted < group.protected:
        wanted = min(size, group.protected)
        why_none = f"{group.protected} members are protected, so none can be taken away"
    cooldown_s, by_direction = _cooldown(group, own, grows=wanted > size)

    def said(verdict: Verdict, reason: str) -> ScalingDecision:
        return ScalingDecision(
            verdict=verdict,
            before=size,
            wanted=wanted,
            reason=reason,
            at_ns=now_ns,
            cooldown_s=cooldown_s,
            by_direction=by_direction,
        )

    if (stopped := _why_stopped(group)) is not None:
        return said("refused", stopped)
    if wanted == size:
        return said("no change", why_none)
    if group.busy:
        return said("refused", _why_busy(group, size, wanted))
    until_ns = group.cooldown_out_ns if wanted > size else group.cooldown_in_ns
    if now_ns < until_ns:
        return said("refused", f"cooldown until {timestamp.render(until_ns)}")
    return said("accepted", f"from {size} to {wanted} members")


def finished(group: ScalingGroup, decision: ScalingDecision, now_ns: int) -> ScalingGroup:
    """The group after a change of size that succeeded; its cooldown counts from now, the later end wins."""
    end_ns = now_ns + int(decision.cooldown_s * SECOND_NS) if decision.cooldown_s > 0 else 0
    grows = decision.wanted > decision.before
    out_ns, in_ns = group.cooldown_out_ns, group.cooldown_in_ns
    if grows or not decision.by_direction:
        out_ns = max(out_ns, end_ns)
    if not grows or not decision.by_direction:
        in_ns = max(in_ns, end_ns)
    return structs.replace(failed(group), cooldown_out_ns=out_ns, cooldown_in_ns=in_ns)


def failed(group: ScalingGroup) -> ScalingGroup:
    """The group after a change of size that failed: no cooldown, so that the next signal may try again."""
    return structs.replace(group, busy=False, changing_to=None)


def _wanted(load: Load, target: float, size: int) -> int:
    if not math.isfinite(load.mean):
        return size
    counted = load.known + load.missing
    idle = load.mean * load.known
    if load.mean > target:
        return max(_needed(idle, target), counted)
    return min(_needed(idle + target * load.missing, target), counted)


def _needed(total: float, target: float) -> int:
    # More than there may ever be need not be reckoned, and a quotient may be beyond all numbers.
    members = min(max(total / target, 0), 2 * SIZE_MAX)
    # What is barely above a whole number is so by rounding.
    return math.ceil(round(members, 6))


def _cooldown(group: ScalingGroup, own: Cooldown, *, grows: bool) -> tuple[float, bool]:
    """How long after a change, and whether changes in the other direction may come sooner."""
    own_s, directed_s = (own.out_s, group.cooldown_out_s) if grows else (own.in_s, group.cooldown_in_s)
    if own_s is not None:
        return own_s, own.by_direction
    return (group.cooldown_s, own.by_direction) if directed_s is None else (directed_s, True)


def _why_stopped(group: ScalingGroup) -> str | None:
    if group.deleting:
        return "the group is being deleted"
    if group.paused:
        return "the group is paused"
    if not group.healthy:
        return f"the group is not complete: {group.problem or 'look at its members first'}"
    return None


def _why_busy(group: ScalingGroup, size: int, wanted: int) -> str:
    if group.changing_to is None:
        return "a change of size is under way"
    other_way = (group.changing_to - size) * (wanted - size) < 0
    pulled = "; two policies pull this group both ways" if other_way else ""
    return f"a change of size to {group.changing_to} is under way{pulled}"


def _why_none(group: ScalingGroup, policy: ScalingPolicy, size: int) -> str:
    if size == 0 and policy.adjustment_type == "percent_change_in_capacity":
        return "a group without members does not grow by percent: give it a min_size, or a policy in members"
    if size == group.max_size and policy.scaling_adjustment > 0:
        return f"{_members_are(size)} as many as there may be"
    if size == group.min_size and policy.scaling_adjustment < 0:
        return f"{_members_are(size)} as few as there may be"
    return already(size)


def already(size: int) -> str:
    """Why nothing changes where there are as many as are wanted."""
    return "there is 1 member already" if size == 1 else f"there are {size} members already"


def _members_are(size: int) -> str:
    return "1 member is" if size == 1 else f"{size} members are"
