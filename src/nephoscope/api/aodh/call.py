# SPDX-License-Identifier: Apache-2.0
"""One request of the dialect, and the routes that lead to its handlers."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nephoscope.api.aodh.parts import AodhParts
from nephoscope.api.aodh.problem import sent
from nephoscope.api.aodh.xml import JSON, XML, prefers_xml, result
from nephoscope.api.auth.policy import Target
from nephoscope.api.bodies import decode_json, read_body
from nephoscope.api.call import DialectCall
from nephoscope.api.proxy import base_url
from nephoscope.api.routing import Handler, route
from nephoscope.model.errors import BadPayload, BadRequest, Forbidden
from nephoscope.store.index.alarm_contract import Author

REFUSED = "RBAC Authorization Failed"
_JSON_TYPES = frozenset({JSON, "text/javascript", "application/javascript"})
_FORM = "application/x-www-form-urlencoded"


class Call(DialectCall[AodhParts]):
    """A request as handlers of this dialect take it."""

    @cached_property
    def administers(self) -> bool:
        """Whether the caller is not kept to its own project and its own name."""
        return self.parts.policy.allows("context_is_admin", self.caller, {})

    @cached_property
    def sees_others(self) -> bool:
        """Whether the caller sees alarms of other projects. No other rule, however it is overridden, opens these."""
        own = {"project_id": self.caller.project_id}
        return self.administers or self.may("telemetry:get_alarms:all_projects", own)

    @property
    def author(self) -> Author:
        """The caller as histories name it."""
        return Author(self.caller.user_id, self.caller.project_id)

    def may(self, rule: str, target: Target) -> bool:
        """Whether the policy lets the caller do this to `target`."""
        return self.parts.policy.allows(rule, self.caller, target)

    def allow(self, rule: str, target: Target) -> None:
        """Raises Forbidden unless the policy lets the caller do this to `target`."""
        if not self.may(rule, target):
            raise Forbidden(REFUSED)

    def allow_own(self, rule: str) -> None:
        """Raises Forbidden unless the policy lets the caller do this within its project."""
        self.allow(rule, {"project_id": self.caller.project_id})

    def typed_body(self, argument: str) -> Any:
        """The decoded body. BadRequest when there is none or it is no JSON; 415. Authorise before."""
        media_type = self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not self.body or media_type == _FORM:
            raise BadRequest(f'Missing argument: "{argument}"')
        if media_type not in _JSON_TYPES:
            raise HTTPException(415, f"Unknown mimetype: {media_type}")
        try:
            return decode_json(self.body, self._limits)
        except BadPayload as error:
            if error.message.startswith("Unable to decode"):
                raise BadRequest("Request is not in valid JSON format") from None
            raise

    def url(self, *segments: str) -> str:
        """The absolute address of something under /v2, each segment percent-encoded."""
        return "/".join([base_url(self.request.scope), "v2", *(quote(segment, safe="") for segment in segments)])

    def reply(self, content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """A response in JSON, or in XML where the Accept header prefers that."""
        if prefers_xml(self.request.headers.get("accept", "")):
            return sent(self.request, result(content), XML, status, dict(headers or {}))
        return sent(self.request, msgspec.json.encode(content), JSON, status, dict(headers or {}))

    def nothing(self) -> Response:
        """A response without content."""
        done = sent(self.request, b"", JSON, 204, {})
        del done.headers["content-type"]
        return done


def at(path: str, *, arguments: frozenset[str] | None = frozenset(), **handlers: Handler[Call]) -> Route:
    """
    A route with one handler a method: `at("/v2/alarms", GET=list_alarms, ...)`.

    Its query string may have these `arguments` alone, with None any.
    """

    async def prepare(request: Request) -> Call:
        parts: AodhParts = request.scope["nephoscope.part"]
        request.scope["nephoscope.challenge"] = parts.authenticator.challenge
        caller = await parts.authenticator.identify(request)
        limits = parts.settings.body
        call = Call(request, parts, caller, await read_body(request, limits), limits)
        unknown = [] if arguments is None else sorted(set(call.arguments.params.keys()) - arguments)
        if unknown:
            raise BadRequest(f'Unknown argument: "{", ".join(unknown)}"')
        return call

    return route(path, handlers, prepare)
