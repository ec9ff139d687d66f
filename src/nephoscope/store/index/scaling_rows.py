# SPDX-License-Identifier: Apache-2.0
"""Rows of scaling groups, their policies, members and decisions, and the structs that they are."""

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select
from sqlalchemy.sql.elements import ColumnElement

from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.model.scaling import (
    GroupMember,
    KeptPolicy,
    PolicyRule,
    ScalingDecision,
    ScalingGroup,
    ScalingRecord,
)
from nephoscope.model.text import check_length, made_storable
from nephoscope.store.index.scaling_tables import scaling_decision, scaling_group, scaling_member, scaling_policy

# Fields of a group that have a column; `protected` is counted, all others are its definition.
COLUMNS = frozenset(each.name for each in scaling_group.columns) & frozenset(ScalingGroup.__struct_fields__)
COUNTED = frozenset({"protected"})
DEFINED = [name for name in ScalingGroup.__struct_fields__ if name not in COLUMNS | COUNTED]


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What no search asks for."""

    min_size: int
    max_size: int
    user_id: str
    sees_all: bool
    options: dict[str, Any]
    cooldown_s: float
    cooldown_out_s: float | None
    cooldown_in_s: float | None
    warm_up_s: float
    paused: bool


def group_values(group: ScalingGroup) -> dict[str, Any]:
    """The columns of a group. BadRequest for what cannot be kept."""
    for name in ("name", "project_id", "actuator"):
        check_length(name, getattr(group, name), length_min=0)
    definition = Definition(**{name: getattr(group, name) for name in DEFINED})
    try:
        encoded = msgspec.to_builtins(definition)
        msgspec.json.encode(encoded)
    except (UnicodeEncodeError, TypeError, ValueError):
        raise BadRequest("options: there are signs in them that cannot be stored") from None
    values = {name: getattr(group, name) for name in COLUMNS}
    return {**values, "problem": made_storable(group.problem), "definition": encoded}


def as_group(connection: Connection, row: Row[Any]) -> ScalingGroup:
    """A group, with its members counted."""
    definition = msgspec.convert(row.definition, Definition)
    values = {name: getattr(row, name) for name in COLUMNS}
    protected = sum(each.protected and each.state != "failed" for each in load_members(connection, row.id))
    return ScalingGroup(**values, **msgspec.structs.asdict(definition), protected=protected)


def load_group(connection: Connection, group_id: str, *, locked: bool = False) -> Row[Any]:
    """The row of a group, which others cannot change before this transaction ends where it is `locked`. NotFound."""
    query = select(scaling_group).where(scaling_group.c.id == group_id)
    row = connection.execute(query.with_for_update() if locked else query).first()
    if row is None:
        raise NotFound(f"Scaling group {group_id:.100} not found")
    return row


def load_members(connection: Connection, group_id: str) -> list[GroupMember]:
    """The members of a group, the oldest first."""
    member = scaling_member.c
    query = select(scaling_member).where(member.group_id == group_id).order_by(member.created_ns, member.name)
    return [_as_struct(row, GroupMember) for row in connection.execute(query)]


def load_policies(connection: Connection, where: ColumnElement[bool]) -> list[KeptPolicy]:
    """Policies by name."""
    query = select(scaling_policy).where(where).order_by(scaling_policy.c.name, scaling_policy.c.id)
    return [as_policy(row) for row in connection.execute(query)]


def member_values(group_id: str, member: GroupMember) -> dict[str, Any]:
    """The columns of a member, whatever its actuator says of it."""
    texts = {name: made_storable(getattr(member, name)) for name in ("detail", "id", "resource_id", "name")}
    short = {name: text[:255] for name, text in texts.items() if name != "detail"}
    return {**msgspec.structs.asdict(member), **texts, **short, "group_id": group_id}


def policy_values(policy: KeptPolicy) -> dict[str, Any]:
    """The columns of a policy. BadRequest for what cannot be kept."""
    check_length("name", policy.name, 63)
    rule = msgspec.to_builtins(policy.rule)
    for name, value in rule.items():
        if isinstance(value, str):
            check_length(name, value, 10_000, length_min=0)
    return {**msgspec.structs.asdict(policy), "rule": rule, "note": made_storable(policy.note)}


def as_policy(row: Row[Any]) -> KeptPolicy:
    """A policy."""
    rule: PolicyRule = msgspec.convert(row.rule, PolicyRule)
    policy: KeptPolicy = msgspec.structs.replace(_as_struct(row, KeptPolicy), rule=rule)
    return policy


def as_record(row: Row[Any]) -> ScalingRecord:
    """A decision."""
    decision = ScalingDecision(
        verdict=row.verdict,
        before=row.size_before,
        wanted=row.size_wanted,
        reason=row.reason,
        at_ns=row.at_ns,
        cooldown_s=row.cooldown_s,
        by_direction=row.by_direction,
    )
    return ScalingRecord(
        number=row.number,
        group_id=row.group_id,
        project_id=row.project_id,
        cause=row.cause,
        decision=decision,
        policy_id=row.policy_id,
        by=row.asker,
        progress=row.progress,
        failure=row.failure,
        ended_ns=row.ended_ns,
    )


def load_record(connection: Connection, number: int | None) -> ScalingRecord | None:
    """A decision by its number; None for none."""
    row = connection.execute(select(scaling_decision).where(scaling_decision.c.number == number)).first()
    return None if row is None else as_record(row)


def _as_struct(row: Row[Any], kind: Any) -> Any:
    return kind(**{name: getattr(row, name) for name in kind.__struct_fields__})
