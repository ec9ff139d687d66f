# SPDX-License-Identifier: Apache-2.0
"""What writers for InfluxDB need: a ping, the creation of a database (here a resource type), and line protocol."""

import re
import time
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from nephoscope.api.bodies import require_text
from nephoscope.api.gnocchi.call import Call, at
from nephoscope.api.gnocchi.measures import Accepted, committed
from nephoscope.api.gnocchi.render import nothing
from nephoscope.api.gnocchi.root import GNOCCHI_VERSION
from nephoscope.api.gnocchi.series import accept_series
from nephoscope.api.offload import offload
from nephoscope.model.errors import BadPayload, NotOffered
from nephoscope.model.resource_type import ResourceType, check_type_name
from nephoscope.receive.influxdb import decode, unit_of

RESOURCE_TAG = "host"
RESOURCE_TAG_HEADER = "x-gnocchi-influxdb-tag-resource-id"
DATABASE = "influxdb"
"""Where lines go that name no database."""

_FORM = "application/x-www-form-urlencoded"
_CREATE = re.compile(
    r"""\s* CREATE \s+ DATABASE \s* (?: "(?P<quoted>[^"]+)" | (?<=\s) (?P<bare>[^\s";]+) )
    (?: \s+ WITH \s .* )? [\s;]*""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


async def ping(request: Request) -> Response:
    """`GET /v1/influxdb/ping`: 204 with a version. Asks nobody for credentials."""
    return Response(status_code=204, headers={"X-Influxdb-Version": f"Gnocchi {GNOCCHI_VERSION}"})


def query(call: Call) -> Response:
    """`POST /v1/influxdb/query` with `q`, as an argument or in a form: 204 for CREATE DATABASE, 501 for all else."""
    statement = _statement(call)
    found = _CREATE.fullmatch(statement)
    if found is None:
        raise NotOffered("", cause="Not implemented error", reason=f"{statement[:100]} is not implemented")
    name = found["quoted"] or found["bare"]
    call.allow("create resource type", {"resource_type": name})
    check_type_name(name)
    call.parts.index.resource_types.create(ResourceType(name), keep_existing=True)
    return nothing()


def _statement(call: Call) -> str:
    said = call.arguments.text("q")
    if said is None and call.request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM:
        try:
            said = parse_qs(call.body.decode(), max_num_fields=100).get("q", [""])[-1]
        except ValueError:
            raise BadPayload("the form of this request cannot be read") from None
    return require_text(said or "")


async def write(call: Call) -> Response:
    """`POST /v1/influxdb/write?db=NAME` with lines: 204 once all points are on disk; 404 for an unknown database."""
    await committed(call, await offload(_take, call))
    return nothing()


def _take(call: Call) -> Accepted:
    database = call.arguments.text("db") or DATABASE
    batch = decode(
        call.body,
        resource_tag=call.request.headers.get(RESOURCE_TAG_HEADER, RESOURCE_TAG),
        now_ns=time.time_ns(),
        unit_ns=unit_of(call.arguments.text("precision")),
        points_max=call.parts.measured.measures_max,
    )
    return accept_series(call, batch, lambda: call.parts.index.resource_types.get(database).name)


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        Route("/v1/influxdb/ping", ping),
        at("/v1/influxdb/query", POST=query),
        at("/v1/influxdb/write", POST=write),
    ]
