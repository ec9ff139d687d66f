# SPDX-License-Identifier: Apache-2.0
"""Metrics: create, list, show, delete, by id and by the name that they have in a resource."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.auth.targets import resource_target
from nephoscope.api.gnocchi import render
from nephoscope.api.gnocchi.call import Call, at
from nephoscope.api.gnocchi.found import metric_by_id, metric_by_name, resource_of
from nephoscope.api.gnocchi.metric_bodies import read_metric_fields
from nephoscope.api.gnocchi.targets import metric_target, visible_metrics
from nephoscope.api.paging import next_link, page_of
from nephoscope.model.errors import BadArgument, BadRequest
from nephoscope.model.metric import Metric, MetricDraft
from nephoscope.model.resource_id import resource_id
from nephoscope.model.search import EVERYTHING, Compare, Search, all_of

DEFAULT_SORTS = ("id:asc",)


def create_metric(call: Call) -> Response:
    """`POST /v1/metric`: 201; 400, 403 and 404 when the resource to attach it to is not there for the caller."""
    call.allow("create metric", {"creator": call.caller.creator})
    fields = read_metric_fields(call.json())
    resource_name = fields.pop("resource_id", None)
    if resource_name is not None:
        if "name" not in fields:
            raise BadRequest(
                "", cause="Attribute value error", reason="a metric of a resource needs a name", detail="name"
            )
        resource = call.parts.index.resources.get(resource_id(resource_name, call.caller.creator))
        call.allow("update resource", resource_target(resource))
        fields["resource_id"] = resource.id
    [made] = call.parts.index.metrics.create([MetricDraft(creator=call.caller.creator, **fields)])
    return render.reply(render.metric_created(made), 201, {"Location": call.url("metric", str(made.id))})


def list_metrics(call: Call) -> Response:
    """`GET /v1/metric`: filtered, paginated, only those that the caller may see."""
    visible = visible_metrics(call, "list metric")
    asked = page_of(call.arguments.params, DEFAULT_SORTS, call.parts.settings.max_limit)
    found = call.parts.index.metrics.find(_filters(call), visible=visible, page=asked.page)
    headers = {}
    if len(found) == asked.page.limit:
        headers["Link"] = next_link(call.request, asked, str(found[-1].id))
    return render.reply(listed(call, found), headers=headers)


def listed(call: Call, metrics: list[Metric]) -> list[render.Shape]:
    """Metrics in the form of lists, each with its whole policy."""
    # Read after the metrics, so that no policy is missing: one that a metric refers to cannot be deleted.
    policies = {each.name: render.archive_policy(each) for each in call.parts.index.archive_policies.list_all()}
    return [render.metric_listed(each, policies) for each in metrics]


def _filters(call: Call) -> Search:
    arguments = call.arguments
    status = arguments.text("status") or "active"
    if status not in ("active", "delete"):
        raise BadArgument("status", "must be active or delete")
    found: list[Search] = [Compare("eq", "status", status)]
    for field in ("id", "name", "unit", "archive_policy_name", "creator"):
        if values := arguments.texts(field):
            found.append(Compare("in", field, tuple(values)))
    return all_of(*found, _old_creator_filter(call))


def _old_creator_filter(call: Call) -> Search:
    user_id, project_id = call.arguments.text("user_id"), call.arguments.text("project_id")
    if user_id is not None and project_id is not None:
        return Compare("eq", "creator", f"{user_id}:{project_id}")
    if user_id is not None:
        return Compare("eq", "created_by_user_id", user_id)
    if project_id is not None:
        return Compare("eq", "created_by_project_id", project_id)
    return EVERYTHING


def show_metric(call: Call) -> Response:
    """`GET /v1/metric/{id}`: 200, 403, 404."""
    return _shown(call, metric_by_id(call))


def show_named_metric(call: Call) -> Response:
    """`GET /v1/resource/{type}/{resource}/metric/{name}`: 200, 403, 404."""
    return _shown(call, metric_by_name(call))


def _shown(call: Call, metric: Metric) -> Response:
    resource = resource_of(call, metric)
    call.allow("get metric", metric_target(metric, resource))
    policy = call.parts.index.archive_policies.get(metric.archive_policy_name)
    return render.reply(render.metric_shown(metric, policy, resource))


def delete_metric(call: Call) -> Response:
    """`DELETE /v1/metric/{id}`: 204, 403, 404; its data goes later, in the background."""
    return _deleted(call, metric_by_id(call))


def delete_named_metric(call: Call) -> Response:
    """`DELETE /v1/resource/{type}/{resource}/metric/{name}`: 204, 403, 404."""
    return _deleted(call, metric_by_name(call))


def _deleted(call: Call, metric: Metric) -> Response:
    call.allow("delete metric", metric_target(metric, resource_of(call, metric)))
    call.parts.hooks.on_metrics_deleted(call.parts.index.metrics.delete([metric.id]))
    return render.nothing()


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [
        at("/v1/metric", GET=list_metrics, POST=create_metric),
        at("/v1/metric/{metric}", GET=show_metric, DELETE=delete_metric),
        at("/v1/resource/{type}/{resource}/metric/{name}", GET=show_named_metric, DELETE=delete_named_metric),
    ]
