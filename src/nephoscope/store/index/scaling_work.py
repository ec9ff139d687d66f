# SPDX-License-Identifier: Apache-2.0
"""Who works on which scaling group: held by one at a time, for a time, under a number that grows."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, Select, and_, delete, insert, or_, select, update

from nephoscope.model.errors import Conflict, NotFound
from nephoscope.model.scaling import GroupMember, ScalingGroup
from nephoscope.store.index.database import among
from nephoscope.store.index.scaling_contract import Change, Claim, Ended
from nephoscope.store.index.scaling_decisions import end
from nephoscope.store.index.scaling_rows import (
    as_group,
    group_values,
    load_group,
    load_members,
    load_policies,
    load_record,
    member_values,
)
from nephoscope.store.index.scaling_tables import scaling_group, scaling_member, scaling_policy

# Later than any time: nothing is due until somebody says so.
NEVER_NS = 2**63 - 1

columns = scaling_group.c


def due(now_ns: int, limit: int) -> Select[tuple[str]]:
    """The ids of groups that are due and not held, or whose holder has let the time go by."""
    free = columns.held_until_ns <= now_ns
    waiting = or_(columns.due_ns <= now_ns, columns.held_until_ns > 0)
    return select(columns.id).where(free, waiting).order_by(columns.due_ns, columns.id).limit(limit)


def held(group_id: str, fencing: int) -> ColumnElement[bool]:
    """The condition that a group is held under this fencing."""
    return and_(columns.id == group_id, columns.fencing == fencing, columns.held_until_ns > 0)


def claim(connection: Connection, limit: int, ttl_ns: int, now_ns: int) -> list[Claim]:
    """`contract.Scaling.claim`, in the transaction of `connection`."""
    # Where others are claiming the same, theirs are passed over, not waited for.
    free = due(now_ns, limit).with_for_update(skip_locked=True).cte("free")
    values = {"held_until_ns": now_ns + ttl_ns, "fencing": columns.fencing + 1, "due_ns": NEVER_NS}
    taken = update(scaling_group).where(columns.id.in_(select(free.c.id))).values(values).returning(*columns)
    rows = sorted(connection.execute(taken), key=lambda row: row.id)
    policies = load_policies(connection, among(connection, scaling_policy.c.group_id, [row.id for row in rows]))
    return [
        Claim(
            group=as_group(connection, row),
            policies=[each for each in policies if each.group_id == row.id],
            members=load_members(connection, row.id),
            change=load_record(connection, row.change),
            fencing=row.fencing,
        )
        for row in rows
    ]


def keep(
    connection: Connection,
    group_id: str,
    fencing: int,
    change: Change,
    members: Sequence[GroupMember] | None,
    ended: Ended | None,
) -> ScalingGroup:
    """`contract.Scaling.keep`, in the transaction of `connection`."""
    before = as_group(connection, _held_row(connection, group_id, fencing))
    if members is not None:
        _put_members(connection, group_id, members)
    after = change(before)
    values = group_values(after)
    if ended is not None:
        end(connection, ended)
        values["change"] = None
    connection.execute(update(scaling_group).where(columns.id == group_id).values(values))
    return as_group(connection, load_group(connection, group_id))


def disown(connection: Connection, group_id: str, fencing: int, why: str, now_ns: int) -> int:
    """`contract.Scaling.disown`, in the transaction of `connection`."""
    row = _held_row(connection, group_id, fencing)
    change = load_record(connection, row.change)
    desired = row.desired if change is None else change.decision.before
    if change is not None:
        end(connection, Ended(number=change.number, progress="failed", at_ns=now_ns, failure=why))
    group = as_group(connection, row)
    bounded = max(group.min_size, min(group.max_size, desired))
    after = replace(group, busy=False, changing_to=None, healthy=False, problem=why, desired=bounded)
    values = {**group_values(after), "change": None, "fencing": fencing + 1}
    connection.execute(update(scaling_group).where(columns.id == group_id).values(values))
    return fencing + 1


def _held_row(connection: Connection, group_id: str, fencing: int) -> Any:
    try:
        row = load_group(connection, group_id, locked=True)
    except NotFound:
        raise Conflict(f"Scaling group {group_id} was deleted meanwhile") from None
    if row.fencing != fencing or not row.held_until_ns:
        raise Conflict(f"Scaling group {group_id} is worked on by another")
    return row


def _put_members(connection: Connection, group_id: str, members: Sequence[GroupMember]) -> None:
    """The members as they are seen, protected as they were."""
    protected = {each.name for each in load_members(connection, group_id) if each.protected}
    connection.execute(delete(scaling_member).where(scaling_member.c.group_id == group_id))
    rows = {each.name: replace(each, protected=each.name in protected) for each in members}
    if rows:
        connection.execute(insert(scaling_member), [member_values(group_id, each) for each in rows.values()])
