# SPDX-License-Identifier: Apache-2.0
"""How often evaluations gave each state."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.aodh import render
from nephoscope.api.aodh.call import Call, at
from nephoscope.api.aodh.typed import flag, read_argument
from nephoscope.model.errors import Forbidden


def show_metrics(call: Call) -> Response:
    """`GET /v2/metrics`: of the caller's project's alarms, or with `all_projects=true` of all."""
    if not call.parts.settings.evaluation_metrics:
        raise Forbidden("metrics endpoint is disabled")
    everywhere = read_argument("all_projects", call.arguments.text("all_projects") or "false", flag)
    call.allow_own("telemetry:get_metrics:all_projects" if everywhere else "telemetry:get_metrics")
    counted = call.parts.evaluations(None if everywhere else call.caller.project_id)
    return call.reply(render.evaluations(counted))


def routes() -> list[BaseRoute]:
    """The address of this module."""
    return [at("/v2/metrics", arguments=frozenset({"all_projects"}), GET=show_metrics)]
