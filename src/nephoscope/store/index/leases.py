# SPDX-License-Identifier: Apache-2.0
"""Leases in the database: every step is one conditional statement, so of several nodes at most one succeeds."""

from collections.abc import Callable

from sqlalchemy import Connection, Update, insert, or_, select, update

from nephoscope.model.lease import Lease
from nephoscope.store.index.database import Database, shared_now_ns
from nephoscope.store.index.tables import lease


class Leases:
    """`contract.Leases`; `clock` None takes the time of the database, which all nodes share."""

    def __init__(self, database: Database, clock: Callable[[], int] | None = None) -> None:
        self._database = database
        self._clock = clock

    def acquire(self, name: str, holder: str, ttl_ns: int) -> Lease | None:
        def work(connection: Connection) -> Lease | None:
            now_ns = self._now_ns(connection)
            _ensure_row(connection, name)
            mine = (lease.c.name == name, lease.c.holder == holder, lease.c.until_ns > now_ns)
            prolonged = update(lease).where(*mine).values(until_ns=now_ns + ttl_ns)
            if held := _taken(connection, prolonged):
                return held
            free = or_(lease.c.holder.is_(None), lease.c.until_ns <= now_ns)
            values = {"holder": holder, "until_ns": now_ns + ttl_ns, "fencing": lease.c.fencing + 1}
            return _taken(connection, update(lease).where(lease.c.name == name, free).values(values))

        return self._database.write(work)

    def renew(self, held: Lease, ttl_ns: int) -> Lease | None:
        def work(connection: Connection) -> Lease | None:
            # Although its time may be over: as long as nobody else has had it, no work was done twice.
            until_ns = self._now_ns(connection) + ttl_ns
            return _taken(connection, _still(held).values(until_ns=until_ns))

        return self._database.write(work)

    def release(self, held: Lease) -> bool:
        def work(connection: Connection) -> bool:
            return _taken(connection, _still(held).values(holder=None, until_ns=0)) is not None

        return self._database.write(work)

    def _now_ns(self, connection: Connection) -> int:
        return self._clock() if self._clock is not None else shared_now_ns(connection)


def _ensure_row(connection: Connection, name: str) -> None:
    if connection.execute(select(lease.c.name).where(lease.c.name == name)).first() is None:
        connection.execute(insert(lease).values(name=name, until_ns=0, fencing=0))


def _still(held: Lease) -> Update:
    return update(lease).where(
        lease.c.name == held.name, lease.c.holder == held.holder, lease.c.fencing == held.fencing
    )


def _taken(connection: Connection, change: Update) -> Lease | None:
    """The lease as the change has made it, None when its conditions did not hold."""
    columns = (lease.c.name, lease.c.holder, lease.c.until_ns, lease.c.fencing)
    row = connection.execute(change.returning(*columns)).first()
    return None if row is None else Lease(row.name, row.holder or "", row.until_ns, row.fencing)
