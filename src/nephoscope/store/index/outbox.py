# SPDX-License-Identifier: Apache-2.0
"""Notifications on their way, in the database: each is claimed by one at a time, and for a time only."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, select, update

from nephoscope.model.delivery import Attempt, Delivery, Draft, Noted, Progress
from nephoscope.model.errors import NotFound
from nephoscope.model.paging import Page
from nephoscope.model.search import EVERYTHING, Search, all_of
from nephoscope.model.text import check_length, made_storable
from nephoscope.model.timestamp import to_microseconds
from nephoscope.store.index.alarm_contract import FIRST_PAGE
from nephoscope.store.index.database import Database, among, shared_now_ns
from nephoscope.store.index.listing import Listing
from nephoscope.store.index.paging import read_number
from nephoscope.store.index.route_tables import held_delivery
from nephoscope.store.index.search import Field
from nephoscope.store.index.tables import outbox, outbox_attempt

WAITING: Progress = "waiting"
SILENCED: Progress = "silenced"
OVER: tuple[Progress, ...] = ("delivered", "given up", SILENCED)
ERROR_LENGTH_MAX = 2000

columns = outbox.c
SHOWN = [column for column in columns if column.name != "claimed_until_ns"]
LISTING = Listing(
    plural="Deliveries",
    shown=SHOWN,
    fields={
        **{name: Field(columns[name], "text") for name in ("key", "alarm_id", "project_id", "progress")},
        "created": Field(columns.created_ns, "time"),
    },
    default=(),
    unique=columns.number,
    marker=columns.number,
    read_marker=read_number,
)


class Outbox:
    """`contract.Outbox`; `clock` None takes the time of the database, which all nodes share."""

    def __init__(self, database: Database, clock: Callable[[], int] | None = None) -> None:
        self._database = database
        self._clock = clock

    def add(self, drafts: Sequence[Draft]) -> int:
        return self._database.write(lambda connection: put(connection, drafts, self._now_ns(connection)))

    def claim(self, limit: int, ttl_ns: int) -> list[Delivery]:
        # Mostly nothing is due: look first, without the writer's lock.
        if not self._database.read(lambda connection: connection.scalars(_due(self._now_ns(connection), 1)).all()):
            return []

        def work(connection: Connection) -> list[Delivery]:
            now_ns = self._now_ns(connection)
            # Where others are claiming the same, theirs are passed over, not waited for.
            # Apart from the update, which might else look for them more than once.
            free = _due(now_ns, limit).with_for_update(skip_locked=True).cte("free")
            claimed = (
                update(outbox)
                .where(columns.number.in_(select(free.c.number)))
                .values(claim=columns.claim + 1, claimed_until_ns=now_ns + ttl_ns)
                .returning(*SHOWN)
            )
            taken = [_as_delivery(row) for row in connection.execute(claimed)]
            return sorted(taken, key=lambda each: (each.due_ns, each.number))

        return self._database.write(work)

    def note(self, noted: Sequence[Noted]) -> list[bool]:
        return self._database.write(lambda connection: _note(connection, noted)) if noted else []

    def behind(self, deliveries: Sequence[Delivery]) -> set[int]:
        older = outbox.alias("older")
        same = (older.c.alarm_id == columns.alarm_id, older.c.target == columns.target)
        waits = select(older.c.number).where(*same, older.c.progress == WAITING, older.c.number < columns.number)

        def work(connection: Connection) -> set[int]:
            asked = among(connection, columns.number, [each.number for each in deliveries])
            return set(connection.scalars(select(columns.number).where(asked, waits.exists())))

        return self._database.read(work) if deliveries else set()

    def renew(self, deliveries: Sequence[Delivery], ttl_ns: int) -> set[int]:
        claims = {each.number: each.claim for each in deliveries}

        def work(connection: Connection) -> set[int]:
            claimed = (among(connection, columns.number, claims), columns.claimed_until_ns > 0)
            query = select(columns.number, columns.claim).where(*claimed).order_by(columns.number).with_for_update()
            ours = {row.number for row in connection.execute(query) if row.claim == claims[row.number]}
            until_ns = self._now_ns(connection) + ttl_ns
            renewed = update(outbox).where(among(connection, columns.number, ours)).values(claimed_until_ns=until_ns)
            connection.execute(renewed)
            return ours

        return self._database.write(work) if claims else set()

    def find(
        self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING, page: Page = FIRST_PAGE
    ) -> list[Delivery]:
        def work(connection: Connection) -> list[Delivery]:
            now_ns = self._now_ns(connection)
            return [_as_delivery(row) for row in LISTING.rows(connection, all_of(search, visible), page, now_ns)]

        return self._database.read(work)

    def attempts(self, number: int) -> list[Attempt]:
        query = select(outbox_attempt).where(outbox_attempt.c.delivery == number).order_by(outbox_attempt.c.number)
        return self._database.read(lambda connection: [_as_attempt(row) for row in connection.execute(query)])

    def send_again(self, number: int) -> Delivery:
        def work(connection: Connection) -> Delivery:
            values = {"progress": WAITING, "due_ns": self._now_ns(connection), "claimed_until_ns": 0}
            due = update(outbox).where(columns.number == number).values(values).returning(*SHOWN)
            row = connection.execute(due).first()
            if row is None:
                raise NotFound(f"Delivery {number} does not exist")
            # What somebody sends by hand is not made up for at the end of a silence.
            connection.execute(delete(held_delivery).where(held_delivery.c.delivery == number))
            return _as_delivery(row)

        return self._database.write(work)

    def expire(self, before_ns: int, limit: int) -> int:
        # What a silence holds back stays until it has been decided whether it is made up for.
        held = columns.number.in_(select(held_delivery.c.delivery))
        over = (columns.progress.in_(OVER), columns.created_ns < before_ns, ~held)
        old = select(columns.number).where(*over).limit(limit)

        def work(connection: Connection) -> int:
            return connection.execute(delete(outbox).where(columns.number.in_(old))).rowcount

        return self._database.write(work)

    def _now_ns(self, connection: Connection) -> int:
        return self._clock() if self._clock is not None else shared_now_ns(connection)


def put(connection: Connection, drafts: Sequence[Draft], now_ns: int) -> int:
    """Put notifications in, in the transaction of what they tell of; gives how many have a new key."""
    by_key: dict[str, Draft] = {}
    for each in drafts:
        check_length("key", each.key)
        by_key.setdefault(each.key, each)
    if not by_key:
        return 0
    there = set(connection.scalars(select(columns.key).where(among(connection, columns.key, by_key))))
    now_ns = to_microseconds(now_ns)
    rows = [
        {
            "key": each.key,
            "alarm_id": each.alarm_id,
            "project_id": each.project_id,
            "target": each.target,
            "body": msgspec.json.encode(each.body),
            "created_ns": now_ns,
            "due_ns": now_ns,
            "progress": SILENCED if each.silence else WAITING,
            "attempts": 1 if each.silence else 0,
            "claim": 0,
            "claimed_until_ns": 0,
        }
        for each in by_key.values()
        if each.key not in there
    ]
    if rows:
        connection.execute(insert(outbox), rows)
    _hold([each for each in by_key.values() if each.silence and each.key not in there], connection, now_ns)
    return len(rows)


def by_numbers(connection: Connection, numbers: Sequence[int]) -> list[Delivery]:
    """Deliveries by their numbers, oldest first."""
    query = select(*SHOWN).where(among(connection, columns.number, numbers)).order_by(columns.number)
    return [_as_delivery(row) for row in connection.execute(query)]


def _hold(silenced: Sequence[Draft], connection: Connection, now_ns: int) -> None:
    """Note that silences hold these back, each with the silence that does."""
    if not silenced:
        return
    why = {each.key: f"not tried: silence {each.silence} holds it back" for each in silenced}
    query = select(columns.number, columns.key).where(among(connection, columns.key, why))
    found = connection.execute(query).all()
    connection.execute(insert(held_delivery), [{"delivery": row.number} for row in found])
    attempts = [
        {"delivery": row.number, "at_ns": now_ns, "lasted_ns": 0, "status": 0, "error": why[row.key]} for row in found
    ]
    connection.execute(insert(outbox_attempt), attempts)


def _note(connection: Connection, noted: Sequence[Noted]) -> list[bool]:
    """Note attempts, and what comes next where the claim is still ours; tells for each whether it was."""
    there = among(connection, columns.number, {each.delivery.number for each in noted})
    query = select(columns.number, columns.claim, columns.claimed_until_ns).where(there)
    # Locked in the same order by all, so that none waits for another that waits for it.
    rows = connection.execute(query.order_by(columns.number).with_for_update()).all()
    claims = {row.number: row.claim if row.claimed_until_ns > 0 else None for row in rows}
    ours: list[bool] = []
    attempts: list[dict[str, Any]] = []
    late: list[dict[str, Any]] = []
    settled: list[dict[str, Any]] = []
    for each in noted:
        number = each.delivery.number
        is_ours = claims.get(number) == each.delivery.claim
        ours.append(is_ours)
        if number not in claims:
            continue
        attempts.append(_attempt_row(each))
        if is_ours:
            claims[number] = None
            settled.append({"delivery": number, "to": each.progress, "due": each.due_ns})
        else:
            late.append({"delivery": number})
    counted = update(outbox).where(columns.number == bindparam("delivery")).values(attempts=columns.attempts + 1)
    moved = counted.values(progress=bindparam("to"), due_ns=bindparam("due"), claimed_until_ns=0)
    for statement, values in ((insert(outbox_attempt), attempts), (counted, late), (moved, settled)):
        if values:
            connection.execute(statement, values)
    return ours


def _attempt_row(noted: Noted) -> dict[str, Any]:
    error = made_storable(noted.attempt.error)[:ERROR_LENGTH_MAX]
    return msgspec.structs.asdict(noted.attempt) | {"delivery": noted.delivery.number, "error": error}


def _due(now_ns: int, limit: int) -> Select[tuple[int]]:
    """The numbers of those that are due and that nobody has claimed."""
    ready = (columns.progress == WAITING, columns.due_ns <= now_ns, columns.claimed_until_ns <= now_ns)
    return select(columns.number).where(*ready).order_by(columns.due_ns, columns.number).limit(limit)


def _as_delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        number=row.number,
        key=row.key,
        alarm_id=row.alarm_id,
        project_id=row.project_id,
        target=row.target,
        body=msgspec.json.decode(row.body),
        created_ns=row.created_ns,
        due_ns=row.due_ns,
        progress=row.progress,
        attempts=row.attempts,
        claim=row.claim,
    )


def _as_attempt(row: Row[Any]) -> Attempt:
    return Attempt(delivery=row.delivery, at_ns=row.at_ns, lasted_ns=row.lasted_ns, status=row.status, error=row.error)
