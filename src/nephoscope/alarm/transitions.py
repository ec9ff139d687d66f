# SPDX-License-Identifier: Apache-2.0
"""From a verdict to what becomes of the alarm: another state, the same once more, or nothing."""

from typing import Any

from nephoscope.alarm.verdicts import Verdict
from nephoscope.model.alarm import Alarm, State, Transition

UNKNOWN: State = "insufficient data"


def next_state(current: State, verdict: Verdict, *, repeats: bool) -> State | None:
    """
    The state that a verdict leads to; the present one where it is to be told once more, None for nothing.

    Mixed values decide nothing but where nothing was known. What is unknown is never told twice.
    """
    if verdict.state == UNKNOWN:
        return UNKNOWN if current != UNKNOWN else None
    if verdict.state is None:
        return verdict.trend if current == UNKNOWN else current if repeats else None
    return verdict.state if verdict.state != current or repeats else None


def transition(alarm: Alarm, verdict: Verdict, at_ns: int) -> Transition | None:
    """What becomes of an alarm with one rule."""
    state = next_state(alarm.state, verdict, repeats=alarm.repeat_actions)
    if state is None:
        return None
    return made(alarm, state, *told(alarm.state, state, verdict), at_ns)


def made(alarm: Alarm, state: State, reason: str, data: dict[str, Any], at_ns: int) -> Transition:
    """The transition of an alarm into a state."""
    return Transition(
        alarm_id=alarm.id, previous=alarm.state, current=state, reason=reason, reason_data=data, at_ns=at_ns
    )


def told(previous: State, state: State, verdict: Verdict) -> tuple[str, dict[str, Any]]:
    """How a verdict led from a state to another, or the same once more: in words, and as receivers are told."""
    if state == UNKNOWN:
        return verdict.reason, verdict.data
    disposition = {"alarm": "outside", "ok": "inside"}[state]
    count = verdict.outside if state == "alarm" else verdict.count - verdict.outside
    data = {
        "type": "threshold",
        "disposition": disposition,
        "count": count,
        "most_recent": verdict.most_recent,
    }
    verb = f"Remaining as {state}" if previous == state else f"Transition to {state}"
    if verdict.about is not None:
        return f"{verb} due to {verdict.noun}", verdict.data
    noun = f"{count} samples {disposition} threshold, most recent: {verdict.most_recent}"
    return f"{verb} due to {noun}", data
