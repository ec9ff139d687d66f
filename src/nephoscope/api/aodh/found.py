# SPDX-License-Identifier: Apache-2.0
"""The alarm that an address names, or the 404 for one that is not there or not to be seen."""

from nephoscope.api.aodh.call import Call
from nephoscope.model.alarm import Alarm
from nephoscope.model.errors import NotFound


def alarm_by_id(call: Call, rule: str) -> Alarm:
    """
    The alarm of a route with `{alarm}`, for what `rule` says.

    Raises NotFound, also for an alarm of a project that the caller does not see; Forbidden where it sees but may not.
    """
    alarm_id = call.segment("alarm")
    alarm = call.parts.index.alarms.get(alarm_id)
    own = call.caller.project_id
    if not call.sees_others and (not own or alarm.project_id != own):
        raise NotFound(f"Alarm {alarm_id} not found")
    call.allow(rule, {"project_id": alarm.project_id, "user_id": alarm.user_id})
    return alarm
