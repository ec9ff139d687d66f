# SPDX-License-Identifier: Apache-2.0
"""One request of the dialect, and the routes that lead to its handlers."""

from functools import cached_property
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.routing import Route

from nephoscope.api.arguments import Arguments
from nephoscope.api.auth.policy import Target
from nephoscope.api.bodies import decode_json, read_body, require_media_type, require_text
from nephoscope.api.caller import NOBODY, Caller
from nephoscope.api.gnocchi.parts import Parts
from nephoscope.api.proxy import base_url, client_of
from nephoscope.api.routing import Handler, route
from nephoscope.model.audit import Actor

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

    @property
    def actor(self) -> Actor:
        """The caller as the audit names it."""
        return Actor(self.caller.user_id, self.caller.project_id or None, client_of(self.request.scope) or None)

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


def at(path: str, *, overview: bool = False, packed: str = "", **handlers: Handler[Call]) -> Route:
    """
    A route with one handler a method: `at("/v1/metric", GET=list_metrics, ...)`.

    A page that is an `overview` shows only what the dialect offers; some modes give it without credentials. Bodies
    whose Content-Encoding says `packed` are handed over as they came, for the handler to unpack.
    """

    async def prepare(request: Request) -> Call:
        parts: Parts = request.scope["nephoscope.part"]
        caller = await _caller(request, parts, overview)
        return Call(request, parts, caller, await read_body(request, parts.settings.body, packed))

    return route(path, handlers, prepare)


async def _caller(request: Request, parts: Parts, overview: bool) -> Caller:
    request.scope["nephoscope.challenge"] = parts.authenticator.challenge
    if overview and not parts.authenticator.guards_overview:
        return NOBODY
    return await parts.authenticator.identify(request)
