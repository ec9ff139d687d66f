# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/overview`: is the platform well, what is busiest, what changed in the last hour."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
import numpy as np
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.changes import Change, recent_changes
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.platform import Platform, platform_of
from nephoscope.api.native.shapes import (
    ResourceBrief,
    brief,
    listed_ms,
    listed_values,
    owners_of,
    shown_unit,
    visible_metrics,
    wanted,
)
from nephoscope.model import timespan
from nephoscope.model.metric import Metric
from nephoscope.model.resource import Resource
from nephoscope.model.search import Compare, all_of
from nephoscope.query.charts import Window, sparklines
from nephoscope.store.catalog import numbers_of

# Types of resources, and what their use of processors is called, in the words of our agent and of others.
HOSTS = ("host", "hypervisor", "nova_compute", "compute_host")
INSTANCES = ("instance", "virtual_machine", "vm")
BUSY_NAMES = ("cpu.util", "cpu_util", "cpu.percent", "compute.node.cpu.percent", "hardware.cpu.util")
BUSY_SPAN_NS = 15 * timespan.MINUTE_NS
SPARKLINE_POINTS = 60
BUSIEST = 8
METRICS_MAX = 10_000


class Busy(msgspec.Struct):
    """A resource by its use of processors: the mean of the last quarter of an hour, and the last hour as a chart."""

    resource: ResourceBrief
    metric: UUID
    name: str
    unit: str | None
    value: float
    times_ms: list[int]
    values: list[float | None]


class Busiest(msgspec.Struct):
    """The busiest first."""

    hosts: list[Busy]
    instances: list[Busy]


class Overview(msgspec.Struct):
    """`platform` is null for those who may not see the platform; the rest is what the caller may see."""

    platform: Platform | None
    busiest: Busiest
    changes: list[Change]


def show_overview(call: Call) -> Overview:
    """How everything is, at a glance."""
    now_ns = call.arguments.now_ns
    window = Window(now_ns - timespan.HOUR_NS, now_ns, now_ns, SPARKLINE_POINTS)
    sees_platform = call.sees_all and call.parts.policy.allows("see platform", call.caller, {})
    return Overview(
        platform=platform_of(call, window) if sees_platform else None,
        busiest=Busiest(_busiest(call, HOSTS, window), _busiest(call, INSTANCES, window)),
        changes=recent_changes(call, window.start_ns),
    )


def _busiest(call: Call, types: Sequence[str], window: Window) -> list[Busy]:
    search = all_of(Compare("in", "name", BUSY_NAMES), Compare("in", "resource.type", tuple(types)))
    metrics = visible_metrics(call, search, METRICS_MAX)
    if not metrics:
        return []
    since = window.now_ns - BUSY_SPAN_NS
    points = call.parts.reader.over(numbers_of(metrics), "mean", BUSY_SPAN_NS, since, window.now_ns)
    # A span touches two steps; of each metric the later one counts.
    last = np.flatnonzero(np.append(points.series[1:] != points.series[:-1], True))[: len(points)]
    order = last[np.argsort(-points.value[last], kind="stable")][:BUSIEST]
    chosen = [metrics[place] for place in points.series[order].tolist()]
    return _shown(call, chosen, points.value[order].tolist(), owners_of(call, chosen), window)


def _shown(
    call: Call, metrics: list[Metric], values: list[float], owners: Mapping[UUID, Resource], window: Window
) -> list[Busy]:
    asked = wanted(call, metrics)
    found = []
    for metric, value, each, line in zip(
        metrics, values, asked, sparklines(call.parts.reader, asked, window), strict=True
    ):
        owner = owners.get(metric.resource_id) if metric.resource_id else None
        if owner is None or not np.isfinite(value):
            continue
        unit = shown_unit(metric.unit, rate=each.counter)
        times, listed = listed_ms(line.times_ns), listed_values(line.values)
        found.append(Busy(brief(owner), metric.id, metric.name or "", unit, value, times, listed))
    return found


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/overview", GET=operation(show_overview, "see data"))]
