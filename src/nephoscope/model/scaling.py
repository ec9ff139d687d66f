# SPDX-License-Identifier: Apache-2.0
"""Groups of members whose number follows the load, and the policies that say by how much."""

import itertools
import math
import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from nephoscope.model.errors import BadRequest
from nephoscope.model.timespan import SECOND_NS

AdjustmentType = Literal["change_in_capacity", "exact_capacity", "percent_change_in_capacity"]
Direction = Literal["out", "in"]
Verdict = Literal["accepted", "refused", "no change"]
Cause = Literal["signal", "target", "schedule", "hand", "reconcile"]
Progress = Literal["", "under way", "done", "failed"]
MemberState = Literal["starting", "running", "stopping", "failed"]

SIZE_MAX = 10_000
ADJUSTMENT_MAX = 1_000_000
COOLDOWN_S_MAX = 7 * 86400
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,62}")
# Options that end like this are told to nobody, nor are credentials in URLs.
SECRET = re.compile(r"(^|_)(secret|password|token|key)$", re.IGNORECASE)
HIDDEN = "***"
# A user part, and the signature in an address that was signed beforehand.
_CREDENTIALS = re.compile(r"(?<=://)[^/?#@]*(?=@)|(?<=[?&]Signature=)[^&#]+")


class ScalingGroup(msgspec.Struct, frozen=True, kw_only=True):
    """
    So many members of a kind: between `min_size` and `max_size` of them.

    `actuator` makes and removes members, as its `options` say; `desired` is how many there are to be. `cooldown_s`
    holds where a policy has none; `cooldown_out_s` and `cooldown_in_s`, where they are set, take its place for growing
    and shrinking, and hold up only that. What a member measures counts once it has run for `warm_up_s`. `sees_all` lets
    targets read what belongs to other projects: an administrator made the group.

    `busy` tells that a change of size is under way, to `changing_to`; `cooldown_out_ns` and `cooldown_in_ns` until when
    growing and shrinking are refused, the same time where cooldown is not kept by direction. `paused`, or `healthy`
    False because of a `problem`, stops all changes; so does `deleting`. `protected` counts members that stay.
    """

    id: str
    min_size: int
    max_size: int
    name: str = ""
    project_id: str = ""
    user_id: str = ""
    sees_all: bool = False
    actuator: str = ""
    options: dict[str, Any] = {}
    desired: int = 0
    cooldown_s: float = 0
    cooldown_out_s: float | None = None
    cooldown_in_s: float | None = None
    warm_up_s: float = 0
    paused: bool = False
    healthy: bool = True
    problem: str = ""
    deleting: bool = False
    busy: bool = False
    changing_to: int | None = None
    cooldown_out_ns: int = 0
    cooldown_in_ns: int = 0
    protected: int = 0
    changed_ns: int = 0
    looked_ns: int = 0


class ScalingPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="adjustment"):
    """
    By how much a group changes when it is signalled: by that many members, to that many, or by that many percent.

    `min_adjustment_step` is the least number of members that a percentage amounts to. `cooldown_s` None takes the
    group's. `by_direction` keeps cooldowns of growing and shrinking apart.
    """

    adjustment_type: AdjustmentType
    scaling_adjustment: float
    min_adjustment_step: int | None = None
    cooldown_s: float | None = None
    by_direction: bool = False


class TargetTracking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="target"):
    """
    As many members as bring the mean of a metric over them to `target`; decided once a bucket of `granularity`, s.

    Read are the resources that are called as the members say, or those of `resource_type` that the search `query`
    finds, as JSON. `method` is one that their archive policy keeps. Cooldowns None take the group's; these are always
    kept by direction.
    """

    metric: str
    target: float
    method: str = "mean"
    granularity: int = 60
    resource_type: str = "generic"
    query: str = ""
    cooldown_out_s: float | None = None
    cooldown_in_s: float | None = None


class ScheduledSize(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="schedule"):
    """At each tick of a cron line in `timezone`, UTC for "": other bounds, and a size; None leaves them as they are."""

    cron: str
    timezone: str = ""
    min_size: int | None = None
    max_size: int | None = None
    desired: int | None = None


PolicyRule = ScalingPolicy | TargetTracking | ScheduledSize


class KeptPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """
    A policy of a group. `secret` signs the address by which it can be signalled without credentials.

    `done_ns` is the tick of its schedule, or the bucket of its target, that was decided last; `note` what came of it.
    """

    id: str
    group_id: str
    name: str
    rule: PolicyRule
    enabled: bool = True
    secret: str = ""
    changed_ns: int = 0
    done_ns: int = 0
    note: str = ""


class GroupMember(msgspec.Struct, frozen=True, kw_only=True):
    """
    A member as it was last seen: `id` is the actuator's, `name` ours, `resource_id` how metrics call it.

    `running_ns` is when it was first seen running, 0 before that; a `protected` one is not taken away.
    """

    name: str
    id: str
    created_ns: int
    state: MemberState = "running"
    resource_id: str = ""
    detail: str = ""
    running_ns: int = 0
    protected: bool = False

    def is_warming(self, warm_up_s: float, now_ns: int) -> bool:
        """Whether it is too new for what it measures to count."""
        started = self.state == "running" and self.running_ns
        return not started or now_ns < self.running_ns + int(warm_up_s * SECOND_NS)


class ScalingDecision(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a signal led to: the size before and wanted, and why.

    `cooldown_s` is what begins when the change has succeeded, for its own direction alone where `by_direction`.
    """

    verdict: Verdict
    before: int
    wanted: int
    reason: str
    at_ns: int
    cooldown_s: float = 0
    by_direction: bool = False


class ScalingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """
    A decision as it is kept: what caused it and by whom, and what became of the change.

    `by` is a user's id, `alarm ID`, or "" for the group itself. `failure` says why a change failed.
    """

    number: int
    group_id: str
    project_id: str
    cause: Cause
    decision: ScalingDecision
    policy_id: str = ""
    by: str = ""
    progress: Progress = ""
    failure: str = ""
    ended_ns: int = 0


def shown_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """
    Options as answers show them: without secrets.

    >>> shown_options({"api_token": "t", "url": "https://u:p@host/x?Signature=s&a=b", "headers": {"password": "p"}})
    {'api_token': '***', 'url': 'https://***@host/x?Signature=***&a=b', 'headers': {'password': '***'}}
    """
    return {name: HIDDEN if SECRET.search(name) and value else _shown(value) for name, value in options.items()}


def with_secrets(given: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """
    Options as a caller gives them who was shown those before: what was hidden and comes back so is as it was.

    Errors  BadRequest for hidden ones together with another address, which they might be sent to.

    >>> with_secrets({"token": "***", "image": "j"}, {"token": "t", "image": "i"})
    {'token': 't', 'image': 'j'}
    """
    shown = shown_options(before)
    hidden = [name for name, value in given.items() if name in before and value == shown[name] != before[name]]
    moved = [name for name, value in given.items() if name not in hidden and _is_other(value, before.get(name))]
    if hidden and moved:
        raise BadRequest(f"options: {moved[0]} is another address, so {', '.join(sorted(hidden))} has to be given anew")
    return {name: before[name] if name in hidden else value for name, value in given.items()}


def _is_other(value: Any, before: Any) -> bool:
    """Whether a value holds an address, and is not the one before."""
    return value != before and "://" in msgspec.json.encode(value).decode()


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return _CREDENTIALS.sub(HIDDEN, value)
    if isinstance(value, Mapping):
        return shown_options(value)
    return [_shown(each) for each in value] if isinstance(value, list) else value


def check_group(group: ScalingGroup) -> None:
    """BadRequest for bounds that no size fits between, a size that is not, times that cannot be, and a bad name."""
    if group.name and not NAME.fullmatch(group.name):
        raise BadRequest("name: expected a letter, then at most 62 letters, digits, dots, dashes or underscores")
    if not 0 <= group.min_size <= group.max_size <= SIZE_MAX:
        raise BadRequest(f"0 <= min_size <= max_size <= {SIZE_MAX} has to hold")
    for name in ("cooldown_s", "cooldown_out_s", "cooldown_in_s", "warm_up_s"):
        _check_seconds(name, getattr(group, name))


def check_desired(desired: int, min_size: int, max_size: int) -> None:
    """BadRequest for a size that is not within the bounds."""
    if not min_size <= desired <= max_size:
        raise BadRequest(f"desired: expected {min_size} to {max_size}, the group's bounds")


def check_target(rule: TargetTracking) -> None:
    """BadRequest for a target that cannot be reached, or a bucket that cannot be."""
    if not (math.isfinite(rule.target) and rule.target > 0):
        raise BadRequest("target: expected a number above 0")
    if not 1 <= rule.granularity <= 86400:
        raise BadRequest("granularity: expected 1 to 86400 seconds")
    if not rule.metric:
        raise BadRequest("metric: expected a name")
    for name in ("cooldown_out_s", "cooldown_in_s"):
        _check_seconds(name, getattr(rule, name))


def check_schedule(rule: ScheduledSize) -> None:
    """BadRequest for a schedule that changes nothing, or whose bounds do not fit; its cron line is not looked at."""
    sizes = {"min_size": rule.min_size, "desired": rule.desired, "max_size": rule.max_size}
    given = [(name, size) for name, size in sizes.items() if size is not None]
    if not given:
        raise BadRequest("a schedule sets min_size, max_size or desired; one of them at least")
    for name, size in given:
        if not 0 <= size <= SIZE_MAX:
            raise BadRequest(f"{name}: expected 0 to {SIZE_MAX}")
    for (lower, less), (upper, more) in itertools.pairwise(given):
        if less > more:
            raise BadRequest(f"{lower}: {less} is above {upper}, which is {more}")


def check_policy(policy: ScalingPolicy) -> None:
    """
    BadRequest for what cannot be meant.

    Zero percent with a least step would take members away, and half a member cannot be had; only percentages have a
    least step.
    """
    is_percent = policy.adjustment_type == "percent_change_in_capacity"
    if policy.min_adjustment_step is not None and not is_percent:
        raise BadRequest("min_adjustment_step: only a policy of type percent_change_in_capacity has one")
    if policy.min_adjustment_step is not None and not 0 <= policy.min_adjustment_step <= SIZE_MAX:
        raise BadRequest(f"min_adjustment_step: expected 0 to {SIZE_MAX}")
    if not abs(policy.scaling_adjustment) <= ADJUSTMENT_MAX:
        raise BadRequest(f"scaling_adjustment: expected a number of {ADJUSTMENT_MAX} at most")
    if is_percent and policy.scaling_adjustment == 0:
        raise BadRequest("scaling_adjustment: 0 percent is no change, and with min_adjustment_step it would shrink")
    if not is_percent and policy.scaling_adjustment != int(policy.scaling_adjustment):
        raise BadRequest("scaling_adjustment: members come whole; only percentages may have a fraction")
    _check_seconds("cooldown_s", policy.cooldown_s)


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


def _check_seconds(name: str, seconds: float | None) -> None:
    if seconds is not None and not 0 <= seconds <= COOLDOWN_S_MAX:
        raise BadRequest(f"{name}: expected 0 to {COOLDOWN_S_MAX} seconds")
