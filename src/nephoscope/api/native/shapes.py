# SPDX-License-Identifier: Apache-2.0
"""How resources and metrics look in our own API, and how callers find those that they may see."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated
from uuid import UUID

import msgspec
import numpy as np
import numpy.typing as npt

from nephoscope.api.native.call import Call
from nephoscope.model import timespan
from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.model.instant import Instant
from nephoscope.model.metric import Metric
from nephoscope.model.paging import Page
from nephoscope.model.resource import Resource, Scalar
from nephoscope.model.resource_id import as_uuid, resource_id
from nephoscope.model.search import Compare, Or, Search, all_of, equal
from nephoscope.query.charts import Wanted, Window
from nephoscope.query.counters import is_counter
from nephoscope.query.metrics import Points
from nephoscope.store.catalog import numbers_of

MILLISECOND_NS = 1_000_000
HOUR_NS = timespan.HOUR_NS
METRICS_MAX = 10_000
# Attributes that people call things by, the better one first.
LABELS = ("display_name", "name")

Granularity = Annotated[float, msgspec.Meta(gt=0, le=1e9)]


class ResourceBrief(msgspec.Struct):
    """A resource in few words: `name` is the id that its agent gives it, `label` what people call it."""

    id: UUID
    name: str
    label: str
    type: str
    project_id: str | None


class ResourceView(msgspec.Struct):
    """A resource as it is now; `name` is the id that its agent gives it, `label` what people call it."""

    id: UUID
    name: str
    label: str
    type: str
    project_id: str | None
    user_id: str | None
    creator: str | None
    started_ms: int
    ended_ms: int | None
    revision_ms: int
    attributes: dict[str, Scalar]


class Latest(msgspec.Struct):
    """A point: the newest one that is stored."""

    time_ms: int
    value: float | None


def brief(resource: Resource) -> ResourceBrief:
    """A resource in few words."""
    return ResourceBrief(
        resource.id, resource.original_resource_id, label_of(resource), resource.type, resource.project_id
    )


def view(resource: Resource) -> ResourceView:
    """A resource as it is."""
    return ResourceView(
        id=resource.id,
        name=resource.original_resource_id,
        label=label_of(resource),
        type=resource.type,
        project_id=resource.project_id,
        user_id=resource.user_id,
        creator=resource.creator,
        started_ms=resource.started_at_ns // MILLISECOND_NS,
        ended_ms=optional_ms(resource.ended_at_ns),
        revision_ms=resource.revision_start_ns // MILLISECOND_NS,
        attributes=resource.attributes,
    )


def label_of(resource: Resource) -> str:
    """What people call a resource: its display name, else its name, else its id."""
    named = (resource.attributes.get(each) for each in LABELS)
    return str(next((each for each in named if each), resource.original_resource_id))


def optional_ms(time_ns: int | None) -> int | None:
    """Milliseconds of nanoseconds, if there are any."""
    return None if time_ns is None else time_ns // MILLISECOND_NS


def listed_ms(times_ns: npt.NDArray[np.int64]) -> list[int]:
    """A column of times as milliseconds."""
    listed: list[int] = (times_ns // MILLISECOND_NS).tolist()
    return listed


def listed_values(values: npt.NDArray[np.float64]) -> list[float | None]:
    """A column of values; JSON has no infinity and the encoder writes what is not a number as null."""
    listed: list[float | None] = np.where(np.isfinite(values), values, np.nan).tolist()
    return listed


def window_of(start: Instant | None, stop: Instant | None, points: int, now_ns: int | None = None) -> Window:
    """The span that a request asks for, by default the last hour; BadRequest when it ends before it starts."""
    clock = time.time_ns() if now_ns is None else now_ns
    last = clock if stop is None else int(stop)
    first = max(last - HOUR_NS, 0) if start is None else int(start)
    if first >= last:
        raise BadRequest("start must be before stop; without stop, before now")
    return Window(first, last, clock, points)


def granularity_ns(seconds: float | None) -> int | None:
    """A granularity in nanoseconds, None for any."""
    return None if seconds is None else max(round(seconds * timespan.SECOND_NS), 1)


def visible_resource(call: Call, text: str) -> Resource:
    """
    The resource with this id or name that the caller may see, with the attributes of its type.

    NotFound when there is none or the caller may not see it; of several with one name the caller's own.
    """
    uuid = as_uuid(text)
    search = equal("id", str(uuid)) if uuid else equal("original_resource_id", text)
    page = Page(limit=100)
    found = call.parts.index.resources.find(
        search=search, visible=call.visible_resources, details=True, metrics=False, page=page
    )
    if not found:
        raise NotFound(f"Resource {text} does not exist")
    mine = None if uuid or "/" in text else resource_id(text, call.caller.creator)
    return next((each for each in found if each.id == mine), found[0])


def visible_metrics(call: Call, search: Search, limit: int = METRICS_MAX) -> list[Metric]:
    """The active metrics that match and that the caller may see, known to whoever reads their points."""
    page = Page(limit=limit)
    found = call.parts.index.metrics.find(all_of(search, equal("status", "active")), visible=call.visible, page=page)
    call.parts.catalog.by_id([metric.id for metric in found])
    return found


def by_ids(ids: Iterable[UUID], field: str = "id") -> Search:
    """The search for any of the ids."""
    listed = tuple(str(each) for each in ids)
    return Compare("in", field, listed) if listed else Or(())


def owners_of(call: Call, metrics: Iterable[Metric]) -> Mapping[UUID, Resource]:
    """The resources of metrics by id."""
    ids = {each.resource_id for each in metrics if each.resource_id}
    return call.parts.index.resources.get_many(ids, metrics=False) if ids else {}


def owner_brief(metric: Metric, owners: Mapping[UUID, Resource]) -> ResourceBrief | None:
    """The resource of a metric in few words; None when it has none."""
    owner = owners.get(metric.resource_id) if metric.resource_id else None
    return brief(owner) if owner else None


def wanted(call: Call, metrics: Sequence[Metric], rate: bool | None = None) -> list[Wanted]:
    """The metrics for a chart; without `rate` counters are shown as rates and nothing else is."""
    found = []
    for metric in metrics:
        policy = call.parts.catalog.policy(metric.archive_policy_name)
        found.append(Wanted(metric.number, policy, is_counter(metric, policy) if rate is None else rate))
    return found


def shown_unit(unit: str | None, *, rate: bool) -> str | None:
    """The unit of a value, or of its rate by the second."""
    return f"{unit or ''}/s" if rate else unit


def latest_of(call: Call, metrics: Sequence[Metric]) -> list[Latest | None]:
    """The newest point of each metric: one query for all."""
    points: Points = call.parts.reader.latest(numbers_of(metrics))
    found: list[Latest | None] = [None] * len(metrics)
    for place, time_ms, value in zip(
        points.series.tolist(), listed_ms(points.time), listed_values(points.value), strict=True
    ):
        found[place] = Latest(time_ms, value)
    return found
