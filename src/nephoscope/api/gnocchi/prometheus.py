# SPDX-License-Identifier: Apache-2.0
"""Prometheus' remote write: each series is a metric of the resource `job@instance`."""

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.gnocchi.call import Call, at
from nephoscope.api.gnocchi.measures import Accepted, committed
from nephoscope.api.gnocchi.series import accept_series
from nephoscope.api.offload import offload
from nephoscope.model.attribute import StringAttribute
from nephoscope.model.errors import NotFound
from nephoscope.model.resource_type import ResourceType
from nephoscope.receive.prometheus import decode

RESOURCE_TYPE = ResourceType("prometheus", {"job": StringAttribute(), "instance": StringAttribute()})


async def write(call: Call) -> Response:
    """`POST /v1/prometheus/write`: 202 once all samples are on disk; any content type but remote write 2.0's: 415."""
    if "io.prometheus.write.v2" in call.request.headers.get("content-type", ""):
        raise HTTPException(415)
    return await committed(call, await offload(_take, call))


def _take(call: Call) -> Accepted:
    unpacked_bytes_max = call.parts.settings.body.unpacked_bytes_max
    batch = decode(call.body, points_max=call.parts.measured.measures_max, bytes_max=unpacked_bytes_max)
    return accept_series(call, batch, lambda: _resource_type(call))


def _resource_type(call: Call) -> str:
    """The type's name; the type is made with the first resource."""
    types = call.parts.index.resource_types
    try:
        return types.get(RESOURCE_TYPE.name).name
    except NotFound:
        call.allow("create resource type", {"resource_type": RESOURCE_TYPE.name})
        return types.create(RESOURCE_TYPE, keep_existing=True).name


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/prometheus/write", packed="snappy", POST=write)]
