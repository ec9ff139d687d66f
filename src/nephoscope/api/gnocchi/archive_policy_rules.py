# SPDX-License-Identifier: Apache-2.0
"""Archive policy rules: create, list, show, rename, delete."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.gnocchi.call import Call, at
from nephoscope.api.gnocchi.fields import read_object, text
from nephoscope.api.gnocchi.render import archive_policy_rule, nothing, reply
from nephoscope.model.archive_policy_rule import ArchivePolicyRule


def create_rule(call: Call) -> Response:
    """`POST /v1/archive_policy_rule`: 201, 400 for an unknown policy, 409."""
    call.allow("create archive policy rule")
    readers = {"name": text(), "metric_pattern": text(), "archive_policy_name": text()}
    fields = read_object(call.json(), required=readers, optional={})
    made = call.parts.index.rules.create(ArchivePolicyRule(**fields), by=call.actor)
    return reply(archive_policy_rule(made), 201, {"Location": call.url("archive_policy_rule", made.name)})


def list_rules(call: Call) -> Response:
    """`GET /v1/archive_policy_rule`: in the order in which they are tried."""
    call.allow("list archive policy rule")
    return reply([archive_policy_rule(each) for each in call.parts.index.rules.list_all()])


def show_rule(call: Call) -> Response:
    """`GET /v1/archive_policy_rule/{name}`: 200, 404."""
    rule = call.parts.index.rules.get(call.segment("name"))
    call.allow("get archive policy rule", {"name": rule.name})
    return reply(archive_policy_rule(rule))


def rename_rule(call: Call) -> Response:
    """`PATCH /v1/archive_policy_rule/{name}`: 200, 400 when the new name is taken, 404."""
    name = call.segment("name")
    call.allow("update archive policy rule", {"name": name})
    call.parts.index.rules.get(name)
    fields = read_object(call.json(), required={"name": text()}, optional={})
    renamed = call.parts.index.rules.rename(name, fields["name"], by=call.actor)
    return reply(archive_policy_rule(renamed))


def delete_rule(call: Call) -> Response:
    """`DELETE /v1/archive_policy_rule/{name}`: 204, 404."""
    name = call.segment("name")
    call.allow("delete archive policy rule", {"name": name})
    call.parts.index.rules.delete(name, by=call.actor)
    return nothing()


def routes() -> list[BaseRoute]:
    """The addresses of this module; names may hold slashes."""
    return [
        at("/v1/archive_policy_rule", GET=list_rules, POST=create_rule),
        at("/v1/archive_policy_rule/{name:path}", GET=show_rule, PATCH=rename_rule, DELETE=delete_rule),
    ]
