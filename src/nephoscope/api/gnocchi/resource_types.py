# SPDX-License-Identifier: Apache-2.0
"""Resource types: create, list, show, change by JSON Patch, delete."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.gnocchi.call import JSON_PATCH, Call, at
from nephoscope.api.gnocchi.fields import read_object, text
from nephoscope.api.gnocchi.render import nothing, reply, resource_type
from nephoscope.model.resource_type import ResourceType, check_type_name, read_attributes


def create_type(call: Call) -> Response:
    """`POST /v1/resource_type`: 201, 400, 409."""
    call.allow("create resource type", {"resource_type": None})
    fields = read_object(call.json(), required={"name": text()}, optional={"attributes": read_attributes})
    check_type_name(fields["name"])
    wanted = ResourceType(fields["name"], fields.get("attributes", {}))
    made = call.parts.index.resource_types.create(wanted, by=call.actor)
    return reply(resource_type(made), 201, {"Location": call.url("resource_type", made.name)})


def list_types(call: Call) -> Response:
    """`GET /v1/resource_type`."""
    call.allow("list resource type")
    return reply([resource_type(each) for each in call.parts.index.resource_types.list_all()])


def show_type(call: Call) -> Response:
    """`GET /v1/resource_type/{name}`: 200, 404."""
    shown = call.parts.index.resource_types.get(call.segment("name"))
    call.allow("get resource type", {"resource_type": shown.name})
    return reply(resource_type(shown))


def change_type(call: Call) -> Response:
    """`PATCH /v1/resource_type/{name}` with a JSON Patch: 200, 400, 404, 415 for plain JSON."""
    name = call.segment("name")
    call.allow("update resource type", {"resource_type": name})
    operations = call.json(JSON_PATCH)
    changed = call.parts.index.resource_types.change(name, operations, by=call.actor)
    call.parts.hooks.on_resource_type_changed()
    return reply(resource_type(changed))


def delete_type(call: Call) -> Response:
    """`DELETE /v1/resource_type/{name}`: 204, 400 while it is used, 404."""
    name = call.segment("name")
    call.allow("delete resource type", {"resource_type": name})
    call.parts.index.resource_types.delete(name, by=call.actor)
    return nothing()


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [
        at("/v1/resource_type", GET=list_types, POST=create_type),
        at("/v1/resource_type/{name}", GET=show_type, PATCH=change_type, DELETE=delete_type),
    ]
