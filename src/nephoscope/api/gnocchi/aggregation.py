# SPDX-License-Identifier: Apache-2.0
"""The older aggregation endpoints, which alarm evaluators and dashboards still use, and the search for values."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.gnocchi.aggregates import overlap
from nephoscope.api.gnocchi.call import Call, at
from nephoscope.api.gnocchi.measures import allow_metric, resample_step
from nephoscope.api.gnocchi.points import Row, finite, json_response, rows_of
from nephoscope.api.gnocchi.searches import search_of
from nephoscope.api.gnocchi.targets import visible_resources
from nephoscope.model.errors import BadArgument, BadRequest, NotFound
from nephoscope.model.metric import Metric
from nephoscope.query.operations import (
    Part,
    Reference,
    choose_granularities,
    compile_predicate,
    floor_to_step,
    parse_fill,
    reaggregate,
)
from nephoscope.query.series import StoredSeries, chosen_granularities, read_parts, read_tables, stored


def get_metrics(call: Call) -> Response:
    """`GET /v1/aggregation/metric?metric=ID&metric=ID…`."""
    return _over_metrics(call, call.arguments.texts("metric"))


def post_metrics(call: Call) -> Response:
    """`POST /v1/aggregation/metric` with a list of ids."""
    body = call.json()
    if not isinstance(body, list) or not all(isinstance(each, str) for each in body):
        raise BadRequest("the body must be a list of metric ids")
    return _over_metrics(call, body)


def post_resources(call: Call) -> Response:
    """`POST /v1/aggregation/resource/{type}/metric/{name}` with a search, perhaps grouped by attributes."""
    type_name, name = call.segment("type"), call.segment("name")
    groupby = call.arguments.texts("groupby")
    groups = call.parts.index.resources.series(
        type_name,
        search_of(call),
        [_literal(name)],
        groupby=groupby,
        visible=visible_resources(call, "search resource", type_name),
    )
    policy = call.parts.measured.catalog.policy
    method = _method(call)
    found: list[tuple[dict[str, Any], list[Part]]] = []
    for group in groups:
        call.parts.measured.catalog.by_id([series.metric_id for series in group.series])
        labels = [Reference(str(series.metric_id), method) for series in group.series]
        members = [StoredSeries(each.metric_number, policy(each.archive_policy_name), method) for each in group.series]
        found.append((dict(zip(groupby, group.key, strict=True)), _aggregate(call, labels, members)))
    every_finite = all(finite(parts) for _, parts in found)
    if not groupby:
        return json_response(rows_of(found[0][1]) if found else [], finite=every_finite)
    listed = [{"group": group, "measures": rows_of(parts)} for group, parts in found]
    return json_response(listed, finite=every_finite)


def _literal(name: str) -> str:
    """A name that is not to be read as a glob."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _method(call: Call) -> str:
    return call.arguments.text("aggregation") or "mean"


def _over_metrics(call: Call, ids: Sequence[str]) -> Response:
    metrics = _found(call, ids)
    for metric in metrics:
        allow_metric(call, "get metric", metric)
    if not metrics:
        return json_response([], finite=True)
    policy, method = call.parts.measured.catalog.policy, _method(call)
    members = [stored(metric, policy(metric.archive_policy_name), method) for metric in metrics]
    if len(members) == 1:
        granularity = call.arguments.timespan("granularity")
        chosen_granularities(metrics[0], members[0], [] if granularity is None else [granularity])
    parts = _aggregate(call, [Reference(str(metric.id), method) for metric in metrics], members)
    return json_response(rows_of(parts), finite=finite(parts))


def _found(call: Call, ids: Sequence[str]) -> list[Metric]:
    found = call.parts.measured.catalog.by_text(ids)
    unknown = [text for text in ids if text not in found]
    if unknown:
        raise NotFound(f"Metric {unknown[0]} does not exist")
    return [found[text] for text in ids]


def _aggregate(call: Call, labels: Sequence[Reference], members: Sequence[StoredSeries]) -> list[Part]:
    """Reduce series to one, as the arguments say."""
    arguments = call.arguments
    start, stop = arguments.time("start"), arguments.time("stop")
    granularity = arguments.timespan("granularity")
    step = resample_step(arguments.text("resample"))
    if step is not None and granularity is None:
        raise BadRequest("A granularity must be specified to resample")
    fill_text, needed = arguments.text("fill"), overlap(arguments.text("needed_overlap"))
    fill = None if fill_text is None else parse_fill(fill_text)
    arguments.flag("refresh")
    missing = [list(label) for label, member in zip(labels, members, strict=True) if not member.keeps()]
    if missing:
        raise NotFound("", cause="Metrics with unknown aggregation", detail=missing)
    kept = [(label, member.granularities_ns()) for label, member in zip(labels, members, strict=True)]
    granularities = choose_granularities(kept, granularity)
    since = start if start is None or step is None else int(floor_to_step(np.array([start]), step)[0])
    tables = read_tables(call.parts.measured.reader, members, granularities, since, stop)
    outcome = reaggregate(
        tables,
        labels,
        _method(call),
        arguments.text("reaggregation"),
        resample_to=step,
        fill=fill,
        needed_overlap=100.0 if needed is None else needed,
        start_ns=since,
        stop_ns=stop,
    )
    return list(outcome.series[0].parts)


def search_values(call: Call) -> Response:
    """`POST /v1/search/metric`: the points of metrics whose values satisfy the predicate in the body."""
    arguments = call.arguments
    metrics = _found(call, arguments.texts("metric_id"))
    for metric in metrics:
        allow_metric(call, "search metric", metric)
    if not call.body:
        raise BadRequest("No query specified in body")
    matches = compile_predicate(call.json())
    method = _method(call)
    asked, start, stop = arguments.timespans("granularity"), arguments.time("start"), arguments.time("stop")
    policy = call.parts.measured.catalog.policy
    found: dict[str, list[Row]] = {}
    every_finite = True
    for metric in metrics:
        series = StoredSeries(metric.number, policy(metric.archive_policy_name), method)
        if not series.keeps():
            raise BadArgument("aggregation", f"Aggregation method '{method}' is not kept for metric {metric.id}")
        granularities = chosen_granularities(metric, series, asked)
        parts = [
            Part(part.step, part.times_ns[hit], part.values[hit])
            for part in read_parts(call.parts.measured.reader, series, granularities, start_ns=start, stop_ns=stop)
            for hit in [matches(part.values)]
        ]
        every_finite = every_finite and finite(parts)
        found[str(metric.id)] = rows_of(parts)
    return json_response(found, finite=every_finite)


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        at("/v1/aggregation/metric", GET=get_metrics, POST=post_metrics),
        at("/v1/aggregation/resource/{type}/metric/{name}", POST=post_resources),
        at("/v1/search/metric", POST=search_values),
    ]
