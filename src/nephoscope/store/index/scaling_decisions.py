# SPDX-License-Identifier: Apache-2.0
"""Decisions about scaling groups: kept together with what they begin, and once for each key."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from nephoscope.model.errors import Conflict
from nephoscope.model.scaling import ScalingDecision, ScalingRecord
from nephoscope.model.text import check_length, made_storable
from nephoscope.store.index.scaling_contract import Asked, Change, Decider, Ended
from nephoscope.store.index.scaling_rows import as_group, as_record, group_values, load_group, load_members
from nephoscope.store.index.scaling_tables import scaling_decision, scaling_group, scaling_policy


def decide(connection: Connection, asked: Asked, decider: Decider, first: Change | None, now_ns: int) -> ScalingRecord:
    """`contract.Scaling.decide`, in the transaction of `connection`."""
    row = load_group(connection, asked.group_id, locked=True)
    if (before := _told(connection, asked)) is not None:
        return before
    if asked.fencing is not None and (row.fencing != asked.fencing or not row.held_until_ns):
        raise Conflict(f"Scaling group {asked.group_id} is worked on by another")
    group = as_group(connection, row)
    if first is not None:
        group = first(group)
        put = update(scaling_group).where(scaling_group.c.id == group.id)
        connection.execute(put.values(group_values(group)))
    decision = decider(group, load_members(connection, group.id))
    return keep(connection, row, asked, decision, now_ns)


def keep(
    connection: Connection, group: Row[Any], asked: Asked, decision: ScalingDecision, now_ns: int
) -> ScalingRecord:
    """Keep a decision; one that is accepted begins."""
    check_length("key", asked.key, length_min=0)
    accepted = decision.verdict == "accepted"
    values = {
        "key": asked.key or None,
        "group_id": group.id,
        "project_id": group.project_id,
        "policy_id": asked.policy_id,
        "cause": asked.cause,
        "asker": made_storable(asked.by)[:255],
        "verdict": decision.verdict,
        "size_before": decision.before,
        "size_wanted": decision.wanted,
        "reason": made_storable(decision.reason),
        "at_ns": decision.at_ns,
        "cooldown_s": decision.cooldown_s,
        "by_direction": decision.by_direction,
        "progress": "under way" if accepted else "",
        "failure": "",
        "ended_ns": 0,
    }
    row = connection.execute(insert(scaling_decision).values(values).returning(*scaling_decision.c)).one()
    if accepted:
        begun = {
            "busy": True,
            "changing_to": decision.wanted,
            "desired": decision.wanted,
            "change": row.number,
        }
        if asked.fencing is None:
            # Whoever holds the group carries it out by itself.
            begun["due_ns"] = now_ns
        connection.execute(update(scaling_group).where(scaling_group.c.id == group.id).values(begun))
    if asked.done_ns is not None:
        note_policy(connection, asked.policy_id, asked.done_ns, f"{decision.verdict}: {decision.reason}")
    return as_record(row)


def end(connection: Connection, ended: Ended) -> None:
    """Keep what became of an accepted decision."""
    values = {"progress": ended.progress, "failure": made_storable(ended.failure), "ended_ns": ended.at_ns}
    this = (scaling_decision.c.number == ended.number, scaling_decision.c.progress == "under way")
    connection.execute(update(scaling_decision).where(*this).values(values))


def note_policy(connection: Connection, policy_id: str, done_ns: int, note: str) -> None:
    """Keep when a policy decided by itself last, and what came of it."""
    values = {"done_ns": done_ns, "note": made_storable(note)}
    connection.execute(update(scaling_policy).where(scaling_policy.c.id == policy_id).values(values))


def _told(connection: Connection, asked: Asked) -> ScalingRecord | None:
    """What was decided when the same was asked before."""
    if not asked.key:
        return None
    this = (scaling_decision.c.key == asked.key, scaling_decision.c.group_id == asked.group_id)
    row = connection.execute(select(scaling_decision).where(*this)).first()
    return None if row is None else as_record(row)
