# SPDX-License-Identifier: Apache-2.0
"""The way from an alarm's metrics to those who are told of it, and where it stops."""

import time

from nephoscope.alarm.instance_reader import InstanceReader
from nephoscope.alarm.members import MemberFinder
from nephoscope.alarm.readings import Judges, Wanted, read
from nephoscope.alarm.recent_events import EventReading
from nephoscope.alarm.series_reading import SeriesReading
from nephoscope.alarm.targets import Targets
from nephoscope.alarm.thresholds import Thresholds
from nephoscope.alarm.time_constraints import closed_until_ns
from nephoscope.alarm.transitions import UNKNOWN
from nephoscope.api.native.alarms import visible_alarm
from nephoscope.api.native.call import Call
from nephoscope.api.native.journey_station import Station
from nephoscope.model import timestamp
from nephoscope.model.action_url import concealed
from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_rule import (
    EventRule,
    MetricsThreshold,
    RecentEvents,
    ThresholdRule,
    asks_others,
    leaves_of,
    step_ns,
)
from nephoscope.model.delivery import Delivery
from nephoscope.model.paging import Page
from nephoscope.model.search import equal
from nephoscope.model.series_rule import SeriesRule
from nephoscope.model.timespan import SECOND_NS

# As long as this without a decision is no coincidence: two rounds, and what a round may take.
LATE_NS = 150 * SECOND_NS
MINUTE_NS = 60 * SECOND_NS
DELIVERIES = 50


def alarm_stations(call: Call, alarm_id: str) -> list[Station]:
    """
    The stations of an alarm that the caller may see: its definition, what each of its rules finds now, when it was
    decided, and what became of the notifications. NotFound.
    """
    alarm = visible_alarm(call, alarm_id)
    now_ns = time.time_ns()
    return [_defined(alarm, now_ns), *_rules(call, alarm, now_ns), _decided(alarm, now_ns), *_told(call, alarm)]


def _defined(alarm: Alarm, now_ns: int) -> Station:
    found = f"{alarm.name}, {alarm.type}, {alarm.state} since {timestamp.render(alarm.state_timestamp_ns)}"
    if not alarm.enabled:
        return Station("alarm", False, f"{found}; it is switched off", "switch it on where it is to be decided")
    until_ns = closed_until_ns(alarm, now_ns)
    if until_ns:
        found += f"; outside of its times until {timestamp.render(until_ns)}"
        return Station("alarm", False, found, "it keeps its state until then: see its time constraints")
    return Station("alarm", True, found)


def _rules(call: Call, alarm: Alarm, now_ns: int) -> list[Station]:
    """What the rules about our metrics and events find, whatever was decided; others only say what that was."""
    ours = [
        each
        for each in dict.fromkeys(leaves_of(alarm.rule))
        if isinstance(each, ThresholdRule | SeriesRule | RecentEvents)
    ]
    if not ours:
        if isinstance(alarm.rule, EventRule):
            return [Station("rule", True, f"waits for events of type {alarm.rule.event_type}")]
        known = alarm.state != UNKNOWN
        return [Station("rule", known, alarm.state_reason, "" if known else advice_for(alarm.state_reason))]
    parts = call.parts
    judges = Judges(
        Thresholds(Targets(parts.index, parts.catalog), parts.reader, parts.series),
        instances=InstanceReader(SeriesReading(MemberFinder(parts.index, parts.catalog), parts.reader, parts.series)),
        events=EventReading(parts.store),
    )
    wanted = Wanted()
    wanted.add_leaves(alarm, ours)
    readings = read(judges, wanted, now_ns)
    stations: list[Station] = []
    for rule in ours:
        verdict = readings.verdict(alarm, rule)
        if verdict.state == UNKNOWN:
            stations.append(Station("rule", False, verdict.reason, advice_for(verdict.reason)))
        elif isinstance(rule, RecentEvents):
            stations.append(Station("rule", True, verdict.noun))
        else:
            beyond = f"{verdict.outside} of {verdict.count} values of {_metric_of(rule)} are beyond {rule.threshold:g}"
            newest = "" if verdict.most_recent is None else f", the newest is {verdict.most_recent:g}"
            stations.append(Station("rule", True, beyond + newest))
    return stations


def _metric_of(rule: ThresholdRule | SeriesRule) -> str:
    return ", ".join(rule.metrics) if isinstance(rule, MetricsThreshold) else rule.metric


def _decided(alarm: Alarm, now_ns: int) -> Station:
    if isinstance(alarm.rule, EventRule):
        return Station("decide", True, "decided as events come in")
    if alarm.error:
        return Station("decide", False, alarm.error, "the last decision failed; it is made again in the next round")
    age_ns = now_ns - alarm.evaluated_ns
    found = f"decided last {age_ns // SECOND_NS} s ago ({timestamp.render(alarm.evaluated_ns)}): {alarm.state_reason}"
    if alarm.enabled and not alarm.time_constraints and age_ns > LATE_NS + step_ns(alarm.rule, MINUTE_NS):
        advice = "no server decides: does one run with [alarm] enabled, and reach the store?"
        if asks_others(alarm.rule):
            advice += " Or too many alarms wait for who its rule asks: see nephoscope_alarms_asked in /metrics"
        return Station("decide", False, found, advice)
    return Station("decide", True, found)


def _told(call: Call, alarm: Alarm) -> list[Station]:
    """Who is told of the state that the alarm is in, and what became of the newest notifications."""
    deliveries = call.parts.index.outbox.find(equal("alarm_id", alarm.id), page=Page(DELIVERIES))
    actions = alarm.actions_on(alarm.state)
    whom = (
        ", ".join(concealed(each) for each in actions) or "nobody by the alarm itself; a routing tree may tell others"
    )
    stations = [Station("tell", True, f"of {alarm.state} is told: {whom}")]
    newest: dict[str, Delivery] = {}
    for each in deliveries:
        newest.setdefault(each.target, each)
    for each in newest.values():
        stations.append(_delivery(call, each))
    return stations


def _delivery(call: Call, delivery: Delivery) -> Station:
    target = concealed(delivery.target)
    when = timestamp.render(delivery.created_ns)
    if delivery.progress == "delivered":
        return Station("deliver", True, f"{target}: the newest, of {when}, was delivered")
    if delivery.progress == "silenced":
        return Station("deliver", True, f"{target}: the newest, of {when}, is held back by a silence")
    attempts = call.parts.index.outbox.attempts(delivery.number)
    if not attempts:
        return Station("deliver", True, f"{target}: the newest, of {when}, is on its way")
    error = attempts[-1].error or "it was delivered, and is to be again"
    found = f"{target}: the newest, of {when}, {delivery.progress} after {delivery.attempts} attempts: {error}"
    return Station(
        "deliver", not attempts[-1].error, found, "mend the receiver, then send it again from the alarm's page"
    )


def advice_for(reason: str) -> str:
    """
    What to do about a rule that finds too little.

    >>> advice_for("No datapoint for granularity 10: archive policy low of metric cpu keeps 300 s")
    'take a granularity that the archive policy keeps, or another policy'
    """
    if " keeps " in reason:
        what = "method" if reason.startswith("aggregation") else "granularity"
        return f"take a {what} that the archive policy keeps, or another policy"
    if "does not exist" in reason:
        return "look for the right name or search, and at what the agent says of its resources: `nephoscope show`"
    if reason.startswith("No datapoint") or "datapoints are unknown" in reason:
        return "the source is silent, or slower than the granularity: `nephoscope doctor --resource NAME` walks further"
    return "see `Why nothing is known` in the explanation of alarms"
