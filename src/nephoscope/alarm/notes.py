# SPDX-License-Identifier: Apache-2.0
"""What receivers are told of a transition."""

from collections.abc import Callable
from typing import Any

from nephoscope.model.alarm import Alarm, State, Transition
from nephoscope.model.alarm_instance import Labels, digest
from nephoscope.model.delivery import Draft
from nephoscope.model.silence import Silence

Quiet = Callable[[Alarm, Labels, State, int], Silence | None]
"""The silence that holds back what an alarm, or an instance of it, tells as it enters a state at a time; or None."""


def never_quiet(_alarm: Alarm, _labels: Labels, _entered: State, _at_ns: int) -> Silence | None:
    """Nothing is held back."""
    return None


def notes_of(alarm: Alarm, found: Transition, mark: str, quiet: Quiet = never_quiet) -> list[Draft]:
    """
    A notification for each action of the state entered; the same `mark` is the same decision, told once.

    Those that are held back say by which silence. Errors as those of `quiet`, which is asked where somebody is told.
    """
    if not alarm.actions_on(found.current):
        return []
    body = notification(alarm, found)
    silence = quiet(alarm, found.labels, found.current, found.at_ns)
    which = f".{digest(found.labels)}" if found.labels else ""
    return [
        Draft(
            key=f"{alarm.id}.{mark}{which}.{place}",
            alarm_id=alarm.id,
            project_id=alarm.project_id,
            target=target,
            body=body,
            silence=silence.id if silence is not None else "",
        )
        for place, target in enumerate(alarm.actions_on(found.current))
    ]


def notification(alarm: Alarm, found: Transition) -> dict[str, Any]:
    """The body, its keys in the order that receivers know; what Aodh's do not have comes last, where there is any."""
    labels = {**dict(alarm.labels), **dict(found.labels)}
    return {
        "alarm_name": alarm.name,
        "alarm_id": alarm.id,
        "severity": alarm.severity,
        "previous": found.previous,
        "current": found.current,
        "reason": found.reason,
        "reason_data": found.reason_data,
        **({"labels": labels} if labels else {}),
    }
