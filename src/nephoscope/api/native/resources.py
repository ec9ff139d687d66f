# SPDX-License-Identifier: Apache-2.0
"""Resources: the list in pages, one with its metrics, its history, and newest values with sparklines of many."""

from typing import Annotated
from uuid import UUID

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.shapes import (
    Latest,
    ResourceView,
    by_ids,
    latest_of,
    listed_ms,
    listed_values,
    optional_ms,
    shown_unit,
    view,
    visible_metrics,
    visible_resource,
    wanted,
    window_of,
)
from nephoscope.model import timespan
from nephoscope.model.errors import BadArgument, TooLarge
from nephoscope.model.instant import Instant
from nephoscope.model.metric import Kind, Metric
from nephoscope.model.paging import Page, Sort
from nephoscope.model.resource import Resource, Scalar
from nephoscope.model.resource_type import GENERIC
from nephoscope.model.search import Compare, Search, all_of, equal
from nephoscope.query.charts import Line, Wanted, sparklines
from nephoscope.query.counters import kind_of
from nephoscope.store.index.contract import ANY_TYPE

SERIES_MAX = 5000
Name = Annotated[str, msgspec.Meta(max_length=255)]
# Each leads over an index, and ends with what is unique.
SORTS = {
    "name": ("original_resource_id",),
    "type": ("type", "revision_start", "started_at"),
    "project": ("project_id",),
    "started": ("started_at",),
    "revision": ("revision_start", "started_at"),
}
SortName = Annotated[str, msgspec.Meta(pattern=f"^-?({'|'.join(SORTS)})$")]


class ResourcesQuery(msgspec.Struct):
    """
    Filters, all of which must hold.

    `match` is a part of the id, the display name or the name; `*` stands for anything. `attribute` is NAME=VALUE and
    may be repeated; without `type` only attributes of text are found. Resources that have ended are left out unless
    `ended`. A minus before the name in `sort` turns the order.
    """

    type: Name = ""
    project: Name = ""
    match: Name = ""
    attribute: Annotated[list[Annotated[str, msgspec.Meta(max_length=600)]], msgspec.Meta(max_length=10)] = []
    ended: bool = False
    sort: SortName = "revision"
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    marker: Annotated[str, msgspec.Meta(max_length=100)] = ""


class Resources(msgspec.Struct):
    """A page of resources, how many match in all, and the marker of the next page."""

    resources: list[ResourceView]
    next: str | None
    total: int


def list_resources(call: Call, query: ResourcesQuery) -> Resources:
    """Resources that one may see."""
    index, search = call.parts.index.resources, _search(query)
    type_name = query.type or GENERIC
    descending = query.sort.startswith("-")
    sort = tuple(Sort(key, descending) for key in (*SORTS[query.sort.removeprefix("-")], "id"))
    page = Page(query.limit + 1, query.marker or None, sort)
    found = index.find(type_name, search, visible=call.visible_resources, details=True, metrics=False, page=page)
    shown = found[: query.limit]
    total = sum(index.count(type_name, search, visible=call.visible_resources).values())
    return Resources([view(each) for each in shown], str(shown[-1].id) if len(found) > len(shown) else None, total)


def _search(query: ResourcesQuery) -> Search:
    searches: list[Search | None] = [
        equal("project_id", query.project) if query.project else None,
        Compare("like", "any_name", like_pattern(query.match)) if query.match else None,
        None if query.ended else equal("ended_at", None),
    ]
    for each in query.attribute:
        name, sign, value = each.partition("=")
        if not sign or not name:
            raise BadArgument("attribute", f"{each!r} is not NAME=VALUE")
        searches.append(equal(name if query.type else f"{ANY_TYPE}{name}", value))
    return all_of(*searches)


def like_pattern(match: str) -> str:
    """
    The pattern, in lower case, of what a text must contain; a star stands for anything, and then for the ends as well.

    >>> like_pattern("Web_1"), like_pattern("web*")
    ('%web\\\\_1%', 'web%')
    """
    escaped = match.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%") if "*" in match else f"%{escaped}%"


class LatestBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which resources, and which names of metrics (null for all); the sparklines' span, by default the last hour."""

    ids: Annotated[list[UUID], msgspec.Meta(max_length=200)]
    metrics: Annotated[list[Name], msgspec.Meta(max_length=100)] | None = None
    start: Instant | None = None
    stop: Instant | None = None
    points: Annotated[int, msgspec.Meta(ge=1, le=100)] = 60


class Sparkline(msgspec.Struct):
    """
    A metric of a resource with its newest point and a small chart.

    Counters (`rate`) are shown as growth by the second; their newest point is that of the chart.
    """

    resource: UUID
    metric: UUID
    name: str
    unit: str | None
    policy: str
    rate: bool
    latest: Latest | None
    times_ms: list[int]
    values: list[float | None]


class Sparklines(msgspec.Struct):
    """In the order of the resources asked for, then by name."""

    series: list[Sparkline]


def read_latest(call: Call, body: LatestBody) -> Sparklines:
    """The newest values and sparklines of metrics of many resources; what one may not see is left out."""
    window = window_of(body.start, body.stop, body.points)
    named = None if body.metrics is None else Compare("in", "name", tuple(body.metrics))
    if not body.ids or body.metrics == []:
        return Sparklines([])
    metrics = visible_metrics(call, all_of(by_ids(body.ids, "resource_id"), named), SERIES_MAX + 1)
    if len(metrics) > SERIES_MAX:
        raise TooLarge(f"these resources have more than {SERIES_MAX} metrics; ask for fewer, or name metrics")
    places = {each: place for place, each in enumerate(body.ids)}
    metrics.sort(key=lambda each: (places[each.resource_id] if each.resource_id else 0, each.name or ""))
    series = wanted(call, metrics)
    lines = sparklines(call.parts.reader, series, window)
    latest = latest_of(call, metrics)
    return Sparklines(
        [
            sparkline(metric, asked, line, newest)
            for metric, asked, line, newest in zip(metrics, series, lines, latest, strict=True)
        ]
    )


def sparkline(metric: Metric, asked: Wanted, line: Line, newest: Latest | None) -> Sparkline:
    """The shape of one small chart."""
    times, values = listed_ms(line.times_ns), listed_values(line.values)
    if asked.counter:
        newest = Latest(times[-1], values[-1]) if times else None
    assert metric.resource_id is not None
    return Sparkline(
        resource=metric.resource_id,
        metric=metric.id,
        name=metric.name or "",
        unit=shown_unit(metric.unit, rate=asked.counter),
        policy=metric.archive_policy_name,
        rate=asked.counter,
        latest=newest,
        times_ms=times,
        values=values,
    )


class MetricOfResource(msgspec.Struct):
    """A metric, what is kept of it (finest granularity first), and its newest point as stored."""

    id: UUID
    name: str
    unit: str | None
    kind: Kind | None
    rate: bool
    policy: str
    granularities_s: list[float]
    methods: list[str]
    latest: Latest | None


class ResourceDetail(msgspec.Struct):
    """A resource and its metrics, by name."""

    resource: ResourceView
    metrics: list[MetricOfResource]


def show_resource(call: Call) -> ResourceDetail:
    """A resource, by its id or its name, with its metrics."""
    resource = visible_resource(call, call.segment("id"))
    metrics = sorted(visible_metrics(call, by_ids([resource.id], "resource_id")), key=lambda each: each.name or "")
    latest = latest_of(call, metrics)
    shown = [_metric(call, metric, newest) for metric, newest in zip(metrics, latest, strict=True)]
    return ResourceDetail(view(resource), shown)


def _metric(call: Call, metric: Metric, newest: Latest | None) -> MetricOfResource:
    policy = call.parts.catalog.policy(metric.archive_policy_name)
    kind = kind_of(metric, policy)
    return MetricOfResource(
        id=metric.id,
        name=metric.name or "",
        unit=metric.unit,
        kind=kind,
        rate=kind == "cumulative",
        policy=policy.name,
        granularities_s=sorted(timespan.seconds(each.granularity_ns) for each in policy.definition),
        methods=sorted(policy.aggregation_methods),
        latest=newest,
    )


class HistoryQuery(msgspec.Struct):
    """A page of revisions."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    marker: Annotated[str, msgspec.Meta(max_length=100)] = ""


class Revision(msgspec.Struct):
    """What a resource was from `start_ms` on until `end_ms`, null for now."""

    start_ms: int
    end_ms: int | None
    attributes: dict[str, Scalar]
    project_id: str | None
    user_id: str | None
    ended_ms: int | None


class Revisions(msgspec.Struct):
    """Revisions, the newest first, and the marker of the next page."""

    revisions: list[Revision]
    next: str | None


def list_revisions(call: Call, query: HistoryQuery) -> Revisions:
    """What a resource was earlier."""
    resource = visible_resource(call, call.segment("id"))
    # By their starts alone: of one resource no two are equal.
    sort = (Sort("revision_start", True), Sort("started_at", True), Sort("id", True), Sort("revision", True))
    page = Page(query.limit + 1, query.marker or None, sort)
    found = call.parts.index.resources.history(resource.id, resource.type, page)
    shown = found[: query.limit]
    marker = f"{shown[-1].id}@{shown[-1].revision}" if len(found) > len(shown) else None
    return Revisions([_revision(each) for each in shown], marker)


def _revision(resource: Resource) -> Revision:
    start_ms = resource.revision_start_ns // 1_000_000
    return Revision(
        start_ms=start_ms,
        end_ms=optional_ms(resource.revision_end_ns),
        attributes=resource.attributes,
        project_id=resource.project_id,
        user_id=resource.user_id,
        ended_ms=optional_ms(resource.ended_at_ns),
    )


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        at("/v1/resources", GET=operation(list_resources, "see data")),
        at("/v1/resources/latest", POST=operation(read_latest, "see data")),
        at("/v1/resources/{id}", GET=operation(show_resource, "see data")),
        at("/v1/resources/{id}/history", GET=operation(list_revisions, "see data")),
    ]
