# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/contact-points`: whom routes tell, under names; the credentials in their URLs are never shown."""

import time
from collections.abc import Iterator, Sequence
from typing import Annotated
from uuid import uuid4

import msgspec
from starlette.routing import BaseRoute

from nephoscope.act.notify import offered
from nephoscope.act.route.alerts import Alert
from nephoscope.act.route.body import grouped
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.route_scope import ScopeQuery, changeable, readable, shown_project
from nephoscope.model.action_url import ADMINISTRATIVE, TRUST, concealed, revealed, scheme_of
from nephoscope.model.delivery import Draft
from nephoscope.model.errors import BadRequest, InvalidInput
from nephoscope.model.route_group import GroupMemory
from nephoscope.model.routing import TARGETS_MAX, ContactPoint, Way, ways

MILLISECOND_NS = 1_000_000
# A policy is signalled by the alarm itself: whose it may be is told by that.
OF_ALARMS = "scale"

PointName = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[^/\x00-\x1f\x7f]+$")]
Target = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
Targets = Annotated[list[Target], msgspec.Meta(max_length=TARGETS_MAX)]


class ContactPointView(msgspec.Struct):
    """A contact point; `targets` are without credentials, `routes` the places of the routes that lead to it."""

    name: str
    project_id: str | None
    targets: list[str]
    resolved: bool
    changed_ms: int
    routes: list[str]


class ContactPointList(msgspec.Struct):
    """Contact points, by name."""

    contact_points: list[ContactPointView]


class ContactPointBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    URLs of actions to carry out, and whether also when an alarm is over.

    A URL that is written as it was shown stays as it is, credentials included.
    """

    targets: Targets
    resolved: bool = True


class NewContactPoint(ContactPointBody, forbid_unknown_fields=True, kw_only=True):
    """A contact point under a name that is not taken."""

    name: PointName


class Sent(msgspec.Struct):
    """The keys of the notifications that are on their way, in the order of the targets."""

    deliveries: list[str]


def list_points(call: Call, query: ScopeQuery) -> ContactPointList:
    """The contact points of a project, or those of the routes for all."""
    project_id = readable(call, query.project)
    listed = call.parts.index.routing.contact_points(project_id)
    leading = _leading(call, project_id)
    return ContactPointList([_view(each, leading) for each in listed])


def show_point(call: Call, query: ScopeQuery) -> ContactPointView:
    """A contact point by its name."""
    project_id = readable(call, query.project)
    return _view(call.parts.index.routing.contact_point(project_id, call.segment("name")), _leading(call, project_id))


def create_point(call: Call, query: ScopeQuery, body: NewContactPoint) -> ContactPointView:
    """Make a contact point."""
    project_id = changeable(call, query.project)
    targets = _checked(call, body.targets, ())
    point = ContactPoint(project_id=project_id, name=body.name, targets=targets, resolved=body.resolved)
    return _view(call.parts.index.routing.add_contact_point(point, by=call.actor), {})


def change_point(call: Call, query: ScopeQuery, body: ContactPointBody) -> ContactPointView:
    """Put other targets in the place of a contact point's."""
    project_id = changeable(call, query.project)
    before = call.parts.index.routing.contact_point(project_id, call.segment("name"))
    targets = _checked(call, body.targets, before.targets)
    point = ContactPoint(project_id=project_id, name=before.name, targets=targets, resolved=body.resolved)
    return _view(call.parts.index.routing.change_contact_point(point, by=call.actor), _leading(call, project_id))


def delete_point(call: Call, query: ScopeQuery) -> None:
    """Delete a contact point to which no route leads."""
    project_id = changeable(call, query.project)
    call.parts.index.routing.remove_contact_point(project_id, call.segment("name"), by=call.actor)


def send_test(call: Call, query: ScopeQuery) -> Sent:
    """Send a notification of an alarm that does not exist, so that one sees whether it arrives."""
    project_id = changeable(call, query.project)
    point = call.parts.index.routing.contact_point(project_id, call.segment("name"))
    now_ns = time.time_ns()
    mark = f"test.{uuid4()}"
    labels = {"alertname": "Test", "name": "Test", "severity": "low", "project_id": project_id}
    reason = f"{call.caller.user_id} tries out the contact point {point.name}"
    alert = Alert("0" * 16, "", project_id, labels, now_ns, reason)
    group = GroupMemory(
        key=mark, project_id=project_id, contact_point=point.name, labels={"alertname": "Test"}, told={}, told_ns=0
    )
    body = grouped(group, [alert], {}, now_ns)
    drafts = [
        Draft(key=f"{mark}.{place}", alarm_id=mark, project_id=project_id, target=target, body=body)
        for place, target in enumerate(point.targets)
    ]
    call.parts.index.outbox.add(drafts)
    call.parts.on_notes()
    return Sent([each.key for each in drafts])


def _checked(call: Call, written: Sequence[str], before: Sequence[str]) -> tuple[str, ...]:
    """The targets, those that stay as they are found among those from before. InvalidInput names the wrong one."""
    found = revealed(written, before, "targets")
    for number, target in enumerate(found):
        if target not in before:
            _check(call, target, f"targets[{number}]")
    return tuple(dict.fromkeys(found))


def _check(call: Call, target: str, place: str) -> None:
    try:
        scheme = scheme_of(target)
    except ValueError as error:
        raise _wrong(place, str(error)) from None
    known = [each for each in offered() if each != OF_ALARMS and not each.startswith(TRUST)]
    if scheme not in known:
        raise _wrong(place, f"expected a URL that begins with one of {', '.join(known)}; found '{scheme[:40]}'")
    if scheme in ADMINISTRATIVE and not call.parts.policy.allows("context_is_admin", call.caller, {}):
        raise _wrong(place, f"only administrators may have {scheme}: done on the server itself")
    try:
        call.parts.check_action(target)
    except BadRequest as error:
        raise _wrong(place, error.message) from None


def _wrong(place: str, what: str) -> InvalidInput:
    return InvalidInput(f"{place}: {what}", [place])


def _leading(call: Call, project_id: str) -> dict[str, list[str]]:
    """The places of routes, by the contact point that they lead to."""
    found: dict[str, list[str]] = {}
    for way in _every(ways(call.parts.index.routing.tree(project_id).routes)):
        found.setdefault(way.contact_point, []).append(way.place)
    return found


def _every(listed: Sequence[Way]) -> Iterator[Way]:
    for way in listed:
        yield way
        yield from _every(way.below)


def _view(point: ContactPoint, leading: dict[str, list[str]]) -> ContactPointView:
    return ContactPointView(
        name=point.name,
        project_id=shown_project(point.project_id),
        targets=[concealed(each) for each in point.targets],
        resolved=point.resolved,
        changed_ms=point.changed_ns // MILLISECOND_NS,
        routes=leading.get(point.name, []),
    )


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [
        at(
            "/v1/contact-points",
            GET=operation(list_points, "see alarms"),
            POST=operation(create_point, "change alarms", 201),
        ),
        at(
            "/v1/contact-points/{name}",
            GET=operation(show_point, "see alarms"),
            PUT=operation(change_point, "change alarms"),
            DELETE=operation(delete_point, "change alarms", 204),
        ),
        at("/v1/contact-points/{name}/test", POST=operation(send_test, "change alarms")),
    ]
