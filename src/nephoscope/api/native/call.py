# SPDX-License-Identifier: Apache-2.0
"""One request of our own API: the caller, the body, and who may do what."""

import inspect
from collections.abc import Awaitable, Callable
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nephoscope.api.arguments import Arguments
from nephoscope.api.bodies import BodyLimits, decode_json, read_body, require_media_type
from nephoscope.api.caller import Authenticator, Caller
from nephoscope.api.offload import offload
from nephoscope.model.errors import Forbidden
from nephoscope.model.search import EVERYTHING, Or, Search, equal
from nephoscope.query.metrics import MetricReader
from nephoscope.store.catalog import Catalog
from nephoscope.store.commit import GroupCommit
from nephoscope.store.contract import Store
from nephoscope.store.index.contract import Index
from nephoscope.store.series import SeriesState

SEES_ALL = frozenset({"admin", "operator"})
WRITES = frozenset({"admin", "operator", "member", "writer"})


class NativeParts(msgspec.Struct, frozen=True):
    """Everything that handlers of this dialect use; `backup` and `backup_done` are those of `Backups`."""

    index: Index
    store: Store
    authenticator: Authenticator
    catalog: Catalog
    commit: GroupCommit
    reader: MetricReader
    series: SeriesState
    backup: Callable[[Path | None], dict[str, object]]
    backup_done: Callable[[], float | None]
    body: BodyLimits = BodyLimits()


class Call:
    """A request with its caller known and its body read."""

    def __init__(self, request: Request, parts: NativeParts, caller: Caller, body: bytes) -> None:
        self.request = request
        self.parts = parts
        self.caller = caller
        self.body = body

    @cached_property
    def arguments(self) -> Arguments:
        """The arguments of the query string."""
        return Arguments.of(self.request)

    def json(self) -> Any:
        """The decoded body. Raises 415 for another Content-Type, BadPayload, TooLarge. Authorise before."""
        require_media_type(self.request, "application/json")
        return decode_json(self.body, self.parts.body)

    def need(self, roles: frozenset[str], what: str) -> None:
        """Raises Forbidden unless the caller has one of the roles."""
        if not roles & self.caller.roles:
            raise Forbidden(f"{self.caller.user_id!r} may not {what}: that needs one of {', '.join(sorted(roles))}")

    @property
    def visible(self) -> Search:
        """The search that leaves only metrics which the caller may see: all, or its own and its project's."""
        if SEES_ALL & self.caller.roles:
            return EVERYTHING
        own = [equal("creator", self.caller.creator)]
        if self.caller.project_id:
            own += [equal(f, self.caller.project_id) for f in ("resource.project_id", "created_by_project_id")]
        return Or(tuple(own))


Handler = Callable[[Call], Response] | Callable[[Call], Awaitable[Response]]


def at(path: str, **handlers: Handler) -> Route:
    """A route with one handler a method. Synchronous handlers run in a thread, asynchronous ones in the event loop."""

    async def respond(request: Request) -> Response:
        request.scope["nephoscope.found"]["route"] = path
        parts: NativeParts = request.scope["nephoscope.part"]
        handler = handlers[request.method if request.method != "HEAD" else "GET"]
        request.scope["nephoscope.challenge"] = parts.authenticator.challenge
        caller = await parts.authenticator.identify(request)
        call = Call(request, parts, caller, await read_body(request, parts.body))
        if inspect.iscoroutinefunction(handler):
            return cast(Response, await handler(call))
        return cast(Response, await offload(handler, call))

    return Route(path, respond, methods=list(handlers))


def reply(content: Any, status: int = 200) -> Response:
    """A JSON response."""
    return Response(msgspec.json.encode(content), status, media_type="application/json")
