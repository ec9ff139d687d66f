# SPDX-License-Identifier: Apache-2.0
"""What handlers of every dialect know of a request."""

from functools import cached_property
from typing import Any, Generic, TypeVar

from starlette.requests import Request

from nephoscope.api.arguments import Arguments
from nephoscope.api.bodies import BodyLimits, decode_json, require_media_type, require_text
from nephoscope.api.caller import Caller
from nephoscope.api.proxy import client_of
from nephoscope.model.audit import Actor

JSON = "application/json"

P = TypeVar("P")


class DialectCall(Generic[P]):
    """A request with its caller known and its body read; `parts` are what the dialect's handlers use."""

    def __init__(self, request: Request, parts: P, caller: Caller, body: bytes, limits: BodyLimits) -> None:
        self.request = request
        self.parts = parts
        self.caller = caller
        self.body = body
        self._limits = limits

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
        return decode_json(self.body, self._limits)
