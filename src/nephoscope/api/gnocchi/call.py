# SPDX-License-Identifier: Apache-2.0
"""One request of the dialect, and the routes that lead to its handlers."""

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.routing import Route

from nephoscope.api.auth.policy import Target
from nephoscope.api.bodies import decode_json, read_body
from nephoscope.api.call import DialectCall
from nephoscope.api.caller import NOBODY, Caller
from nephoscope.api.gnocchi.parts import Parts
from nephoscope.api.proxy import base_url
from nephoscope.api.routing import Handler, route

JSON_PATCH = "application/json-patch+json"


class Call(DialectCall[Parts]):
    """A request as handlers of this dialect take it."""

    def fields_unchecked(self) -> dict[str, Any]:
        """The body's fields if it has any: for authorisation that looks at them before the body is validated."""
        try:
            body = decode_json(self.body, self._limits)
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
        limits = parts.settings.body
        return Call(request, parts, caller, await read_body(request, limits, packed), limits)

    return route(path, handlers, prepare)


async def _caller(request: Request, parts: Parts, overview: bool) -> Caller:
    request.scope["nephoscope.challenge"] = parts.authenticator.challenge
    if overview and not parts.authenticator.guards_overview:
        return NOBODY
    return await parts.authenticator.identify(request)
