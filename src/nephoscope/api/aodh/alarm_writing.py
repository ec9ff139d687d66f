# SPDX-License-Identifier: Apache-2.0
"""
Alarms as they are written: within what their owner may see, within quotas, and with the trusts that they need.

A part of both dialects that write alarms; who may write which, they ask before.
"""

from typing import Any

import msgspec

from nephoscope.api.aodh.alarm_bodies import Definition
from nephoscope.api.aodh.call import Call
from nephoscope.api.aodh.problem import NotYours
from nephoscope.api.aodh.scoping import narrowed
from nephoscope.api.aodh.trust_actions import end_trusts, entrust, trusts_of
from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_behaviour import check_behaviour


class Owner(msgspec.Struct, frozen=True):
    """Whose an alarm is, and the project within which it looks; None for everything."""

    project_id: str
    user_id: str
    scope: str | None


def owner_of(call: Call, aspect: str, wanted: str | None, own: str) -> str:
    """Whose the alarm is: the caller's, or of whom an administrator says. NotYours for others."""
    if wanted is None or wanted == own:
        return own
    if not call.administers:
        raise NotYours(f"Not Authorized to access {aspect} {wanted}")
    return wanted


def create(call: Call, definition: Definition, owner: Owner) -> Alarm:
    """Make an alarm. BadRequest for a rule or a behaviour that cannot be, Forbidden for one too many."""
    check_behaviour(definition.behaviour, definition.rule)
    now_ns = call.parts.now_ns()
    alarm = Alarm(
        id=call.parts.new_id(),
        **_written(definition),
        rule=narrowed(call, definition.rule, owner.scope),
        sees_all=owner.scope is None,
        project_id=owner.project_id,
        user_id=owner.user_id,
        timestamp_ns=now_ns,
        state_timestamp_ns=now_ns,
        evaluated_ns=now_ns,
    )
    entrusted = entrust(call, alarm)
    try:
        return call.parts.index.alarms.create(entrusted.alarm, call.author, call.parts.settings.quota)
    except Exception:
        end_trusts(call, *entrusted.made)
        raise


def replace(call: Call, before: Alarm, definition: Definition, owner: Owner) -> Alarm:
    """Put a definition in the place of an alarm's. BadRequest as `create`, NotFound where it is gone by now."""
    check_behaviour(definition.behaviour, definition.rule)
    alarm = msgspec.structs.replace(
        before,
        **_written(definition),
        rule=narrowed(call, definition.rule, owner.scope, None if before.sees_all else before.project_id),
        sees_all=owner.scope is None,
        project_id=owner.project_id,
        user_id=owner.user_id,
        timestamp_ns=call.parts.now_ns(),
    )
    entrusted = entrust(call, alarm, before)
    try:
        changed = call.parts.index.alarms.change(entrusted.alarm, call.author)
    except Exception:
        end_trusts(call, *entrusted.made)
        raise
    end_trusts(call, *entrusted.unneeded)
    return changed


def remove(call: Call, alarm: Alarm) -> None:
    """Delete an alarm with its trusts. NotFound where it is gone by now."""
    call.parts.index.alarms.delete(alarm.id, call.author)
    end_trusts(call, *trusts_of(alarm))


def _written(definition: Definition) -> dict[str, Any]:
    """What a definition says, but for what has to be judged first: the rule, and whose it is."""
    judged = {"rule", "project_id", "user_id"}
    return {name: getattr(definition, name) for name in definition.__struct_fields__ if name not in judged}
