# SPDX-License-Identifier: Apache-2.0
"""Single resources: create, show, change, delete, their history and their metrics."""

from msgspec import UNSET, structs
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.auth.targets import resource_target
from nephoscope.api.gnocchi import render
from nephoscope.api.gnocchi.call import Call, at
from nephoscope.api.gnocchi.conditions import expected_revision, unchanged, version_headers
from nephoscope.api.gnocchi.found import resource_by_id
from nephoscope.api.gnocchi.metric_bodies import check_attachable, read_metrics_map
from nephoscope.api.gnocchi.metrics import listed
from nephoscope.api.gnocchi.resource_bodies import read_change, read_draft
from nephoscope.api.gnocchi.resource_lists import DEFAULT_SORTS, answered_page, delete_resources, list_resources
from nephoscope.api.paging import page_of
from nephoscope.model.errors import Conflict
from nephoscope.model.resource import Resource


def create_resource(call: Call) -> Response:
    """`POST /v1/resource/{type}`: 201, 400, 404 for an unknown type, 409."""
    type_name = call.segment("type")
    call.allow("create resource", _creation_target(call, type_name))
    call.parts.index.resource_types.get(type_name)
    [made] = call.parts.index.resources.create([read_draft(call, type_name)])
    if made.metrics or made.ended_at_ns is not None:
        call.parts.hooks.on_resource_changed(made, False)
    location = call.url("resource", made.type, str(made.id))
    return render.reply(render.resource(made), 201, {"Location": location, **version_headers(made)})


def _creation_target(call: Call, type_name: str) -> dict[str, str | None]:
    """What rules see of a resource that is not there yet: whatever text the body, still unchecked, says of it."""
    said = {key: value for key, value in call.fields_unchecked().items() if isinstance(value, str)}
    return {
        **said,
        "resource_type": type_name,
        "creator": call.caller.creator,
        "created_by_user_id": call.caller.user_id,
        "created_by_project_id": call.caller.project_id,
    }


def show_resource(call: Call) -> Response:
    """`GET /v1/resource/{type}/{id}`: 200, 304, 403, 404, 412."""
    resource = resource_by_id(call)
    call.allow("get resource", resource_target(resource))
    answer = unchanged(call.request, resource)
    return answer or render.reply(render.resource(resource), headers=version_headers(resource))


def change_resource(call: Call) -> Response:
    """`PATCH /v1/resource/{type}/{id}`: 200, 400, 403, 404, 412."""
    resource = resource_by_id(call)
    call.allow("update resource", resource_target(resource))
    unchanged(call.request, resource)
    change = read_change(call)
    try:
        changed = call.parts.index.resources.change(
            resource.id,
            change,
            call.segment("type"),
            revision_start_ns=expected_revision(call.request, resource),
        )
    except Conflict as conflict:
        raise _outrun(call, resource, conflict) from None
    call.parts.hooks.on_resource_changed(changed, change.metrics is not UNSET)
    return render.reply(render.resource(changed), headers=version_headers(changed))


def delete_resource(call: Call) -> Response:
    """`DELETE /v1/resource/{type}/{id}`: 204, 403, 404, 412; its history and its metrics go with it."""
    resource = resource_by_id(call)
    call.allow("delete resource", resource_target(resource))
    unchanged(call.request, resource)
    insisted = expected_revision(call.request, resource)
    try:
        removed = call.parts.index.resources.delete(resource.id, call.segment("type"), revision_start_ns=insisted)
    except Conflict as conflict:
        raise _outrun(call, resource, conflict) from None
    call.parts.hooks.on_metrics_deleted(removed.metric_ids)
    return render.nothing()


def _outrun(call: Call, resource: Resource, conflict: Conflict) -> Exception:
    """A conditional request that another one got ahead of has failed its precondition."""
    return conflict if expected_revision(call.request, resource) is None else HTTPException(412)


def show_history(call: Call) -> Response:
    """`GET /v1/resource/{type}/{id}/history`: every revision, oldest first, paginated."""
    resource = resource_by_id(call)
    call.allow("get resource", resource_target(resource))
    asked = page_of(call.arguments.params, DEFAULT_SORTS, call.parts.settings.max_limit)
    found = call.parts.index.resources.history(resource.id, call.segment("type"), asked.page)
    return answered_page(call, asked, found, history=True)


def list_resource_metrics(call: Call) -> Response:
    """`GET /v1/resource/{type}/{id}/metric`: all metrics of the resource."""
    resource = resource_by_id(call)
    call.allow("get resource", resource_target(resource))
    return render.reply(listed(call, call.parts.index.resources.metrics(resource.id, call.segment("type"))))


def add_resource_metrics(call: Call) -> Response:
    """`POST /v1/resource/{type}/{id}/metric` with a metrics map: 200 with all of them; 409 for a name that is taken."""
    resource = resource_by_id(call)
    call.allow("update resource", resource_target(resource))
    drafts = read_metrics_map(call, call.json())
    check_attachable(call, drafts)
    metrics = call.parts.index.resources.add_metrics(resource.id, drafts, call.caller.creator, call.segment("type"))
    attached = {metric.name: metric.id for metric in metrics if metric.name}
    call.parts.hooks.on_resource_changed(structs.replace(resource, metrics=attached), False)
    return render.reply(listed(call, metrics))


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    one = "/v1/resource/{type}/{resource}"
    return [
        at("/v1/resource/{type}", GET=list_resources, POST=create_resource, DELETE=delete_resources),
        at(one, GET=show_resource, PATCH=change_resource, DELETE=delete_resource),
        at(one + "/history", GET=show_history),
        at(one + "/metric", GET=list_resource_metrics, POST=add_resource_metrics),
    ]
