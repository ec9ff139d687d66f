# SPDX-License-Identifier: Apache-2.0
"""What groups of alarms were told, and what silences hold back, in the database."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_instance import Instance
from nephoscope.model.delivery import Delivery, Draft
from nephoscope.model.lease import Lease
from nephoscope.model.route_group import GroupMemory, Telling
from nephoscope.store.index import alarm_instances, outbox, versions
from nephoscope.store.index.alarm_rows import SHOWN, VERSION, as_alarm
from nephoscope.store.index.alarms import FORGOTTEN
from nephoscope.store.index.database import Database, among, shared_now_ns
from nephoscope.store.index.route_contract import Firing
from nephoscope.store.index.route_tables import held_delivery, route_group
from nephoscope.store.index.tables import alarm, alarm_gone, lease

MEMORIES = msgspec.json.Decoder(GroupMemory)
FIRES = (alarm.c.enabled.is_(True), alarm.c.state == "alarm")


class RouteGroups:
    """`contract.RouteGroups`; `clock` None takes the time of the database, which all nodes share."""

    def __init__(self, database: Database, clock: Callable[[], int] | None = None) -> None:
        self._database = database
        self._clock = clock

    def firing(self, since: int) -> Firing:
        def work(connection: Connection) -> Firing:
            version = versions.newest(connection, VERSION)
            if version == since:
                return Firing(version, (), {}, (), whole=not since)
            if not since or since > version or since < versions.newest(connection, FORGOTTEN):
                alarms = _alarms(connection, *FIRES)
                return Firing(version, alarms, _instances(connection, alarms), (), whole=True)
            newer = alarm.c.version > since
            alarms = _alarms(connection, newer, *FIRES)
            gone = set(connection.scalars(select(alarm_gone.c.id).where(alarm_gone.c.version > since)))
            gone.update(connection.scalars(select(alarm.c.id).where(newer)))
            gone.difference_update(each.id for each in alarms)
            return Firing(version, alarms, _instances(connection, alarms), sorted(gone))

        return self._database.read(work)

    def memories(self) -> list[GroupMemory]:
        query = select(route_group.c.memory).order_by(route_group.c.key)
        return self._database.read(
            lambda connection: [MEMORIES.decode(each) for each in connection.scalars(query)],
        )

    def tell(self, tellings: Sequence[Telling], lease: Lease) -> list[bool]:
        def work(connection: Connection) -> list[bool]:
            if not _holds(connection, lease):
                return [False] * len(tellings)
            query = select(route_group.c.key, route_group.c.times)
            keys = [each.key for each in tellings]
            found = connection.execute(query.where(among(connection, route_group.c.key, keys)))
            times = {row.key: row.times for row in found}
            taken = [times.get(each.key, 0) == each.times for each in tellings]
            good = [each for each, yes in zip(tellings, taken, strict=True) if yes]
            for each in good:
                _remember(connection, each, known=each.key in times)
            drafts = [draft for each in good for draft in each.drafts]
            outbox.put(connection, drafts, self._now_ns(connection))
            return taken

        return self._database.write(work) if tellings else []

    def held(self, after: int, limit: int) -> list[Delivery]:
        number = held_delivery.c.delivery
        query = select(number).where(number > after).order_by(number).limit(limit)

        def work(connection: Connection) -> list[Delivery]:
            return outbox.by_numbers(connection, connection.scalars(query).all())

        return self._database.read(work)

    def settle_held(self, numbers: Sequence[int], drafts: Sequence[Draft], lease: Lease) -> bool:
        def work(connection: Connection) -> bool:
            if not _holds(connection, lease):
                return False
            connection.execute(delete(held_delivery).where(among(connection, held_delivery.c.delivery, numbers)))
            outbox.put(connection, drafts, self._now_ns(connection))
            return True

        return self._database.write(work)

    def _now_ns(self, connection: Connection) -> int:
        return self._clock() if self._clock is not None else shared_now_ns(connection)


def _alarms(connection: Connection, *which: ColumnElement[bool]) -> list[Alarm]:
    return [as_alarm(row) for row in connection.execute(select(*SHOWN).where(*which).order_by(alarm.c.number))]


def _instances(connection: Connection, alarms: Sequence[Alarm]) -> Mapping[str, Sequence[Instance]]:
    """The instances that fire, by alarm."""
    ids = [each.id for each in alarms if each.keeps_instances]
    found: dict[str, list[Instance]] = defaultdict(list)
    if ids:
        fires = alarm_instances.columns.state == "alarm"
        for each in alarm_instances.find(connection, alarm_instances.of_alarms(connection, ids).where(fires)):
            found[each.alarm_id].append(each)
    return found


def _holds(connection: Connection, held: Lease) -> bool:
    """Whether a lease is its holder's; it stays so until the transaction ends."""
    mine = (lease.c.name == held.name, lease.c.holder == held.holder, lease.c.fencing == held.fencing)
    return connection.execute(select(lease.c.name).where(*mine).with_for_update(read=True)).first() is not None


def _remember(connection: Connection, telling: Telling, *, known: bool) -> None:
    here = route_group.c.key == telling.key
    if telling.after is None:
        connection.execute(delete(route_group).where(here))
        return
    values = {"times": telling.after.times, "memory": msgspec.json.encode(telling.after)}
    if known:
        connection.execute(update(route_group).where(here).values(values))
    else:
        connection.execute(insert(route_group).values(key=telling.key, **values))
