# SPDX-License-Identifier: Apache-2.0
"""Alarms: list, create, show, replace, delete; their states."""

from typing import Any

import msgspec
from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.aodh import render
from nephoscope.api.aodh.alarm_bodies import Definition, Writer, read_definition
from nephoscope.api.aodh.call import Call, at
from nephoscope.api.aodh.found import alarm_by_id
from nephoscope.api.aodh.problem import NotYours
from nephoscope.api.aodh.scoping import narrowed, scope_of
from nephoscope.api.aodh.simple_queries import ALARM_SORTS, LISTING, alarm_search, page_of
from nephoscope.api.aodh.trust_actions import end_trusts, entrust, trusts_of
from nephoscope.model.alarm import STATES, Alarm
from nephoscope.model.errors import BadRequest


def list_alarms(call: Call) -> Response:
    """`GET /v2/alarms`: newest definition first unless `sort` says otherwise."""
    search = alarm_search(call)
    found = call.parts.index.alarms.find(search, page=page_of(call, ALARM_SORTS))
    return call.reply([render.alarm(each) for each in found])


def create_alarm(call: Call) -> Response:
    """`POST /v2/alarms`: 201, 400, 401 for what is another's, 403 for too many."""
    call.allow_own("telemetry:create_alarm")
    definition = _read(call)
    project_id = _owner(call, "project", definition.project_id, call.caller.project_id)
    user_id = _owner(call, "user", definition.user_id, call.caller.user_id)
    scope = scope_of(call, project_id)
    now_ns = call.parts.now_ns()
    alarm = Alarm(
        id=call.parts.new_id(),
        **_written(definition),
        rule=narrowed(call, definition.rule, scope),
        sees_all=scope is None,
        project_id=project_id,
        user_id=user_id,
        timestamp_ns=now_ns,
        state_timestamp_ns=now_ns,
        evaluated_ns=now_ns,
    )
    entrusted = entrust(call, alarm)
    try:
        made = call.parts.index.alarms.create(entrusted.alarm, call.author, call.parts.settings.quota)
    except Exception:
        end_trusts(call, *entrusted.made)
        raise
    return call.reply(render.alarm(made), 201, {"Location": call.url("alarms", made.id)})


def show_alarm(call: Call) -> Response:
    """`GET /v2/alarms/{alarm}`: 200, 404."""
    return call.reply(render.alarm(alarm_by_id(call, "telemetry:get_alarm")))


def replace_alarm(call: Call) -> Response:
    """`PUT /v2/alarms/{alarm}`: what the body leaves out gets its default; 200, 400, 404."""
    before = alarm_by_id(call, "telemetry:change_alarm")
    definition = _read(call)
    if call.administers:
        project_id, user_id = definition.project_id or before.project_id, definition.user_id or before.user_id
    else:
        # Clients send back what they were given; whoever changes an alarm is its user from then on.
        project_id, user_id = call.caller.project_id, call.caller.user_id
    scope = scope_of(call, project_id)
    alarm = msgspec.structs.replace(
        before,
        **_written(definition),
        rule=narrowed(call, definition.rule, scope, None if before.sees_all else before.project_id),
        sees_all=scope is None,
        project_id=project_id,
        user_id=user_id,
        timestamp_ns=call.parts.now_ns(),
    )
    entrusted = entrust(call, alarm, before)
    try:
        changed = call.parts.index.alarms.change(entrusted.alarm, call.author)
    except Exception:
        end_trusts(call, *entrusted.made)
        raise
    end_trusts(call, *entrusted.unneeded)
    return call.reply(render.alarm(changed))


def delete_alarm(call: Call) -> Response:
    """`DELETE /v2/alarms/{alarm}`: 204, 404."""
    alarm = alarm_by_id(call, "telemetry:delete_alarm")
    call.parts.index.alarms.delete(alarm.id, call.author)
    end_trusts(call, *trusts_of(alarm))
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


def _read(call: Call) -> Definition:
    settings = call.parts.settings
    writer = Writer(call.administers, settings.actions_max, settings.schemes)
    return read_definition(call.typed_body("data"), writer)


def _owner(call: Call, aspect: str, wanted: str | None, own: str) -> str:
    """Whose the alarm is: the caller's, or of whom an administrator says."""
    if wanted is None or wanted == own:
        return own
    if not call.administers:
        raise NotYours(f"Not Authorized to access {aspect} {wanted}")
    return wanted


def _written(definition: Definition) -> dict[str, Any]:
    """What a definition says, but for what has to be judged first: the rule, and whose it is."""
    judged = {"rule", "project_id", "user_id"}
    return {name: getattr(definition, name) for name in definition.__struct_fields__ if name not in judged}


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [
        at("/v2/alarms", arguments=LISTING, GET=list_alarms, POST=create_alarm),
        at("/v2/alarms/{alarm}", GET=show_alarm, PUT=replace_alarm, DELETE=delete_alarm),
        at("/v2/alarms/{alarm}/state", GET=show_state, PUT=set_state),
    ]
