# SPDX-License-Identifier: Apache-2.0
"""Alarms as bodies write them: their attributes, the checks of them all in the order that clients know, the result."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from nephoscope.alarm.time_constraints import check_line
from nephoscope.api.aodh import rule_bodies
from nephoscope.api.aodh.problem import NotYours
from nephoscope.api.aodh.typed import (
    Attribute,
    OutOfRange,
    flag,
    ignored,
    integer,
    list_of,
    one_of,
    read_argument,
    read_object,
    spelled,
    text,
)
from nephoscope.model.action_url import ADMINISTRATIVE, TRUST, has_user, scheme_of
from nephoscope.model.alarm import SEVERITIES, STATES, Alarm, Severity, State, TimeConstraint
from nephoscope.model.alarm_behaviour import PLAIN, Behaviour
from nephoscope.model.alarm_body import rule_body
from nephoscope.model.alarm_instance import Labels
from nephoscope.model.alarm_rule import EventRule, RecentEvents, Rule, leaves_of
from nephoscope.model.errors import BadRequest
from nephoscope.model.series_rule import SeriesRule, SqlRule
from nephoscope.model.zone import zone_of

ACTIONS: dict[State, str] = {state: f"{state.replace(' ', '_')}_actions" for state in STATES}
DURATION_S_MAX = 2**31 - 1

Actions = tuple[str, ...] | None


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a body says of an alarm; project and user are None where it names none, other attributes have defaults.

    Of `behaviour` and `labels` the bodies of this dialect say nothing.
    """

    name: str
    description: str
    rule: Rule
    enabled: bool
    ok_actions: Actions
    alarm_actions: Actions
    insufficient_data_actions: Actions
    repeat_actions: bool
    severity: Severity
    state: State
    time_constraints: tuple[TimeConstraint, ...]
    project_id: str | None
    user_id: str | None
    behaviour: Behaviour = PLAIN
    labels: Labels = ()


class Writer(msgspec.Struct, frozen=True):
    """Who writes: whether as an administrator, how many actions for a state (-1 for any number), of which schemes."""

    administers: bool
    actions_max: int
    schemes: Collection[str]


def _cron_line(value: Any) -> str:
    line = text(value)
    try:
        check_line(line)
    except ValueError as error:
        raise OutOfRange(str(error), value) from None
    return line


_read_constraint_attributes = read_object(
    (
        Attribute("name", text, mandatory=True),
        Attribute("description", text, default=""),
        Attribute("start", _cron_line, mandatory=True),
        Attribute("duration", integer(0, DURATION_S_MAX), mandatory=True),
        Attribute("timezone", text, default=""),
    )
)


def read_constraint(value: Any) -> TimeConstraint:
    """Reads a time constraint; where it has no description it is given one."""
    written = _read_constraint_attributes(value)
    try:
        zone_of(written["timezone"])
    except ValueError as error:
        raise BadRequest(spelled(error)) from None
    described = f"Time constraint at {written['start']} lasting for {written['duration']} seconds"
    return TimeConstraint(**{**written, "description": written["description"] or described})


_read_actions = list_of(text)
_read_alarm = read_object(
    (
        Attribute("alarm_id", ignored),
        Attribute("name", text, mandatory=True),
        Attribute("description", text, default=""),
        Attribute("enabled", flag, default=True),
        *(Attribute(name, _read_actions, default=(), null=None) for name in ACTIONS.values()),
        Attribute("repeat_actions", flag, default=False),
        Attribute("type", one_of(rule_bodies.TYPES), mandatory=True),
        Attribute("time_constraints", list_of(read_constraint), default=()),
        Attribute("project_id", text),
        Attribute("user_id", text),
        Attribute("timestamp", ignored),
        Attribute("state", one_of(STATES), default="insufficient data"),
        Attribute("state_timestamp", ignored),
        Attribute("state_reason", ignored),
        Attribute("severity", one_of(SEVERITIES), default="low"),
        # When an alarm was decided is not for its owners to say.
        Attribute("evaluate_timestamp", ignored),
        *(Attribute(f"{name}_rule", rule_bodies.read_rule(name)) for name in rule_bodies.TYPES),
    )
)


def read_definition(body: Any, writer: Writer) -> Definition:
    """
    The alarm that a body writes.

    Errors  BadRequest for attributes that are unknown, missing or wrong; then for a rule that is missing or one too
            many, actions, what the rule asks for, constraints of the same name. NotYours for an administrator's action.
    """
    written = read_argument("data", body, _read_alarm)
    kind = written["type"]
    _check_rules(written, kind)
    actions = {name: checked_actions(name, written[name], writer) for name in ACTIONS.values()}
    rule = rule_bodies.make_rule(kind, written[f"{kind}_rule"])
    constraints: Sequence[TimeConstraint] = written["time_constraints"]
    if len({each.name for each in constraints}) < len(constraints):
        raise BadRequest("Time constraint names must be unique for a given alarm.")
    return Definition(
        name=written["name"],
        description=written["description"] or described(rule, kind),
        rule=rule,
        enabled=written["enabled"],
        ok_actions=actions["ok_actions"],
        alarm_actions=actions["alarm_actions"],
        insufficient_data_actions=actions["insufficient_data_actions"],
        repeat_actions=written["repeat_actions"],
        severity=written["severity"],
        state=written["state"],
        time_constraints=tuple(constraints),
        project_id=written["project_id"],
        user_id=written["user_id"],
    )


def read_replacement(body: Any, writer: Writer, before: Alarm) -> Definition:
    """
    As `read_definition`, in the place of an alarm.

    Clients send back what they were given: so may a rule of a kind that this dialect has no words for, as it is.
    """
    name = f"{before.type}_rule"
    if is_known(before.rule) or not isinstance(body, dict):
        return read_definition(body, writer)
    if (body.get("type"), body.get(name)) != (before.type, rule_body(before.rule)):
        return read_definition(body, writer)
    others = {key: value for key, value in body.items() if key != name}
    found = read_definition({**others, "type": "event", "event_rule": {}}, writer)
    description = found.description if body.get("description") else described(before.rule, before.type)
    return msgspec.structs.replace(found, rule=before.rule, description=description)


def is_known(rule: Rule) -> bool:
    """Whether this dialect has words for a rule."""
    return not any(isinstance(each, SeriesRule | SqlRule | RecentEvents) for each in leaves_of(rule))


def _check_rules(written: Mapping[str, Any], kind: str) -> None:
    wanted = f"{kind}_rule"
    if written[wanted] is None:
        raise BadRequest(f"{wanted} must be set for {kind} type alarm")
    there = [f"{name}_rule" for name in rule_bodies.TYPES if written[f"{name}_rule"] is not None]
    if len(there) > 1:
        raise BadRequest(f"{there[0]} and {there[1]} cannot be set at the same time")


def checked_actions(name: str, written: Sequence[str] | None, writer: Writer) -> Actions:
    """The actions, each once. BadRequest for too many, and for what is none; NotYours for an administrator's."""
    if written is None:
        return None
    actions = tuple(dict.fromkeys(written))
    if 0 < writer.actions_max < len(actions):
        raise BadRequest(f"{name} count exceeds maximum value {writer.actions_max}")
    for each in actions:
        try:
            scheme = scheme_of(each)
        except ValueError:
            raise BadRequest(f"Unable to parse action {spelled(each)}") from None
        if scheme not in writer.schemes:
            raise BadRequest(f"Unsupported action {spelled(each)}")
        if scheme in ADMINISTRATIVE and not writer.administers:
            raise NotYours(f"You are not authorized to create action: {spelled(each)}")
        if scheme.startswith(TRUST) and has_user(each):
            raise BadRequest("trust URL cannot contain a trust ID.")
    return actions


def described(rule: Rule, kind: str) -> str:
    """What is said of an alarm where its owner says nothing."""
    return f"Alarm when {rule.event_type} event occurred." if isinstance(rule, EventRule) else f"{kind} alarm rule"
