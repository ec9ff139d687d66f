# SPDX-License-Identifier: Apache-2.0
"""What callers of the dialect do to policies, rules and types is recorded with who they are."""

from nephoscope.api.gnocchi.call import JSON_PATCH
from nephoscope.model.audit import AuditFilter
from nephoscope.model.paging import Page
from nephoscope.store.index.contract import Index
from tests.api.asgi import Client

V1 = "/gnocchi/v1"


def test_each_administrative_act_is_recorded_under_the_caller(client: Client, index: Index) -> None:
    add = [{"op": "add", "path": "/attributes/host", "value": {"type": "string", "required": False}}]
    changes = {"definition": [{"granularity": 60, "points": 20}]}
    for method, path, data, headers in (
        ("POST", "/archive_policy", {"name": "p", "definition": [{"granularity": 60, "points": 10}]}, {}),
        ("PATCH", "/archive_policy/p", changes, {}),
        ("POST", "/archive_policy_rule", {"name": "r", "metric_pattern": "x", "archive_policy_name": "p"}, {}),
        ("PATCH", "/archive_policy_rule/r", {"name": "s"}, {}),
        ("DELETE", "/archive_policy_rule/s", None, {}),
        ("DELETE", "/archive_policy/p", None, {}),
        ("DELETE", "/archive_policy/p", None, {}),
        ("POST", "/resource_type", {"name": "vm"}, {}),
        ("PATCH", "/resource_type/vm", add, {"content-type": JSON_PATCH}),
        ("DELETE", "/resource_type/vm", None, {}),
    ):
        client.request(method, V1 + path, data=data, headers=headers)

    found = index.audit.find(AuditFilter(), Page())
    assert [f"{each.action} {each.target}" for each in reversed(found)] == [
        "create archive policy p",
        "update archive policy p",
        "create archive policy rule r",
        "update archive policy rule r",
        "delete archive policy rule s",
        "delete archive policy p",
        "create resource type vm",
        "update resource type vm",
        "delete resource type vm",
    ]
    assert {("admin", None, "127.0.0.1")} == {
        (each.actor.name, each.actor.project_id, each.actor.peer) for each in found
    }
