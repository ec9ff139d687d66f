# SPDX-License-Identifier: Apache-2.0
"""Measures of one metric: write points, read aggregates."""

import asyncio
import time
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.bodies import require_media_type
from nephoscope.api.call import JSON
from nephoscope.api.gnocchi.call import Call, at
from nephoscope.api.gnocchi.found import resource_uuid
from nephoscope.api.gnocchi.points import finite, json_response, rows_of
from nephoscope.api.gnocchi.render import nothing
from nephoscope.api.gnocchi.targets import metric_target
from nephoscope.api.offload import offload
from nephoscope.model import timespan
from nephoscope.model.errors import BadArgument, BadRequest, NotFound
from nephoscope.model.metric import Metric
from nephoscope.query.operations import CALENDAR_STEPS, Step
from nephoscope.query.series import chosen_granularities, read_parts, stored
from nephoscope.receive.measures import Measure, columns, decode_list
from nephoscope.store.commit import Measures, Receipt


def find_metric(call: Call) -> Metric:
    """The metric of the path, by its id, or by the name that it has in a resource; NotFound names what is missing."""
    catalog = call.parts.measured.catalog
    if "metric" in call.request.path_params:
        text = call.segment("metric")
        found = catalog.by_text([text]).get(text)
        if found is None:
            raise NotFound(f"Metric {text} does not exist")
        return found
    name = call.segment("name")
    owner = resource_uuid(call)
    call.parts.index.resources.get(owner, call.segment("type"))
    named = catalog.by_name([(owner, name)]).get((owner, name))
    if named is None:
        raise NotFound(f"Metric {name} does not exist")
    return named


def allow_metric(call: Call, rule: str, metric: Metric) -> None:
    """Forbidden unless `rule` holds; the metric's resource is looked up only where its owner may change the verdict."""
    target = metric_target(metric, None)
    if call.parts.policy.allows(rule, call.caller, target):
        return
    if metric.resource_id is not None:
        owner = call.parts.index.resources.get_many([metric.resource_id]).get(metric.resource_id)
        target = metric_target(metric, owner)
    call.allow(rule, target)


@dataclass(frozen=True)
class Accepted:
    """Points on their way to the disk, and the metrics that they belong to."""

    metrics: list[Metric]
    measures: Measures
    receipt: "Future[Receipt]"


Points = dict[int, tuple[Metric, list[Measure]]]
"""What is to be stored of each metric, by its number: of all its keys the one that is hashed most quickly."""


def accept(call: Call, points: Points) -> Accepted:
    """Hand the points of several metrics to the commit, in the order of their numbers, which it likes best."""
    series = call.parts.measured
    numbers = sorted(points)
    metrics, lists = [points[number][0] for number in numbers], [points[number][1] for number in numbers]
    times, values = columns(lists, time.time_ns(), series.measures_max)
    measures = Measures(np.repeat(np.array(numbers, np.uint32), list(map(len, lists))), times, values)
    return Accepted(metrics, measures, series.commit.submit(measures))


async def committed(call: Call, accepted: Accepted) -> Response:
    """202 once the points are on disk; resources that had ended live again where a new point says so."""
    await asyncio.wrap_future(accepted.receipt)
    catalog = call.parts.measured.catalog
    if catalog.any_ended(accepted.metrics):
        await offload(catalog.reopen, accepted.metrics, accepted.measures)
    return nothing(202)


async def post_measures(call: Call) -> Response:
    """`POST …/measures` with `[{"timestamp": T, "value": V}, …]`."""

    def take() -> Accepted:
        metric = find_metric(call)
        allow_metric(call, "post measures", metric)
        require_media_type(call.request, JSON)
        return accept(call, {metric.number: (metric, decode_list(call.body))})

    return await committed(call, await offload(take))


def get_measures(call: Call) -> Response:
    """`GET …/measures`: rows of timestamp, granularity and value, coarsest granularity first."""
    metric = find_metric(call)
    allow_metric(call, "get measures", metric)
    arguments = call.arguments
    method = arguments.text("aggregation") or "mean"
    asked = arguments.timespans("granularity")
    start, stop = arguments.time("start"), arguments.time("stop")
    arguments.flag("refresh")
    step = resample_step(arguments.text("resample"))
    if step is not None and not asked:
        raise BadRequest("A granularity must be specified to resample")
    series = stored(metric, call.parts.measured.catalog.policy(metric.archive_policy_name), method)
    granularities = chosen_granularities(metric, series, asked)
    parts = read_parts(
        call.parts.measured.reader, series, granularities, start_ns=start, stop_ns=stop, resample_to=step
    )
    return json_response(rows_of(parts), finite=finite(parts))


def resample_step(text: str | None) -> Step | None:
    """A timespan in ns or a calendar letter; BadArgument for anything else."""
    if text is None:
        return None
    for letter in CALENDAR_STEPS:
        if text == letter:
            return letter  # type: ignore[return-value]
    try:
        return timespan.parse(text)
    except BadRequest as error:
        raise BadArgument("resample", error.message) from None


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        at("/v1/metric/{metric}/measures", GET=get_measures, POST=post_measures),
        at("/v1/resource/{type}/{resource}/metric/{name}/measures", GET=get_measures, POST=post_measures),
    ]
