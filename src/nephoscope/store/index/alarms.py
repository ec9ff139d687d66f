# SPDX-License-Identifier: Apache-2.0
"""
Alarms in the database.

Whoever writes alarms holds their version until the transaction ends, so they take turns: rows need no locks, the last
place of a quota is taken once, and evaluators that have seen a version have seen all that came before it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, true, update

from nephoscope.model.alarm import SET_BY_HAND, STATES, Alarm, AlarmChange, Quota, State
from nephoscope.model.alarm_body import alarm_body
from nephoscope.model.alarm_instance import Instance
from nephoscope.model.errors import BadRequest, Conflict, Forbidden
from nephoscope.model.paging import Page, Sort
from nephoscope.model.search import EVERYTHING, Search, all_of, equal
from nephoscope.model.text import check_length
from nephoscope.model.timespan import DAY_NS
from nephoscope.model.timestamp import to_microseconds
from nephoscope.store.index import alarm_cycles, alarm_decisions, alarm_history, alarm_instances, versions
from nephoscope.store.index.alarm_contract import FIRST_PAGE, Author, Cycle, Decided, Limits, Watched, Watchlist
from nephoscope.store.index.alarm_rows import SHOWN, VERSION, as_alarm, kept, load, values_of
from nephoscope.store.index.alarm_tables import alarm_instance
from nephoscope.store.index.database import Database, shared_now_ns
from nephoscope.store.index.listing import Listing
from nephoscope.store.index.search import Field
from nephoscope.store.index.shared_parts import share_parts
from nephoscope.store.index.tables import alarm, alarm_gone, alarm_quota

# Up to which version deletions are forgotten.
FORGOTTEN = "alarm_forgotten_version"
GONE_FOR_NS = DAY_NS
UNDECIDED: State = "insufficient data"
UNLIMITED = -1
QUOTA_MAX = 2**31 - 1
READ_AT_ONCE = 2000

columns = alarm.c
LISTING = Listing(
    plural="Alarms",
    shown=SHOWN,
    fields={
        "alarm_id": Field(columns.id, "text", matches=True),
        **{name: Field(columns[name], "text", matches=True) for name in ("name", "type", "state")},
        **{name: Field(columns[name], "text", matches=True) for name in ("user_id", "project_id")},
        **{name: Field(columns[name], "bool") for name in ("enabled", "repeat_actions")},
        "severity": Field(columns.severity, "severity"),
        "error": Field(columns.error, "text"),
        **{name: Field(columns[f"{name}_ns"], "time") for name in ("timestamp", "state_timestamp")},
    },
    default=(Sort("timestamp", descending=True),),
    unique=columns.id,
    marker=columns.id,
)


class Alarms:
    """`contract.Alarms`; `clock` None takes the time of the database, which all nodes share."""

    def __init__(self, database: Database, clock: Callable[[], int] | None = None) -> None:
        self._database = database
        self._clock = clock

    def create(self, alarm: Alarm, by: Author, limits: Limits) -> Alarm:
        made = kept(alarm)

        def work(connection: Connection) -> Alarm:
            version = versions.held(connection, VERSION) + 1
            _refuse_over_quota(connection, made, limits)
            if connection.scalar(select(columns.number).where(columns.id == made.id)) is not None:
                raise Conflict(f"Alarm {made.id} already exists")
            _insert(connection, made, version)
            record = alarm_history.Record.of(self._now_ns(connection), made, alarm_history.creation(made))
            alarm_history.record(connection, by, "creation", [record])
            return made

        return self._database.write(work)

    def get(self, alarm_id: str) -> Alarm:
        def work(connection: Connection) -> Alarm:
            return alarm_cycles.evaluated(connection, [as_alarm(load(connection, alarm_id))])[0]

        return self._database.read(work)

    def find(
        self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING, page: Page = FIRST_PAGE
    ) -> list[Alarm]:
        def work(connection: Connection) -> list[Alarm]:
            now_ns = self._now_ns(connection)
            rows = LISTING.rows(connection, all_of(search, visible), page, now_ns)
            return alarm_cycles.evaluated(connection, [as_alarm(row) for row in rows])

        return self._database.read(work)

    def count(self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING) -> Mapping[State, int]:
        def work(connection: Connection) -> Mapping[State, int]:
            condition = LISTING.condition(connection, all_of(search, visible), self._now_ns(connection))
            query = select(columns.state, func.count().label("alarms")).where(condition).group_by(columns.state)
            found = {row.state: row.alarms for row in connection.execute(query)}
            return {state: found.get(state, 0) for state in STATES}

        return self._database.read(work)

    def change(self, alarm: Alarm, by: Author) -> Alarm:
        given = kept(alarm)

        def work(connection: Connection) -> Alarm:
            version = versions.held(connection, VERSION) + 1
            before = as_alarm(load(connection, given.id))
            after = _in_place_of(before, given)
            _put(connection, before, after, version)
            _keep_instances(connection, before, after)
            if detail := alarm_history.rule_change(before, after):
                record = alarm_history.Record.of(self._now_ns(connection), after, detail)
                alarm_history.record(connection, by, "rule change", [record])
            return after

        return self._database.write(work)

    def set_state(self, alarm_id: str, state: State, by: Author) -> Alarm:
        def work(connection: Connection) -> Alarm:
            version = versions.held(connection, VERSION) + 1
            now_ns = self._now_ns(connection)
            before = as_alarm(load(connection, alarm_id))
            after = _set_by_hand(before, state, now_ns)
            # What was decided of the instances before is not to be kept, be the state the same.
            _put(connection, before, after, version, anew=before.keeps_instances)
            alarm_instances.forget(connection, alarm_id)
            detail = {"state": after.state, "state_reason": after.state_reason}
            record = alarm_history.Record.of(now_ns, after, detail)
            alarm_history.record(connection, by, "state transition", [record])
            return after

        return self._database.write(work)

    def delete(self, alarm_id: str, by: Author) -> None:
        def work(connection: Connection) -> None:
            version = versions.held(connection, VERSION) + 1
            now_ns = self._now_ns(connection)
            gone = as_alarm(load(connection, alarm_id))
            connection.execute(delete(alarm).where(columns.id == alarm_id))
            alarm_instances.forget(connection, alarm_id)
            connection.execute(insert(alarm_gone).values(version=version, id=alarm_id, gone_ns=now_ns))
            _forget(connection, now_ns - GONE_FOR_NS)
            versions.keep(connection, VERSION, version)
            record = alarm_history.Record.of(now_ns, gone, alarm_body(gone))
            alarm_history.record(connection, by, "deletion", [record])

        self._database.write(work)

    def history(
        self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING, page: Page = FIRST_PAGE, ended: bool = True
    ) -> list[AlarmChange]:
        def work(connection: Connection) -> list[AlarmChange]:
            now_ns = self._now_ns(connection)
            return alarm_history.find(connection, all_of(search, visible), page, now_ns, ended=ended)

        return self._database.read(work)

    def expire_history(self, before_ns: int, limit: int) -> int:
        return self._database.write(lambda connection: alarm_history.expire(connection, before_ns, limit))

    def quota(self, project_id: str, default: int) -> Quota:
        def work(connection: Connection) -> Quota:
            found = _quota(connection, project_id)
            if found is None:
                connection.execute(insert(alarm_quota).values(project_id=project_id, alarms_max=default))
            return Quota(project_id, default if found is None else found)

        found = self._database.read(lambda connection: _quota(connection, project_id))
        if found is not None:
            return Quota(project_id, found)
        _check_quota(Quota(project_id, default))
        return self._database.write(work)

    def set_quota(self, quota: Quota) -> None:
        _check_quota(quota)

        def work(connection: Connection) -> None:
            of_project = alarm_quota.c.project_id == quota.project_id
            changed = update(alarm_quota).where(of_project).values(alarms_max=quota.alarms_max)
            if not connection.execute(changed).rowcount:
                values = {"project_id": quota.project_id, "alarms_max": quota.alarms_max}
                connection.execute(insert(alarm_quota).values(values))

        self._database.write(work)

    def remove_quota(self, project_id: str) -> None:
        gone = delete(alarm_quota).where(alarm_quota.c.project_id == project_id)
        self._database.write(lambda connection: connection.execute(gone).rowcount)

    def watchlist(self, since: int, slots: int) -> Watchlist:
        def work(connection: Connection) -> Watchlist:
            version = versions.newest(connection, VERSION)
            if version == since:
                return Watchlist(version, (), (), whole=not since)
            if not since or since > version or since < versions.newest(connection, FORGOTTEN):
                every = list(_watched(connection, columns.enabled.is_(True), slots))
                return Watchlist(version, every, (), whole=True)
            changed = list(_watched(connection, columns.version > since, slots))
            there = {each.alarm.id for each in changed if each.alarm.enabled}
            gone = set(connection.scalars(select(alarm_gone.c.id).where(alarm_gone.c.version > since)))
            gone.update(each.alarm.id for each in changed)
            return Watchlist(version, [each for each in changed if each.alarm.enabled], sorted(gone - there))

        return self._database.read(work)

    def decide(self, decided: Sequence[Decided], group: str, holder: str) -> list[bool]:
        def work(connection: Connection) -> list[bool]:
            return alarm_decisions.decide(connection, decided, group, holder, self._now_ns(connection))

        return self._database.write(work) if decided else []

    def note_cycle(self, cycle: Cycle, slots: Collection[int]) -> None:
        if slots:
            self._database.write(lambda connection: alarm_cycles.put(connection, cycle, slots))

    def note_decided(self, decided_ns: Mapping[str, int]) -> None:
        if decided_ns:
            self._database.write(lambda connection: alarm_cycles.put_each(connection, decided_ns))

    def note_reasons(self, reasons: Mapping[str, str]) -> None:
        undecided = columns.state == UNDECIDED
        alarm_decisions.note(self._database, columns.state_reason, reasons, undecided)

    def note_errors(self, errors: Mapping[str, str]) -> None:
        alarm_decisions.note(self._database, columns.error, errors, true())

    def instances(
        self, alarm_id: str | None = None, state: State | None = None, page: Page | None = None
    ) -> list[Instance]:
        search = all_of(
            equal("alarm_id", alarm_id) if alarm_id is not None else None,
            equal("state", state) if state is not None else None,
        )

        def work(connection: Connection) -> list[Instance]:
            now_ns = self._now_ns(connection)
            if page is None:
                condition = alarm_instances.LISTING.condition(connection, search, now_ns)
                return alarm_instances.find(connection, select(alarm_instance).where(condition))
            rows = alarm_instances.LISTING.rows(connection, search, page, now_ns)
            return [alarm_instances.as_instance(row) for row in rows]

        return self._database.read(work)

    def instances_of(self, alarm_ids: Collection[str]) -> list[Instance]:
        def work(connection: Connection) -> list[Instance]:
            return alarm_instances.find(connection, alarm_instances.of_alarms(connection, alarm_ids))

        return self._database.read(work) if alarm_ids else []

    def _now_ns(self, connection: Connection) -> int:
        return to_microseconds(self._clock() if self._clock is not None else shared_now_ns(connection))


def _insert(connection: Connection, made: Alarm, version: int) -> None:
    connection.execute(insert(alarm).values(**values_of(made), revision=1, version=version))
    versions.keep(connection, VERSION, version)


def _put(connection: Connection, before: Alarm, after: Alarm, version: int, *, anew: bool = False) -> None:
    """
    Write an alarm over the one before.

    Decisions that were made of the same definition and state stay good, unless all is to begin `anew`.
    """
    same = not anew and replace(after, timestamp_ns=before.timestamp_ns) == before
    values = {**values_of(after), "revision": columns.revision + (0 if same else 1), "version": version}
    connection.execute(update(alarm).where(columns.id == after.id).values(values))
    versions.keep(connection, VERSION, version)


def _keep_instances(connection: Connection, before: Alarm, after: Alarm) -> None:
    """What of the instances still is true of the alarm that is now."""
    if not before.keeps_instances:
        return
    if not after.keeps_instances or after.state != before.state:
        alarm_instances.forget(connection, after.id)
    elif (after.rule, after.behaviour) != (before.rule, before.behaviour) or after.enabled > before.enabled:
        alarm_instances.begin_again(connection, after.id)


def _in_place_of(before: Alarm, given: Alarm) -> Alarm:
    """The definition that is given, with what is not the caller's to say as it was."""
    same_state = {
        "state": before.state,
        "state_timestamp_ns": before.state_timestamp_ns,
        "state_reason": before.state_reason,
        "evaluated_ns": before.evaluated_ns,
        "error": before.error,
    }
    defined = replace(given, **same_state)
    return defined if given.state == before.state else _set_by_hand(defined, given.state, given.timestamp_ns)


def _set_by_hand(before: Alarm, state: State, now_ns: int) -> Alarm:
    changed_ns = before.state_timestamp_ns if state == before.state else now_ns
    return replace(before, state=state, state_timestamp_ns=changed_ns, state_reason=SET_BY_HAND)


def _refuse_over_quota(connection: Connection, made: Alarm, limits: Limits) -> None:
    set_for_project = _quota(connection, made.project_id)
    project_max = limits.project_max if set_for_project is None else set_for_project
    for limit, whose in (
        (project_max, columns.project_id == made.project_id),
        (limits.user_max, columns.user_id == made.user_id),
    ):
        if limit == UNLIMITED:
            continue
        if (connection.scalar(select(func.count()).select_from(alarm).where(whose)) or 0) >= limit:
            raise Forbidden(f"Alarm quota exceeded for user {made.user_id} on project {made.project_id}")


def _quota(connection: Connection, project_id: str) -> int | None:
    query = select(alarm_quota.c.alarms_max).where(alarm_quota.c.project_id == project_id)
    found: int | None = connection.scalar(query)
    return found


def _check_quota(quota: Quota) -> None:
    check_length("project_id", quota.project_id, length_min=0)
    if not UNLIMITED <= quota.alarms_max <= QUOTA_MAX:
        raise BadRequest(f"a quota is {UNLIMITED} for any number of alarms, or 0 to {QUOTA_MAX}")


def _forget(connection: Connection, before_ns: int) -> None:
    """Forget deletions that evaluators have long seen; who has not is given everything anew."""
    old = delete(alarm_gone).where(alarm_gone.c.gone_ns < before_ns).returning(alarm_gone.c.version)
    if forgotten := connection.scalars(old).all():
        versions.keep(connection, FORGOTTEN, max(forgotten))


def _watched(connection: Connection, which: ColumnElement[bool], slots: int) -> Iterator[Watched]:
    query: Any = select(*SHOWN).where(which).order_by(columns.number).execution_options(yield_per=READ_AT_ONCE)
    for row in connection.execute(query):
        yield Watched(share_parts(as_alarm(row)), row.revision, alarm_cycles.slot_of(row.id, slots))
