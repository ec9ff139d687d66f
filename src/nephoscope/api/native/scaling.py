# SPDX-License-Identifier: Apache-2.0
"""`POST /api/v1/scaling/dry-run`: what a scaling policy would do to a group, and why."""

import time
from typing import Annotated, Literal

import msgspec
from starlette.routing import BaseRoute

from nephoscope.act.scale.decide import decide, track
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.model.errors import InvalidInput
from nephoscope.model.instant import Instant
from nephoscope.model.scaling import (
    SIZE_MAX,
    AdjustmentType,
    ScalingGroup,
    ScalingPolicy,
    Verdict,
    check_group,
    check_policy,
)

Size = Annotated[int, msgspec.Meta(ge=0, le=SIZE_MAX)]


class GroupBody(msgspec.Struct, forbid_unknown_fields=True):
    """A group of members: its bounds, whether it is being changed, and until when changes are refused."""

    min_size: Size
    max_size: Size
    busy: bool = False
    healthy: bool = True
    cooldown_until: Instant | None = None


class PolicyBody(msgspec.Struct, forbid_unknown_fields=True):
    """By how much a group changes: by so many members, to so many, or by so many percent, but by a least step."""

    adjustment_type: AdjustmentType
    scaling_adjustment: float
    min_adjustment_step: int | None = None


class TargetBody(msgspec.Struct, forbid_unknown_fields=True):
    """What the mean of a value that all members share is to be, and what it is."""

    target: Annotated[float, msgspec.Meta(gt=0)]
    value: float


class DryRunBody(msgspec.Struct, forbid_unknown_fields=True):
    """A group with so many members now, and either a policy that is signalled or a target that is tracked."""

    group: GroupBody
    size: Size
    policy: PolicyBody | None = None
    tracking: TargetBody | None = None


class DryRun(msgspec.Struct):
    """What would become of it: the size wanted, and whether the change would be made, with the reason."""

    verdict: Verdict
    before: int
    wanted: int
    reason: str
    dry_run: Literal[True] = True


def dry_run(call: Call, body: DryRunBody) -> DryRun:
    """Decide a signal or a target about a group that need not exist; nothing is changed."""
    if (body.policy is None) == (body.tracking is None):
        raise InvalidInput("expected either a policy or tracking", ["policy"])
    until_ns = 0 if body.group.cooldown_until is None else int(body.group.cooldown_until)
    group = ScalingGroup(
        id="",
        min_size=body.group.min_size,
        max_size=body.group.max_size,
        busy=body.group.busy,
        healthy=body.group.healthy,
        cooldown_out_ns=until_ns,
        cooldown_in_ns=until_ns,
    )
    check_group(group)
    now_ns = time.time_ns()
    if body.tracking is not None:
        found = track(group, body.size, body.tracking.value, body.tracking.target, now_ns)
    else:
        assert body.policy is not None
        policy = ScalingPolicy(
            adjustment_type=body.policy.adjustment_type,
            scaling_adjustment=body.policy.scaling_adjustment,
            min_adjustment_step=body.policy.min_adjustment_step,
        )
        check_policy(policy)
        found = decide(group, policy, body.size, now_ns)
    return DryRun(found.verdict, found.before, found.wanted, found.reason)


def routes() -> list[BaseRoute]:
    """The page of this module."""
    return [at("/v1/scaling/dry-run", POST=operation(dry_run, "see alarms"))]
