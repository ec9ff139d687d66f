# SPDX-License-Identifier: Apache-2.0
"""Alarms as the pages show them: lists with what is the matter, one with its history and what was told of it."""

import re
import time
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.aodh.alarm_bodies import ACTIONS
from nephoscope.api.native.call import Call
from nephoscope.api.native.hushed import Hushed
from nephoscope.api.native.operation import at, operation
from nephoscope.model.action_url import concealed
from nephoscope.model.alarm import Alarm, AlarmChange, Severity, State
from nephoscope.model.alarm_behaviour import NoData, threshold_of
from nephoscope.model.alarm_body import rule_body
from nephoscope.model.alarm_instance import Instance
from nephoscope.model.delivery import Attempt, Delivery, Progress
from nephoscope.model.errors import NotFound
from nephoscope.model.paging import Page, Sort
from nephoscope.model.search import EVERYTHING, Compare, Search, all_of, equal
from nephoscope.store.index.alarm_contract import Author

MILLISECOND_NS = 1_000_000
IDS_MAX = 1000
DELIVERIES_SHOWN = 50
INSTANCES_SHOWN = 50
LOOKED_AT_ONCE = 1000
# What lists are sorted by, as the index calls it; the state that is the worst sorts first by its name. What is alike is
# listed by when its state changed, newest first.
SORTS = {"name": "name", "state": "state", "since": "state_timestamp", "severity": "severity", "changed": "timestamp"}

Name = Annotated[str, msgspec.Meta(max_length=255)]
SortName = Annotated[str, msgspec.Meta(pattern=f"^-?({'|'.join(SORTS)})$")]
Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class BehaviourView(msgspec.Struct):
    """
    What stands between values and the state, s.

    `pending_s` is how long values have to be beyond the threshold before the alarm fires, `keep_firing_s` how long it
    goes on after they have come back. Once it fires, values have to be back behind `recovery_threshold`. `no_data` is
    the state where nothing is known; `keep` leaves the one that there is.
    """

    pending_s: float = 0.0
    keep_firing_s: float = 0.0
    recovery_threshold: float | None = None
    no_data: NoData = "insufficient data"


class AlarmView(msgspec.Struct):
    """
    An alarm as it is now: its state since when and why, and what went wrong when it was decided last, "" for nothing.

    `rule` is in the words of the alarm's `type`; actions are URLs without credentials, which can be sent back as they
    are. `silenced_until_ms` is null for an alarm that no silence is about.
    """

    id: str
    name: str
    description: str
    type: str
    severity: Severity
    enabled: bool
    state: State
    since_ms: int
    reason: str
    error: str
    decided_ms: int
    project_id: str
    user_id: str
    rule: dict[str, Any]
    threshold: float | None
    ok_actions: list[str]
    alarm_actions: list[str]
    insufficient_data_actions: list[str]
    repeat_actions: bool
    time_constraints: list[dict[str, Any]]
    behaviour: BehaviourView
    labels: dict[str, str]
    changed_ms: int
    silenced_until_ms: int | None


class AlarmsQuery(msgspec.Struct):
    """
    Filters, all of which must hold; `match` is a part of the name, `*` stands for anything.

    `failing` leaves those that could not be decided last, or those that could, `silenced` those that a silence is
    about, or those that none is about. A minus before the name in `sort` turns the order.
    """

    state: State | None = None
    severity: Severity | None = None
    type: Name = ""
    project: Name = ""
    match: Name = ""
    enabled: bool | None = None
    failing: bool | None = None
    silenced: bool | None = None
    sort: SortName = "-since"
    limit: Limit = 100
    marker: Name = ""


class Counts(msgspec.Struct):
    """How many alarms are in each state, and how many of them all could not be decided last."""

    ok: int
    alarm: int
    insufficient_data: int
    failing: int


class AlarmList(msgspec.Struct):
    """
    A page of alarms, the marker of the next one, and how many match in each state.

    The counts are those of the other filters, whatever was asked for in `state`, `failing` and `silenced`.
    """

    alarms: list[AlarmView]
    next: str | None
    counts: Counts


class DeliveryView(msgspec.Struct):
    """
    A notification on its way, or over; `target` is without credentials.

    `state` is the one that was entered, of a group of alarms firing or resolved.
    """

    key: str
    target: str
    state: str
    progress: Progress
    attempts: int
    created_ms: int
    due_ms: int | None


class InstanceView(msgspec.Struct):
    """
    One of what an alarm watches: its labels, its state since when and why, and the value at that time.

    `beyond_since_ms` is since when values have been beyond the threshold without its firing yet, `cleared_since_ms`
    since when they have been back while it still fires, `missing_since_ms` since when nothing was seen of it.
    """

    labels: dict[str, str]
    state: State
    since_ms: int
    value: float | None
    reason: str
    beyond_since_ms: int | None
    cleared_since_ms: int | None
    missing_since_ms: int | None


class InstanceList(msgspec.Struct):
    """A page of an alarm's instances, and the marker of the next one."""

    instances: list[InstanceView]
    next: str | None


class InstancesQuery(msgspec.Struct):
    """A page, perhaps of those in one state alone; those that fire come first, then the newest change."""

    state: State | None = None
    limit: Limit = 100
    marker: Name = ""


class AlarmDetail(msgspec.Struct):
    """An alarm, the first of its instances if it remembers any, and the newest notifications about it."""

    alarm: AlarmView
    instances: list[InstanceView]
    deliveries: list[DeliveryView]


class ChangeView(msgspec.Struct):
    """What became of an alarm: by whom, and what is different; URLs of actions are without credentials."""

    id: str
    type: str
    time_ms: int
    user_id: str
    detail: dict[str, Any]


class History(msgspec.Struct):
    """A page of an alarm's history, newest first, and the marker of the next one."""

    changes: list[ChangeView]
    next: str | None


class HistoryQuery(msgspec.Struct):
    """A page."""

    limit: Limit = 100
    marker: Name = ""


class AttemptView(msgspec.Struct):
    """One try: how long it took, the status that came back, 0 for none, and what went wrong or was made of it."""

    time_ms: int
    lasted_ms: float
    status: int
    error: str


class DeliveryDetail(msgspec.Struct):
    """A notification with what is sent and every attempt at it, oldest first."""

    delivery: DeliveryView
    alarm: str
    body: dict[str, Any]
    attempts: list[AttemptView]


class EnabledBody(msgspec.Struct, forbid_unknown_fields=True):
    """Alarms to be decided from now on, or not any more."""

    ids: Annotated[list[Name], msgspec.Meta(max_length=IDS_MAX)]
    enabled: bool


class Changed(msgspec.Struct):
    """How many are different now."""

    changed: int


def list_alarms(call: Call, query: AlarmsQuery) -> AlarmList:
    """Alarms that one may see."""
    alarms, visible = call.parts.index.alarms, visible_alarms(call)
    search = search_of(query)
    stated = all_of(
        search,
        equal("state", query.state) if query.state else None,
        _failing(query.failing) if query.failing is not None else None,
    )
    hushed = Hushed(call.parts.index)
    found = _found(call, stated, query, hushed)
    counts = alarms.count(search, visible=visible)
    failing = alarms.count(all_of(search, _failing(True)), visible=visible)
    listed = found[: query.limit]
    return AlarmList(
        [view(each, hushed) for each in listed],
        listed[-1].id if len(found) > len(listed) else None,
        Counts(counts["ok"], counts["alarm"], counts["insufficient data"], sum(failing.values())),
    )


def show_alarm(call: Call) -> AlarmDetail:
    """An alarm by its id."""
    alarm = visible_alarm(call, call.segment("id"))
    deliveries = call.parts.index.outbox.find(equal("alarm_id", alarm.id), page=Page(DELIVERIES_SHOWN))
    instances = call.parts.index.alarms.instances(alarm.id, page=Page(INSTANCES_SHOWN)) if alarm.keeps_instances else ()
    return AlarmDetail(
        view(alarm, Hushed(call.parts.index)),
        [_instance(each) for each in instances],
        [delivery_view(each) for each in deliveries],
    )


def list_instances(call: Call, query: InstancesQuery) -> InstanceList:
    """What an alarm remembers of each thing that it watches; nothing of alarms that remember their state alone."""
    alarm = visible_alarm(call, call.segment("id"))
    page = Page(query.limit + 1, query.marker or None)
    found = call.parts.index.alarms.instances(alarm.id, query.state, page)
    listed = found[: query.limit]
    return InstanceList(
        [_instance(each) for each in listed], str(listed[-1].number) if len(found) > len(listed) else None
    )


def list_history(call: Call, query: HistoryQuery) -> History:
    """What became of an alarm, also of one that is gone."""
    search = equal("alarm_id", call.segment("id"))
    visible = EVERYTHING if call.sees_all else equal("on_behalf_of", call.caller.project_id)
    page = Page(query.limit + 1, query.marker or None)
    found = call.parts.index.alarms.history(search, visible=visible, page=page)
    if not found and not query.marker:
        raise NotFound(f"Alarm {call.segment('id')} not found")
    listed = found[: query.limit]
    return History([_change(each) for each in listed], listed[-1].event_id if len(found) > len(listed) else None)


def enable(call: Call, body: EnabledBody) -> Changed:
    """Switch alarms on or off; those that are so already stay as they are."""
    changed = 0
    author = Author(call.caller.user_id, call.caller.project_id)
    for alarm_id in dict.fromkeys(body.ids):
        alarm = _changeable(call, alarm_id)
        if alarm.enabled != body.enabled:
            now_ns = time.time_ns()
            renewed = msgspec.structs.replace(alarm, enabled=body.enabled, timestamp_ns=now_ns)
            call.parts.index.alarms.change(renewed, author)
            changed += 1
    return Changed(changed)


def show_delivery(call: Call) -> DeliveryDetail:
    """A notification, with every attempt at it."""
    return _in_detail(call, _visible_delivery(call))


def send_again(call: Call) -> DeliveryDetail:
    """Deliver a notification once more, whatever became of it."""
    delivery = _visible_delivery(call)
    call.parts.policy.enforce("telemetry:change_alarm", call.caller, {"project_id": delivery.project_id})
    again = call.parts.index.outbox.send_again(delivery.number)
    call.parts.on_notes()
    return _in_detail(call, again)


def visible_alarms(call: Call) -> Search:
    """The search that leaves only alarms which the caller may see."""
    return EVERYTHING if call.sees_all else equal("project_id", call.caller.project_id)


def visible_alarm(call: Call, alarm_id: str) -> Alarm:
    """An alarm by its id; NotFound for one of others."""
    found = call.parts.index.alarms.find(equal("alarm_id", alarm_id), visible=visible_alarms(call), page=Page(1))
    if not found:
        raise NotFound(f"Alarm {alarm_id} not found")
    return found[0]


def view(alarm: Alarm, hushed: Hushed) -> AlarmView:
    """The shape of an alarm."""
    return AlarmView(
        id=alarm.id,
        name=alarm.name,
        description=alarm.description,
        type=alarm.type,
        severity=alarm.severity,
        enabled=alarm.enabled,
        state=alarm.state,
        since_ms=alarm.state_timestamp_ns // MILLISECOND_NS,
        reason=alarm.state_reason,
        error=alarm.error,
        decided_ms=alarm.evaluated_ns // MILLISECOND_NS,
        project_id=alarm.project_id,
        user_id=alarm.user_id,
        rule=rule_body(alarm.rule),
        threshold=threshold_of(alarm.rule),
        ok_actions=_shown(alarm.ok_actions),
        alarm_actions=_shown(alarm.alarm_actions),
        insufficient_data_actions=_shown(alarm.insufficient_data_actions),
        repeat_actions=alarm.repeat_actions,
        time_constraints=[msgspec.to_builtins(each) for each in alarm.time_constraints],
        behaviour=BehaviourView(**msgspec.structs.asdict(alarm.behaviour)),
        labels=dict(alarm.labels),
        changed_ms=alarm.timestamp_ns // MILLISECOND_NS,
        silenced_until_ms=hushed.until_ms(alarm),
    )


def _instance(each: Instance) -> InstanceView:
    return InstanceView(
        labels=dict(each.labels),
        state=each.state,
        since_ms=each.since_ns // MILLISECOND_NS,
        value=each.value,
        reason=each.reason,
        beyond_since_ms=_ms(each.beyond_since_ns),
        cleared_since_ms=_ms(each.cleared_since_ns),
        missing_since_ms=_ms(each.missing_since_ns),
    )


def _ms(time_ns: int) -> int | None:
    return time_ns // MILLISECOND_NS if time_ns else None


def _found(call: Call, search: Search, query: AlarmsQuery, hushed: Hushed) -> list[Alarm]:
    """A page of what is asked for, and one more where there are more. What is silenced is picked out here."""
    if query.silenced and not hushed:
        return []
    picks = query.silenced is not None and bool(hushed)
    size, marker = LOOKED_AT_ONCE if picks else query.limit + 1, query.marker or None
    found: list[Alarm] = []
    while True:
        page = Page(size, marker, _sorts(query.sort))
        part = call.parts.index.alarms.find(search, visible=visible_alarms(call), page=page)
        found += [each for each in part if not picks or (hushed.until_ms(each) is not None) == query.silenced]
        if len(part) < size or len(found) > query.limit:
            return found
        marker = part[-1].id


def search_of(query: AlarmsQuery) -> Search:
    """What the filters leave, but for those of the state."""
    return all_of(
        equal("severity", query.severity) if query.severity else None,
        equal("type", query.type) if query.type else None,
        equal("project_id", query.project) if query.project else None,
        equal("enabled", query.enabled) if query.enabled is not None else None,
        Compare("matches", "name", _pattern(query.match)) if query.match else None,
    )


def _failing(failing: bool) -> Search:
    return Compare("ne" if failing else "eq", "error", "")


def _sorts(wanted: str) -> tuple[Sort, ...]:
    by, descending = SORTS[wanted.removeprefix("-")], wanted.startswith("-")
    newest = () if by == SORTS["since"] else (Sort(SORTS["since"], True),)
    return (Sort(by, descending), *newest)


def _pattern(match: str) -> str:
    """The pattern of names that contain a text, whatever its case; a star stands for anything."""
    return "(?i)" + ".*".join(re.escape(part) for part in match.split("*"))


def _changeable(call: Call, alarm_id: str) -> Alarm:
    alarm = visible_alarm(call, alarm_id)
    call.parts.policy.enforce("telemetry:change_alarm", call.caller, {"project_id": alarm.project_id})
    return alarm


def _visible_delivery(call: Call) -> Delivery:
    key = call.segment("key")
    found = call.parts.index.outbox.find(equal("key", key), visible=visible_alarms(call), page=Page(1))
    if not found:
        raise NotFound(f"Delivery {key:.100} not found")
    return found[0]


def _shown(actions: Sequence[str] | None) -> list[str]:
    return [concealed(each) for each in actions or ()]


def delivery_view(each: Delivery) -> DeliveryView:
    """The shape of a delivery."""
    return DeliveryView(
        key=each.key,
        target=concealed(each.target),
        state=str(each.body.get("current") or each.body.get("status") or ""),
        progress=each.progress,
        attempts=each.attempts,
        created_ms=each.created_ns // MILLISECOND_NS,
        due_ms=each.due_ns // MILLISECOND_NS if each.progress == "waiting" else None,
    )


def _in_detail(call: Call, each: Delivery) -> DeliveryDetail:
    attempts = call.parts.index.outbox.attempts(each.number)
    return DeliveryDetail(delivery_view(each), each.alarm_id, each.body, [_attempt(one) for one in attempts])


def _attempt(each: Attempt) -> AttemptView:
    return AttemptView(each.at_ns // MILLISECOND_NS, each.lasted_ns / MILLISECOND_NS, each.status, each.error)


def _change(each: AlarmChange) -> ChangeView:
    urls = {name: _shown(each.detail[name]) for name in ACTIONS.values() if each.detail.get(name)}
    detail = {**each.detail, **urls}
    return ChangeView(each.event_id, each.type, each.timestamp_ns // MILLISECOND_NS, each.user_id, detail)


def routes() -> list[BaseRoute]:
    """The pages of this module but for those that `alarm_writing` shares."""
    return [
        at("/v1/alarms/enabled", POST=operation(enable, "change alarms")),
        at("/v1/alarms/{id}/instances", GET=operation(list_instances, "see alarms")),
        at("/v1/alarms/{id}/history", GET=operation(list_history, "see alarms")),
        at("/v1/deliveries/{key}", GET=operation(show_delivery, "see alarms")),
        at("/v1/deliveries/{key}/again", POST=operation(send_again, "change alarms")),
    ]
