# SPDX-License-Identifier: Apache-2.0
"""What the address of a request names: the metric or resource itself, or the 404 that names what is missing."""

from uuid import UUID

from nephoscope.api.gnocchi.call import Call
from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.model.metric import Metric
from nephoscope.model.resource import Resource
from nephoscope.model.resource_id import as_uuid, resource_id


def metric_by_id(call: Call) -> Metric:
    """The metric of a route with `{metric}`. Raises NotFound, also for what is no UUID."""
    text = call.segment("metric")
    uuid = as_uuid(text)
    metric = call.parts.index.metrics.get([uuid]).get(uuid) if uuid else None
    if metric is None:
        raise NotFound(f"Metric {text} does not exist")
    return metric


def metric_by_name(call: Call) -> Metric:
    """The metric of a route with `{type}`, `{resource}` and `{name}`. Raises NotFound for whichever is missing."""
    uuid, name = resource_uuid(call), call.segment("name")
    metric = call.parts.index.metrics.named([uuid], [name]).get((uuid, name))
    # Asked in any case: the resource may be there, but not of the type that the address says.
    call.parts.index.resources.get(uuid, call.segment("type"))
    if metric is None:
        raise NotFound(f"Metric {name} does not exist")
    return metric


def resource_of(call: Call, metric: Metric) -> Resource | None:
    """The resource that a metric belongs to, without specific attributes."""
    if metric.resource_id is None:
        return None
    try:
        return call.parts.index.resources.get(metric.resource_id)
    except NotFound:  # deleted since the metric was read
        return None


def resource_uuid(call: Call) -> UUID:
    """The id that `{resource}` stands for with this caller. Raises NotFound for text that is no id at all."""
    text = call.segment("resource")
    try:
        return resource_id(text, call.caller.creator)
    except BadRequest:
        raise NotFound(f"Resource {text} does not exist") from None


def resource_by_id(call: Call) -> Resource:
    """The resource of a route with `{type}` and `{resource}`. Raises NotFound, also for another type's."""
    return call.parts.index.resources.get(resource_uuid(call), call.segment("type"))
