# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/routing`: routes as one document, and what would become of an alarm there."""

import time
from collections.abc import Sequence
from typing import Annotated

import msgspec
from starlette.routing import BaseRoute

from nephoscope.act.route.alerts import Alert, alerts_of
from nephoscope.act.route.board import Sources
from nephoscope.act.route.grouping import group_labels
from nephoscope.act.route.matching import check_patterns
from nephoscope.act.route.rules import NOTHING, Rules
from nephoscope.api.native.alarms import Name, visible_alarm
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.route_scope import ProjectName, ScopeQuery, changeable, readable, shown_project
from nephoscope.model.errors import InvalidInput
from nephoscope.model.matcher import labels_of
from nephoscope.model.mute_timing import MuteTiming
from nephoscope.model.routing import ROUTES_MAX, Inhibition, Route, Tree, Way
from nephoscope.store.index.route_contract import Kept

MILLISECOND_NS = 1_000_000
LABELS_MAX = 100

Routes = Annotated[list[Route], msgspec.Meta(max_length=ROUTES_MAX)]
Label = Annotated[str, msgspec.Meta(max_length=255)]


class RoutingView(msgspec.Struct):
    """A tree of routes with the timings and inhibitions that it names; revision 0 is one that nobody has written."""

    project_id: str | None
    revision: int
    routes: Sequence[Route]
    mute_timings: Sequence[MuteTiming]
    inhibitions: Sequence[Inhibition]
    changed_ms: int
    changed_by: str


class RoutingBody(msgspec.Struct, forbid_unknown_fields=True):
    """The whole tree, in the place of the one of `revision`."""

    revision: int
    routes: Routes
    mute_timings: list[MuteTiming] = []
    inhibitions: list[Inhibition] = []


class TryBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    An alarm by its id, with the labels of one of its instances or none; or labels alone.

    `at_ms` is the moment that timings and silences are looked at, by default now. `project` is as in queries, for
    labels alone; those of a project go through its own routes and through those for all.
    """

    alarm: Name = ""
    labels: Annotated[dict[Label, Label], msgspec.Meta(max_length=LABELS_MAX)] = {}
    at_ms: Annotated[int, msgspec.Meta(ge=0, le=9_000_000_000_000)] | None = None
    project: ProjectName = ""


class Silenced(msgspec.Struct):
    """A silence that holds; of those for all projects, who does not see them is told no more than until when."""

    id: str | None
    comment: str
    until_ms: int


class Inhibited(msgspec.Struct):
    """An inhibition that holds, and the labels of an alarm for which it does, where the caller may see that."""

    rule: str
    by: dict[str, str] | None


class Reached(msgspec.Struct):
    """
    A route that the alarm goes: where it stands in which tree, whom it tells, and in which group.

    `muted` says which timing keeps it from telling now, "" for none.
    """

    project_id: str | None
    place: str
    contact_point: str
    group: dict[str, str]
    group_wait_s: float
    group_interval_s: float
    repeat_interval_s: float
    muted: str


class Tried(msgspec.Struct):
    """What becomes of an alarm with these labels; `told` are the contact points that would hear of it now."""

    labels: dict[str, str]
    silenced: list[Silenced]
    inhibited: list[Inhibited]
    routes: list[Reached]
    told: list[str]


def show_tree(call: Call, query: ScopeQuery) -> RoutingView:
    """The routes of a project, or those for all."""
    return _view(call.parts.index.routing.tree(readable(call, query.project)))


def put_tree(call: Call, query: ScopeQuery, body: RoutingBody) -> RoutingView:
    """Put a tree in the place of the one that has the revision that the body names."""
    project_id = changeable(call, query.project)
    _check_patterns(body.routes, "")
    for number, each in enumerate(body.inhibitions):
        check_patterns(each.source, f"inhibitions[{number}].source")
        check_patterns(each.target, f"inhibitions[{number}].target")
    tree = Tree(
        project_id=project_id,
        revision=body.revision,
        routes=tuple(body.routes),
        mute_timings=tuple(body.mute_timings),
        inhibitions=tuple(body.inhibitions),
    )
    return _view(call.parts.index.routing.set_tree(tree, by=call.actor))


def try_out(call: Call, body: TryBody) -> Tried:
    """Which routes and contact points an alarm would reach, and whether it is silenced, muted or inhibited, and why."""
    project_id, alert = _tried(call, body)
    now_ns = time.time_ns() if body.at_ms is None else body.at_ms * MILLISECOND_NS
    rules = Rules(_concerning(call.parts.index.routing.changed(0) or NOTHING, project_id))
    silenced = [
        Silenced(each.id, each.comment, each.ends_ns // MILLISECOND_NS)
        if call.sees_all or each.project_id
        else Silenced(None, "", each.ends_ns // MILLISECOND_NS)
        for each in rules.silences(project_id, alert.labels, now_ns)
    ]
    inhibited = _inhibited(call, rules, alert)
    reached = [
        _reached(branches.project_id, way, alert, branches.muted(way, now_ns))
        for branches in rules.branches_of(project_id)
        if call.sees_all or branches.project_id
        for way in branches.reached(alert.labels)
    ]
    told = [] if silenced or inhibited else [each.contact_point for each in reached if not each.muted]
    return Tried(dict(alert.labels), silenced, inhibited, reached, [each for each in dict.fromkeys(told) if each])


def _tried(call: Call, body: TryBody) -> tuple[str, Alert]:
    """Whose rules are asked, and about what."""
    if not body.alarm:
        if not body.labels:
            raise InvalidInput("expected an alarm or labels", ["labels"])
        project_id = body.labels.get("project_id", "") if call.sees_all and not body.project else ""
        project_id = project_id or readable(call, body.project)
        given = {"state": "alarm", **body.labels, "project_id": project_id}
        labels = {"name": given.get("alertname", ""), "alertname": given.get("name", ""), **given}
        return project_id, Alert("", "", project_id, labels, 0, "")
    alarm = visible_alarm(call, body.alarm)
    instance = tuple(sorted(body.labels.items()))
    return alarm.project_id, Alert("", alarm.id, alarm.project_id, labels_of(alarm, instance, "alarm"), 0, "")


def _concerning(kept: Kept, project_id: str) -> Kept:
    """What is about a project: its own, and what there is for all."""
    whose = {"", project_id}
    return Kept(
        kept.version,
        [each for each in kept.silences if each.project_id in whose],
        [each for each in kept.trees if each.project_id in whose],
        [each for each in kept.contact_points if each.project_id in whose],
    )


def _inhibited(call: Call, rules: Rules, alert: Alert) -> list[Inhibited]:
    """The inhibitions that hold, by what fires now. The alarm itself does not count, whichever of its instances."""
    concerned = [each for each in rules.inhibitions if each.target.fits(alert.labels)]
    if not concerned:
        return []
    sources = Sources(rules)
    firing = call.parts.index.route_groups.firing(0)
    for alarm in firing.alarms:
        if alarm.id != alert.alarm_id:
            for each in alerts_of(alarm, firing.instances.get(alarm.id, ())):
                sources.add(each)
    found = []
    for rule, source in sources.inhibiting(alert.project_id, alert.labels, alert.fingerprint):
        seen = call.sees_all or (source.project_id == alert.project_id and rule.project_id != "")
        name = rule.rule.name or f"inhibitions[{rule.number}]"
        found.append(Inhibited(name if seen else "", dict(source.labels) if seen else None))
    return found


def _reached(project_id: str, way: Way, alert: Alert, muted: str) -> Reached:
    return Reached(
        project_id=shown_project(project_id),
        place=way.place,
        contact_point=way.contact_point,
        group=group_labels(way, alert.labels),
        group_wait_s=way.group_wait_s,
        group_interval_s=way.group_interval_s,
        repeat_interval_s=way.repeat_interval_s,
        muted=muted,
    )


def _check_patterns(routes: Sequence[Route], above: str) -> None:
    for number, each in enumerate(routes):
        place = f"{above}.routes[{number}]".lstrip(".")
        check_patterns(each.matchers, f"{place}.matchers")
        _check_patterns(each.routes, place)


def _view(tree: Tree) -> RoutingView:
    return RoutingView(
        project_id=shown_project(tree.project_id),
        revision=tree.revision,
        routes=tree.routes,
        mute_timings=tree.mute_timings,
        inhibitions=tree.inhibitions,
        changed_ms=tree.changed_ns // MILLISECOND_NS,
        changed_by=tree.changed_by,
    )


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [
        at("/v1/routing", GET=operation(show_tree, "see alarms"), PUT=operation(put_tree, "change alarms")),
        at("/v1/routing/test", POST=operation(try_out, "see alarms")),
    ]
