# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/silences`: what nobody is told of for a time, and what a silence would be about."""

import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated
from uuid import uuid4

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace
from starlette.routing import BaseRoute

from nephoscope.act.route.matching import Fitting, check_patterns
from nephoscope.api.native.alarms import Limit, Name, visible_alarms
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.route_scope import ProjectName, changeable, readable, shown_project, visible
from nephoscope.model import timestamp
from nephoscope.model.alarm import Alarm, Severity, State
from nephoscope.model.alarm_instance import Instance
from nephoscope.model.errors import Conflict, InvalidInput, NotFound
from nephoscope.model.instant import Instant
from nephoscope.model.matcher import Matchers, labels_of
from nephoscope.model.paging import Page, Sort
from nephoscope.model.search import Compare, Search, all_of, equal
from nephoscope.model.silence import Comment, Silence, SilenceState, check_silence
from nephoscope.model.timespan import HOUR_NS

MILLISECOND_NS = 1_000_000
LOOKED_AT_ONCE = 1000
LOOKED_AT_MAX = 20_000
SHOWN_MAX = 100


class SilenceView(msgspec.Struct):
    """A silence; `project_id` is null for one about the alarms of all projects."""

    id: str
    project_id: str | None
    state: SilenceState
    matchers: Matchers
    from_ms: int
    until_ms: int
    comment: str
    author: str
    created_ms: int
    changed_ms: int


class SilencesQuery(msgspec.Struct):
    """Filters, and a page: newest first."""

    state: SilenceState | None = None
    project: ProjectName = ""
    limit: Limit = 100
    marker: Name = ""


class SilenceList(msgspec.Struct):
    """A page of silences, and the marker of the next one."""

    silences: list[SilenceView]
    next: str | None


class NewSilence(msgspec.Struct, forbid_unknown_fields=True):
    """
    Nobody is told of what fits all `matchers`, `from` a moment, by default now, `until` another.

    `project` is as in queries: whose alarms it is about.
    """

    matchers: Matchers
    until: Instant
    begin: Instant | None = msgspec.field(default=None, name="from")
    comment: Comment = ""
    project: ProjectName = ""


class SilencePatch(msgspec.Struct, forbid_unknown_fields=True):
    """What becomes different of a silence that is not over; what is left out stays."""

    matchers: Matchers | UnsetType = UNSET
    until: Instant | UnsetType = UNSET
    begin: Instant | UnsetType = msgspec.field(default=UNSET, name="from")
    comment: Comment | UnsetType = UNSET


class SilencePreviewBody(msgspec.Struct, forbid_unknown_fields=True):
    """Matchers, and whose alarms they are held against."""

    matchers: Matchers
    project: ProjectName = ""


class Fits(msgspec.Struct):
    """An alarm that fits, with the labels of its instances that do, where it has such."""

    id: str
    name: str
    state: State
    severity: Severity
    project_id: str
    instances: Annotated[list[dict[str, str]], msgspec.Meta(max_length=SHOWN_MAX)]


class SilencePreview(msgspec.Struct):
    """
    How many alarms fit, how many of them fire now, and some of them, those that fire first.

    `looked_at` alarms were held against the matchers; `whole` tells whether those were all.
    """

    count: int
    firing: int
    looked_at: int
    whole: bool
    alarms: list[Fits]


def list_silences(call: Call, query: SilencesQuery) -> SilenceList:
    """Silences that one may see."""
    search = all_of(
        equal("project_id", readable(call, query.project)) if query.project else None,
        *(_in_state(query.state, time.time_ns()) if query.state else ()),
    )
    page = Page(query.limit + 1, query.marker or None)
    found = call.parts.index.silences.find(search, visible=visible(call), page=page)
    listed = found[: query.limit]
    return SilenceList([view(each) for each in listed], listed[-1].id if len(found) > len(listed) else None)


def show_silence(call: Call) -> SilenceView:
    """A silence by its id."""
    return view(_visible(call))


def create_silence(call: Call, body: NewSilence) -> SilenceView:
    """Silence what fits: nobody is told of it by its actions, nor by routes."""
    project_id = changeable(call, body.project)
    now_ns = time.time_ns()
    starts_ns = now_ns if body.begin is None else int(body.begin)
    _check(body.matchers, starts_ns, int(body.until))
    if int(body.until) <= now_ns:
        raise InvalidInput("until: expected to be in the future", ["until"])
    made = Silence(
        id=str(uuid4()),
        project_id=project_id,
        matchers=body.matchers,
        starts_ns=starts_ns,
        ends_ns=int(body.until),
        comment=body.comment,
        author=call.caller.user_id,
    )
    return view(call.parts.index.silences.add(made, by=call.actor))


def change_silence(call: Call, body: SilencePatch) -> SilenceView:
    """Change a silence that is not over: make it longer or shorter, or about something else."""
    before = _changeable(call)
    now_ns = time.time_ns()
    if before.state(now_ns) == "active" and body.begin is not UNSET:
        raise InvalidInput("from: the silence has begun; its begin stays", ["from"])
    changed = replace(
        before,
        matchers=before.matchers if body.matchers is UNSET else body.matchers,
        starts_ns=before.starts_ns if body.begin is UNSET else int(body.begin),
        ends_ns=before.ends_ns if body.until is UNSET else int(body.until),
        comment=before.comment if body.comment is UNSET else body.comment,
    )
    _check(changed.matchers, changed.starts_ns, changed.ends_ns)
    if changed.ends_ns <= now_ns:
        raise InvalidInput("until: expected to be in the future; to end a silence now, expire it", ["until"])
    return view(call.parts.index.silences.change(changed, by=call.actor))


def expire_silence(call: Call) -> SilenceView:
    """End a silence now: what it held back and still holds is told."""
    before = _changeable(call)
    now_ns = time.time_ns()
    over = replace(before, starts_ns=min(before.starts_ns, now_ns), ends_ns=now_ns)
    return view(call.parts.index.silences.change(over, by=call.actor))


def preview_silence(call: Call, body: SilencePreviewBody) -> SilencePreview:
    """Which alarms a silence would be about; nothing is changed."""
    project_id = readable(call, body.project)
    _check(body.matchers, 0, HOUR_NS)
    fitting = Fitting(body.matchers)
    whose = equal("project_id", project_id) if project_id else None
    found: list[Fits] = []
    marker: str | None = None
    looked_at = 0
    while looked_at < LOOKED_AT_MAX:
        page = Page(LOOKED_AT_ONCE, marker, (Sort("name"),))
        part = call.parts.index.alarms.find(all_of(whose), visible=visible_alarms(call), page=page)
        found += _fitting(call, fitting, part)
        looked_at += len(part)
        if len(part) < LOOKED_AT_ONCE:
            break
        marker = part[-1].id
    found.sort(key=lambda each: (each.state != "alarm", each.name, each.id))
    firing = sum(each.state == "alarm" for each in found)
    return SilencePreview(len(found), firing, looked_at, looked_at < LOOKED_AT_MAX, found[:SHOWN_MAX])


def view(silence: Silence) -> SilenceView:
    """The shape of a silence."""
    return SilenceView(
        id=silence.id,
        project_id=shown_project(silence.project_id),
        state=silence.state(time.time_ns()),
        matchers=silence.matchers,
        from_ms=silence.starts_ns // MILLISECOND_NS,
        until_ms=silence.ends_ns // MILLISECOND_NS,
        comment=silence.comment,
        author=silence.author,
        created_ms=silence.created_ns // MILLISECOND_NS,
        changed_ms=silence.changed_ns // MILLISECOND_NS,
    )


def _fitting(call: Call, fitting: Fitting, alarms: Sequence[Alarm]) -> list[Fits]:
    instances: dict[str, list[Instance]] = defaultdict(list)
    if several := [each.id for each in alarms if each.keeps_instances]:
        for each in call.parts.index.alarms.instances_of(several):
            instances[each.alarm_id].append(each)
    found = []
    for alarm in alarms:
        fits = [
            dict(each.labels)
            for each in instances.get(alarm.id, ())
            if fitting.fits(labels_of(alarm, each.labels, each.state))
        ]
        if fits or fitting.fits(labels_of(alarm, (), alarm.state)):
            shown = [each for each in fits if each][:SHOWN_MAX]
            found.append(Fits(alarm.id, alarm.name, alarm.state, alarm.severity, alarm.project_id, shown))
    return found


def _check(matchers: Matchers, starts_ns: int, ends_ns: int) -> None:
    check_silence(matchers, starts_ns, ends_ns)
    check_patterns(matchers, "matchers")


def _in_state(state: SilenceState, now_ns: int) -> Sequence[Search]:
    now = timestamp.render(now_ns)
    if state == "expired":
        return [Compare("le", "ends", now)]
    return [Compare("gt", "ends", now), Compare("gt" if state == "pending" else "le", "starts", now)]


def _visible(call: Call) -> Silence:
    silence_id = call.segment("id")
    found = call.parts.index.silences.find(equal("id", silence_id), visible=visible(call), page=Page(1))
    if not found:
        raise NotFound(f"Silence {silence_id:.100} does not exist")
    return found[0]


def _changeable(call: Call) -> Silence:
    """The silence that is asked for. NotFound, Forbidden; Conflict for one that is over."""
    found = _visible(call)
    changeable(call, found.project_id)
    if found.state(time.time_ns()) == "expired":
        raise Conflict(f"Silence {found.id} is over; make another one")
    return found


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [
        at(
            "/v1/silences",
            GET=operation(list_silences, "see alarms"),
            POST=operation(create_silence, "change alarms", 201),
        ),
        at("/v1/silences/preview", POST=operation(preview_silence, "see alarms")),
        at(
            "/v1/silences/{id}",
            GET=operation(show_silence, "see alarms"),
            PATCH=operation(change_silence, "change alarms"),
        ),
        at("/v1/silences/{id}/expire", POST=operation(expire_silence, "change alarms")),
    ]
