# SPDX-License-Identifier: Apache-2.0
"""How the program itself is: own metrics as Prometheus text, liveness, readiness."""

from collections.abc import Callable, Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from nephoscope.api.auth.policy import Policy
from nephoscope.api.caller import Authenticator
from nephoscope.api.offload import offload
from nephoscope.api.problems import render_native
from nephoscope.observe import registry

__all__ = ["HealthPart", "render_problem", "routes"]

render_problem = render_native


class HealthPart(msgspec.Struct, frozen=True):
    """
    What these pages need: `obstacles` gives the reasons, one sentence each, why requests cannot be served now.

    With an `authenticator`, `/metrics` asks for credentials that let see the platform; the two probes never do.
    """

    obstacles: Callable[[], Sequence[str]]
    authenticator: Authenticator | None = None
    policy: Policy = Policy()


async def show_metrics(request: Request) -> Response:
    """Every counter and gauge of this process."""
    part: HealthPart = request.scope["nephoscope.part"]
    if part.authenticator:
        request.scope["nephoscope.challenge"] = part.authenticator.challenge
        part.policy.enforce("see platform", await part.authenticator.identify(request), {})
    return PlainTextResponse(await offload(registry.render), media_type="text/plain; version=0.0.4")


async def show_alive(request: Request) -> Response:
    """200 as long as the event loop turns."""
    return PlainTextResponse("alive\n")


async def show_ready(request: Request) -> Response:
    """200 when requests can be served, else 503 with the reasons."""
    part: HealthPart = request.scope["nephoscope.part"]
    obstacles = list(await offload(part.obstacles))
    return JSONResponse({"ready": not obstacles, "obstacles": obstacles}, 503 if obstacles else 200)


def routes() -> list[BaseRoute]:
    """The pages of this dialect."""
    return [Route("/metrics", show_metrics), Route("/healthz", show_alive), Route("/readyz", show_ready)]
