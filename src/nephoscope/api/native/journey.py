# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/journey`: walk the way of a metric's, a resource's or an alarm's data and say where it stops."""

import time
from uuid import UUID

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native.alarm_journey import alarm_stations
from nephoscope.api.native.call import Call
from nephoscope.api.native.journey_station import Station
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.own_samples import OWN_MEASURES
from nephoscope.model import timespan, timestamp
from nephoscope.model.errors import BadRequest
from nephoscope.model.metric import Metric
from nephoscope.model.paging import Page
from nephoscope.model.resource_id import as_uuid, resource_id
from nephoscope.model.search import Or, all_of, equal
from nephoscope.observe import registry
from nephoscope.query.series import StoredSeries, read_parts
from nephoscope.store.catalog import numbers_of
from nephoscope.store.series import NEVER

QUIET_NS = 600 * timespan.SECOND_NS


class JourneyQuery(msgspec.Struct):
    """A metric's id, a resource's id or name, or an alarm's id: one of the three."""

    metric: str | None = None
    resource: str | None = None
    alarm: str | None = None


class Journey(msgspec.Struct):
    """The stations in the order of the journey, and whether all are good."""

    stations: list[Station]
    good: bool


def show_journey(call: Call, query: JourneyQuery) -> Journey:
    """The way that data go, or from data to who is told; the first station that is not good is where it stops."""
    text, owner = query.metric, query.resource
    if sum(each is not None for each in (text, owner, query.alarm)) != 1:
        raise BadRequest("give one of metric=ID, resource=NAME and alarm=ID")
    stations: list[Station] = []
    if query.alarm is not None:
        stations = alarm_stations(call, query.alarm)
        return Journey(stations, all(each.good for each in stations))
    metrics = _metrics(call, text, owner, stations)
    if metrics:
        _received(stations)
        _stored(call, metrics, stations)
    return Journey(stations, all(each.good for each in stations))


def _metrics(call: Call, text: str | None, owner: str | None, stations: list[Station]) -> list[Metric]:
    """The index: is the thing known, and may the caller see it?"""
    if text is not None:
        uuid = as_uuid(text)
        search = equal("id", str(uuid)) if uuid else Or(())
        what = f"metric {text}"
    else:
        assert owner is not None
        named = call.parts.index.resources.find(search=equal("original_resource_id", owner), page=Page(limit=100))
        ids: set[UUID] = {each.id for each in named} | {resource_id(owner, call.caller.creator)}
        search = Or(tuple(equal("resource_id", str(each)) for each in ids))
        what = f"resource {owner}"
    found = call.parts.index.metrics.find(
        all_of(search, equal("status", "active")), visible=call.visible, page=Page(limit=1000)
    )
    if found:
        stations.append(Station("index", True, f"{what}: {len(found)} metrics known"))
    else:
        advice = "check the name or id with `nephoscope show`; an agent creates metrics with its first batch"
        stations.append(Station("index", False, f"{what}: no metric of yours is known", advice))
    return found


def _received(stations: list[Station]) -> None:
    """The doors: is anything coming in at all, and what is turned away?"""
    # What the server writes of itself says nothing about anybody else.
    accepted = registry.value("nephoscope_measures_accepted_total") - registry.value(OWN_MEASURES)
    late = registry.value("nephoscope_dropped_total", station="store", cause="late")
    found = f"{accepted:.0f} measures accepted since the start, {late:.0f} dropped as too late"
    if accepted:
        stations.append(Station("receive", True, found))
    else:
        stations.append(
            Station(
                "receive",
                False,
                found,
                "nothing has come in since the start: is an agent running, and allowed to write?",
            )
        )


def _stored(call: Call, metrics: list[Metric], stations: list[Station]) -> None:
    """The store and what is read from it: the newest point's age, and the newest bucket of each granularity."""
    call.parts.catalog.by_id([metric.id for metric in metrics])
    newest = call.parts.series.newest_of(numbers_of(metrics))
    now_ns = time.time_ns()
    for metric, newest_ns in zip(metrics, newest.tolist(), strict=True):
        name = f"{metric.name or metric.id}"
        if newest_ns == NEVER:
            stations.append(
                Station(
                    "store", False, f"{name}: no point stored", "points may be refused or late: see `nephoscope status`"
                )
            )
            continue
        age = (now_ns - newest_ns) // timespan.SECOND_NS
        found = f"{name}: newest point {age} s old ({timestamp.render(newest_ns)})"
        quiet = now_ns - newest_ns > QUIET_NS
        stations.append(Station("store", not quiet, found, "the source is silent: look at its agent" if quiet else ""))
        if len(metrics) == 1:
            _readable(call, metric, newest_ns, stations)


def _readable(call: Call, metric: Metric, newest_ns: int, stations: list[Station]) -> None:
    policy = call.parts.catalog.policy(metric.archive_policy_name)
    method = "mean" if "mean" in policy.aggregation_methods else min(policy.aggregation_methods)
    series = StoredSeries(metric.number, policy, method)
    for granularity in series.granularities_ns():
        (part,) = read_parts(call.parts.reader, series, [granularity], start_ns=newest_ns)
        seconds = timespan.seconds(granularity)
        if len(part.times_ns):
            found = f"{method} at {seconds} s: newest bucket {timestamp.render(int(part.times_ns[-1]))}"
            stations.append(Station("query", True, found))
        else:
            advice = "rates need two points; other methods one point in the bucket"
            stations.append(Station("query", False, f"{method} at {seconds} s: no bucket for the newest point", advice))


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/journey", GET=operation(show_journey, "see data"))]
