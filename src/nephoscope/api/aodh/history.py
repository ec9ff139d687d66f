# SPDX-License-Identifier: Apache-2.0
"""The history of one alarm, as long as the alarm is there."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.aodh import render
from nephoscope.api.aodh.call import Call, at
from nephoscope.api.aodh.found import alarm_by_id
from nephoscope.api.aodh.simple_queries import CHANGE_SORTS, LISTING, change_search, page_of
from nephoscope.model.search import EVERYTHING, all_of, equal


def list_history(call: Call) -> Response:
    """`GET /v2/alarms/{alarm}/history`: newest first unless `sort` says otherwise; 200, 404."""
    alarm = alarm_by_id(call, "telemetry:alarm_history")
    search = all_of(equal("alarm_id", alarm.id), change_search(call))
    # An alarm may have been another project's before.
    visible = EVERYTHING if call.sees_others else equal("on_behalf_of", call.caller.project_id)
    found = call.parts.index.alarms.history(search, visible=visible, page=page_of(call, CHANGE_SORTS))
    return call.reply([render.change(each) for each in found])


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [at("/v2/alarms/{alarm}/history", arguments=LISTING, GET=list_history)]
