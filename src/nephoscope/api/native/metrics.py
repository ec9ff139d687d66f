# SPDX-License-Identifier: Apache-2.0
"""`GET /api/v1/metrics`: metrics with the things they measure and their latest values."""

from typing import Annotated
from uuid import UUID

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.model import timestamp
from nephoscope.model.metric import Metric
from nephoscope.model.paging import Page, Sort
from nephoscope.model.resource import Resource
from nephoscope.model.resource_id import resource_id
from nephoscope.model.search import Compare, Or, Search, all_of, equal
from nephoscope.store.catalog import numbers_of

Limit = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class MetricsQuery(msgspec.Struct):
    """A name has the text of `match` in it (`*` stands for anything); `resource` is an id or name."""

    match: str = ""
    resource: str = ""
    limit: Limit = 1000


class MetricView(msgspec.Struct):
    """A metric, the thing it measures (by the id that its agent gives it), and its newest point if it has one."""

    id: UUID
    name: str | None
    unit: str | None
    resource: str | None
    type: str | None
    policy: str
    time: str | None
    value: float | None


def list_metrics(call: Call, query: MetricsQuery) -> list[MetricView]:
    """Metrics that one may see, with their newest values."""
    match, owner = query.match, query.resource
    searches: list[Search] = [equal("status", "active")]
    if match:
        searches.append(Compare("like", "name", _pattern(match)))
    if owner:
        ids = {resource_id(owner, call.caller.creator), *_named(call, owner)}
        searches.append(Or(tuple(equal("resource_id", str(each)) for each in ids)))
    page = Page(limit=query.limit, sort=(Sort("resource_id"), Sort("name")))
    metrics = call.parts.index.metrics.find(all_of(*searches), visible=call.visible, page=page)
    return _with_latest(call, metrics)


def _pattern(match: str) -> str:
    escaped = match.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%") if "*" in match else f"%{escaped}%"


def _named(call: Call, name: str) -> list[object]:
    """Resources of that name, whoever made them."""
    found = call.parts.index.resources.find(search=equal("original_resource_id", name), page=Page(limit=100))
    return [each.id for each in found]


def _with_latest(call: Call, metrics: list[Metric]) -> list[MetricView]:
    known = call.parts.catalog.by_id([metric.id for metric in metrics])
    latest = call.parts.reader.latest(numbers_of(known.values()))
    ids = list(known)
    newest = {
        ids[place]: (timestamp.render(int(time)), float(value))
        for place, time, value in zip(latest.series, latest.time, latest.value, strict=True)
    }
    owners = call.parts.index.resources.get_many({m.resource_id for m in metrics if m.resource_id})
    return [
        _shape(m, owners.get(m.resource_id) if m.resource_id else None, newest.get(m.id, (None, None))) for m in metrics
    ]


def _shape(metric: Metric, owner: Resource | None, newest: tuple[str | None, float | None]) -> MetricView:
    return MetricView(
        id=metric.id,
        name=metric.name,
        unit=metric.unit,
        resource=owner.original_resource_id if owner else None,
        type=owner.type if owner else None,
        policy=metric.archive_policy_name,
        time=newest[0],
        value=newest[1],
    )


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/metrics", GET=operation(list_metrics, "see data"))]
