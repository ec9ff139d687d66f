# SPDX-License-Identifier: Apache-2.0
"""Alarms: list, create, show, replace, delete; their states."""

import msgspec
from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.aodh import render
from nephoscope.api.aodh.alarm_bodies import Writer, read_definition, read_replacement
from nephoscope.api.aodh.alarm_writing import Owner, create, owner_of, remove, replace
from nephoscope.api.aodh.call import Call, at
from nephoscope.api.aodh.found import alarm_by_id
from nephoscope.api.aodh.scoping import scope_of
from nephoscope.api.aodh.simple_queries import ALARM_SORTS, LISTING, alarm_search, page_of
from nephoscope.model.alarm import STATES
from nephoscope.model.errors import BadRequest


def list_alarms(call: Call) -> Response:
    """`GET /v2/alarms`: newest definition first unless `sort` says otherwise."""
    search = alarm_search(call)
    found = call.parts.index.alarms.find(search, page=page_of(call, ALARM_SORTS))
    return call.reply([render.alarm(each) for each in found])


def create_alarm(call: Call) -> Response:
    """`POST /v2/alarms`: 201, 400, 401 for what is another's, 403 for too many."""
    call.allow_own("telemetry:create_alarm")
    definition = read_definition(call.typed_body("data"), _writer(call))
    project_id = owner_of(call, "project", definition.project_id, call.caller.project_id)
    user_id = owner_of(call, "user", definition.user_id, call.caller.user_id)
    made = create(call, definition, Owner(project_id, user_id, scope_of(call, project_id)))
    return call.reply(render.alarm(made), 201, {"Location": call.url("alarms", made.id)})


def show_alarm(call: Call) -> Response:
    """`GET /v2/alarms/{alarm}`: 200, 404."""
    return call.reply(render.alarm(alarm_by_id(call, "telemetry:get_alarm")))


def replace_alarm(call: Call) -> Response:
    """`PUT /v2/alarms/{alarm}`: what the body leaves out gets its default; 200, 400, 404."""
    before = alarm_by_id(call, "telemetry:change_alarm")
    definition = read_replacement(call.typed_body("data"), _writer(call), before)
    if call.administers:
        project_id, user_id = definition.project_id or before.project_id, definition.user_id or before.user_id
    else:
        # Clients send back what they were given; whoever changes an alarm is its user from then on.
        project_id, user_id = call.caller.project_id, call.caller.user_id
    # What these clients do not know of stays as it is.
    definition = msgspec.structs.replace(definition, behaviour=before.behaviour, labels=before.labels)
    changed = replace(call, before, definition, Owner(project_id, user_id, scope_of(call, project_id)))
    return call.reply(render.alarm(changed))


def delete_alarm(call: Call) -> Response:
    """`DELETE /v2/alarms/{alarm}`: 204, 404."""
    alarm = alarm_by_id(call, "telemetry:delete_alarm")
    remove(call, alarm)
    return call.nothing()


def show_state(call: Call) -> Response:
    """`GET /v2/alarms/{alarm}/state`: 200, 404."""
    return call.reply(alarm_by_id(call, "telemetry:get_alarm_state").state)


def set_state(call: Call) -> Response:
    """`PUT /v2/alarms/{alarm}/state`: 200, 400, 404."""
    alarm = alarm_by_id(call, "telemetry:change_alarm_state")
    state = call.typed_body("state")
    if state not in STATES:
        raise BadRequest("state invalid")
    return call.reply(call.parts.index.alarms.set_state(alarm.id, state, call.author).state)


def _writer(call: Call) -> Writer:
    settings = call.parts.settings
    return Writer(call.administers, settings.actions_max, settings.schemes)


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [
        at("/v2/alarms", arguments=LISTING, GET=list_alarms, POST=create_alarm),
        at("/v2/alarms/{alarm}", GET=show_alarm, PUT=replace_alarm, DELETE=delete_alarm),
        at("/v2/alarms/{alarm}/state", GET=show_state, PUT=set_state),
    ]
