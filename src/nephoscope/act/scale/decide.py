# SPDX-License-Identifier: Apache-2.0
"""What a signal to a policy leads to: a change of size that is accepted, refused for a reason, or none."""

import math

from msgspec import structs

from nephoscope.model import timestamp
from nephoscope.model.scaling import ScalingDecision, ScalingGroup, ScalingPolicy, Verdict, new_size
from nephoscope.model.timespan import SECOND_NS


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
    return judged(group, size, wanted, now_ns, _why_none(group, policy, size))


def track(group: ScalingGroup, size: int, value: float, target: float, now_ns: int) -> ScalingDecision:
    """
    Decide by a target: as many members as would bring the mean of a value that they share to `target`.

    >>> group = ScalingGroup(id="g", min_size=1, max_size=9)
    >>> track(group, 3, 80.0, 50.0, 0).wanted, track(group, 3, 10.0, 50.0, 0).wanted
    (5, 1)
    """
    # What is barely above a whole number is so by rounding.
    wanted = math.ceil(round(size * value / target, 6)) if math.isfinite(value) else size
    bounded = max(group.min_size, min(group.max_size, wanted))
    return judged(group, size, bounded, now_ns, f"{value:g} at {size} members is as near to {target:g} as can be")


def judged(group: ScalingGroup, size: int, wanted: int, now_ns: int, why_none: str) -> ScalingDecision:
    """Whether a group may go from its size to another one now."""

    def said(verdict: Verdict, reason: str) -> ScalingDecision:
        return ScalingDecision(verdict=verdict, before=size, wanted=wanted, reason=reason, at_ns=now_ns)

    if not group.healthy:
        return said("refused", "the group is not complete: look at its members first")
    if wanted == size:
        return said("no change", why_none)
    if group.busy:
        return said("refused", "a change of size is under way")
    until_ns = group.cooldown_out_ns if wanted > size else group.cooldown_in_ns
    if now_ns < until_ns:
        return said("refused", f"cooldown until {timestamp.render(until_ns)}")
    return said("accepted", f"from {size} to {wanted} members")


def finished(group: ScalingGroup, policy: ScalingPolicy, decision: ScalingDecision, now_ns: int) -> ScalingGroup:
    """The group after a change of size that succeeded; its cooldown counts from now, the later end wins."""
    cooldown_s = group.cooldown_s if policy.cooldown_s is None else policy.cooldown_s
    end_ns = now_ns + int(max(cooldown_s, 0) * SECOND_NS)
    grows = decision.wanted > decision.before
    out_ns, in_ns = group.cooldown_out_ns, group.cooldown_in_ns
    if grows or not policy.by_direction:
        out_ns = max(out_ns, end_ns)
    if not grows or not policy.by_direction:
        in_ns = max(in_ns, end_ns)
    return structs.replace(group, busy=False, cooldown_out_ns=out_ns, cooldown_in_ns=in_ns)


def failed(group: ScalingGroup) -> ScalingGroup:
    """The group after a change of size that failed: no cooldown, so that the next signal may try again."""
    return structs.replace(group, busy=False)


def _why_none(group: ScalingGroup, policy: ScalingPolicy, size: int) -> str:
    if size == 0 and policy.adjustment_type == "percent_change_in_capacity":
        return "a group without members does not grow by percent: give it a min_size, or a policy in members"
    if size == group.max_size and policy.scaling_adjustment > 0:
        return f"{size} members are as many as there may be"
    if size == group.min_size and policy.scaling_adjustment < 0:
        return f"{size} members are as few as there may be"
    return f"there are {size} members already"
