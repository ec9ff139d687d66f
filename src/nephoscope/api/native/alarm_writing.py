# SPDX-License-Identifier: Apache-2.0
"""Alarms as our own API writes them: every kind of rule, behaviours, labels, within the limits of the Aodh dialect."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.aodh.alarm_bodies import (
    ACTIONS,
    Actions,
    Definition,
    Writer,
    checked_actions,
    described,
    read_constraint,
)
from nephoscope.api.aodh.alarm_writing import Owner, create, owner_of, remove, replace
from nephoscope.api.aodh.call import Call as AodhCall
from nephoscope.api.aodh.problem import NotYours
from nephoscope.api.aodh.scoping import scope_of
from nephoscope.api.aodh.typed import read_argument
from nephoscope.api.native.alarm_rules import RuleFields, own_rule
from nephoscope.api.native.alarms import AlarmView, BehaviourView, list_alarms, show_alarm, view, visible_alarm
from nephoscope.api.native.call import Call
from nephoscope.api.native.hushed import Hushed
from nephoscope.api.native.operation import at, operation
from nephoscope.model.action_url import revealed, shown
from nephoscope.model.alarm import Alarm, Severity, TimeConstraint
from nephoscope.model.alarm_behaviour import Behaviour, check_labels
from nephoscope.model.alarm_rule import Composite, Rule
from nephoscope.model.errors import BadRequest, Forbidden, InvalidInput
from nephoscope.model.series_rule import SqlRule

CONSTRAINTS_MAX = 100
ACTIONS_MAX = 1000

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Urls = Annotated[list[str], msgspec.Meta(max_length=ACTIONS_MAX)]


class ConstraintBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    An alarm is decided for `duration` seconds after each tick of `start` alone.

    `start` is a cron line in `timezone`, by default UTC.
    """

    name: Name
    start: str
    duration: int
    description: str = ""
    timezone: str = ""


class BehaviourBody(BehaviourView, forbid_unknown_fields=True):
    """As `BehaviourView`."""


class AlarmBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    An alarm to be made, or to be put in the place of one: what is left out gets its default.

    `rule` is in the words of its `type`; actions are URLs, of which one that is written as it was shown stays as it is,
    credentials included. `project_id` is for operators: whose alarm it is.
    """

    name: Name
    type: Annotated[str, msgspec.Meta(max_length=63)]
    rule: RuleFields
    description: str = ""
    enabled: bool = True
    severity: Severity = "low"
    ok_actions: Urls = []
    alarm_actions: Urls = []
    insufficient_data_actions: Urls = []
    repeat_actions: bool = False
    time_constraints: Annotated[list[ConstraintBody], msgspec.Meta(max_length=CONSTRAINTS_MAX)] = []
    behaviour: BehaviourBody = msgspec.field(default_factory=BehaviourBody)
    labels: dict[str, str] = {}
    project_id: str | None = None


def create_alarm(call: Call, body: AlarmBody) -> AlarmView:
    """Make an alarm; the project's quota counts it."""
    asked = as_aodh(call)
    asked.allow_own("telemetry:create_alarm")
    with refused_plainly():
        project_id = owner_of(asked, "project", body.project_id, call.caller.project_id)
        made = create(asked, definition(call, asked, with_secrets(body, None)), allotted(call, asked, project_id))
    return view(made, Hushed(call.parts.index))


def replace_alarm(call: Call, body: AlarmBody) -> AlarmView:
    """Put a definition in the place of an alarm's; its state, history and what it remembers stay."""
    before = changeable(call, call.segment("id"), "telemetry:change_alarm")
    asked = as_aodh(call)
    with refused_plainly():
        project_id = owner_of(asked, "project", body.project_id, before.project_id)
        written = definition(call, asked, with_secrets(body, before))
        written = msgspec.structs.replace(written, state=before.state)
        # Whoever changes an alarm is its user from then on, but for those who do so in others' stead.
        user_id = before.user_id if asked.administers else None
        changed = replace(asked, before, written, allotted(call, asked, project_id, user_id))
    return view(changed, Hushed(call.parts.index))


def delete_alarm(call: Call) -> None:
    """Delete an alarm; its history stays."""
    alarm = changeable(call, call.segment("id"), "telemetry:delete_alarm")
    remove(as_aodh(call), alarm)


def as_aodh(call: Call) -> AodhCall:
    """The same request as the Aodh dialect takes it: its rules, limits and services count for alarms of both."""
    return AodhCall(call.request, call.parts.aodh, call.caller, call.body, call.parts.body)


def changeable(call: Call, alarm_id: str, rule: str) -> Alarm:
    """An alarm that the caller sees, and may do this to. NotFound, Forbidden."""
    alarm = visible_alarm(call, alarm_id)
    as_aodh(call).allow(rule, {"project_id": alarm.project_id, "user_id": alarm.user_id})
    return alarm


def rule_of(call: Call, type_name: str, written: dict[str, Any]) -> Rule:
    """A rule that the caller may write. InvalidInput; Forbidden for SQL where the caller may run none."""
    rule = own_rule(type_name, written)
    leaves = rule.leaves() if isinstance(rule, Composite) else (rule,)
    if any(isinstance(each, SqlRule) for each in leaves):
        call.parts.policy.enforce("query data", call.caller, {})
    return rule


def behaviour_of(body: BehaviourBody) -> Behaviour:
    """The behaviour that a body says."""
    return Behaviour(**msgspec.structs.asdict(body))


def allotted(call: Call, asked: AodhCall, project_id: str, user_id: str | None = None) -> Owner:
    """Whose an alarm of a project is that this caller writes, the caller's own for None, and within what it looks."""
    scope = scope_of(asked, project_id)
    if scope is None and not call.sees_all:
        # Who looks at one project alone writes alarms that do, too.
        scope = project_id
    return Owner(project_id, call.caller.user_id if user_id is None else user_id, scope)


def definition(call: Call, asked: AodhCall, body: AlarmBody) -> Definition:
    """The alarm that a body writes. InvalidInput as `definition_of`, NotYours for an administrator's action."""
    settings = asked.parts.settings
    writer = Writer(asked.administers, settings.actions_max, settings.schemes)
    return definition_of(body, rule_of(call, body.type, body.rule), writer)


def with_secrets(body: AlarmBody, before: Alarm | None) -> AlarmBody:
    """
    The body with the URLs that its alarm has already in the place of those that are written as they are shown.

    Errors  InvalidInput for one in which something is concealed, and none is there that looks so.
    """
    names = list(ACTIONS.values())
    kept = {name: [shown(each) for each in (getattr(before, name) or ())] if before else [] for name in names}
    found = {}
    for name in names:
        # The same list's first, in their order: several may look alike without their secrets.
        there = [*kept[name], *(each for other in names if other != name for each in kept[other])]
        found[name] = revealed(getattr(body, name), there, name)
    return msgspec.structs.replace(body, **found)


def definition_of(body: AlarmBody, rule: Rule, writer: Writer) -> Definition:
    """What a body says beside its rule. InvalidInput with the field that is wrong."""
    constraints = [_constraint(each, place) for place, each in enumerate(body.time_constraints)]
    if len({each.name for each in constraints}) < len(constraints):
        raise InvalidInput("expected each name once", ["time_constraints"])
    return Definition(
        name=body.name,
        description=body.description or described(rule, body.type),
        rule=rule,
        enabled=body.enabled,
        ok_actions=_actions("ok_actions", body.ok_actions, writer),
        alarm_actions=_actions("alarm_actions", body.alarm_actions, writer),
        insufficient_data_actions=_actions("insufficient_data_actions", body.insufficient_data_actions, writer),
        repeat_actions=body.repeat_actions,
        severity=body.severity,
        state="insufficient data",
        time_constraints=tuple(constraints),
        project_id=None,
        user_id=None,
        behaviour=behaviour_of(body.behaviour),
        labels=check_labels(body.labels),
    )


def _actions(name: str, urls: list[str], writer: Writer) -> Actions:
    try:
        return checked_actions(name, urls, writer)
    except BadRequest as error:
        raise InvalidInput(error.message, [name]) from None


def _constraint(body: ConstraintBody, place: int) -> TimeConstraint:
    try:
        made: TimeConstraint = read_argument("time_constraint", msgspec.structs.asdict(body), read_constraint)
        return made
    except BadRequest as error:
        raise InvalidInput(error.message, ["time_constraints", str(place)]) from None


@contextmanager
def refused_plainly() -> Iterator[None]:
    """What is another's is forbidden here, not unauthenticated as Aodh's clients know it."""
    try:
        yield
    except NotYours as error:
        raise Forbidden(error.detail) from None


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        at(
            "/v1/alarms",
            GET=operation(list_alarms, "see alarms"),
            POST=operation(create_alarm, "change alarms", 201),
        ),
        at(
            "/v1/alarms/{id}",
            GET=operation(show_alarm, "see alarms"),
            PUT=operation(replace_alarm, "change alarms"),
            DELETE=operation(delete_alarm, "change alarms", 204),
        ),
    ]
