# SPDX-License-Identifier: Apache-2.0
"""Work that agents share, in the database: each step is conditional, so no slot is ever held by two."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Connection, delete, insert, or_, select, update

from nephoscope.model.shared_work import Division, SlotGrant, SlotReport
from nephoscope.store.index.database import Database, shared_now_ns
from nephoscope.store.index.tables import work_member, work_slot

FORGOTTEN_AFTER_TTLS = 3


class SharedWork:
    """`contract.SharedWork`; `clock` None takes the time of the database, which all nodes share."""

    def __init__(self, database: Database, clock: Callable[[], int] | None = None) -> None:
        self._database = database
        self._clock = clock

    def divide(
        self, group: str, holder: str, reports: Sequence[SlotReport], *, slots: int, ttl_ns: int, leave: bool = False
    ) -> Division:
        def work(connection: Connection) -> Division:
            now_ns = self._now_ns(connection)
            _ensure_slots(connection, group, slots)
            held = [each for each in reports if _noted(connection, group, holder, each, now_ns + ttl_ns)]
            _note_member(connection, group, holder, 0 if leave else now_ns + ttl_ns)
            _forget_members(connection, group, now_ns - FORGOTTEN_AFTER_TTLS * ttl_ns)
            members = _members(connection, group, now_ns)
            mine = [SlotGrant(each.slot, each.fencing) for each in held if not each.release]
            share = 0 if leave else -(-slots // max(len(members), 1))
            taken = _taken(connection, group, holder, share - len(mine), now_ns, ttl_ns)
            back = tuple(each.slot for each in mine[share:])
            return Division((*mine, *taken), back, members, now_ns)

        return self._database.write(work)

    def _now_ns(self, connection: Connection) -> int:
        return self._clock() if self._clock is not None else shared_now_ns(connection)


def _ensure_slots(connection: Connection, group: str, slots: int) -> None:
    there = set(connection.execute(select(work_slot.c.slot).where(work_slot.c.work_group == group)).scalars())
    new = [
        {"work_group": group, "slot": slot, "until_ns": 0, "fencing": 0, "claims": {}}
        for slot in range(slots)
        if slot not in there
    ]
    if new:
        connection.execute(insert(work_slot), new)


def _noted(connection: Connection, group: str, holder: str, report: SlotReport, until_ns: int) -> bool:
    """Write a report down, unless another has had the slot since; its time may be over as long as nobody has."""
    values: dict[str, object] = {"until_ns": 0 if report.release else until_ns, "claims": report.claims}
    if report.release:
        values["holder"] = None
    if report.state is not None:
        values["state"] = report.state
    mine = (
        work_slot.c.work_group == group,
        work_slot.c.slot == report.slot,
        work_slot.c.holder == holder,
        work_slot.c.fencing == report.fencing,
    )
    return connection.execute(update(work_slot).where(*mine).values(values)).rowcount == 1


def _note_member(connection: Connection, group: str, holder: str, until_ns: int) -> None:
    me = (work_member.c.work_group == group, work_member.c.holder == holder)
    if not connection.execute(update(work_member).where(*me).values(until_ns=until_ns)).rowcount:
        connection.execute(insert(work_member).values(work_group=group, holder=holder, until_ns=until_ns))


def _forget_members(connection: Connection, group: str, before_ns: int) -> None:
    connection.execute(delete(work_member).where(work_member.c.work_group == group, work_member.c.until_ns < before_ns))


def _members(connection: Connection, group: str, now_ns: int) -> tuple[str, ...]:
    found = select(work_member.c.holder).where(work_member.c.work_group == group, work_member.c.until_ns > now_ns)
    return tuple(sorted(connection.execute(found).scalars()))


def _taken(
    connection: Connection, group: str, holder: str, wanted: int, now_ns: int, ttl_ns: int
) -> Iterable[SlotGrant]:
    """Up to `wanted` slots that nobody holds, each by a statement of its own that only one of several can win."""
    if wanted <= 0:
        return ()
    free = or_(work_slot.c.holder.is_(None), work_slot.c.until_ns <= now_ns)
    candidates = select(work_slot.c.slot).where(work_slot.c.work_group == group, free).order_by(work_slot.c.slot)
    values = {"holder": holder, "until_ns": now_ns + ttl_ns, "fencing": work_slot.c.fencing + 1}
    columns = (work_slot.c.slot, work_slot.c.fencing, work_slot.c.claims, work_slot.c.state)
    granted = []
    for slot in connection.execute(candidates.limit(wanted)).scalars().all():
        mine = (work_slot.c.work_group == group, work_slot.c.slot == slot, free)
        row = connection.execute(update(work_slot).where(*mine).values(values).returning(*columns)).first()
        if row is not None:
            granted.append(SlotGrant(row.slot, row.fencing, row.claims, row.state))
    return granted
