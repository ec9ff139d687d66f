# SPDX-License-Identifier: Apache-2.0
"""Many resources at once: lists, searches, bulk deletion."""

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.gnocchi import render
from nephoscope.api.gnocchi.call import Call, at
from nephoscope.api.gnocchi.searches import asked_search, search_of
from nephoscope.api.gnocchi.targets import visible_resources
from nephoscope.api.paging import AskedPage, next_link, page_of
from nephoscope.model.errors import BadRequest
from nephoscope.model.resource import Resource
from nephoscope.model.search import EVERYTHING, Search

DEFAULT_SORTS = ("revision_start:asc", "started_at:asc")


def list_addresses(call: Call) -> Response:
    """`GET /v1/resource`: where the resources of each type are."""
    call.allow("list resource type")
    names = (each.name for each in call.parts.index.resource_types.list_all())
    return render.reply({name: call.url("resource", name) for name in names})


def list_resources(call: Call) -> Response:
    """`GET /v1/resource/{type}`: those that the caller may see, paginated."""
    return _page(call, "list resource", EVERYTHING)


def search_resources(call: Call) -> Response:
    """`POST /v1/search/resource/{type}`: those that match the body, or `filter=`, or simply all."""
    visible_resources(call, "search resource", call.segment("type"))  # before the body is looked at
    return _page(call, "search resource", search_of(call))


def _page(call: Call, rule: str, search: Search) -> Response:
    type_name = call.segment("type")
    visible = visible_resources(call, rule, type_name)
    asked = page_of(call.arguments.params, DEFAULT_SORTS, call.parts.settings.max_limit)
    history = call.arguments.flag("history")
    details = call.arguments.flag("details")
    found = call.parts.index.resources.find(
        type_name, search, visible=visible, history=history, details=details, page=asked.page
    )
    return answered_page(call, asked, found, history=history)


def answered_page(call: Call, asked: AskedPage, found: Sequence[Resource], *, history: bool) -> Response:
    """A page of resources or revisions, with the link to the next one when it is full."""
    headers = {}
    if found and len(found) == asked.page.limit:
        last = found[-1]
        headers["Link"] = next_link(call.request, asked, f"{last.id}@{last.revision}" if history else str(last.id))
    only = call.arguments.texts("attrs")
    return render.reply([render.resource(each, only) for each in found], headers=headers)


def delete_resources(call: Call) -> Response:
    """`DELETE /v1/resource/{type}` with a search: 200 and how many went; 400 without one."""
    type_name = call.segment("type")
    visible = visible_resources(call, "delete resources", type_name, always=True)
    search = asked_search(call)
    if search is None or search == EVERYTHING:
        raise BadRequest("caution: without a search this would delete every resource; send one, or `filter=`")
    removed = call.parts.index.resources.delete_matching(type_name, search, visible=visible)
    call.parts.hooks.on_metrics_deleted(removed.metric_ids)
    return render.reply({"deleted": removed.resources})


def routes() -> list[BaseRoute]:
    """The addresses of this module; that of a type's resources stands in `resources.py`, with their creation."""
    return [
        at("/v1/resource", GET=list_addresses),
        at("/v1/search/resource/{type}", POST=search_resources),
    ]
