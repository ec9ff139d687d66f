# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/audit`: who did what to what, from where; the newest first."""

from typing import Annotated, Any

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.model.audit import AuditEvent, AuditFilter
from nephoscope.model.instant import Instant
from nephoscope.model.paging import Page

Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class AuditQuery(msgspec.Struct):
    """Events by exactly this actor and of exactly this action, from `start` up to `stop`; `marker` is a `next`."""

    actor: str | None = None
    action: str | None = None
    start: Instant | None = None
    stop: Instant | None = None
    limit: Limit = 100
    marker: str | None = None


class EventView(msgspec.Struct):
    """
    What was done: `actor` is a user's name, or has a colon: `cli:` and who was at the command line, `system:` and us.

    `peer` is the address it was done from.
    """

    id: int
    time_ms: int
    actor: str
    project_id: str | None
    action: str
    target: str
    details: dict[str, Any]
    peer: str | None


class EventList(msgspec.Struct):
    """Events, the newest first; `next` is the marker of the page after this one."""

    events: list[EventView]
    next: str | None


def list_events(call: Call, query: AuditQuery) -> EventList:
    """Administrative acts."""
    wanted = AuditFilter(query.actor, query.action, query.start, query.stop)
    found = call.parts.index.audit.find(wanted, Page(query.limit + 1, query.marker))
    shown = found[: query.limit]
    return EventList([_view(each) for each in shown], str(shown[-1].id) if len(found) > query.limit else None)


def _view(event: AuditEvent) -> EventView:
    return EventView(
        id=event.id,
        time_ms=event.time_ns // 10**6,
        actor=event.actor.name,
        project_id=event.actor.project_id,
        action=event.action,
        target=event.target,
        details=dict(event.details),
        peer=event.actor.peer,
    )


def routes() -> list[BaseRoute]:
    """The page of this module."""
    return [at("/v1/audit", GET=operation(list_events, "see audit"))]
