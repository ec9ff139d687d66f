# SPDX-License-Identifier: Apache-2.0
"""What the dialect offers: versions, health, capabilities."""

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from nephoscope.api.aodh.call import Call, at
from nephoscope.api.aodh.xml import JSON
from nephoscope.api.proxy import base_url

VERSION = "v2"
UPDATED = "2013-02-13T00:00:00Z"
_MEDIA_TYPE = f"application/vnd.openstack.telemetry-{VERSION}"

CAPABILITIES = {
    "api": {
        "alarms:history:query:complex": True,
        "alarms:history:query:simple": True,
        "alarms:query:complex": True,
        "alarms:query:simple": True,
    },
    "alarm_storage": {"storage:production_ready": True},
}


async def show_versions(request: Request) -> Response:
    """`GET /`: the versions there are. Asks nobody for credentials."""
    version = {
        "id": VERSION,
        "links": [
            {"href": f"{base_url(request.scope)}/{VERSION}", "rel": "self"},
            {"href": "https://docs.openstack.org/", "rel": "describedby", "type": "text/html"},
        ],
        "media-types": [
            {"base": "application/json", "type": f"{_MEDIA_TYPE}+json"},
            {"base": "application/xml", "type": f"{_MEDIA_TYPE}+xml"},
        ],
        "status": "stable",
        "updated": UPDATED,
    }
    return Response(msgspec.json.encode({"versions": {"values": [version]}}), media_type=JSON)


async def show_health(request: Request) -> Response:
    """`GET /healthcheck`: 200 while the server answers. Asks nobody for credentials."""
    return PlainTextResponse("")


async def show_capabilities(call: Call) -> Response:
    """`GET /v2/capabilities`: everything."""
    return call.reply(CAPABILITIES)


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [
        Route("/", show_versions),
        Route("/healthcheck", show_health),
        at("/v2/capabilities", GET=show_capabilities),
    ]
