# SPDX-License-Identifier: Apache-2.0
"""What the dialect offers: root pages, capabilities, health."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from nephoscope.api.gnocchi.call import Call, at
from nephoscope.api.gnocchi.render import reply
from nephoscope.api.proxy import base_url
from nephoscope.model.archive_policy import METHODS

GNOCCHI_VERSION = "4.7.1"
"""The release whose API this is; clients choose their ways by it."""

COLLECTIONS = (
    "aggregates",
    "aggregation",
    "archive_policy",
    "archive_policy_rule",
    "batch",
    "capabilities",
    "influxdb",
    "metric",
    "resource",
    "resource_type",
    "search",
    "status",
)


async def show_versions(request: Request) -> Response:
    """`GET /`: the versions there are. Asks nobody for credentials."""
    links = [{"rel": "self", "href": base_url(request.scope) + "/v1/"}]
    version = {"id": "v1.0", "status": "CURRENT", "updated": "2015-03-19", "links": links}
    return reply({"build": GNOCCHI_VERSION, "versions": [version]})


async def show_health(request: Request) -> Response:
    """`GET /healthcheck`: 200 while the server answers. Asks nobody for credentials."""
    return PlainTextResponse("OK\n")


async def show_collections(call: Call) -> Response:
    """`GET /v1/`: where everything is; without the slash at its end a redirect to it."""
    if not str(call.request.scope["nephoscope.asked"]).endswith("/"):
        return RedirectResponse(call.url(""), 302)
    links = [{"rel": "self", "href": call.url()}]
    links += [{"rel": name, "href": call.url(name)} for name in COLLECTIONS]
    return reply({"version": "1.0", "links": links})


async def show_capabilities(call: Call) -> Response:
    """`GET /v1/capabilities`: every aggregation method that a policy may keep."""
    return reply({"aggregation_methods": sorted(METHODS)})


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        Route("/", show_versions),
        Route("/healthcheck", show_health),
        at("/v1", overview=True, GET=show_collections),
        at("/v1/capabilities", overview=True, GET=show_capabilities),
    ]
