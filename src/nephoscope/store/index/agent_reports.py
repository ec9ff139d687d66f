# SPDX-License-Identifier: Apache-2.0
"""What agents say of themselves, in the database, as all nodes of a server share it."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, true, tuple_, update

from nephoscope.model.agent_report import AgentReport, KeptReport, Viewer
from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.model.timespan import DAY_NS
from nephoscope.store.index.database import Database, shared_now_ns
from nephoscope.store.index.tables import agent_report

NS_PER_S = 1_000_000_000
FORGOTTEN_AFTER_NS = DAY_NS
# Of one project, or of one creator without a project.
AGENTS_MAX = 10_000
# Each report is a write; with many agents each of them comes less often.
REPORTS_PER_S_MAX = 20
# Rates are told over this long at least, and over the longest polling interval, up to an hour.
WINDOW_S_MIN, WINDOW_S_MAX = 60, 3600

columns = agent_report.c
NO_BEFORE: dict[str, Any] = {"before": None, "before_ns": 0}


class AgentReports:
    """`contract.AgentReports`; `clock` None takes the time of the database, which all nodes share."""

    def __init__(self, database: Database, clock: Callable[[], int] | None = None) -> None:
        self._database = database
        self._clock = clock

    def keep(self, report: AgentReport, *, project_id: str, creator: str) -> float:
        owner = project_id or creator

        def work(connection: Connection) -> float:
            now_ns = self._now_ns(connection)
            connection.execute(delete(agent_report).where(columns.received_ns < now_ns - FORGOTTEN_AFTER_NS))
            every_s = max(report.interval_s, _count(connection, true()) / REPORTS_PER_S_MAX)
            key = (columns.name == report.name, columns.owner == owner)
            times = (columns.started_ns, columns.next_before_ns)
            known = connection.execute(select(*times).where(*key).with_for_update()).first()
            if known is None and _count(connection, columns.owner == owner) >= AGENTS_MAX:
                raise BadRequest(f"there are {AGENTS_MAX} agents already that report for this project")
            encoded = msgspec.json.encode(report)
            values = {
                "project_id": project_id,
                "creator": creator,
                "started_ns": report.started_ns,
                "received_ns": now_ns,
                "every_s": every_s,
                "report": encoded,
                **_earlier(known, report, encoded, now_ns),
            }
            if known is None:
                connection.execute(insert(agent_report).values(name=report.name, owner=owner, **values))
            else:
                connection.execute(update(agent_report).where(*key).values(values))
            return every_s

        return self._database.write(work)

    def find(self, viewer: Viewer, *, limit: int, after: tuple[str, str] | None = None) -> list[KeptReport]:
        query = select(agent_report).where(_seen_by(viewer)).order_by(columns.name, columns.owner).limit(limit)
        if after is not None:
            query = query.where(tuple_(columns.name, columns.owner) > tuple_(*after))
        rows = self._read(query)
        return [_kept(row) for row in rows]

    def get(self, name: str, viewer: Viewer, *, project_id: str | None = None) -> KeptReport:
        query = select(agent_report).where(columns.name == name, _seen_by(viewer))
        if project_id is not None:
            query = query.where(columns.project_id == project_id)
        rows = self._read(query.order_by(columns.received_ns.desc()).limit(1))
        if not rows:
            raise NotFound(f"no agent called {name} has reported within a day")
        return _kept(rows[0])

    def _read(self, query: Any) -> Sequence[Row[Any]]:
        def work(connection: Connection) -> Sequence[Row[Any]]:
            oldest_ns = self._now_ns(connection) - FORGOTTEN_AFTER_NS
            return connection.execute(query.where(columns.received_ns >= oldest_ns)).all()

        return self._database.read(work)

    def now_ns(self) -> int:
        return self._database.read(self._now_ns)

    def _now_ns(self, connection: Connection) -> int:
        return self._clock() if self._clock is not None else shared_now_ns(connection)


def _count(connection: Connection, where: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(agent_report).where(where)).scalar_one()


def _earlier(known: Row[Any, Any] | None, report: AgentReport, encoded: bytes, now_ns: int) -> dict[str, Any]:
    """
    The report that rates are told by stays until a window later another one takes its place.

    Which that is, is noted in time: so it is one window to two old.
    """
    mark = {"next_before": encoded, "next_before_ns": now_ns}
    if known is None or known.started_ns != report.started_ns:
        return NO_BEFORE | mark
    if now_ns - known.next_before_ns < _window_ns(report):
        return {}
    return {"before": columns.next_before, "before_ns": columns.next_before_ns, **mark}


def _window_ns(report: AgentReport) -> int:
    longest_s = max((task.interval_s for task in report.tasks), default=0)
    return int(min(max(longest_s, WINDOW_S_MIN), WINDOW_S_MAX) * NS_PER_S)


def _seen_by(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.everything:
        return true()
    # Who has no project has not the agents of those without one.
    own = [columns.project_id == viewer.project_id] if viewer.project_id else []
    made = [columns.creator == viewer.creator] if viewer.creator else []
    return or_(*own, *made) if own or made else ~true()


def _kept(row: Row[Any]) -> KeptReport:
    """The row; its earlier report, or the one that is to become that, unless it is the newest itself."""
    before, before_ns = (row.before, row.before_ns) if row.before is not None else (row.next_before, row.next_before_ns)
    return KeptReport(
        project_id=row.project_id,
        creator=row.creator,
        owner=row.owner,
        received_ns=row.received_ns,
        every_s=row.every_s,
        report=msgspec.json.decode(row.report, type=AgentReport),
        before=msgspec.json.decode(before, type=AgentReport) if before_ns < row.received_ns else None,
        before_ns=before_ns,
    )
