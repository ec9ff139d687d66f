# SPDX-License-Identifier: Apache-2.0
"""Measures of many metrics in one request, addressed by id or by resource and name."""

from uuid import UUID

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.bodies import require_media_type
from nephoscope.api.call import JSON
from nephoscope.api.gnocchi.call import Call, at
from nephoscope.api.gnocchi.measures import Accepted, Points, accept, allow_metric, committed
from nephoscope.api.offload import offload
from nephoscope.model import resource_id
from nephoscope.model.errors import BadRequest
from nephoscope.model.metric import Metric, MetricDraft
from nephoscope.receive.measures import Measure, NamedMeasures, decode_by_metric, decode_by_resource

Named = tuple[UUID, str]


async def post_by_metric(call: Call) -> Response:
    """`POST /v1/batch/metrics/measures`: `{"<metric id>": [measure, …], …}`."""
    return await committed(call, await offload(_take_by_metric, call))


async def post_by_resource(call: Call) -> Response:
    """`POST /v1/batch/resources/metrics/measures`: `{"<resource id>": {"<name>": [measure, …], …}, …}`."""
    return await committed(call, await offload(_take_by_resource, call))


def _take_by_metric(call: Call) -> Accepted:
    require_media_type(call.request, JSON)
    body = decode_by_metric(call.body)
    found = call.parts.measured.catalog.by_text(body.keys())
    if len(found) < len(body):
        unknown = sorted(text for text in body if text not in found)
        raise BadRequest(f"Unknown metrics: {', '.join(unknown)}")
    allow_all(call, list(found.values()))
    points: Points = {}
    for text, measures in body.items():
        _join(points, found[text], measures)
    return accept(call, points)


def _take_by_resource(call: Call) -> Accepted:
    require_media_type(call.request, JSON)
    create = call.arguments.flag("create_metrics")
    body = decode_by_resource(call.body)
    owners = {text: resource_id.resource_id(text, call.caller.creator) for text in body}
    wanted = [(owners[text], name) for text, metrics in body.items() for name in metrics]
    found = call.parts.measured.catalog.by_name(wanted)
    missing = [pair for pair in dict.fromkeys(wanted) if pair not in found]
    if missing:
        if not create:
            names = sorted(f"{owner}/{name}" for owner, name in missing)
            raise BadRequest(f"Unknown metrics: {', '.join(names)}")
        _refuse_unknown_resources(call, owners, missing)
    allow_all(call, list(found.values()))
    found |= _create(call, owners, body, missing)
    points: Points = {}
    for text, metrics in body.items():
        for name, sent in metrics.items():
            measures = sent.measures if isinstance(sent, NamedMeasures) else sent
            _join(points, found[owners[text], name], measures)
    return accept(call, points)


def _join(points: Points, metric: Metric, measures: list[Measure]) -> None:
    """Two spellings of one id in a body mean one metric."""
    before = points.get(metric.number)
    points[metric.number] = (metric, measures if before is None else before[1] + measures)


def allow_all(call: Call, metrics: list[Metric]) -> None:
    """Ask the policy once for each creator and, where that is not enough, each resource."""
    judged = {metric.creator: metric for metric in metrics}
    for metric in judged.values():
        if not call.parts.policy.allows("post measures", call.caller, _creator_target(metric)):
            break
    else:
        return
    for metric in metrics:
        allow_metric(call, "post measures", metric)


def _creator_target(metric: Metric) -> dict[str, str | None]:
    return {"creator": metric.creator, "created_by_project_id": metric.created_by_project_id}


def _refuse_unknown_resources(call: Call, owners: dict[str, UUID], missing: list[Named]) -> None:
    """Agents create the resources that this answer names, then send again."""
    needed = {owner for owner, _ in missing}
    known = call.parts.index.resources.get_many(needed)
    unknown = [
        {"resource_id": str(owner), "original_resource_id": text}
        for text, owner in owners.items()
        if owner in needed and owner not in known
    ]
    if unknown:
        raise BadRequest("", cause="Unknown resources", detail=unknown)
    for resource in known.values():
        call.allow("update resource", _resource_target(resource.creator, resource.created_by_project_id))


def _resource_target(creator: str | None, project: str | None) -> dict[str, str | None]:
    return {"creator": creator, "created_by_project_id": project}


def _create(
    call: Call,
    owners: dict[str, UUID],
    body: dict[str, dict[str, list[Measure] | NamedMeasures]],
    missing: list[Named],
) -> dict[Named, Metric]:
    if not missing:
        return {}
    call.allow("create metric", {"creator": call.caller.creator})
    texts = {owner: text for text, owner in owners.items()}
    drafts = [_draft(call.caller.creator, owner, name, body[texts[owner]][name]) for owner, name in missing]
    return create_metrics(call, missing, drafts)


def create_metrics(call: Call, missing: list[Named], drafts: list[MetricDraft]) -> dict[Named, Metric]:
    """Make all that are missing in one transaction; somebody else may have made some of them by now."""
    made = call.parts.index.metrics.create(drafts, keep_existing=True)
    call.parts.measured.catalog.remember(made, new=True)
    return dict(zip(missing, made, strict=True))


def _draft(creator: str, owner: UUID, name: str, sent: list[Measure] | NamedMeasures) -> MetricDraft:
    policy, unit = (sent.archive_policy_name, sent.unit) if isinstance(sent, NamedMeasures) else (None, None)
    return MetricDraft(name=name, archive_policy_name=policy, unit=unit, resource_id=owner, creator=creator)


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        at("/v1/batch/metrics/measures", POST=post_by_metric),
        at("/v1/batch/resources/metrics/measures", POST=post_by_resource),
    ]
