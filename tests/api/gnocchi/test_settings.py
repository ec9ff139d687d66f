# SPDX-License-Identifier: Apache-2.0
"""What the dialect is handed is used: hooks, limits, proxies, origins, Keystone."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from nephoscope.api.app import HttpSettings
from nephoscope.api.auth.keystone import Keystone, KeystoneSettings
from nephoscope.api.auth.local import LocalAccounts
from nephoscope.api.auth.native import Native
from nephoscope.api.bodies import BodyLimits
from nephoscope.api.gnocchi.parts import GnocchiSettings, Hooks
from nephoscope.model.search import SearchLimits
from nephoscope.store.index.contract import Index
from tests.api.asgi import Client, basic
from tests.api.auth.keystone_server import PASSWORD, KeystoneServer
from tests.api.gnocchi.server import served

V1 = "/gnocchi/v1"


def test_whoever_keeps_metrics_in_mind_is_told_of_deletions_and_changed_policies(index: Index) -> None:
    deleted: list[Sequence[UUID]] = []
    policies: list[str] = []
    hooks = Hooks(on_metrics_deleted=deleted.append, on_policy_changed=policies.append)
    with Client(served(index, hooks=hooks), headers=basic("admin")) as client:
        metric = client.request("POST", V1 + "/metric", data={}).json()["id"]
        one = client.request("POST", V1 + "/resource/generic", data={"id": "a", "metrics": {"cpu": {}}}).json()
        two = client.request("POST", V1 + "/resource/generic", data={"id": "b", "metrics": {"cpu": {}}}).json()
        client.request("DELETE", f"{V1}/metric/{metric}")
        client.request("DELETE", f"{V1}/resource/generic/a")
        client.request("DELETE", f"{V1}/resource/generic", data={"=": {"id": "b"}})
        client.request("POST", V1 + "/archive_policy", data={"name": "p", "definition": [{"granularity": 60}]})
        client.request("PATCH", V1 + "/archive_policy/p", data={"definition": [{"granularity": 60, "points": 5}]})
        client.request("DELETE", V1 + "/archive_policy/p")

    assert [[UUID(metric)], [UUID(one["metrics"]["cpu"])], [UUID(two["metrics"]["cpu"])]] == [list(d) for d in deleted]
    assert policies == ["p", "p", "p"]


def test_whoever_keeps_attributes_in_mind_is_told_of_changed_types(index: Index) -> None:
    told: list[None] = []
    with Client(
        served(index, hooks=Hooks(on_resource_type_changed=lambda: told.append(None))), headers=basic("admin")
    ) as client:
        client.request("POST", V1 + "/resource_type", data={"name": "vm", "attributes": {"host": {"type": "string"}}})
        for path, expected in (("/attributes/none", 0), ("/attributes/host", 1)):
            patch = [{"op": "remove", "path": path}]
            headers = {"content-type": "application/json-patch+json"}
            client.request("PATCH", V1 + "/resource_type/vm", data=patch, headers=headers)
            assert len(told) == expected


def test_a_page_is_never_longer_than_the_maximum(index: Index) -> None:
    with Client(served(index, settings=GnocchiSettings(max_limit=2)), headers=basic("admin")) as client:
        for _ in range(3):
            client.request("POST", V1 + "/metric", data={})
        for query in ("", "?limit=100"):
            answer = client.request("GET", f"{V1}/metric{query}")
            assert len(answer.json()) == 2
            assert "limit=2&" in answer.headers["link"]


def test_limits_of_bodies_and_searches_are_settings(index: Index) -> None:
    small = GnocchiSettings(body=BodyLimits(bytes_max=100, depth_max=8, count_max=20), search=SearchLimits(depth_max=2))
    with Client(served(index, settings=small), headers=basic("admin")) as client:
        assert client.request("POST", V1 + "/metric", data={"name": "x" * 100}).status == 413
        assert client.request("POST", V1 + "/metric", data=[[[[[[[[[]]]]]]]]]).status == 413
        search = {"not": {"not": {"=": {"id": "x"}}}}
        assert client.request("POST", V1 + "/search/resource/generic", data=search).status == 413


def test_policies_without_methods_get_those_of_the_settings(index: Index) -> None:
    settings = GnocchiSettings(default_methods=frozenset({"last"}))
    with Client(served(index, settings=settings), headers=basic("admin")) as client:
        body = {"name": "p", "definition": [{"granularity": 60}]}
        assert client.request("POST", V1 + "/archive_policy", data=body).json()["aggregation_methods"] == ["last"]


def test_behind_a_trusted_proxy_addresses_are_those_of_the_outside(index: Index) -> None:
    app = served(index, http=HttpSettings(trusted_proxies=("127.0.0.0/8",)))
    headers = {"x-forwarded-proto": "https", "x-forwarded-host": "cloud", "x-forwarded-prefix": "/metering"}
    with Client(app, headers=basic("admin")) as client:
        created = client.request("POST", V1 + "/metric", data={}, headers=headers)
        listed = client.request("GET", V1 + "/metric?limit=1", headers=headers)
        root = client.request("GET", "/gnocchi/", headers=headers)

    assert created.headers["location"].startswith("https://cloud/metering/gnocchi/v1/metric/")
    assert listed.headers["link"].startswith("<https://cloud/metering/gnocchi/v1/metric?limit=1&")
    assert root.json()["versions"][0]["links"][0]["href"] == "https://cloud/metering/gnocchi/v1/"


def test_browsers_of_a_configured_origin_may_call(index: Index) -> None:
    app = served(index, http=HttpSettings(cors_allowed_origins=("https://grafana",)))
    with Client(app) as client:
        preflight = {"origin": "https://grafana", "access-control-request-method": "POST"}
        assert (
            client.request("OPTIONS", V1 + "/metric", headers=preflight).headers.get("access-control-allow-origin")
            == "https://grafana"
        )
        refused = client.request("GET", V1 + "/metric", headers={"origin": "https://grafana"})
        assert (refused.status, refused.headers["access-control-allow-origin"]) == (401, "https://grafana")


def test_with_keystone_everything_but_the_root_page_needs_a_token(index: Index) -> None:
    server = KeystoneServer()
    mode = Keystone(KeystoneSettings(server.url, "nephoscope", PASSWORD, "service"))
    try:
        with Client(served(index, mode)) as client:
            assert client.request("GET", "/gnocchi/").status == 200
            for path in ("/", "/capabilities", "/metric"):
                refused = client.request("GET", V1 + path)
                assert (401, f'Keystone uri="{server.url}"') == (refused.status, refused.headers["www-authenticate"])
            token = {"x-auth-token": server.issue("u1", "p1", "member")}
            created = client.request("POST", V1 + "/metric", data={"name": "m"}, headers=token).json()
            assert tuple(created[key] for key in ("creator", "created_by_user_id", "created_by_project_id")) == (
                "u1:p1",
                "u1",
                "p1",
            )
            colleague = {"x-auth-token": server.issue("u2", "p1", "member")}
            stranger = {"x-auth-token": server.issue("u1", "p2", "member"), "x-project-id": "p1", "x-roles": "admin"}
            assert [
                len(client.request("GET", V1 + "/metric", headers=each).json()) for each in (colleague, stranger)
            ] == [1, 0]
            assert client.request("GET", f"{V1}/metric/{created['id']}", headers=stranger).status == 403
    finally:
        server.stop()


def test_with_keystone_away_the_answer_is_503(index: Index) -> None:
    server = KeystoneServer()
    server.stop()
    mode = Keystone(KeystoneSettings(server.url, "nephoscope", PASSWORD, "service"))
    with Client(served(index, mode)) as client:
        answer = client.request("GET", V1 + "/metric", headers={"x-auth-token": "token"})

    assert (answer.status, answer.headers["retry-after"]) == (503, "1")


def test_local_users_and_tokens_work_with_the_dialect(index: Index) -> None:
    index.projects.add("blue")
    index.users.add("alice", "long enough", roles=["member"], project_id="blue")
    _, secret = index.tokens.add("alice")
    with Client(served(index, Native(LocalAccounts(index)))) as client:
        created = client.request("POST", V1 + "/metric", data={}, headers=basic("alice", "long enough"))
        assert created.json()["creator"] == "alice:blue"
        for headers in ({"authorization": f"Bearer {secret}"}, {"x-auth-token": secret}):
            assert len(client.request("GET", V1 + "/metric", headers=headers).json()) == 1
        for headers in (basic("alice", "wrong"), {"authorization": "Bearer wrong"}, {}):
            assert client.request("GET", V1 + "/metric", headers=headers).status == 401


@pytest.mark.parametrize("insist", [True, False])
def test_a_conditional_change_that_another_got_ahead_of_has_failed(index: Index, insist: bool) -> None:
    with Client(served(index), headers=basic("admin")) as client:
        created = client.request("POST", V1 + "/resource/generic", data={"id": "a"})
        client.request("PATCH", V1 + "/resource/generic/a", data={"user_id": "first"})
        condition = {"if-match": created.headers["etag"]} if insist else {}
        answer = client.request("PATCH", V1 + "/resource/generic/a", data={"user_id": "second"}, headers=condition)

    assert (412 if insist else 200) == answer.status
