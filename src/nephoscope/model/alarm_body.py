# SPDX-License-Identifier: Apache-2.0
"""Alarms and rules as Aodh writes them: in its answers, and in the details of an alarm's history."""

from datetime import timedelta
from typing import Any

import msgspec

from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_behaviour import PLAIN
from nephoscope.model.alarm_rule import Composite, Leaf, Rule, type_of
from nephoscope.model.timestamp import EPOCH, MICROSECOND_NS


def alarm_body(alarm: Alarm) -> dict[str, Any]:
    """
    An alarm in the form in which Aodh stores it: plain JSON, whatever its type with its rule under `rule`. What Aodh
    does not know is there only where it is set.

    >>> from nephoscope.model.alarm_rule import EventRule
    >>> body = alarm_body(Alarm(id="a", name="n", description="", rule=EventRule(), project_id="p", user_id="u"))
    >>> body["type"], body["rule"], body["timestamp"]
    ('event', {'event_type': '*', 'query': []}, '1970-01-01T00:00:00.000000')
    """
    return {
        "alarm_id": alarm.id,
        "type": alarm.type,
        "enabled": alarm.enabled,
        "name": alarm.name,
        "description": alarm.description,
        "timestamp": time_text(alarm.timestamp_ns),
        "user_id": alarm.user_id,
        "project_id": alarm.project_id,
        "state": alarm.state,
        "state_timestamp": time_text(alarm.state_timestamp_ns),
        "state_reason": alarm.state_reason,
        "ok_actions": _listed(alarm.ok_actions),
        "alarm_actions": _listed(alarm.alarm_actions),
        "insufficient_data_actions": _listed(alarm.insufficient_data_actions),
        "repeat_actions": alarm.repeat_actions,
        "severity": alarm.severity,
        "time_constraints": [msgspec.to_builtins(each) for each in alarm.time_constraints],
        "evaluate_timestamp": time_text(alarm.evaluated_ns),
        "rule": rule_body(alarm.rule),
        **_own(alarm),
    }


def rule_body(rule: Rule | Leaf) -> dict[str, Any]:
    """
    A rule as clients write it: its fields without the type, but for the rules inside of a composite one.

    >>> from nephoscope.model.alarm_rule import PrometheusThreshold
    >>> rule_body(Composite(operator="or", rules=(PrometheusThreshold(query="up", threshold=1.0),)))
    {'or': [{'query': 'up', 'threshold': 1.0, 'comparison_operator': 'eq', 'type': 'prometheus'}]}
    """
    if isinstance(rule, Composite):
        return {rule.operator: [_part_body(each) for each in rule.rules]}
    body: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(rule))
    del body["type"]  # The struct's tag: none of these rules has a field of that name.
    return body


def time_text(time_ns: int) -> str:
    """
    A time as Aodh writes it: UTC without saying so, always with microseconds.

    >>> time_text(1_735_689_600_000_000_000)
    '2025-01-01T00:00:00.000000'
    """
    moment = EPOCH + timedelta(microseconds=time_ns // MICROSECOND_NS)
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds")


def _own(alarm: Alarm) -> dict[str, Any]:
    own: dict[str, Any] = {}
    if alarm.behaviour != PLAIN:
        own["behaviour"] = msgspec.to_builtins(alarm.behaviour)
    if alarm.labels:
        own["labels"] = dict(alarm.labels)
    return own


def _part_body(rule: Leaf | Composite) -> dict[str, Any]:
    body = rule_body(rule)
    return body if isinstance(rule, Composite) else {**body, "type": type_of(rule)}


def _listed(actions: tuple[str, ...] | None) -> list[str] | None:
    return None if actions is None else list(actions)
