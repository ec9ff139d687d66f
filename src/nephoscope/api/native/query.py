# SPDX-License-Identifier: Apache-2.0
"""`POST /api/v1/query`: operations over metrics by id, or by name over the resources that a search finds."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Annotated
from uuid import UUID

import msgspec
import numpy as np
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.series import PointsAsked
from nephoscope.api.native.shapes import (
    MILLISECOND_NS,
    Granularity,
    ResourceBrief,
    brief,
    by_ids,
    granularity_ns,
    label_of,
    listed_ms,
    listed_values,
    visible_metrics,
    window_of,
)
from nephoscope.model import timespan
from nephoscope.model.errors import InvalidInput, NotFound
from nephoscope.model.instant import Instant
from nephoscope.model.resource import Resource, Scalar, Series
from nephoscope.model.resource_id import as_uuid
from nephoscope.model.resource_type import GENERIC
from nephoscope.model.search import EVERYTHING, with_resource_ids
from nephoscope.model.search_text import read_filter
from nephoscope.query.charts import Window
from nephoscope.query.expressions import Labelled, common_grain, evaluated, unit_of
from nephoscope.query.metrics import Points
from nephoscope.query.operations import Outcome, Part, Reference, parse, references
from nephoscope.query.operations.tree import Node
from nephoscope.query.series import StoredSeries
from nephoscope.query.thinning import thinned

SERIES_MAX = 10_000
SHOWN_MAX = 500
TEXT_MAX = 20_000
NAME_MAX = 200

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_MAX)]


class QueryBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    `operations` as in Gnocchi's aggregates, such as `(aggregate mean (metric cpu.util mean))`.

    Metrics are referred to by id, or by name (`*` and `?` allowed) over the resources of `resource_type` that
    `search`, filter text, finds; `groupby` names attributes by whose values resources are put together. The span is
    the last hour by default; each series has at most `points` points, its lowest and highest staying.
    """

    operations: Text
    search: Annotated[str, msgspec.Meta(max_length=TEXT_MAX)] | None = None
    resource_type: Annotated[str, msgspec.Meta(max_length=255)] | None = None
    start: Instant | None = None
    stop: Instant | None = None
    granularity_s: Granularity | None = None
    groupby: Annotated[list[Annotated[str, msgspec.Meta(max_length=255)]], msgspec.Meta(max_length=10)] = []
    points: PointsAsked = 1000


class QueriedSeries(msgspec.Struct):
    """One outcome; `metric` and `resource` where it is that of a single metric, `group` where groups were asked for."""

    name: str
    group: dict[str, Scalar] | None
    metric: UUID | None
    resource: ResourceBrief | None
    unit: str | None
    times_ms: list[int]
    values: list[float | None]


class QueryAnswer(msgspec.Struct):
    """At most 500 series, in the order of their groups; `notes` say what else is to be known."""

    series: list[QueriedSeries]
    granularity_s: float | None
    downsampled: bool
    start_ms: int
    stop_ms: int
    notes: list[str]


class Member(msgspec.Struct, frozen=True):
    """A metric that takes part, and what it measures; `labelled` is what the operations know of it."""

    metric: UUID
    metric_name: str | None
    resource_id: UUID | None
    labelled: Labelled


class Group(msgspec.Struct, frozen=True):
    """What is computed together."""

    key: tuple[Scalar, ...]
    members: list[Member]


def run_query(call: Call, body: QueryBody) -> QueryAnswer:
    """What the operations give over the metrics that one may see."""
    tree = parse(body.operations)
    window = window_of(body.start, body.stop, body.points)
    groups = _groups(call, body, references(tree))
    listed = [member.labelled.series for group in groups for member in group.members]
    if not listed:
        names = ", ".join(each.ref for each in references(tree))
        raise NotFound(f"no metric of yours is called {names[:NAME_MAX]}, or none of a resource that the search finds")
    grain = common_grain(listed, window, granularity_ns(body.granularity_s))
    labelled = [[member.labelled for member in group.members] for group in groups]
    outcomes = evaluated(call.parts.reader, tree, labelled, grain, window)
    owners = _owners(call, groups, outcomes)
    shown = [
        each
        for group, outcome in zip(groups, outcomes, strict=True)
        for each in _series(body, tree, group, outcome, _thin(outcome, window), owners)
    ]
    notes = [grain.note] if grain.note else []
    if len(shown) > SHOWN_MAX:
        notes.append(f"{len(shown)} series; the first {SHOWN_MAX} are shown: aggregate them, or narrow the search")
    return QueryAnswer(
        series=shown[:SHOWN_MAX],
        granularity_s=timespan.seconds(grain.granularity_ns),
        downsampled=any(len(part.times_ns) > body.points for each in outcomes for part in _parts(each)),
        start_ms=window.start_ns // MILLISECOND_NS,
        stop_ms=window.stop_ns // MILLISECOND_NS,
        notes=notes,
    )


def _groups(call: Call, body: QueryBody, wanted: Sequence[Reference]) -> list[Group]:
    ids = [as_uuid(each.ref) for each in wanted]
    if all(ids):
        if body.groupby or body.search or body.resource_type:
            raise InvalidInput("search, resource_type and groupby go with names of metrics, not ids", ["operations"])
        return _by_id(call, wanted)
    if any(ids):
        raise InvalidInput("refer to metrics either by id or by name, not both", ["operations"])
    return _by_name(call, body, wanted)


def _by_id(call: Call, wanted: Sequence[Reference]) -> list[Group]:
    found = {str(each.id): each for each in visible_metrics(call, by_ids(UUID(each.ref) for each in wanted))}
    members = []
    for label in wanted:
        metric = found.get(str(UUID(label.ref)))
        if metric is None:
            raise NotFound(f"there is no metric {label.ref} that you may see")
        policy = call.parts.catalog.policy(metric.archive_policy_name)
        series = StoredSeries(metric.number, policy, label.method)
        members.append(Member(metric.id, metric.name, metric.resource_id, Labelled(label, series, metric.unit)))
    return [Group((), members)]


def _by_name(call: Call, body: QueryBody, wanted: Sequence[Reference]) -> list[Group]:
    search = read_filter(body.search) if body.search and body.search.strip() else EVERYTHING
    found = call.parts.index.resources.series(
        body.resource_type or GENERIC,
        with_resource_ids(search, call.caller.creator),
        list(dict.fromkeys(each.ref for each in wanted)),
        groupby=body.groupby,
        visible=call.visible_resources,
        limit=SERIES_MAX,
    )
    units = {
        metric.id: metric.unit
        for metric in call.parts.catalog.by_id(each.metric_id for group in found for each in group.series).values()
    }
    return [
        Group(
            group.key,
            [
                Member(each.metric_id, each.metric_name, each.resource.id, _labelled(call, label, each, units))
                for each in group.series
                for label in wanted
                if fnmatchcase(each.metric_name, label.ref)
            ],
        )
        for group in found
    ]


def _labelled(call: Call, label: Reference, each: Series, units: dict[UUID, str | None]) -> Labelled:
    policy = call.parts.catalog.policy(each.archive_policy_name)
    return Labelled(label, StoredSeries(each.metric_number, policy, label.method), units.get(each.metric_id))


def _owners(call: Call, groups: Sequence[Group], outcomes: Sequence[Outcome]) -> dict[UUID, Resource]:
    """The resources of the series that are shown by themselves, with what people call them."""
    ids = [
        group.members[each.position].resource_id
        for group, outcome in zip(groups, outcomes, strict=True)
        for each in outcome.series
        if each.position is not None
    ]
    wanted = [each for each in ids[:SHOWN_MAX] if each is not None]
    return call.parts.index.resources.get_many(wanted, metrics=False) if wanted else {}


def _parts(outcome: Outcome) -> list[Part]:
    return [each.parts[0] for each in outcome.series]


def _thin(outcome: Outcome, window: Window) -> Points:
    """All series of an outcome as sorted points, as few as were asked for."""
    parts = _parts(outcome)
    points = Points(
        np.repeat(np.arange(len(parts)), [len(part.times_ns) for part in parts]),
        np.concatenate([part.times_ns for part in parts]),
        np.concatenate([part.values for part in parts]).astype(np.float64),
    )
    if not len(points):
        return points
    first = min(int(points.time.min()), window.start_ns)
    return thinned(points, first, max(window.stop_ns, int(points.time.max()) + 1), window.points)[0]


def _series(
    body: QueryBody, tree: Node, group: Group, outcome: Outcome, points: Points, owners: dict[UUID, Resource]
) -> list[QueriedSeries]:
    edges = np.searchsorted(points.series, np.arange(len(outcome.series) + 1)).tolist()
    key = dict(zip(body.groupby, group.key, strict=True)) if body.groupby else None
    found = []
    for each, first, last in zip(outcome.series, edges[:-1], edges[1:], strict=True):
        member = None if each.position is None else group.members[each.position]
        owner = owners.get(member.resource_id) if member is not None and member.resource_id else None
        units = [one.labelled.unit for one in (group.members if member is None else [member])]
        found.append(
            QueriedSeries(
                name=_name(body, key, member, owner),
                group=key,
                metric=None if member is None else member.metric,
                resource=brief(owner) if owner else None,
                unit=unit_of(tree, units),
                times_ms=listed_ms(points.time[first:last]),
                values=listed_values(points.value[first:last]),
            )
        )
    return found


def _name(body: QueryBody, key: dict[str, Scalar] | None, member: Member | None, owner: Resource | None) -> str:
    """By its group, by its resource and metric, or, where there is neither, by the operations themselves."""
    parts = [] if key is None else [", ".join("none" if each is None else str(each) for each in key.values())]
    if member is not None:
        what = member.metric_name or str(member.metric)
        parts.append(" ".join([*([label_of(owner)] if owner else []), what, member.labelled.label.method]))
    return " · ".join(parts) or " ".join(body.operations.split())[:NAME_MAX]


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/query", POST=operation(run_query, "query data"))]
