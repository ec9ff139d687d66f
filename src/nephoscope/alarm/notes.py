# SPDX-License-Identifier: Apache-2.0
"""What receivers are told of a transition."""

from typing import Any

from nephoscope.model.alarm import Alarm, Transition
from nephoscope.model.delivery import Draft


def notes_of(alarm: Alarm, found: Transition, mark: str) -> list[Draft]:
    """A notification for each action of the state entered; the same `mark` is the same decision, told once."""
    body = notification(alarm, found)
    return [
        Draft(
            key=f"{alarm.id}.{mark}.{place}",
            alarm_id=alarm.id,
            project_id=alarm.project_id,
            target=target,
            body=body,
        )
        for place, target in enumerate(alarm.actions_on(found.current))
    ]


def notification(alarm: Alarm, found: Transition) -> dict[str, Any]:
    """The body, its keys in the order that receivers know."""
    return {
        "alarm_name": alarm.name,
        "alarm_id": alarm.id,
        "severity": alarm.severity,
        "previous": found.previous,
        "current": found.current,
        "reason": found.reason,
        "reason_data": found.reason_data,
    }
