# SPDX-License-Identifier: Apache-2.0
"""Archive policies: create, list, show, change, delete."""

from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.gnocchi.call import Call, at
from nephoscope.api.gnocchi.fields import duration, read_object, text, whole_number
from nephoscope.api.gnocchi.render import archive_policy, nothing, reply
from nephoscope.model.archive_policy import NUMBER_MAX, ArchivePolicy, Definition, definition, resolve_methods
from nephoscope.model.errors import InvalidInput


def create_policy(call: Call) -> Response:
    """`POST /v1/archive_policy`: 201, 400, 409."""
    call.allow("create archive policy")
    fields = read_object(
        call.json(),
        required={"name": text(), "definition": _list},
        optional={"back_window": whole_number(0, NUMBER_MAX), "aggregation_methods": _list},
    )
    methods = resolve_methods(fields.get("aggregation_methods", []), call.parts.settings.default_methods)
    policy = ArchivePolicy(
        name=fields["name"],
        back_window=fields.get("back_window", 0),
        definition=_definitions(fields["definition"]),
        aggregation_methods=methods,
    )
    made = call.parts.index.archive_policies.create(policy, by=call.actor)
    call.parts.hooks.on_policy_changed(made.name)
    return reply(archive_policy(made), 201, {"Location": call.url("archive_policy", made.name)})


def list_policies(call: Call) -> Response:
    """`GET /v1/archive_policy`."""
    call.allow("list archive policy")
    return reply([archive_policy(each) for each in call.parts.index.archive_policies.list_all()])


def show_policy(call: Call) -> Response:
    """`GET /v1/archive_policy/{name}`: 200, 404."""
    policy = call.parts.index.archive_policies.get(call.segment("name"))
    call.allow("get archive policy", {"name": policy.name})
    return reply(archive_policy(policy))


def change_policy(call: Call) -> Response:
    """`PATCH /v1/archive_policy/{name}`: other retention, perhaps another back_window; 200, 400, 404."""
    name = call.segment("name")
    call.allow("update archive policy", {"name": name})
    call.parts.index.archive_policies.get(name)
    fields = read_object(
        call.json(), required={"definition": _list}, optional={"back_window": whole_number(0, NUMBER_MAX)}
    )
    definitions = _definitions(fields["definition"])
    back_window = fields.get("back_window")
    changed = call.parts.index.archive_policies.change(name, definitions, back_window, by=call.actor)
    call.parts.hooks.on_policy_changed(name)
    return reply(archive_policy(changed))


def delete_policy(call: Call) -> Response:
    """`DELETE /v1/archive_policy/{name}`: 204, 400 while it is used, 404."""
    name = call.segment("name")
    call.allow("delete archive policy", {"name": name})
    call.parts.index.archive_policies.delete(name, by=call.actor)
    call.parts.hooks.on_policy_changed(name)
    return nothing()


def _definitions(raw: list[Any]) -> tuple[Definition, ...]:
    if not raw:
        place = "data['definition']"
        raise InvalidInput(f"length of value must be at least 1 for dictionary value @ {place}", ["definition"])
    return tuple(_definition(each, position) for position, each in enumerate(raw))


def _definition(raw: object, position: int) -> Definition:
    readers = {"granularity": duration, "points": whole_number(1, NUMBER_MAX), "timespan": duration}
    fields = read_object(raw, required={}, optional=readers, path=["definition", str(position)])
    return definition(fields.get("granularity"), fields.get("points"), fields.get("timespan"))


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("expected a list")
    return value


def routes() -> list[BaseRoute]:
    """The addresses of this module; names may hold slashes."""
    return [
        at("/v1/archive_policy", GET=list_policies, POST=create_policy),
        at("/v1/archive_policy/{name:path}", GET=show_policy, PATCH=change_policy, DELETE=delete_policy),
    ]
