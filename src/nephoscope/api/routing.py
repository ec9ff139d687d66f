# SPDX-License-Identifier: Apache-2.0
"""The way from a route to its handlers, the same for every dialect."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nephoscope.api.offload import offload

C = TypeVar("C")

Handler = Callable[[C], Response] | Callable[[C], Awaitable[Response]]


def route(path: str, handlers: Mapping[str, Handler[C]], prepare: Callable[[Request], Awaitable[C]]) -> Route:
    """
    A route with one handler a method, each given what `prepare` makes of the request.

    Synchronous handlers run in a thread, asynchronous ones in the event loop. HEAD is answered as GET.
    """

    async def respond(request: Request) -> Response:
        handler = handlers[method_of(request)]
        call = await prepare(request)
        if inspect.iscoroutinefunction(handler):
            return cast(Response, await handler(call))
        return cast(Response, await offload(handler, call))

    return Route(path, respond, methods=list(handlers))


def method_of(request: Request) -> str:
    """The method whose handler answers."""
    return "GET" if request.method == "HEAD" else request.method
