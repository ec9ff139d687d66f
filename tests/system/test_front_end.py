# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The whole program behind a front end that names its users in headers."""

from collections.abc import Iterator

import pytest

from tests.system.http import Caller
from tests.system.server import Server, serving

CONFIG = """
[http]
trusted_proxies = ["127.0.0.1"]
[auth]
identity = "headers"
[auth.roles]
staff = "operator"
member = "member"
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("behind"), config=CONFIG) as running:
        yield running


def named(server: Server, **headers: str) -> Caller:
    return Caller(server.url, {"X-User-Id": "kim", **{name.replace("_", "-"): text for name, text in headers.items()}})


def test_the_front_end_names_user_project_and_roles_for_every_dialect(server: Server) -> None:
    kim = named(server, X_Project_Id="p1", X_Roles="Member,admin", X_Forwarded_Proto="https")

    session = kim.done("GET", "/api/v1/session")
    assert ("kim", "headers", "p1", ["member"]) == tuple(
        session[key] for key in ("user", "identity", "project", "roles")
    )
    made = kim.done("POST", "/gnocchi/v1/metric", body={"name": "m"})
    assert ("kim:p1", "p1") == (made["creator"], made["created_by_project_id"])
    assert "m" in [each["name"] for each in named(server, X_Roles="staff").done("GET", "/api/v1/metrics")]
    assert [] == named(server, X_Project_Id="p2", X_Roles="member").done("GET", "/api/v1/metrics")


def test_nobody_else_gets_in(server: Server) -> None:
    assert 401 == Caller(server.url, {})("GET", "/api/v1/session").status
    login = Caller(server.url, {})("POST", "/api/v1/session", body={"user": "admin", "password": "x"})
    assert 501 == login.status
    assert "user admin, password" not in server.stderr()
    assert 200 == server.api("GET", "/api/v1/status").status
