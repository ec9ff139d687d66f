# SPDX-License-Identifier: Apache-2.0
"""The past of alarms on a chart: what their rules saw, the states they were in, and would have been in."""

import time
from typing import Annotated, Any

import msgspec
from starlette.routing import BaseRoute

from nephoscope.alarm.instance_reader import InstanceReader
from nephoscope.alarm.members import MemberFinder
from nephoscope.alarm.preview import Past, PastSeries, look_back, series_rules
from nephoscope.alarm.recent_events import EventReading
from nephoscope.alarm.series_reading import SeriesReading
from nephoscope.alarm.targets import Targets
from nephoscope.api.native.alarm_rules import RuleFields
from nephoscope.api.native.alarm_writing import BehaviourBody, behaviour_of, rule_of
from nephoscope.api.native.alarms import MILLISECOND_NS, visible_alarm
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.shapes import listed_ms, listed_values, window_of
from nephoscope.model.alarm import Alarm, AlarmChange, State, Transition
from nephoscope.model.alarm_behaviour import check_behaviour
from nephoscope.model.alarm_body import rule_body
from nephoscope.model.alarm_rule import threshold_rules
from nephoscope.model.instant import Instant
from nephoscope.model.paging import Page, Sort
from nephoscope.model.search import Compare, Search, all_of, equal
from nephoscope.query.charts import Window

CHANGES_MAX = 1000
SERIES_MAX = 50
UNKNOWN: State = "insufficient data"


class PastQuery(msgspec.Struct):
    """A span, by default the last hour."""

    start: Instant | None = None
    stop: Instant | None = None


class PreviewBody(msgspec.Struct, forbid_unknown_fields=True):
    """A rule that need not be kept anywhere, in the words of its `type`, how it behaves, and the span to try it on."""

    type: Annotated[str, msgspec.Meta(max_length=63)]
    rule: RuleFields
    behaviour: BehaviourBody = msgspec.field(default_factory=BehaviourBody)
    start: Instant | None = None
    stop: Instant | None = None


class RuleSeries(msgspec.Struct):
    """
    The values that a rule looked at, by the start of their bucket; or why there are none in `missing`.

    `labels` are those of the instance, where the rule has several.
    """

    rule: dict[str, Any]
    labels: dict[str, str]
    threshold: float
    times_ms: list[int]
    values: list[float | None]
    missing: str


class Moved(msgspec.Struct):
    """An alarm went into a state, and why."""

    time_ms: int
    state: State
    reason: str


class InstanceMoved(msgspec.Struct):
    """An instance of an alarm went into a state, and why."""

    labels: dict[str, str]
    time_ms: int
    state: State
    reason: str


class AlarmPast(msgspec.Struct):
    """
    What the rules saw, the state at the start of the span, and the transitions within it, oldest first: the alarm's,
    and those of its instances.

    `would_be` tells that these have not happened, but would have. Before `made_ms` there was no such alarm; null where
    nobody remembers.
    """

    series: list[RuleSeries]
    made_ms: int | None
    before: State
    transitions: list[Moved]
    instance_transitions: list[InstanceMoved]
    would_be: bool


def show_past(call: Call, query: PastQuery) -> AlarmPast:
    """What an alarm's rules saw in a span, and the states that it was in."""
    alarm = visible_alarm(call, call.segment("id"))
    window = window_of(query.start, query.stop, 1)
    series: list[RuleSeries] = []
    if threshold_rules(alarm.rule) or series_rules(alarm.rule):
        # Of events there is nothing to be drawn.
        series = _series(_look_back(call, alarm, window.start_ns, window.stop_ns, None))
    mine = equal("alarm_id", alarm.id)
    made = call.parts.index.alarms.history(all_of(mine, equal("type", "creation")), page=Page(1))
    made_ms = made[0].timestamp_ns // MILLISECOND_NS if made else None
    about = all_of(mine, equal("type", "state transition"))
    before = call.parts.index.alarms.history(
        all_of(about, _time("lt", window.start_ns)), page=Page(1, sort=(Sort("timestamp", True),))
    )
    within = _within(call, about, window)
    moved = [Moved(each.timestamp_ns // MILLISECOND_NS, each.detail["state"], _reason(each.detail)) for each in within]
    of_instances = [
        InstanceMoved(
            each.detail["labels"], each.timestamp_ns // MILLISECOND_NS, each.detail["state"], _reason(each.detail)
        )
        for each in _within(call, all_of(mine, equal("type", "instance transition")), window)
    ]
    state = before[0].detail["state"] if before else UNKNOWN
    return AlarmPast(series, made_ms, state, moved, of_instances, False)


def preview(call: Call, body: PreviewBody) -> AlarmPast:
    """What would have become of an alarm with a rule, had there been one."""
    rule = rule_of(call, body.type, body.rule)
    behaviour = behaviour_of(body.behaviour)
    check_behaviour(behaviour, rule)
    alarm = Alarm(
        id="",
        name="",
        description="",
        rule=rule,
        project_id=call.caller.project_id,
        user_id=call.caller.user_id,
        sees_all=call.sees_all,
        behaviour=behaviour,
    )
    window = window_of(body.start, body.stop, 1)
    past = _look_back(call, alarm, window.start_ns, window.stop_ns, EventReading(call.parts.store))
    moved = [
        InstanceMoved(dict(each.labels), each.at_ns // MILLISECOND_NS, each.current, each.reason)
        for each in past.moved[:CHANGES_MAX]
    ]
    return AlarmPast(_series(past), None, UNKNOWN, [_moved(each) for each in past.transitions], moved, True)


def _look_back(call: Call, alarm: Alarm, start_ns: int, stop_ns: int, events: EventReading | None) -> Past:
    parts = call.parts
    targets = Targets(parts.index, parts.catalog)
    series = SeriesReading(MemberFinder(parts.index, parts.catalog), parts.reader, parts.series)
    stop_ns = min(stop_ns, time.time_ns())
    return look_back(targets, parts.reader, InstanceReader(series), alarm, start_ns, stop_ns, events)


def _within(call: Call, about: Search, window: Window) -> list[AlarmChange]:
    within = all_of(about, _time("ge", window.start_ns), _time("lt", window.stop_ns))
    page = Page(CHANGES_MAX, sort=(Sort("timestamp", False),))
    return call.parts.index.alarms.history(within, page=page)


def _series(past: Past) -> list[RuleSeries]:
    return [_rule_series(each) for each in past.series[:SERIES_MAX]]


def _rule_series(each: PastSeries) -> RuleSeries:
    return RuleSeries(
        rule=rule_body(each.rule),
        labels=dict(each.labels),
        threshold=each.rule.threshold,
        times_ms=listed_ms(each.times_ns),
        values=listed_values(each.values),
        missing=each.missing,
    )


def _moved(each: Transition) -> Moved:
    return Moved(each.at_ns // MILLISECOND_NS, each.current, each.reason)


def _reason(detail: dict[str, Any]) -> str:
    return str(detail.get("transition_reason") or detail.get("state_reason") or "")


def _time(operator: Any, time_ns: int) -> Compare:
    return Compare(operator, "timestamp", time_ns / 1e9)


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        at("/v1/alarms/preview", POST=operation(preview, "see alarms")),
        at("/v1/alarms/{id}/past", GET=operation(show_past, "see alarms")),
    ]
