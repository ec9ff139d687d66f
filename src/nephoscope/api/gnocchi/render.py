# SPDX-License-Identifier: Apache-2.0
"""The JSON shapes of the dialect, each noun's in one function."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from starlette.responses import Response

from nephoscope.model import timespan, timestamp
from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.model.archive_policy_rule import ArchivePolicyRule
from nephoscope.model.metric import Metric
from nephoscope.model.resource import Resource
from nephoscope.model.resource_type import ResourceType

Shape = dict[str, Any]


def reply(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response."""
    return Response(msgspec.json.encode(content), status, headers, media_type="application/json")


def nothing(status: int = 204) -> Response:
    """A response without content."""
    return Response(status_code=status)


def archive_policy(policy: ArchivePolicy) -> Shape:
    """An archive policy; its methods in alphabetic order, for readers, though clients take them as a set."""
    definition = [
        {
            "granularity": timespan.render(each.granularity_ns),
            "points": each.points,
            "timespan": None if each.timespan_ns is None else timespan.render(each.timespan_ns),
        }
        for each in policy.definition
    ]
    return {
        "name": policy.name,
        "back_window": policy.back_window,
        "definition": definition,
        "aggregation_methods": sorted(policy.aggregation_methods),
    }


def archive_policy_rule(rule: ArchivePolicyRule) -> Shape:
    """An archive policy rule."""
    return {
        "name": rule.name,
        "metric_pattern": rule.metric_pattern,
        "archive_policy_name": rule.archive_policy_name,
    }


def _metric(metric: Metric) -> Shape:
    return {
        "id": str(metric.id),
        "name": metric.name,
        "unit": metric.unit,
        "creator": metric.creator,
        "created_by_user_id": metric.created_by_user_id,
        "created_by_project_id": metric.created_by_project_id,
    }


def metric_created(metric: Metric) -> Shape:
    """A metric as its creation answers it: the policy by name."""
    resource_id = None if metric.resource_id is None else str(metric.resource_id)
    return {**_metric(metric), "resource_id": resource_id, "archive_policy_name": metric.archive_policy_name}


def metric_listed(metric: Metric, policies: Mapping[str, Shape]) -> Shape:
    """A metric in a list: the whole policy, taken from the shapes in `policies` by name."""
    resource_id = None if metric.resource_id is None else str(metric.resource_id)
    policy = policies.get(metric.archive_policy_name)
    return {**_metric(metric), "resource_id": resource_id, "archive_policy": policy}


def metric_shown(metric: Metric, policy: ArchivePolicy, of: Resource | None) -> Shape:
    """One metric by itself: the whole policy and the whole resource."""
    shown = None if of is None else resource(of)
    return {**_metric(metric), "archive_policy": archive_policy(policy), "resource": shown}


def resource_type(shown: ResourceType) -> Shape:
    """A resource type with all parameters of its attributes."""
    attributes = {name: msgspec.to_builtins(each) for name, each in shown.attributes.items()}
    return {"name": shown.name, "state": shown.state, "attributes": attributes}


def resource(shown: Resource, only: Collection[str] = ()) -> Shape:
    """A resource or one of its revisions; with `only`, nothing but the keys named."""
    shape = {
        "id": str(shown.id),
        "original_resource_id": shown.original_resource_id,
        "type": shown.type,
        "creator": shown.creator,
        "created_by_user_id": shown.created_by_user_id,
        "created_by_project_id": shown.created_by_project_id,
        "user_id": shown.user_id,
        "project_id": shown.project_id,
        "started_at": timestamp.render(shown.started_at_ns),
        "ended_at": _moment(shown.ended_at_ns),
        "revision_start": timestamp.render(shown.revision_start_ns),
        "revision_end": _moment(shown.revision_end_ns),
        "metrics": {name: str(id_) for name, id_ in shown.metrics.items()},
        **shown.attributes,
    }
    return {key: value for key, value in shape.items() if key in only} if only else shape


def _moment(time_ns: int | None) -> str | None:
    return None if time_ns is None else timestamp.render(time_ns)
