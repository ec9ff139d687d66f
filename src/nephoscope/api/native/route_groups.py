# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/routing/groups`: what is told together now, what of it is held back, and when it was and is told."""

import time
from typing import Literal

import msgspec
from msgspec.structs import replace
from starlette.routing import BaseRoute

from nephoscope.act.route.rules import NOTHING, Rules
from nephoscope.act.route.standing import Member, Standing, standings
from nephoscope.api.native.alarms import DELIVERIES_SHOWN, DeliveryView, Name, delivery_view
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.route_scope import ScopeQuery, readable, shown_project, visible
from nephoscope.model.errors import NotFound
from nephoscope.model.paging import Page
from nephoscope.model.route_group import OF_GROUP
from nephoscope.model.search import equal

MILLISECOND_NS = 1_000_000
GROUPS_MAX = 1000
ALARMS_MAX = 100


class GroupedAlarm(msgspec.Struct):
    """
    An alarm of a group, or one of its instances, since when it fires, and what holds it back now.

    `known` is what the contact point knows of it: nothing yet (`new`), that it fires (`told`), or not yet that it does
    not any more (`over`).
    """

    alarm: str
    labels: dict[str, str]
    since_ms: int
    reason: str
    value: float | None
    known: Literal["new", "told", "over"]
    held: Literal["", "silenced", "inhibited"]


class RouteGroupView(msgspec.Struct):
    """
    A group of alarms that are told together: when it was told last, null for never, and how often.

    `next_ms` is when it is told next unless something changes: at once where that is past, never where it is null.
    `place` is where its route stands, "" where that is gone; `muted` why the route tells nobody now. `count` are its
    alarms, of which a hundred are listed; `new` and `over` those that are still to be told, held back or not.
    """

    key: str
    project_id: str | None
    place: str
    contact_point: str
    labels: dict[str, str]
    told_ms: int | None
    times: int
    next_ms: int | None
    muted: str
    count: int
    new: int
    over: int
    silenced: int
    inhibited: int
    alarms: list[GroupedAlarm]


class RouteGroupsQuery(ScopeQuery):
    """Whose groups, and of which alarm, by its id, or of any."""

    alarm: Name = ""


class RouteGroupList(msgspec.Struct):
    """Groups, those that were never told first, then the one told last; a thousand at most."""

    groups: list[RouteGroupView]


class RouteGroupDetail(msgspec.Struct):
    """A group, null where all of it is over, and the newest notifications to it."""

    group: RouteGroupView | None
    deliveries: list[DeliveryView]


def list_route_groups(call: Call, query: RouteGroupsQuery) -> RouteGroupList:
    """What is grouped now, and what the groups were told."""
    mine = _standings(call, readable(call, query.project))
    if query.alarm:
        mine = [each for each in mine if any(member.alarm_id == query.alarm for member in each.members)]
    newest = sorted(mine, key=lambda each: (each.memory.times > 0, -each.memory.told_ns, each.memory.key))
    return RouteGroupList([_group(each) for each in newest[:GROUPS_MAX]])


def show_route_group(call: Call) -> RouteGroupDetail:
    """A group by its key, with what was told and what became of that."""
    key = call.segment("key")
    mine = _standings(call, None if call.sees_all else readable(call, ""))
    found = next((each for each in mine if each.memory.key == key), None)
    search = equal("alarm_id", f"{OF_GROUP}{key}")
    deliveries = call.parts.index.outbox.find(search, visible=visible(call), page=Page(DELIVERIES_SHOWN))
    if found is None and not deliveries:
        raise NotFound(f"Group {key:.100} not found")
    return RouteGroupDetail(_group(found) if found else None, [delivery_view(each) for each in deliveries])


def _standings(call: Call, project_id: str | None) -> list[Standing]:
    """The groups of one tree, or of all."""
    kept = call.parts.index.routing.changed(0) or NOTHING
    groups = call.parts.index.route_groups
    memories = groups.memories()
    if project_id is not None:
        # The others hold back what is in this one, by their inhibitions, and have no groups here.
        trees = [each if each.project_id == project_id else replace(each, routes=()) for each in kept.trees]
        kept = replace(kept, trees=trees)
        memories = [each for each in memories if each.project_id == project_id]
    rules = Rules(kept)
    if not rules.branches and not memories:
        return []
    return list(standings(rules, memories, groups.firing(0), time.time_ns()))


def _group(standing: Standing) -> RouteGroupView:
    memory, members = standing.memory, standing.members
    return RouteGroupView(
        key=memory.key,
        project_id=shown_project(memory.project_id),
        place=standing.place,
        contact_point=memory.contact_point,
        labels=memory.labels,
        told_ms=memory.told_ns // MILLISECOND_NS if memory.times else None,
        times=memory.times,
        next_ms=None if standing.next_ns is None else standing.next_ns // MILLISECOND_NS,
        muted=standing.muted,
        count=len(members),
        new=sum(each.knowledge == "new" for each in members),
        over=sum(each.knowledge == "over" for each in members),
        silenced=sum(each.held == "silenced" for each in members),
        inhibited=sum(each.held == "inhibited" for each in members),
        alarms=[_alarm(each) for each in sorted(members, key=lambda each: each.since_ns)[:ALARMS_MAX]],
    )


def _alarm(member: Member) -> GroupedAlarm:
    return GroupedAlarm(
        alarm=member.alarm_id,
        labels=dict(member.labels),
        since_ms=member.since_ns // MILLISECOND_NS,
        reason=member.reason,
        value=member.value,
        known=member.knowledge,
        held=member.held,
    )


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [
        at("/v1/routing/groups", GET=operation(list_route_groups, "see alarms")),
        at("/v1/routing/groups/{key}", GET=operation(show_route_group, "see alarms")),
    ]
