# SPDX-License-Identifier: Apache-2.0
"""
Many alarms at once, as files hold them: what one sees, ready to be kept elsewhere, and a file made true.

Alarms are matched by their name within a project. First all of a file is looked at; where a part of it is wrong,
nothing is changed.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.aodh.alarm_bodies import ACTIONS, Definition, described
from nephoscope.api.aodh.alarm_writing import Owner, create, owner_of, remove, replace
from nephoscope.api.aodh.call import Call as AodhCall
from nephoscope.api.aodh.problem import NotYours
from nephoscope.api.aodh.scoping import as_written, narrowed
from nephoscope.api.native.alarm_writing import AlarmBody, allotted, as_aodh, definition, with_secrets
from nephoscope.api.native.alarms import AlarmsQuery, Name, search_of, visible_alarms
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.model.action_url import concealed, shown
from nephoscope.model.alarm import Alarm, Severity
from nephoscope.model.alarm_behaviour import PLAIN, check_behaviour
from nephoscope.model.alarm_body import rule_body
from nephoscope.model.alarm_rule import Rule, type_of
from nephoscope.model.errors import BadRequest, Conflict, Forbidden, InvalidInput, NephoscopeError
from nephoscope.model.paging import Page, Sort
from nephoscope.model.search import Search, equal

ALARMS_MAX = 10_000
READ_AT_ONCE = 1000

Action = Literal["create", "change", "same", "delete"]
Body = dict[str, Any]
Key = tuple[str, str]


class ExportQuery(msgspec.Struct):
    """
    Filters, all of which must hold; `match` is a part of the name, `*` stands for anything.

    With `secrets` the URLs of actions are as they were written, for those who may change alarms.
    """

    severity: Severity | None = None
    type: Name = ""
    project: Name = ""
    match: Name = ""
    enabled: bool | None = None
    secrets: bool = False


class AlarmFile(msgspec.Struct):
    """Alarms as `POST /api/v1/alarms/file` takes them, by project and name; what has its default is left out."""

    version: int
    alarms: list[dict[str, Any]]


class ImportBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    Alarms that are to be there: made where there is none of the name in the project, changed where it is another.

    With `delete` others of these projects, and of one's own where one sees no others, go. A `dry_run` only tells.
    """

    version: Literal[1]
    alarms: Annotated[list[AlarmBody], msgspec.Meta(max_length=ALARMS_MAX)]
    delete: bool = False
    dry_run: bool = False


class FieldChange(msgspec.Struct):
    """What is different: a path within the alarm, what is there and what is to be; null for nothing."""

    path: str
    before: Any
    after: Any


class PlanStep(msgspec.Struct):
    """What becomes of one alarm; `id` is null for one that was to be made and is not yet."""

    action: Action
    name: str
    project_id: str
    id: str | None
    changes: list[FieldChange]


class Plan(msgspec.Struct):
    """What was done, or without `applied` is to be done: the alarms in the file's order, then those that go."""

    applied: bool
    steps: list[PlanStep]


@dataclass
class _Step:
    """A step, with all that is needed to take it."""

    view: PlanStep
    before: Alarm | None
    definition: Definition | None = None
    owner: Owner | None = None


def export_alarms(call: Call, query: ExportQuery) -> AlarmFile:
    """Alarms that one may see, as a file keeps them."""
    asked = as_aodh(call)
    if query.secrets:
        call.parts.policy.enforce("change alarms", call.caller, {})
    wanted = AlarmsQuery(
        severity=query.severity, type=query.type, project=query.project, match=query.match, enabled=query.enabled
    )
    found = _all(call, search_of(wanted))
    found.sort(key=lambda each: (each.project_id, each.name, each.id))
    return AlarmFile(1, [_body(asked, each, hidden=not query.secrets) for each in found])


def import_alarms(call: Call, body: ImportBody) -> Plan:
    """Make, change and delete alarms, so that they are as a file says; all of them, or none where it is wrong."""
    steps = _planned(call, body)
    if not body.dry_run:
        _apply(as_aodh(call), steps)
    return Plan(not body.dry_run, [each.view for each in steps])


def _planned(call: Call, body: ImportBody) -> list[_Step]:
    asked = as_aodh(call)
    owned = []
    for place, each in enumerate(body.alarms):
        with _placed(place):
            owned.append(owner_of(asked, "project", each.project_id, call.caller.project_id))
    _refuse_twice(body.alarms, owned)
    projects = dict.fromkeys(owned)
    if not call.sees_all:
        projects[call.caller.project_id] = None
    there: Mapping[Key, list[Alarm]] = defaultdict(list)
    for project_id in projects:
        for alarm in _all(call, equal("project_id", project_id)):
            there[project_id, alarm.name].append(alarm)
    steps = []
    for place, (each, project_id) in enumerate(zip(body.alarms, owned, strict=True)):
        with _placed(place):
            steps.append(_step(call, asked, each, project_id, there.get((project_id, each.name), ())))
    if body.delete:
        wanted = {(project_id, each.name) for each, project_id in zip(body.alarms, owned, strict=True)}
        steps += [_deletion(asked, each) for key in sorted(there.keys() - wanted) for each in there[key]]
    return steps


def _step(call: Call, asked: AodhCall, body: AlarmBody, project_id: str, there: Sequence[Alarm]) -> _Step:
    if len(there) > 1:
        raise InvalidInput(f"{len(there)} alarms of this name are there; give all but one another name", ["name"])
    before = there[0] if there else None
    if before is None:
        asked.allow_own("telemetry:create_alarm")
    else:
        asked.allow("telemetry:change_alarm", {"project_id": before.project_id, "user_id": before.user_id})
    written = definition(call, asked, with_secrets(body, before))
    owner = allotted(call, asked, project_id)
    if before is not None and owner.scope is None:
        # What sees one project alone is not made to see all just because an administrator imports the file.
        owner = msgspec.structs.replace(owner, scope=_scope(before))
    check_behaviour(written.behaviour, written.rule)
    try:
        rule = narrowed(asked, written.rule, owner.scope, _scope(before) if before else None)
    except BadRequest as error:
        raise InvalidInput(_told(error), ["rule"]) from None
    view = PlanStep("create", written.name, project_id, None, [])
    if before is None:
        return _Step(view, None, written, owner)
    view.id = before.id
    view.action = "change"
    wanted = [
        _body_of(written, as_written(asked, rule, owner.scope), project_id, hidden=each) for each in (False, True)
    ]
    current = [_body(asked, before, hidden=each) for each in (False, True)]
    view.changes = list(_changes(current, wanted))
    if before.sees_all != (owner.scope is None):
        view.changes.append(FieldChange("sees_all", before.sees_all, owner.scope is None))
    if not view.changes:
        view.action = "same"
    return _Step(view, before, msgspec.structs.replace(written, state=before.state), owner)


def _deletion(asked: AodhCall, alarm: Alarm) -> _Step:
    asked.allow("telemetry:delete_alarm", {"project_id": alarm.project_id, "user_id": alarm.user_id})
    return _Step(PlanStep("delete", alarm.name, alarm.project_id, alarm.id, []), alarm)


def _apply(asked: AodhCall, steps: Sequence[_Step]) -> None:
    """New ones first: what a quota refuses is seen before anything else is changed, and leaves nothing behind."""
    made: list[Alarm] = []
    try:
        for each in steps:
            if each.view.action == "create":
                assert each.definition is not None
                assert each.owner is not None
                made.append(create(asked, each.definition, each.owner))
                each.view.id = made[-1].id
    except Exception:
        for alarm in made:
            remove(asked, alarm)
        raise
    done = len(made)
    todo = [each for each in steps if each.view.action in ("change", "delete")]
    try:
        for each in todo:
            _take(asked, each)
            done += 1
    except NephoscopeError as error:
        raise Conflict(
            f"{done} of {len(made) + len(todo)} changes are made, then: {error.message}; try again"
        ) from None


def _take(asked: AodhCall, step: _Step) -> None:
    assert step.before is not None
    if step.definition is None or step.owner is None:
        remove(asked, step.before)
    else:
        replace(asked, step.before, step.definition, step.owner)


def _refuse_twice(bodies: Sequence[AlarmBody], owned: Sequence[str]) -> None:
    seen: dict[Key, int] = {}
    for place, (each, project_id) in enumerate(zip(bodies, owned, strict=True)):
        first = seen.setdefault((project_id, each.name), place)
        if first != place:
            raise InvalidInput(
                f"the name of alarms[{first}], which is of the same project", ["alarms", str(place), "name"]
            )


def _all(call: Call, search: Search) -> list[Alarm]:
    """All that match and may be seen; a page after the other, in the order of their names."""
    found: list[Alarm] = []
    marker = None
    while True:
        page = Page(READ_AT_ONCE, marker, (Sort("name"),))
        listed = call.parts.index.alarms.find(search, visible=visible_alarms(call), page=page)
        found += listed
        if len(listed) < READ_AT_ONCE:
            return found
        marker = listed[-1].id


def _body(asked: AodhCall, alarm: Alarm, *, hidden: bool) -> Body:
    return _body_of(alarm, as_written(asked, alarm.rule, _scope(alarm)), alarm.project_id, hidden=hidden)


def _scope(alarm: Alarm) -> str | None:
    return None if alarm.sees_all else alarm.project_id


def _body_of(written: Alarm | Definition, rule: Rule, project_id: str, *, hidden: bool) -> Body:
    """An alarm as `AlarmBody` takes it, without what has its default; `hidden` are the secrets in its URLs."""
    told = concealed if hidden else shown
    kind = type_of(rule)
    body: Body = {"name": written.name, "project_id": project_id, "type": kind, "rule": rule_body(rule)}
    if written.description != described(rule, kind):
        body["description"] = written.description
    if not written.enabled:
        body["enabled"] = False
    if written.severity != "low":
        body["severity"] = written.severity
    for name in ACTIONS.values():
        if urls := getattr(written, name):
            body[name] = [told(each) for each in urls]
    if written.repeat_actions:
        body["repeat_actions"] = True
    if written.time_constraints:
        body["time_constraints"] = [msgspec.to_builtins(each) for each in written.time_constraints]
    usual = msgspec.structs.asdict(PLAIN)
    if behaviour := {k: v for k, v in msgspec.structs.asdict(written.behaviour).items() if v != usual[k]}:
        body["behaviour"] = behaviour
    if written.labels:
        body["labels"] = dict(written.labels)
    return body


def _changes(before: Sequence[Body], after: Sequence[Body]) -> Iterator[FieldChange]:
    """What is different of two bodies, given with their secrets and without; told without."""
    (full_before, told_before), (full_after, told_after) = (
        [dict(_flat(each)) for each in pair] for pair in (before, after)
    )
    for path in sorted(full_before.keys() | full_after.keys()):
        if full_before.get(path) != full_after.get(path):
            yield FieldChange(path, told_before.get(path), told_after.get(path))


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Values by their path; lists are values."""
    if not isinstance(value, dict):
        yield path, value
        return
    for name, each in value.items():
        yield from _flat(each, f"{path}.{name}" if path else name)


@contextmanager
def _placed(place: int) -> Iterator[None]:
    """What is wrong within an alarm of the body says which one it is."""
    path = ["alarms", str(place)]
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(error.reason, [*path, *(error.detail or ())]) from None
    except NotYours as error:
        raise Forbidden(str(error.detail), detail=path) from None
    except Forbidden as error:
        raise Forbidden(error.message, detail=path) from None
    except BadRequest as error:
        raise InvalidInput(_told(error), path) from None


def _told(error: BadRequest) -> str:
    detail = f" {error.detail}" if isinstance(error.detail, str) else ""
    return f"{error.message}{detail}"


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [
        at(
            "/v1/alarms/file",
            GET=operation(export_alarms, "see alarms"),
            POST=operation(import_alarms, "change alarms"),
        )
    ]
