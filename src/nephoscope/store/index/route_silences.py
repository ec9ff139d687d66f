# SPDX-License-Identifier: Apache-2.0
"""Silences in the database."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from nephoscope.model.audit import Actor
from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.model.matcher import Matcher
from nephoscope.model.paging import Page, Sort
from nephoscope.model.search import EVERYTHING, Search, all_of
from nephoscope.model.silence import Silence
from nephoscope.model.timestamp import to_microseconds
from nephoscope.store.index import versions
from nephoscope.store.index.audit import record
from nephoscope.store.index.database import Database, shared_now_ns
from nephoscope.store.index.listing import Listing
from nephoscope.store.index.route_contract import FIRST_PAGE
from nephoscope.store.index.route_tables import silence as table
from nephoscope.store.index.search import Field

# The setting that holds the version of the last change to anything that routes or silences.
VERSION = "routing_version"
SILENCES_MAX = 1000

columns = table.c
LISTING = Listing(
    plural="Silences",
    shown=list(columns),
    fields={
        **{name: Field(columns[name], "text") for name in ("id", "project_id", "author")},
        "starts": Field(columns.starts_ns, "time"),
        "ends": Field(columns.ends_ns, "time"),
        "created": Field(columns.created_ns, "time"),
    },
    default=(Sort("created", descending=True),),
    unique=columns.number,
    marker=columns.id,
)


class Silences:
    """`contract.Silences`; `clock` None takes the time of the database, which all nodes share."""

    def __init__(self, database: Database, clock: Callable[[], int] | None = None) -> None:
        self._database = database
        self._clock = clock

    def add(self, silence: Silence, *, by: Actor) -> Silence:
        def work(connection: Connection) -> Silence:
            now_ns = to_microseconds(self._now_ns(connection))
            _refuse_too_many(connection, silence.project_id, now_ns)
            made = _cut(silence, created_ns=now_ns, changed_ns=now_ns)
            raise_version(connection)
            connection.execute(insert(table).values(**_values(made)))
            record(connection, now_ns, by, "create silence", made.id, **_told(made))
            return made

        return self._database.write(work)

    def find(
        self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING, page: Page = FIRST_PAGE
    ) -> list[Silence]:
        def work(connection: Connection) -> list[Silence]:
            now_ns = self._now_ns(connection)
            return [as_silence(row) for row in LISTING.rows(connection, all_of(search, visible), page, now_ns)]

        return self._database.read(work)

    def change(self, silence: Silence, *, by: Actor) -> Silence:
        def work(connection: Connection) -> Silence:
            now_ns = to_microseconds(self._now_ns(connection))
            row = connection.execute(select(table).where(columns.id == silence.id)).first()
            if row is None:
                raise NotFound(f"Silence {silence.id} does not exist")
            before = as_silence(row)
            made = _cut(silence, created_ns=before.created_ns, changed_ns=now_ns, author=before.author)
            raise_version(connection)
            connection.execute(update(table).where(columns.id == made.id).values(**_values(made)))
            record(connection, now_ns, by, "change silence", made.id, **_told(made))
            return made

        return self._database.write(work)

    def expire(self, before_ns: int, limit: int) -> int:
        old = select(columns.number).where(columns.ends_ns < before_ns).limit(limit)
        return self._database.write(
            lambda connection: connection.execute(delete(table).where(columns.number.in_(old))).rowcount
        )

    def _now_ns(self, connection: Connection) -> int:
        return self._clock() if self._clock is not None else shared_now_ns(connection)


def raise_version(connection: Connection) -> None:
    """Tell those who hold what routes or silences that it has changed, in the transaction of the change."""
    versions.keep(connection, VERSION, versions.held(connection, VERSION) + 1)


def not_over(connection: Connection, now_ns: int) -> list[Silence]:
    """All silences that hold or are to come."""
    found = select(table).where(columns.ends_ns > now_ns).order_by(columns.number)
    return [as_silence(row) for row in connection.execute(found)]


def as_silence(row: Row[Any]) -> Silence:
    """The struct of a row."""
    return Silence(
        id=row.id,
        project_id=row.project_id,
        matchers=msgspec.convert(row.matchers, tuple[Matcher, ...]),
        starts_ns=row.starts_ns,
        ends_ns=row.ends_ns,
        comment=row.comment,
        author=row.author,
        created_ns=row.created_ns,
        changed_ns=row.changed_ns,
    )


def _refuse_too_many(connection: Connection, project_id: str, now_ns: int) -> None:
    mine = (columns.project_id == project_id, columns.ends_ns > now_ns)
    if (connection.scalar(select(func.count()).select_from(table).where(*mine)) or 0) >= SILENCES_MAX:
        raise BadRequest(f"a project has {SILENCES_MAX} silences at most that are not over; let some of them end")


def _cut(silence: Silence, **fields: Any) -> Silence:
    times = {"starts_ns": to_microseconds(silence.starts_ns), "ends_ns": to_microseconds(silence.ends_ns)}
    return msgspec.structs.replace(silence, **times, **fields)


def _values(silence: Silence) -> dict[str, Any]:
    return msgspec.structs.asdict(silence) | {"matchers": msgspec.to_builtins(silence.matchers)}


def _told(silence: Silence) -> dict[str, object]:
    return {
        "project_id": silence.project_id,
        "matchers": [str(each) for each in silence.matchers],
        "starts_ns": silence.starts_ns,
        "ends_ns": silence.ends_ns,
        "comment": silence.comment,
    }
