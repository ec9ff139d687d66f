# SPDX-License-Identifier: Apache-2.0
"""Quotas: how many alarms a project may have."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.aodh import render
from nephoscope.api.aodh.call import Call, at
from nephoscope.api.aodh.typed import Attribute, integer, list_of, one_of, read_argument, read_object, text
from nephoscope.model.alarm import Quota

ALARMS_MAX = 2**31 - 1
_read_quota = read_object(
    (
        Attribute("resource", one_of(["alarms"]), mandatory=True),
        Attribute("limit", integer(-1, ALARMS_MAX), mandatory=True),
    )
)
_read_quotas = read_object(
    (Attribute("project_id", text, mandatory=True), Attribute("quotas", list_of(_read_quota), default=()))
)


def show_quotas(call: Call) -> Response:
    """`GET /v2/quotas`: those of `project_id`, or of the caller's project."""
    project_id = call.arguments.text("project_id") or call.caller.project_id
    call.allow("telemetry:get_quotas", {"project_id": project_id})
    return _shown(call, project_id)


def set_quotas(call: Call) -> Response:
    """`POST /v2/quotas`: 201, 400."""
    call.allow("telemetry:update_quotas", {"project_id": call.caller.project_id})
    body = read_argument("body", call.typed_body("body"), _read_quotas)
    for each in body["quotas"]:
        call.parts.index.alarms.set_quota(Quota(body["project_id"], each["limit"]))
    return _shown(call, body["project_id"], 201)


def delete_quotas(call: Call) -> Response:
    """`DELETE /v2/quotas/{project}`: 204; the settings count again."""
    project_id = call.segment("project")
    call.allow("telemetry:delete_quotas", {"project_id": project_id})
    call.parts.index.alarms.remove_quota(project_id)
    return call.nothing()


def _shown(call: Call, project_id: str, status: int = 200) -> Response:
    quota = call.parts.index.alarms.quota(project_id, call.parts.settings.quota.project_max)
    return call.reply(render.quotas(quota), status)


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [
        at("/v2/quotas", arguments=None, GET=show_quotas, POST=set_quotas),
        at("/v2/quotas/{project}", DELETE=delete_quotas),
    ]
