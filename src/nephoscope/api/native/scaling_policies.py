# SPDX-License-Identifier: Apache-2.0
"""Policies of scaling groups: by how much a group changes, when, and the signals that make it."""

import contextlib
import hmac
import secrets
import uuid
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace
from starlette.routing import BaseRoute

from nephoscope.act.scale.signals import Signals
from nephoscope.alarm.time_constraints import check_line
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.scaling_views import (
    DecisionView,
    ScalingPolicyView,
    changeable_group,
    changeable_policy,
    decision_view,
    policy_view,
    signature,
    visible_group,
    visible_policy,
)
from nephoscope.model.errors import BadRequest, InvalidInput, NotFound
from nephoscope.model.scaling import (
    KeptPolicy,
    PolicyRule,
    ScalingPolicy,
    ScheduledSize,
    TargetTracking,
    Verdict,
    check_policy,
    check_schedule,
    check_target,
)
from nephoscope.model.search import read_query
from nephoscope.model.zone import zone_of

PolicyName = Annotated[str, msgspec.Meta(min_length=1, max_length=63)]


class NewPolicy(msgspec.Struct, forbid_unknown_fields=True):
    """A policy to be made; the `type` of its rule is adjustment, target or schedule."""

    name: PolicyName
    rule: PolicyRule
    enabled: bool = True


class PolicyChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be different."""

    name: PolicyName | UnsetType = UNSET
    rule: PolicyRule | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class SignalQuery(msgspec.Struct):
    """The signature of the address."""

    signature: str = ""


class PolicyDryRun(msgspec.Struct):
    """What a signal would lead to now."""

    verdict: Verdict
    before: int
    wanted: int
    reason: str
    dry_run: bool = True


def list_scaling_policies(call: Call) -> list[ScalingPolicyView]:
    """The policies of a group, by name."""
    group = visible_group(call, call.segment("id"))
    return [policy_view(call, each, group) for each in call.parts.index.scaling.policies([group.id])]


def create_scaling_policy(call: Call, body: NewPolicy) -> ScalingPolicyView:
    """Give a group a policy."""
    group = changeable_group(call, call.segment("id"))
    _check(body.rule)
    policy = KeptPolicy(
        id=str(uuid.uuid4()),
        group_id=group.id,
        name=body.name,
        rule=body.rule,
        enabled=body.enabled,
        secret=_new_secret(),
    )
    made = call.parts.index.scaling.add_policy(policy, policies_max=call.parts.scaling.policies_max)
    call.parts.scaling.wake()
    return policy_view(call, made, group)


def show_scaling_policy(call: Call) -> ScalingPolicyView:
    """A policy by its id."""
    return policy_view(call, *visible_policy(call, call.segment("id")))


def change_scaling_policy(call: Call, body: PolicyChange) -> ScalingPolicyView:
    """Change a policy."""
    policy, group = changeable_policy(call, call.segment("id"))
    given = {name: value for name in body.__struct_fields__ if (value := getattr(body, name)) is not UNSET}
    after = replace(policy, **given)
    _check(after.rule)
    changed = call.parts.index.scaling.change_policy(after)
    call.parts.scaling.wake()
    return policy_view(call, changed, group)


def delete_scaling_policy(call: Call) -> None:
    """Delete a policy; what it has begun is finished."""
    policy, _ = changeable_policy(call, call.segment("id"))
    call.parts.index.scaling.delete_policy(policy.id)


def rotate(call: Call) -> ScalingPolicyView:
    """Give a policy another signed address; the one before is of no use any more."""
    policy, group = changeable_policy(call, call.segment("id"))
    return policy_view(call, call.parts.index.scaling.change_policy(replace(policy, secret=_new_secret())), group)


def signal(call: Call) -> DecisionView:
    """Signal a policy: 200 whatever was decided. An `Idempotency-Key` that comes twice is decided once."""
    policy, _ = changeable_policy(call, call.segment("id"))
    return _signalled(call, policy, call.caller.user_id)


def signal_by_address(call: Call, query: SignalQuery) -> DecisionView:
    """As `signal`, by the signed address, with any JSON or none as its body."""
    policy_id = call.segment("id")
    try:
        policy = call.parts.index.scaling.policy(policy_id)
    except NotFound:
        policy = None
    if policy is None or not hmac.compare_digest(signature(policy).encode(), query.signature.encode()):
        raise NotFound(f"Scaling policy {policy_id:.100} not found, or it has another address by now")
    return _signalled(call, policy, _alarm_of(call.body))


def dry_run_policy(call: Call) -> PolicyDryRun:
    """What a signal would lead to now; nothing is changed."""
    policy, _ = visible_policy(call, call.segment("id"))
    found = _signals(call).dry(policy)
    return PolicyDryRun(found.verdict, found.before, found.wanted, found.reason)


def _signalled(call: Call, policy: KeptPolicy, by: str) -> DecisionView:
    key = call.request.headers.get("idempotency-key", "")
    record = _signals(call).signal(policy, by=by, key=key)
    call.parts.scaling.wake()
    return decision_view(record)


def _signals(call: Call) -> Signals:
    return Signals(call.parts.index.scaling, call.parts.index.alarms)


def _alarm_of(body: bytes) -> str:
    """Who signals, as a notification of an alarm tells; nobody vouches for it."""
    said: Any = None
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        said = msgspec.json.decode(body)
    alarm_id = said.get("alarm_id") if isinstance(said, dict) else None
    return f"address, alarm {alarm_id:.100}" if isinstance(alarm_id, str) else "address"


def _new_secret() -> str:
    return secrets.token_hex(32)


def _check(rule: PolicyRule) -> None:
    """InvalidInput for a rule that cannot be meant."""
    try:
        match rule:
            case ScalingPolicy():
                check_policy(rule)
            case TargetTracking():
                check_target(rule)
                if rule.query:
                    read_query(msgspec.json.decode(rule.query))
            case ScheduledSize():
                check_schedule(rule)
                check_line(rule.cron)
                zone_of(rule.timezone)
    except msgspec.DecodeError as error:
        raise InvalidInput(f"query: expected JSON: {error}", ["rule", "query"]) from None
    except BadRequest as error:
        raise InvalidInput(error.message, ["rule"]) from None
    except ValueError as error:
        raise InvalidInput(f"cron: {error}", ["rule", "cron"]) from None


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        at(
            "/v1/scaling/groups/{id}/policies",
            GET=operation(list_scaling_policies, "see scaling"),
            POST=operation(create_scaling_policy, "change scaling", 201),
        ),
        at(
            "/v1/scaling/policies/{id}",
            GET=operation(show_scaling_policy, "see scaling"),
            PATCH=operation(change_scaling_policy, "change scaling"),
            DELETE=operation(delete_scaling_policy, "change scaling", 204),
        ),
        at("/v1/scaling/policies/{id}/signal", POST=operation(signal, "change scaling")),
        at("/v1/scaling/policies/{id}/rotate", POST=operation(rotate, "change scaling")),
        at("/v1/scaling/policies/{id}/dry-run", POST=operation(dry_run_policy, "see scaling")),
        at("/v1/scaling/signals/{id}", POST=operation(signal_by_address, "signal by address", anyone=True)),
    ]
