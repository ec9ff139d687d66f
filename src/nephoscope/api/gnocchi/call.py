# SPDX-License-Identifier: Apache-2.0
"""One request of the dialect, and the routes that lead to handlers: `at("/metric", GET=list_metrics, ...)`."""

import inspect
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any, cast
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nephoscope.api.arguments import Arguments
from nephoscope.api.bodies import decode_json, read_body, require_media_type, require_text
from nephoscope.api.caller import Caller
from nephoscope.api.gnocchi.parts import Parts
from nephoscope.api.gnocchi.policy import Target
from nephoscope.api.offload import offload
from nephoscope.api.proxy import base_url

JSON = "application/json"
JSON_PATCH = "application/json-patch+json"


class Call:
    """A request with its caller known and its body read, as handlers take it."""

    def __init__(self, request: Request, parts: Parts, caller: Caller, body: bytes) -> None:
        self.request = request
        self.parts = parts
        self.caller = caller
        self.body = body

    @cached_property
    def arguments(self) -> Arguments:
        """The arguments of the query string."""
        return Arguments.of(self.request)

    def segment(self, name: str) -> str:
        """The part of the path that the route calls `name`."""
        return require_text(str(self.request.path_params[name]))

    def json(self, media_type: str = JSON) -> Any:
        """The decoded body. Raises 415 for another Content-Type, BadPayload, TooLarge. Authorise before."""
        require_media_type(self.request, media_type)
        return decode_json(self.body, self.parts.settings.body)

    def fields_unchecked(self) -> dict[str, Any]:
        """The body's fields if it has any: for authorisation that looks at them before the body is validated."""
        try:
            body = decode_json(self.body, self.parts.settings.body)
        except Exception:
            return {}
        return body if isinstance(body, dict) else {}

    def allow(self, rule: str, target: Target | None = None) -> None:
        """Raises Forbidden unless the policy lets the caller do this to `target`."""
        self.parts.policy.enforce(rule, self.caller, target or {})

    def url(self, *segments: str) -> str:
        """The absolute address of something under /v1, each segment percent-encoded."""
        return "/".join([base_url(self.request.scope), "v1", *(quote(segment, safe="") for segment in segments)])


Handler = Callable[[Call], Response] | Callable[[Call], Awaitable[Response]]


def at(path: str, *, overview: bool = False, packed: str = "", **handlers: Handler) -> Route:
    """
    A route with one handler a method. Synchronous handlers run in a thread, asynchronous ones in the event loop.

    A page that is an `overview` shows only what the dialect offers; some modes give it without credentials. Bodies
    whose Content-Encoding says `packed` are handed over as they came, for the handler to unpack.
    """

    async def respond(request: Request) -> Response:
        parts: Parts = request.scope["nephoscope.part"]
        handler = handlers[request.method if request.method != "HEAD" else "GET"]
        caller = await _caller(request, parts, overview)
        body = await read_body(request, parts.settings.body, packed)
        call = Call(request, parts, caller, body)
        if inspect.iscoroutinefunction(handler):
            return cast(Response, await handler(call))
        return cast(Response, await offload(handler, call))

    return Route(path, respond, methods=list(handlers))


_NOBODY = Caller(creator="", user_id="")


async def _caller(request: Request, parts: Parts, overview: bool) -> Caller:
    request.scope["nephoscope.challenge"] = parts.authenticator.challenge
    if overview and not parts.authenticator.guards_overview:
        return _NOBODY
    return await parts.authenticator.identify(request)
