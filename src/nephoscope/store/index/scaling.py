# SPDX-License-Identifier: Apache-2.0
"""
Scaling groups in the database.

Whoever changes a group locks its row until the transaction ends; who makes one takes turns with all others that do, so
that the last place of a quota is taken once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, delete, func, insert, or_, select, update

from nephoscope.model.errors import Conflict, Forbidden, NotFound
from nephoscope.model.paging import Page, Sort
from nephoscope.model.scaling import GroupMember, KeptPolicy, ScalingDecision, ScalingGroup, ScalingRecord
from nephoscope.model.search import EVERYTHING, Search, all_of
from nephoscope.store.index import scaling_decisions, scaling_work, versions
from nephoscope.store.index.database import Database, among, shared_now_ns
from nephoscope.store.index.listing import Listing
from nephoscope.store.index.paging import read_number
from nephoscope.store.index.scaling_contract import FIRST_PAGE, Asked, Change, Claim, Decider, Ended
from nephoscope.store.index.scaling_rows import (
    as_group,
    as_policy,
    as_record,
    group_values,
    load_group,
    load_members,
    load_policies,
    policy_values,
)
from nephoscope.store.index.scaling_tables import scaling_decision, scaling_group, scaling_member, scaling_policy
from nephoscope.store.index.search import Field

# Held by whoever makes a group.
TURN = "scaling_version"

groups = scaling_group.c
decided = scaling_decision.c
GROUPS = Listing(
    plural="Scaling groups",
    shown=list(groups),
    fields={
        **{name: Field(groups[name], "text") for name in ("id", "name", "project_id", "actuator")},
        **{name: Field(groups[name], "bool") for name in ("busy", "healthy")},
    },
    default=(Sort("name"),),
    unique=groups.id,
    marker=groups.id,
)
DECISIONS = Listing(
    plural="Scaling decisions",
    shown=list(decided),
    fields={
        **{name: Field(decided[name], "text") for name in ("group_id", "project_id", "policy_id", "cause", "verdict")},
        "at": Field(decided.at_ns, "time"),
    },
    default=(),
    unique=decided.number,
    marker=decided.number,
    read_marker=read_number,
)


class Scaling:
    """`contract.Scaling`; `clock` None takes the time of the database, which all nodes share."""

    def __init__(self, database: Database, clock: Callable[[], int] | None = None) -> None:
        self._database = database
        self._clock = clock

    def create(self, group: ScalingGroup, by: str, *, groups_max: int, size: int | None) -> ScalingGroup:
        def work(connection: Connection) -> ScalingGroup:
            now_ns = self._now_ns(connection)
            turn = versions.held(connection, TURN) + 1
            versions.keep(connection, TURN, turn)
            of_project = select(func.count()).select_from(scaling_group).where(groups.project_id == group.project_id)
            if (connection.scalar(of_project) or 0) >= groups_max:
                raise Forbidden(f"the project has {groups_max} scaling groups, which is as many as it may have")
            _refuse_taken(connection, group)
            work = {"due_ns": now_ns, "held_until_ns": 0, "fencing": 0, "change": None}
            connection.execute(insert(scaling_group).values(**group_values(replace(group, changed_ns=now_ns)), **work))
            if size is not None:
                begun = ScalingDecision(
                    verdict="accepted", before=0, wanted=size, reason=f"made with {size} members", at_ns=now_ns
                )
                asked = Asked(group_id=group.id, cause="hand", by=by)
                scaling_decisions.keep(connection, load_group(connection, group.id), asked, begun, now_ns)
            return as_group(connection, load_group(connection, group.id))

        return self._database.write(work)

    def get(self, group_id: str) -> ScalingGroup:
        return self._database.read(lambda connection: as_group(connection, load_group(connection, group_id)))

    def find(
        self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING, page: Page = FIRST_PAGE
    ) -> list[ScalingGroup]:
        def work(connection: Connection) -> list[ScalingGroup]:
            rows = GROUPS.rows(connection, all_of(search, visible), page, self._now_ns(connection))
            return [as_group(connection, row) for row in rows]

        return self._database.read(work)

    def change(self, group_id: str, change: Change) -> ScalingGroup:
        def work(connection: Connection) -> ScalingGroup:
            now_ns = self._now_ns(connection)
            before = as_group(connection, load_group(connection, group_id, locked=True))
            after = replace(change(before), changed_ns=now_ns)
            if after.name != before.name:
                _refuse_taken(connection, after)
            put = update(scaling_group).where(groups.id == group_id)
            connection.execute(put.values(**group_values(after), due_ns=now_ns))
            return after

        return self._database.write(work)

    def delete(self, group_id: str) -> None:
        def work(connection: Connection) -> None:
            row = load_group(connection, group_id, locked=True)
            if row.change is not None:
                ended = Ended(
                    number=row.change,
                    progress="failed",
                    at_ns=self._now_ns(connection),
                    failure="the group was deleted",
                )
                scaling_decisions.end(connection, ended)
            connection.execute(delete(scaling_group).where(groups.id == group_id))

        self._database.write(work)

    def members(self, group_id: str) -> list[GroupMember]:
        return self._database.read(lambda connection: load_members(connection, group_id))

    def protect(self, group_id: str, name: str, protected: bool) -> GroupMember:
        def work(connection: Connection) -> GroupMember:
            load_group(connection, group_id, locked=True)
            member = scaling_member.c
            this = update(scaling_member).where(member.group_id == group_id, member.name == name)
            if not connection.execute(this.values(protected=protected)).rowcount:
                raise NotFound(f"Scaling group {group_id:.100} has no member {name:.100}")
            return next(each for each in load_members(connection, group_id) if each.name == name)

        return self._database.write(work)

    def policies(self, group_ids: Sequence[str]) -> list[KeptPolicy]:
        def work(connection: Connection) -> list[KeptPolicy]:
            return load_policies(connection, among(connection, scaling_policy.c.group_id, group_ids))

        return self._database.read(work)

    def policy(self, policy_id: str) -> KeptPolicy:
        return self._database.read(lambda connection: _policy(connection, policy_id))

    def add_policy(self, policy: KeptPolicy, *, policies_max: int) -> KeptPolicy:
        def work(connection: Connection) -> KeptPolicy:
            load_group(connection, policy.group_id, locked=True)
            there = load_policies(connection, scaling_policy.c.group_id == policy.group_id)
            if len(there) >= policies_max:
                raise Forbidden(f"the group has {policies_max} policies, which is as many as it may have")
            made = replace(policy, changed_ns=self._now_ns(connection))
            _refuse_taken_policy(there, made)
            connection.execute(insert(scaling_policy).values(policy_values(made)))
            _due_now(connection, policy.group_id, made.changed_ns)
            return made

        return self._database.write(work)

    def change_policy(self, policy: KeptPolicy) -> KeptPolicy:
        def work(connection: Connection) -> KeptPolicy:
            before = _policy(connection, policy.id)
            load_group(connection, before.group_id, locked=True)
            _refuse_taken_policy(load_policies(connection, scaling_policy.c.group_id == before.group_id), policy)
            same = policy.rule == before.rule
            changed_ns = self._now_ns(connection)
            after = replace(policy, changed_ns=changed_ns, done_ns=before.done_ns if same else 0, note=before.note)
            put = update(scaling_policy).where(scaling_policy.c.id == policy.id)
            connection.execute(put.values(policy_values(after)))
            _due_now(connection, before.group_id, changed_ns)
            return after

        return self._database.write(work)

    def delete_policy(self, policy_id: str) -> None:
        def work(connection: Connection) -> None:
            _policy(connection, policy_id)
            connection.execute(delete(scaling_policy).where(scaling_policy.c.id == policy_id))

        self._database.write(work)

    def note_policy(self, policy_id: str, done_ns: int, note: str) -> None:
        def work(connection: Connection) -> None:
            scaling_decisions.note_policy(connection, policy_id, done_ns, note)

        self._database.write(work)

    def decide(self, asked: Asked, decider: Decider, first: Change | None = None) -> ScalingRecord:
        def work(connection: Connection) -> ScalingRecord:
            return scaling_decisions.decide(connection, asked, decider, first, self._now_ns(connection))

        return self._database.write(work)

    def decisions(
        self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING, page: Page = FIRST_PAGE
    ) -> list[ScalingRecord]:
        def work(connection: Connection) -> list[ScalingRecord]:
            rows = DECISIONS.rows(connection, all_of(search, visible), page, self._now_ns(connection))
            return [as_record(row) for row in rows]

        return self._database.read(work)

    def expire_decisions(self, before_ns: int, limit: int) -> int:
        old = (decided.at_ns < before_ns, decided.progress != "under way")
        numbers = select(decided.number).where(*old).limit(limit)

        def work(connection: Connection) -> int:
            return connection.execute(delete(scaling_decision).where(decided.number.in_(numbers))).rowcount

        return self._database.write(work)

    def claim(self, limit: int, ttl_ns: int) -> list[Claim]:
        # Mostly nothing is due: look first, without the writer's lock.
        def any_due(connection: Connection) -> bool:
            return bool(connection.scalars(scaling_work.due(self._now_ns(connection), 1)).all())

        if limit < 1 or not self._database.read(any_due):
            return []
        return self._database.write(
            lambda connection: scaling_work.claim(connection, limit, ttl_ns, self._now_ns(connection))
        )

    def renew(self, held: Mapping[str, int], ttl_ns: int) -> set[str]:
        def work(connection: Connection) -> set[str]:
            until_ns = self._now_ns(connection) + ttl_ns
            mine = or_(*(scaling_work.held(group_id, fencing) for group_id, fencing in held.items()))
            renewed = update(scaling_group).where(mine).values(held_until_ns=until_ns).returning(groups.id)
            return set(connection.scalars(renewed))

        return self._database.write(work) if held else set()

    def keep(
        self,
        group_id: str,
        fencing: int,
        change: Change,
        members: Sequence[GroupMember] | None = None,
        ended: Ended | None = None,
    ) -> ScalingGroup:
        def work(connection: Connection) -> ScalingGroup:
            return scaling_work.keep(connection, group_id, fencing, change, members, ended)

        return self._database.write(work)

    def disown(self, group_id: str, fencing: int, why: str) -> int:
        def work(connection: Connection) -> int:
            return scaling_work.disown(connection, group_id, fencing, why, self._now_ns(connection))

        return self._database.write(work)

    def release(self, group_id: str, fencing: int, due_ns: int) -> None:
        sooner = update(scaling_group).where(scaling_work.held(group_id, fencing), groups.due_ns > due_ns)
        free = update(scaling_group).where(scaling_work.held(group_id, fencing))

        def work(connection: Connection) -> None:
            connection.execute(sooner.values(due_ns=due_ns))
            connection.execute(free.values(held_until_ns=0))

        self._database.write(work)

    def wake(self, group_id: str) -> None:
        self._database.write(lambda connection: _due_now(connection, group_id, self._now_ns(connection)))

    def _now_ns(self, connection: Connection) -> int:
        return self._clock() if self._clock is not None else shared_now_ns(connection)


def _refuse_taken(connection: Connection, group: ScalingGroup) -> None:
    same = (groups.project_id == group.project_id, groups.name == group.name, groups.id != group.id)
    if connection.scalar(select(groups.id).where(*same)) is not None:
        raise Conflict(f"the project has a scaling group {group.name} already")


def _refuse_taken_policy(there: Sequence[KeptPolicy], policy: KeptPolicy) -> None:
    if any(each.name == policy.name and each.id != policy.id for each in there):
        raise Conflict(f"the group has a policy {policy.name} already")


def _policy(connection: Connection, policy_id: str) -> KeptPolicy:
    query = select(scaling_policy).where(scaling_policy.c.id == policy_id)
    row: Any = connection.execute(query).first()
    if row is None:
        raise NotFound(f"Scaling policy {policy_id:.100} not found")
    return as_policy(row)


def _due_now(connection: Connection, group_id: str, now_ns: int) -> None:
    connection.execute(update(scaling_group).where(groups.id == group_id).values(due_ns=now_ns))
