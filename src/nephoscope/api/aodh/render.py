# SPDX-License-Identifier: Apache-2.0
"""The shapes of the dialect's answers; URLs are shown without trusts, wherever they stand."""

import json
from collections.abc import Sequence
from typing import Any

from nephoscope.api.aodh.alarm_bodies import ACTIONS
from nephoscope.api.aodh.rule_bodies import SIMPLE
from nephoscope.model.action_url import shown
from nephoscope.model.alarm import STATES, Alarm, AlarmChange, Evaluated, Quota
from nephoscope.model.alarm_body import alarm_body, time_text

Shape = dict[str, Any]

_ORDER = (
    "alarm_id",
    "name",
    "description",
    "enabled",
    "ok_actions",
    "alarm_actions",
    "insufficient_data_actions",
    "repeat_actions",
    "type",
    "time_constraints",
    "project_id",
    "user_id",
    "timestamp",
    "state",
    "state_timestamp",
    "state_reason",
    "severity",
)
_CONSTRAINT_ORDER = ("name", "description", "start", "duration", "timezone")


def alarm(shown_one: Alarm) -> Shape:
    """An alarm, its rule under the type's own name."""
    body = _without_trusts(alarm_body(shown_one))
    constraints = [{name: each[name] for name in _CONSTRAINT_ORDER} for each in body["time_constraints"]]
    rule = body["rule"]
    if shown_one.type in SIMPLE:
        rule = {each.name: rule[each.name] for each in SIMPLE[shown_one.type].attributes}
    return {
        **{name: body[name] for name in _ORDER},
        "time_constraints": constraints,
        "evaluate_timestamp": time_text(shown_one.evaluated_ns),
        f"{shown_one.type}_rule": rule,
    }


def change(shown_one: AlarmChange) -> Shape:
    """A record of a history, its detail as JSON text."""
    return {
        "event_id": shown_one.event_id,
        "alarm_id": shown_one.alarm_id,
        "type": shown_one.type,
        "detail": json.dumps(_without_trusts(shown_one.detail)),
        "project_id": shown_one.project_id,
        "user_id": shown_one.user_id,
        "on_behalf_of": shown_one.on_behalf_of,
        "timestamp": time_text(shown_one.timestamp_ns),
    }


def quotas(shown_one: Quota) -> Shape:
    """A project's quotas, which are one."""
    limits = [{"resource": "alarms", "limit": shown_one.alarms_max}]
    return {"project_id": shown_one.project_id, "quotas": limits}


def evaluations(listed: Sequence[Evaluated]) -> Shape:
    """How often each alarm was found in each state."""
    results = [
        {
            "alarm_id": each.alarm_id,
            "project_id": each.project_id,
            "state_counters": {state: each.states.get(state, 0) for state in _COUNTED},
        }
        for each in listed
    ]
    return {"evaluation_results": results}


_COUNTED = (STATES[2], STATES[0], STATES[1])


def _without_trusts(body: Shape) -> Shape:
    """A body whose actions, if it has any, are shown without trusts."""
    return {
        key: [shown(each) for each in value] if key in ACTIONS.values() and value is not None else value
        for key, value in body.items()
    }
