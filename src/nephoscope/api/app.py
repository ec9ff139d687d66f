# SPDX-License-Identifier: Apache-2.0
"""The one HTTP application: dialects side by side, each under its prefix, behind the same middlewares."""

import re
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import cast

import msgspec
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from nephoscope.api.cors import CrossOrigin
from nephoscope.api.journal import Journal
from nephoscope.api.problems import Render, Rescue, render_native
from nephoscope.api.proxy import ProxyHeaders, TrustedPeers


class Dialect(msgspec.Struct, frozen=True):
    """A row of DIALECTS: the prefix, and the module that offers `routes()` and `render_problem(request, problem)`."""

    prefix: str
    module: str


DIALECTS: dict[str, Dialect] = {
    "health": Dialect("", "nephoscope.api.health"),
    "native": Dialect("/api", "nephoscope.api.native"),
    "gnocchi": Dialect("/gnocchi", "nephoscope.api.gnocchi"),
    "aodh": Dialect("/aodh", "nephoscope.api.aodh"),
    "pages": Dialect("", "nephoscope.api.pages"),
}
"""Every dialect by name; a module is loaded only when `build` is given parts for it."""


class HttpSettings(msgspec.Struct, frozen=True):
    """What all dialects share: origins that browsers may call from, and the networks of proxies to believe."""

    cors_allowed_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()


def build(
    parts: Mapping[str, object],
    settings: HttpSettings,
    dialects: Mapping[str, Dialect] = DIALECTS,
) -> ASGIApp:
    """
    The ASGI application with a dialect for each key of `parts`; its handlers find their part in `request`.

    Of dialects with the same prefix, the one first in `parts` is asked first, the next for what that one lacks.

    Raises KeyError for a name that has no row, ValueError for a trusted proxy that is no network.
    """
    mounts: dict[str, ASGIApp] = {}
    for name, part in reversed(list(parts.items())):
        prefix = dialects[name].prefix
        mounts[prefix] = _mounted(name, dialects[name], part, mounts.get(prefix))
    app: ASGIApp = _Prefixes(list(mounts.items()))
    app = CrossOrigin(app, settings.cors_allowed_origins)
    app = ProxyHeaders(app, TrustedPeers(settings.trusted_proxies))
    return Journal(app)


def load(dialect: Dialect) -> tuple[Callable[[], Sequence[BaseRoute]], Render]:
    """The two functions that a dialect's module offers."""
    module = import_module(dialect.module)
    return cast(Callable[[], Sequence[BaseRoute]], module.routes), cast(Render, module.render_problem)


def _mounted(name: str, dialect: Dialect, part: object, otherwise: ASGIApp | None) -> ASGIApp:
    routes, render = load(dialect)
    return Rescue(_Mount(name, dialect.prefix, routes(), part, otherwise), render)


# Gnocchi's own client puts two in a row where it changes an archive policy.
_SLASHES = re.compile("/{2,}")


class _Mount:
    """
    One dialect under its prefix: finds the route, past slashes doubled or at the end, and hands over the part.

    What it has no route for goes to `otherwise`, if there is such an application.
    """

    def __init__(
        self, name: str, prefix: str, routes: Sequence[BaseRoute], part: object, otherwise: ASGIApp | None = None
    ) -> None:
        self.name = name
        self.prefix = prefix
        self.routes = routes
        self.part = part
        self.otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found: dict[str, str] = scope.setdefault("nephoscope.found", {})
        found["dialect"] = self.name
        asked, root = scope["path"], scope.get("root_path", "")
        scope["app"] = self  # with it, routes raise 405 instead of answering by themselves
        scope["root_path"] = root + self.prefix
        scope["path"] = self.prefix + (_SLASHES.sub("/", asked.removeprefix(self.prefix)).rstrip("/") or "/")
        scope["nephoscope.asked"] = asked
        scope["nephoscope.part"] = self.part
        matched = self._match(scope)
        if matched is None:
            if self.otherwise is None:
                raise HTTPException(404)
            return await self.otherwise({**scope, "path": asked, "root_path": root}, receive, send)
        route, more = matched
        scope.update(more)
        found["route"] = str(getattr(route, "path", "none"))
        await route.handle(scope, receive, send)

    def _match(self, scope: Scope) -> tuple[BaseRoute, Scope] | None:
        """The route of a request; one that has the path but not the method, which will answer 405; or None."""
        partial: tuple[BaseRoute, Scope] | None = None
        for route in self.routes:
            match, more = route.matches(scope)
            if match == Match.FULL:
                return route, more
            if match == Match.PARTIAL and partial is None:
                partial = route, more
        return partial


class _Prefixes:
    """Picks the dialect with the longest prefix of the path."""

    def __init__(self, mounts: Sequence[tuple[str, ASGIApp]]) -> None:
        self.mounts = sorted(mounts, key=lambda mount: len(mount[0]), reverse=True)
        self.nowhere = Rescue(_nowhere, render_native)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await _lifespan(receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1003})
        for prefix, app in self.mounts:
            if scope["path"] == prefix or scope["path"].startswith(prefix + "/"):
                return await app(scope, receive, send)
        await self.nowhere(scope, receive, send)


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    raise HTTPException(404)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
