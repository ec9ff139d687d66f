# SPDX-License-Identifier: Apache-2.0
"""Alarms: what is watched, the state that it is in and why, whom to tell, and what became of it."""

from typing import Any, Literal

import msgspec

from nephoscope.model.alarm_behaviour import PLAIN, Behaviour
from nephoscope.model.alarm_instance import Labels
from nephoscope.model.alarm_rule import Rule, type_of
from nephoscope.model.series_rule import InstanceRule

State = Literal["ok", "alarm", "insufficient data"]
Severity = Literal["low", "moderate", "critical"]
ChangeType = Literal["creation", "rule change", "state transition", "instance transition", "deletion"]

STATES: tuple[State, ...] = ("ok", "alarm", "insufficient data")
SEVERITIES: tuple[Severity, ...] = ("low", "moderate", "critical")
NOT_EVALUATED = "Not evaluated yet"
SET_BY_HAND = "Manually set via API"
# In front of why nothing could be read, as Aodh has it.
RETRIEVAL_FAILED = "alarm statistics retrieval failed: "


class TimeConstraint(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm is decided for `duration` seconds after each tick of `start`, a cron line in `timezone` (UTC for "")."""

    name: str
    start: str
    duration: int
    description: str = ""
    timezone: str = ""


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """
    An alarm as it stands.

    Actions are URLs, by the state that is entered; None is what a client wrote as null. `timestamp_ns` is when the
    definition was last written, `state_timestamp_ns` when the state last changed, `evaluated_ns` when it was last
    decided, or the creation. `error` says why the last decision failed, "" when it did not; the state is then the
    one before. `sees_all` lets the rule read what belongs to other projects: an administrator wrote it for their own.
    """

    id: str
    name: str
    description: str
    rule: Rule
    project_id: str
    user_id: str
    enabled: bool = True
    ok_actions: tuple[str, ...] | None = ()
    alarm_actions: tuple[str, ...] | None = ()
    insufficient_data_actions: tuple[str, ...] | None = ()
    repeat_actions: bool = False
    severity: Severity = "low"
    time_constraints: tuple[TimeConstraint, ...] = ()
    timestamp_ns: int = 0
    state: State = "insufficient data"
    state_timestamp_ns: int = 0
    state_reason: str = NOT_EVALUATED
    evaluated_ns: int = 0
    error: str = ""
    sees_all: bool = False
    behaviour: Behaviour = PLAIN
    labels: Labels = ()

    @property
    def type(self) -> str:
        """The name of the rule's type."""
        return type_of(self.rule)

    @property
    def keeps_instances(self) -> bool:
        """Whether there is more to remember of it than its state: of each thing that it watches, and since when."""
        return self.behaviour != PLAIN or isinstance(self.rule, InstanceRule)

    def actions_on(self, state: State) -> tuple[str, ...]:
        """Whom to tell when the state is entered."""
        listed = {
            "ok": self.ok_actions,
            "alarm": self.alarm_actions,
            "insufficient data": self.insufficient_data_actions,
        }
        return listed[state] or ()


class AlarmChange(msgspec.Struct, frozen=True, kw_only=True):
    """
    What became of an alarm: a record of its history, which outlives it.

    `detail` is plain JSON: all of a new or deleted alarm, what a definition has become where it changed, the new state
    with its reason, and of an instance its labels. `project_id` and `user_id` are who did it, `on_behalf_of` is the
    alarm's project.
    """

    event_id: str
    alarm_id: str
    type: ChangeType
    detail: dict[str, Any]
    project_id: str
    user_id: str
    on_behalf_of: str
    timestamp_ns: int
    severity: Severity = "low"


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """
    A decision about an alarm: the state before and now, the reason in words, and its numbers as plain JSON.

    The same state twice is a repeated notification. `reason_data` is what receivers of notifications are told. With
    `labels` it is about that instance of the alarm alone.
    """

    alarm_id: str
    previous: State
    current: State
    reason: str
    reason_data: dict[str, Any]
    at_ns: int
    labels: Labels = ()


class Quota(msgspec.Struct, frozen=True):
    """How many alarms a project may have; -1 for any number."""

    project_id: str
    alarms_max: int


class Evaluated(msgspec.Struct, frozen=True):
    """How often evaluations of an alarm gave each state."""

    alarm_id: str
    project_id: str
    states: dict[State, int]
