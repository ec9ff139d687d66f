# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The whole program beside a real Keystone: logins, tokens, projects, roles, and what happens when they end."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.services import keystone as keystone_service
from tests.services.keystone import Keystone
from tests.system.http import Answer, Caller
from tests.system.server import Server, serving

SECRET = "correct horse"
REMEMBERED_S = 0.5
CONFIG = """
[auth]
identity = "keystone"
[auth.roles]
admin = "admin"
member = "member"
reader = "reader"
Auditor = "operator"
[gnocchi]
auth_mode = "keystone"
[aodh]
auth_mode = "keystone"
[keystone]
url = "{url}"
username = "nephoscope"
password = "{secret}"
cache_s = {remembered}
timeout_s = 20
"""


@pytest.fixture(scope="module")
def keystone() -> Iterator[Keystone]:
    """Alice works in blue and reads in red, Bob works in red, Olga audits the system, Nina has nothing."""
    with keystone_service.started() as running:
        for name in ("blue", "red", "service"):
            running.create("project", name, domain_id="default")
        running.create("role", "auditor")
        for name in ("alice", "bob", "olga", "nina", "nephoscope"):
            running.create("user", name, password=SECRET, domain_id="default")
        running.create("domain", "Partners")
        running.create("user", "pat", password=SECRET, domain_id=running.id_of("domain", "Partners"))
        for user, role, project in (
            ("alice", "member", "blue"),
            ("alice", "reader", "red"),
            ("bob", "member", "red"),
            ("pat", "member", "blue"),
            ("nephoscope", "admin", "service"),
        ):
            running.grant(user, role, project)
        running.grant_on_system("olga", "auditor")
        yield running


@pytest.fixture(scope="module")
def server(keystone: Keystone, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    config = CONFIG.format(url=keystone.url, secret=SECRET, remembered=REMEMBERED_S)
    with serving(tmp_path_factory.mktemp("beside-keystone"), config=config) as running:
        yield running


def log_in(server: Server, user: str, password: str = SECRET, **more: str) -> Answer:
    return Caller(server.url, {})("POST", "/api/v1/session", body={"user": user, "password": password, **more})


def page(server: Server, user: str, project: str = "", **more: str) -> Caller:
    """A browser that has logged in, and picked a project."""
    answer = log_in(server, user, **more)
    assert 200 == answer.status, answer.body
    headers = {"Cookie": answer.headers["Set-Cookie"].partition(";")[0], "X-CSRF-Token": answer.body["csrf"]}
    return Caller(server.url, {**headers, **({"Nephoscope-Project": project} if project else {})})


def by_token(server: Server, token: str, project: str = "") -> Caller:
    return Caller(server.url, {"X-Auth-Token": token, **({"Nephoscope-Project": project} if project else {})})


def until(status: int, ask: Callable[[], Answer]) -> None:
    give_up = time.monotonic() + 20
    while (answer := ask()).status != status:
        assert time.monotonic() < give_up, answer
        time.sleep(0.1)


def send(caller: Caller, resource: str, name: str) -> None:
    """One sample through our own API."""
    batch = {
        "resources": [{"id": resource, "type": "host", "project_id": None, "attributes": {}}],
        "meters": [{"name": name, "kind": "gauge", "unit": "%"}],
        "resource": [0],
        "meter": [0],
        "time_ns": [time.time_ns()],
        "value": [1.0],
    }
    caller.done("POST", "/api/v1/samples", body=batch)


def seen(caller: Caller, path: str = "/api/v1/metrics") -> set[str]:
    return {each["name"] for each in caller.done("GET", path)}


def ids(keystone: Keystone, *names: str) -> list[str]:
    return [keystone.id_of("project", name) for name in names]


def test_a_login_knows_projects_and_roles_and_moves_between_them(keystone: Keystone, server: Server) -> None:
    blue, red = ids(keystone, "blue", "red")

    body = log_in(server, "alice").body
    projects = {each["name"]: (each["id"], each["roles"]) for each in body["projects"]}
    assert {"blue": (blue, ["member", "reader"]), "red": (red, ["reader"])} == projects
    assert ("alice", "keystone", blue, False) == tuple(body[key] for key in ("user", "identity", "project", "sees_all"))
    assert (body["expires_ms"] / 1000 - time.time()) / 3600 <= 8

    elsewhere = page(server, "alice", red).done("GET", "/api/v1/session")
    assert (red, ["reader"]) == (elsewhere["project"], elsewhere["roles"])
    assert 403 == page(server, "bob", blue)("GET", "/api/v1/session").status


@pytest.mark.parametrize(
    "who", [("alice", "wrong", {}), ("nobody", SECRET, {}), ("pat", SECRET, {}), ("alice", SECRET, {"domain": "No"})]
)
def test_who_keystone_does_not_know_does_not_get_in(server: Server, who: tuple[str, str, dict[str, str]]) -> None:
    user, password, more = who

    answer = log_in(server, user, password, **more)

    assert 401 == answer.status
    assert "Keystone knows no such user and password" in answer.body["detail"]


def test_a_user_of_another_domain_names_it(keystone: Keystone, server: Server) -> None:
    body = log_in(server, "pat", domain="Partners").body

    assert ["blue"] == [each["name"] for each in body["projects"]]


def test_a_user_without_projects_gets_in_and_sees_nothing(server: Server) -> None:
    nina = page(server, "nina")

    assert [] == nina.done("GET", "/api/v1/session")["projects"]
    assert 403 == nina("GET", "/api/v1/metrics").status


def test_local_passwords_do_not_count_and_local_tokens_do(server: Server) -> None:
    assert "user admin, password" not in server.stderr()
    assert "*" == server.api.done("GET", "/api/v1/session")["project"]


def test_each_sees_its_projects_data_by_session_and_by_token(keystone: Keystone, server: Server) -> None:
    (red,) = ids(keystone, "red")
    alice = by_token(server, keystone.token("alice", SECRET, "blue"))
    bob = by_token(server, keystone.token("bob", SECRET, "red"))
    send(alice, "a", "of.alice")
    send(bob, "b", "of.bob")

    assert ({"of.alice"}, {"of.bob"}) == (seen(alice), seen(bob))
    assert ({"of.alice"}, {"of.bob"}) == (seen(page(server, "alice")), seen(page(server, "alice", red)))
    assert {"of.alice", "of.bob"} <= seen(page(server, "olga"))
    assert {"of.alice"} == seen(page(server, "pat", domain="Partners"))
    # Who reads in a project does not write there, and a token stays in its project.
    assert 403 == page(server, "alice", red)("POST", "/api/v1/samples", body={}).status
    assert 403 == by_token(server, keystone.token("alice", SECRET, "blue"), red)("GET", "/api/v1/session").status
    metrics = "/gnocchi/v1/metric"
    assert ({"of.alice"}, {"of.bob"}) == (seen(alice, metrics), seen(bob, metrics))
    assert 401 == Caller(server.url, {})("GET", metrics).status


def test_alarms_are_of_the_tokens_user_and_project(keystone: Keystone, server: Server) -> None:
    alice = by_token(server, keystone.token("alice", SECRET, "blue"))
    body = {"name": "a", "type": "event", "event_rule": {}, "alarm_actions": ["trust+http://heat/signal"]}

    made = alice.done("POST", "/aodh/v2/alarms", body=body)
    assert (keystone.id_of("user", "alice"), *ids(keystone, "blue")) == (made["user_id"], made["project_id"])
    assert ["trust+http://heat/signal"] == made["alarm_actions"]
    path = f"/aodh/v2/alarms/{made['alarm_id']}"
    assert 404 == by_token(server, keystone.token("bob", SECRET, "red"))("GET", path).status
    assert 403 == by_token(server, keystone.token("alice", SECRET, "red"))("POST", "/aodh/v2/alarms", body=body).status
    assert 401 == Caller(server.url, {"X-User-Id": "root", "X-Roles": "admin"})("GET", path).status
    assert 204 == alice("DELETE", path).status


def test_roles_are_what_the_table_says(keystone: Keystone, server: Server) -> None:
    (blue,) = ids(keystone, "blue")

    olga = page(server, "olga").done("GET", "/api/v1/session")
    assert (["operator"], "*", True) == (olga["roles"], olga["project"], olga["sees_all"])
    picked = page(server, "olga", blue).done("GET", "/api/v1/session")
    assert (blue, False) == (picked["project"], picked["sees_all"])
    admin = log_in(server, keystone_service.ADMIN, keystone_service.PASSWORD).body
    assert ("*", True) == (admin["project"], admin["sees_all"])
    assert 200 == page(server, "olga")("GET", "/api/v1/status").status
    assert 403 == page(server, "alice")("GET", "/api/v1/status").status


def test_headers_from_outside_make_nobody_somebody_else(keystone: Keystone, server: Server) -> None:
    forged = {"X-User-Id": "root", "X-Roles": "admin", "X-Project-Id": "p"}
    token = {"X-Auth-Token": keystone.token("bob", SECRET, "red")}

    assert 401 == Caller(server.url, forged)("GET", "/api/v1/session").status
    assert "bob" == Caller(server.url, {**forged, **token}).done("GET", "/api/v1/session")["user"]


def test_a_revoked_token_ends_with_what_is_remembered_of_it(keystone: Keystone, server: Server) -> None:
    token = keystone.token("bob", SECRET, "red")
    bob = by_token(server, token)
    for path in ("/api/v1/session", "/gnocchi/v1/metric"):
        assert 200 == bob("GET", path).status

    keystone.revoke(token)

    time.sleep(REMEMBERED_S)
    for path in ("/api/v1/session", "/gnocchi/v1/metric"):
        assert 401 == bob("GET", path).status


def test_what_is_taken_away_counts_at_the_next_login(keystone: Keystone, server: Server) -> None:
    keystone.grant("nina", "member", "red")
    assert ["red"] == [each["name"] for each in log_in(server, "nina").body["projects"]]
    keystone.revoke_role("nina", "member", "red")
    assert [] == log_in(server, "nina").body["projects"]
    keystone.change("user", "nina", enabled=False)
    assert 401 == log_in(server, "nina").status


def test_secrets_of_keystone_are_kept_nowhere(keystone: Keystone, server: Server) -> None:
    token = keystone.token("alice", SECRET, "blue")
    by_token(server, token).done("GET", "/api/v1/session")
    page(server, "alice")

    files = b"".join(path.read_bytes() for path in server.data_dir.glob("index.sqlite*"))
    kept = files + server.stderr().encode()

    assert token[:40].encode() not in kept
    assert SECRET.encode() not in kept
    assert b"gAAAA" not in kept  # how every fernet token begins


@pytest.mark.timeout(240)
def test_tokens_expire_and_keystone_may_go_away_and_come_back(keystone: Keystone, server: Server) -> None:
    alice = page(server, "alice")
    known = by_token(server, keystone.token("alice", SECRET, "blue"))
    token = keystone.token("bob", SECRET, "red")
    keystone.kill()
    bob = by_token(server, token)
    away: list[Any] = [bob("GET", "/api/v1/session"), bob("GET", "/gnocchi/v1/metric"), log_in(server, "alice")]
    assert [503] * 3 == [each.status for each in away]
    assert {"1"} == {each.headers["Retry-After"] for each in away}
    # Who is logged in goes on working, and so do our own tokens.
    assert 200 == alice("GET", "/api/v1/metrics").status
    assert 200 == server.api("GET", "/api/v1/session").status

    keystone.start(token_life_s=12)

    assert 200 == bob("GET", "/api/v1/session").status
    short = by_token(server, keystone.token("alice", SECRET, "blue"))
    assert 200 == short("GET", "/api/v1/session").status
    until(401, lambda: short("GET", "/api/v1/session"))
    # The token that we ask with is as short-lived now, and is fetched anew.
    assert 200 == known("GET", "/api/v1/session").status
    assert 200 == alice("GET", "/api/v1/metrics").status
