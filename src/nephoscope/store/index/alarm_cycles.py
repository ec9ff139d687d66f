# SPDX-License-Identifier: Apache-2.0
"""
When alarms were decided last, in the database: kept by share, as most alarms stay as they are, unwritten.

Only those that ask others have a time of their own, as each is decided when it is answered.
"""

import zlib
from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_rule import EventRule, asks_others, step_ns
from nephoscope.model.timestamp import to_microseconds
from nephoscope.store.index import versions
from nephoscope.store.index.alarm_contract import Cycle
from nephoscope.store.index.alarm_rows import VERSION
from nephoscope.store.index.alarm_tables import alarm_cycle
from nephoscope.store.index.tables import alarm

columns = alarm_cycle.c


def slot_of(alarm_id: str, slots: int) -> int:
    """The share in which an alarm lies, the same in every process."""
    return zlib.crc32(alarm_id.encode()) % slots


def put(connection: Connection, cycle: Cycle, slots: Collection[int]) -> None:
    """`contract.Alarms.note_cycle`, in the transaction of `connection`."""
    values = {
        "slots": cycle.slots,
        "at_ns": cycle.at_ns,
        "interval_ns": cycle.interval_ns,
        "settle_ns": cycle.settle_ns,
    }
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = dialect.insert(alarm_cycle)
    changed = {name: new.excluded[name] for name in values}
    # In order, so that two who share them do not wait for each other.
    rows = [{"slot": slot, **values} for slot in sorted(slots)]
    connection.execute(new.on_conflict_do_update(index_elements=["slot"], set_=changed), rows)


def put_each(connection: Connection, decided_ns: Mapping[str, int]) -> None:
    """`contract.Alarms.note_decided`, in the transaction of `connection`."""
    # Who writes alarms takes turns; no version begins, as nothing is different for those who watch.
    versions.held(connection, VERSION)
    newer = (alarm.c.id == bindparam("which")) & (alarm.c.evaluated_ns < bindparam("at_ns"))
    rows = [{"which": each, "at_ns": to_microseconds(at_ns)} for each, at_ns in decided_ns.items()]
    connection.execute(update(alarm).where(newer).values(evaluated_ns=bindparam("at_ns")), rows)


def evaluated(connection: Connection, alarms: Sequence[Alarm]) -> list[Alarm]:
    """The alarms with the time at which each was decided last."""
    if not alarms:
        return []
    cycles = {row.slot: Cycle(**{name: row._mapping[name] for name in CYCLE}) for row in connection.execute(ALL)}
    return [_evaluated(each, cycles) for each in alarms] if cycles else list(alarms)


CYCLE = Cycle.__struct_fields__
ALL = select(alarm_cycle)


def _evaluated(alarm: Alarm, cycles: dict[int, Cycle]) -> Alarm:
    slots = next(iter(cycles.values())).slots
    cycle = cycles.get(slot_of(alarm.id, slots))
    if cycle is None or not alarm.enabled or alarm.time_constraints:
        return alarm
    if isinstance(alarm.rule, EventRule) or asks_others(alarm.rule):
        return alarm
    width_ns = step_ns(alarm.rule, cycle.interval_ns)
    # The newest step that had begun by then.
    decided_ns = (cycle.at_ns - cycle.settle_ns) // width_ns * width_ns + cycle.settle_ns
    return replace(alarm, evaluated_ns=max(alarm.evaluated_ns, to_microseconds(decided_ns)))
