# SPDX-License-Identifier: Apache-2.0
"""Which HTTP status a problem has: one table, walked up the class tree; dialects render the bodies."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nephoscope.model import errors

log = logging.getLogger("nephoscope.api")

STATUS: dict[type[errors.NephoscopeError], int] = {
    errors.NephoscopeError: 500,
    errors.BadRequest: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.TooManyRequests: 429,
    errors.NotOffered: 501,
    errors.Unavailable: 503,
}


class Problem(msgspec.Struct, frozen=True):
    """What went wrong, ready to be rendered; `message` is None where HTTP itself (no such route) is all there is."""

    status: int
    message: str | None = None
    cause: str = ""
    reason: str = ""
    detail: Any = None
    headers: dict[str, str] = {}

    @property
    def title(self) -> str:
        return HTTPStatus(self.status).phrase


Render = Callable[[Request, Problem], Response]


def problem_of(error: Exception) -> Problem:
    """The problem that an exception amounts to; anything unknown is a 500 that tells nothing of our insides."""
    if isinstance(error, errors.NephoscopeError):
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        return Problem(status, error.message, error.cause, error.reason, error.detail, _retry_after(error))
    if isinstance(error, HTTPException):
        said = error.detail if error.detail != HTTPStatus(error.status_code).phrase else None
        return Problem(error.status_code, said, headers=dict(error.headers or {}))
    return Problem(500, "the server met an error of its own; its log says more")


def _retry_after(error: errors.NephoscopeError) -> dict[str, str]:
    if isinstance(error, errors.Unavailable | errors.TooManyRequests):
        return {"Retry-After": str(error.retry_after_s)}
    return {}


def render_native(request: Request, problem: Problem) -> Response:
    """The body of our own API: application/problem+json (RFC 9457)."""
    body: dict[str, Any] = {"type": "about:blank", "title": problem.title, "status": problem.status}
    if problem.message:
        body["detail"] = problem.message
    if problem.cause:
        body["cause"] = problem.cause
    if problem.detail is not None:
        body["field"] = problem.detail
    content = msgspec.json.encode(body)
    return Response(content, problem.status, problem.headers, media_type="application/problem+json")


class Rescue:
    """Turns what an inner application raises into a response, as its dialect renders it."""

    def __init__(self, app: ASGIApp, render: Render) -> None:
        self.app = app
        self.render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, note)
        except Exception as error:
            if started:
                raise
            problem = problem_of(error)
            if problem.status == 500:
                log.exception(
                    "a request failed inside",
                    extra={"fields": {"path": scope.get("path"), "request": scope.get("nephoscope.request_id")}},
                )
            if problem.status == 401 and (challenge := scope.get("nephoscope.challenge")):
                problem.headers["WWW-Authenticate"] = challenge
            await self.render(Request(scope), problem)(scope, receive, send)
