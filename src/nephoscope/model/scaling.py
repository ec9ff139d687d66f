# SPDX-License-Identifier: Apache-2.0
"""Groups of members whose number follows the load, and the policies that say by how much."""

import math
from typing import Literal

import msgspec

from nephoscope.model.errors import BadRequest

AdjustmentType = Literal["change_in_capacity", "exact_capacity", "percent_change_in_capacity"]
Direction = Literal["out", "in"]
Verdict = Literal["accepted", "refused", "no change"]

SIZE_MAX = 10_000
COOLDOWN_S_MAX = 7 * 86400


class ScalingGroup(msgspec.Struct, frozen=True, kw_only=True):
    """
    So many members of a kind: between `min_size` and `max_size` of them.

    `cooldown_s` holds where a policy has none. `busy` tells that a change of size is under way; `cooldown_out_ns` and
    `cooldown_in_ns` until when growing and shrinking are refused, the same time where cooldown is not kept by
    direction. `healthy` False stops all changes.
    """

    id: str
    min_size: int
    max_size: int
    cooldown_s: float = 0
    healthy: bool = True
    busy: bool = False
    cooldown_out_ns: int = 0
    cooldown_in_ns: int = 0


class ScalingPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """
    By how much a group changes: by that many members, to that many, or by that many percent.

    `min_adjustment_step` is the least number of members that a percentage amounts to. `cooldown_s` None takes the
    group's. `by_direction` keeps cooldowns of growing and shrinking apart.
    """

    adjustment_type: AdjustmentType
    scaling_adjustment: float
    min_adjustment_step: int | None = None
    cooldown_s: float | None = None
    by_direction: bool = False


class ScalingDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What a signal led to: the size before and wanted, and why."""

    verdict: Verdict
    before: int
    wanted: int
    reason: str
    at_ns: int


def check_group(group: ScalingGroup) -> None:
    """BadRequest for bounds that no size fits between."""
    if not 0 <= group.min_size <= group.max_size <= SIZE_MAX:
        raise BadRequest(f"0 <= min_size <= max_size <= {SIZE_MAX} has to hold")


def check_policy(policy: ScalingPolicy) -> None:
    """
    BadRequest for what cannot be meant.

    Zero percent with a least step would take members away, and half a member cannot be had; only percentages have a
    least step.
    """
    is_percent = policy.adjustment_type == "percent_change_in_capacity"
    if policy.min_adjustment_step is not None and not is_percent:
        raise BadRequest("min_adjustment_step: only a policy of type percent_change_in_capacity has one")
    if policy.min_adjustment_step is not None and policy.min_adjustment_step < 0:
        raise BadRequest("min_adjustment_step: expected 0 or more")
    if not math.isfinite(policy.scaling_adjustment):
        raise BadRequest("scaling_adjustment: expected a number")
    if is_percent and policy.scaling_adjustment == 0:
        raise BadRequest("scaling_adjustment: 0 percent is no change, and with min_adjustment_step it would shrink")
    if not is_percent and policy.scaling_adjustment != int(policy.scaling_adjustment):
        raise BadRequest("scaling_adjustment: members come whole; only percentages may have a fraction")
    if policy.cooldown_s is not None and not 0 <= policy.cooldown_s <= COOLDOWN_S_MAX:
        raise BadRequest(f"cooldown_s: expected 0 to {COOLDOWN_S_MAX} seconds")


def new_size(
    size: int,
    adjustment_type: AdjustmentType,
    adjustment: float,
    min_size: int = 0,
    max_size: int = SIZE_MAX,
    min_adjustment_step: int | None = None,
) -> int:
    """
    The size that a policy asks for, within the bounds, as the Heat service reckons it.

    Parts of a member are cut off; less than one member is one.

    >>> new_size(3, "percent_change_in_capacity", 25), new_size(10, "percent_change_in_capacity", -15)
    (4, 9)
    """
    match adjustment_type:
        case "change_in_capacity":
            wanted = size + int(adjustment)
        case "exact_capacity":
            wanted = int(adjustment)
        case "percent_change_in_capacity":
            change = size * adjustment / 100
            members = math.ceil(abs(change)) if abs(change) < 1 else math.floor(abs(change))
            if min_adjustment_step is not None and min_adjustment_step > members:
                members = min_adjustment_step
            wanted = size + (members if change > 0 else -members)
    return max(min_size, min(max_size, wanted))
