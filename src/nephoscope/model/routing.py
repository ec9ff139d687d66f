# SPDX-License-Identifier: Apache-2.0
"""
Who is told of which alarms, in which groups and how often: the tree of routes of a project, or the one for all.

An alarm goes down the first route that it fits, and on to the following ones where that says `continue`; in a route it
goes down its `routes` in the same way, and stays in the route itself where it fits none of them. What a route does not
say it has from the one above.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec

from nephoscope.model.errors import InvalidInput
from nephoscope.model.matcher import LabelName, Matcher, Matchers
from nephoscope.model.mute_timing import MuteTiming, check_timing

ROUTES_MAX = 1000
DEPTH_MAX = 10
TARGETS_MAX = 20
NAMES_MAX = 50
TIMINGS_MAX = 200
INHIBITIONS_MAX = 200
WAIT_S_MAX = 30 * 86400.0
INTERVAL_S_MIN = 1.0
GROUP_WAIT_S = 30.0
GROUP_INTERVAL_S = 300.0
REPEAT_INTERVAL_S = 4 * 3600.0
# A group for each alarm and instance.
BY_ALL = "..."

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Names = Annotated[tuple[Name, ...], msgspec.Meta(max_length=NAMES_MAX)]
Grouping = Annotated[tuple[LabelName, ...], msgspec.Meta(max_length=NAMES_MAX)]
WaitS = Annotated[float, msgspec.Meta(ge=0, le=WAIT_S_MAX)]
IntervalS = Annotated[float, msgspec.Meta(ge=INTERVAL_S_MIN, le=WAIT_S_MAX)]


class Route(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Which alarms go this way, to whom, and in which groups.

    Those that are alike in the labels of `group_by` are told together; `...` stands for all labels. A new group waits
    `group_wait_s` for others, changes in a group are told `group_interval_s` apart at least, and what stays as it is
    is told again after `repeat_interval_s`. Nothing is told while one of `mute_timings` holds, or none of
    `active_timings`.
    """

    matchers: Matchers = ()
    contact_point: Name | None = None
    group_by: Grouping | None = None
    group_wait_s: WaitS | None = None
    group_interval_s: IntervalS | None = None
    repeat_interval_s: IntervalS | None = None
    goes_on: bool = msgspec.field(default=False, name="continue")
    mute_timings: Names = ()
    active_timings: Names = ()
    routes: Annotated[tuple["Route", ...], msgspec.Meta(max_length=ROUTES_MAX)] = ()


class Inhibition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Alarms that fit `target` are not told while one that fits `source` fires, of the same values in `equal`."""

    name: Annotated[str, msgspec.Meta(max_length=255)] = ""
    source: Matchers
    target: Matchers
    equal: Grouping = ()


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """
    The routes of a project, or of all projects where `project_id` is empty; `revision` grows with each change.

    The one for all may hold back, by its inhibitions, what other trees would tell.
    """

    project_id: str
    revision: int = 0
    routes: tuple[Route, ...] = ()
    mute_timings: tuple[MuteTiming, ...] = ()
    inhibitions: tuple[Inhibition, ...] = ()
    changed_ns: int = 0
    changed_by: str = ""


class ContactPoint(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to tell, under a name: the URLs of actions, and whether also that an alarm is over (`resolved`)."""

    project_id: str
    name: str
    targets: tuple[str, ...]
    resolved: bool = True
    changed_ns: int = 0


@dataclass(frozen=True)
class Way:
    """
    A route with all that it has from those above: `place` is where it stands, such as `routes[1].routes[0]`.

    `chain` are the matchers from the top down. A route that leads to no contact point tells nobody.
    """

    place: str
    chain: tuple[tuple[Matcher, ...], ...]
    contact_point: str
    group_by: tuple[str, ...]
    group_wait_s: float
    group_interval_s: float
    repeat_interval_s: float
    mute_timings: tuple[str, ...]
    active_timings: tuple[str, ...]
    goes_on: bool
    below: tuple["Way", ...]


TOP = Way(
    place="",
    chain=(),
    contact_point="",
    group_by=(),
    group_wait_s=GROUP_WAIT_S,
    group_interval_s=GROUP_INTERVAL_S,
    repeat_interval_s=REPEAT_INTERVAL_S,
    mute_timings=(),
    active_timings=(),
    goes_on=False,
    below=(),
)


def ways(routes: Sequence[Route], above: Way = TOP) -> tuple[Way, ...]:
    """Routes with what they have from above. Timings are those of the route itself, as Alertmanager's are."""
    return tuple(_way(each, f"{above.place}.routes[{n}]".lstrip("."), above) for n, each in enumerate(routes))


def _way(route: Route, place: str, above: Way) -> Way:
    own = Way(
        place=place,
        chain=(*above.chain, route.matchers),
        contact_point=above.contact_point if route.contact_point is None else route.contact_point,
        group_by=above.group_by if route.group_by is None else route.group_by,
        group_wait_s=_first(route.group_wait_s, above.group_wait_s),
        group_interval_s=_first(route.group_interval_s, above.group_interval_s),
        repeat_interval_s=_first(route.repeat_interval_s, above.repeat_interval_s),
        mute_timings=route.mute_timings,
        active_timings=route.active_timings,
        goes_on=route.goes_on,
        below=(),
    )
    return Way(**{**own.__dict__, "below": ways(route.routes, own)})


def _first(own: float | None, above: float) -> float:
    return above if own is None else own


def check_tree(tree: Tree, contact_points: Mapping[str, object]) -> None:
    """InvalidInput names the place that is wrong, such as `routes[1].group_by`, and what was expected there."""
    _check_timings(tree.mute_timings)
    timings = {each.name for each in tree.mute_timings}
    for number, inhibition in enumerate(tree.inhibitions):
        _check_inhibition(inhibition, f"inhibitions[{number}]")
    listed = list(_every(tree.routes, ""))
    if len(listed) > ROUTES_MAX:
        raise _wrong("routes", f"expected {ROUTES_MAX} at most, found {len(listed)}")
    for place, route in listed:
        _check_route(route, place, contact_points, timings)
    for way in _leaves(ways(tree.routes)):
        if not way.contact_point:
            raise _wrong(f"{way.place}.contact_point", "expected a name here, or in a route above")


def _check_timings(timings: Sequence[MuteTiming]) -> None:
    if len(timings) > TIMINGS_MAX:
        raise _wrong("mute_timings", f"expected {TIMINGS_MAX} at most, found {len(timings)}")
    seen: set[str] = set()
    for number, each in enumerate(timings):
        place = f"mute_timings[{number}]"
        if each.name in seen:
            raise _wrong(f"{place}.name", f"'{each.name[:40]}' is taken")
        seen.add(each.name)
        check_timing(each, place)


def _check_inhibition(inhibition: Inhibition, place: str) -> None:
    for side in ("source", "target"):
        matchers: tuple[Matcher, ...] = getattr(inhibition, side)
        if not matchers:
            raise _wrong(f"{place}.{side}", "expected a matcher at least")


def _check_route(route: Route, place: str, contact_points: Mapping[str, object], timings: set[str]) -> None:
    if place.count("routes[") > DEPTH_MAX:
        raise _wrong(place, f"routes lie {DEPTH_MAX} deep at most")
    if BY_ALL in (route.group_by or ()) and route.group_by != (BY_ALL,):
        raise _wrong(f"{place}.group_by", f"'{BY_ALL}' stands for all labels, and alone")
    if route.contact_point is not None and route.contact_point not in contact_points:
        raise _wrong(f"{place}.contact_point", f"there is no contact point '{route.contact_point[:40]}'")
    for side in ("mute_timings", "active_timings"):
        for number, name in enumerate(getattr(route, side)):
            if name not in timings:
                raise _wrong(f"{place}.{side}[{number}]", f"there is no mute timing '{name[:40]}'")


def _every(routes: Sequence[Route], above: str) -> Iterator[tuple[str, Route]]:
    for number, each in enumerate(routes):
        place = f"{above}.routes[{number}]".lstrip(".")
        yield place, each
        yield from _every(each.routes, place)


def _leaves(listed: Sequence[Way]) -> Iterator[Way]:
    for way in listed:
        if way.below:
            yield from _leaves(way.below)
        else:
            yield way


def _wrong(place: str, what: str) -> InvalidInput:
    return InvalidInput(f"{place}: {what}", place.replace("[", ".").replace("]", "").split("."))
