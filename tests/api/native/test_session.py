# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Logging in, seeing who one is, changing one's password and logging out, over a real index."""

import time
from collections.abc import Iterator

import pytest

from nephoscope.api.app import HttpSettings
from nephoscope.api.auth.local import LocalAccounts
from nephoscope.api.auth.logins import Logins, SessionSettings
from nephoscope.api.auth.native import Native
from nephoscope.model.audit import AuditFilter
from nephoscope.model.errors import Unauthenticated
from nephoscope.model.paging import Page
from nephoscope.model.session import ForeignProject, ForeignUser
from nephoscope.model.user import Membership, UserChange
from nephoscope.store.index.contract import Index
from tests.api.asgi import Answer, Client, basic
from tests.api.native.door import served

SESSION = "/api/v1/session"
PASSWORD = SESSION + "/password"
ALICES = "correct horse"


@pytest.fixture
def accounts(index: Index) -> Index:
    """Alice works in two projects, Olga operates, Rita has to change her password."""
    index.projects.add("Blue sky", project_id="blue")
    index.projects.add("Red tape", project_id="red")
    memberships = [Membership("blue", ("member",)), Membership("red", ("reader",))]
    index.users.add("alice", ALICES, memberships=memberships)
    index.users.add("olga", "battery staple", roles=["operator"])
    index.users.add("rita", "given by rote", roles=["admin"], must_change_password=True)
    return index


@pytest.fixture
def client(accounts: Index) -> Iterator[Client]:
    with Client(served(accounts)) as client:
        yield client


def log_in(client: Client, user: str = "alice", password: str = ALICES) -> tuple[Answer, dict[str, str]]:
    """The answer, and the headers with which a page goes on."""
    answer = client.request("POST", SESSION, data={"user": user, "password": password})
    assert 200 == answer.status, answer.text
    cookie = answer.headers["set-cookie"].partition(";")[0]
    return answer, {"cookie": cookie, "x-csrf-token": answer.json()["csrf"]}


def events(index: Index) -> list[tuple[str, str, str | None]]:
    """Who did what, from where, the oldest first, without what the fixture did."""
    found = reversed(index.audit.find(AuditFilter(), Page(limit=100)))
    return [(each.actor.name, each.action, each.actor.peer) for each in found if ":" not in each.actor.name]


def test_a_login_tells_who_one_is_and_sets_a_cookie_that_scripts_cannot_read(client: Client) -> None:
    answer, page = log_in(client)

    body = answer.json()
    assert 64 <= len(body.pop("csrf")) <= 128
    assert 11.9 < (body.pop("expires_ms") / 1000 - time.time()) / 3600 <= 12
    assert {
        "user": "alice",
        "identity": "local",
        "roles": ["member"],
        "project": "blue",
        "projects": [
            {"id": "blue", "name": "Blue sky", "roles": ["member"]},
            {"id": "red", "name": "Red tape", "roles": ["reader"]},
        ],
        "sees_all": False,
        "must_change_password": False,
    } == body
    name, *marks = answer.headers["set-cookie"].split("; ")
    assert name.startswith("nephoscope_session=nephs_")
    assert ["Path=/", "HttpOnly", "SameSite=Strict"] == marks[1:]
    assert "no-store" == answer.headers["cache-control"]
    assert answer.json() == client.request("GET", SESSION, headers=page).json()


def test_over_https_the_cookie_is_bound_to_host_and_scheme(accounts: Index) -> None:
    behind = HttpSettings(trusted_proxies=("127.0.0.1",))
    with Client(served(accounts, http=behind), headers={"x-forwarded-proto": "https"}) as client:
        answer, page = log_in(client)
        assert answer.headers["set-cookie"].startswith("__Host-nephoscope_session=")
        assert answer.headers["set-cookie"].endswith("; Path=/; HttpOnly; SameSite=Strict; Secure")
        assert 200 == client.request("GET", SESSION, headers=page).status


def test_the_header_moves_the_session_to_another_project(client: Client) -> None:
    _, page = log_in(client)

    red = client.request("GET", SESSION, headers={**page, "nephoscope-project": "red"}).json()
    green = client.request("GET", SESSION, headers={**page, "nephoscope-project": "green"})

    assert ("red", ["reader"]) == (red["project"], red["roles"])
    assert 403 == green.status
    assert "there is no project 'green' that you belong to" in green.json()["detail"]


def test_an_operator_sees_all_until_it_picks_a_project(client: Client) -> None:
    _, page = log_in(client, "olga", "battery staple")

    found = [
        client.request("GET", SESSION, headers={**page, "nephoscope-project": project}).json()
        for project in ("", "*", "red")
    ]

    assert [("*", True), ("*", True), ("red", False)] == [(each["project"], each["sees_all"]) for each in found]
    assert 403 == client.request("GET", SESSION, headers={**page, "nephoscope-project": "green"}).status


@pytest.mark.parametrize("who", [("alice", "wrong"), ("nobody", ALICES), ("", ALICES), ("x" * 300, ALICES)])
def test_a_wrong_login_says_nothing_about_which_part_was_wrong(client: Client, who: tuple[str, str]) -> None:
    answer = client.request("POST", SESSION, data={"user": who[0], "password": who[1]})

    assert 401 == answer.status
    assert "Unknown user, wrong password, or a disabled user" == answer.json()["detail"]
    assert "set-cookie" not in answer.headers


def test_repeated_wrong_passwords_are_slowed_down_for_this_address_only(accounts: Index) -> None:
    app = served(accounts)
    with Client(app, peer="192.0.2.1") as guesser, Client(app, peer="192.0.2.2") as alice:
        wrong = [
            guesser.request("POST", SESSION, data={"user": "alice", "password": f"guess {n}"}).status for n in range(8)
        ]
        also_over_basic = guesser.request("GET", SESSION, headers=basic("alice", ALICES))
        assert [401] * 6 + [429] * 2 == wrong
        assert (429, "1") == (also_over_basic.status, also_over_basic.headers["retry-after"])
        log_in(alice)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "text/plain"}, b'{"user": "alice", "password": "correct horse"}', 415),
        ({"content-type": "application/x-www-form-urlencoded"}, b"user=alice&password=correct+horse", 415),
        ({"content-type": "application/json"}, b'{"user": "alice"}', 400),
        ({"content-type": "application/json"}, b'{"user": "alice", "password": 7}', 400),
        ({"content-type": "application/json"}, b'{"user": "alice", "password": "x", "csrf": "y"}', 400),
    ],
)
def test_what_a_page_of_another_site_could_send_logs_nobody_in(
    client: Client, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = client.request("POST", SESSION, body=body, headers=headers)

    assert (status, False) == (answer.status, "set-cookie" in answer.headers)


def test_a_logout_ends_the_session_at_once(client: Client, accounts: Index) -> None:
    _, page = log_in(client)
    client.request("GET", SESSION, headers=page)

    refused = client.request("DELETE", SESSION, headers={"cookie": page["cookie"]})
    ended = client.request("DELETE", SESSION, headers=page)

    assert (403, "csrf") == (refused.status, refused.json()["cause"])
    assert 204 == ended.status
    assert ended.headers["set-cookie"].startswith("nephoscope_session=; Max-Age=0; Path=/;")
    assert 401 == client.request("GET", SESSION, headers=page).status
    assert [("alice", "log in", "127.0.0.1"), ("alice", "log out", "127.0.0.1")] == events(accounts)


def test_other_credentials_tell_who_one_is_without_a_session(client: Client, accounts: Index) -> None:
    _, secret = accounts.tokens.add("alice", roles=["reader"], project_id="blue")
    for headers in ({"authorization": f"Bearer {secret}"}, {"x-auth-token": secret}):
        body = client.request("GET", SESSION, headers=headers).json()
        assert (["reader"], "blue", "", None) == tuple(body[key] for key in ("roles", "project", "csrf", "expires_ms"))
        assert 403 == client.request("GET", SESSION, headers={**headers, "nephoscope-project": "red"}).status
    assert "alice" == client.request("GET", SESSION, headers=basic("alice", ALICES)).json()["user"]
    assert 401 == client.request("GET", SESSION).status


def test_a_changed_password_counts_at_once_and_ends_the_other_sessions(client: Client, accounts: Index) -> None:
    _, here = log_in(client)
    _, there = log_in(client)
    _, secret = accounts.tokens.add("alice")
    client.request("GET", SESSION, headers=there)

    answer = client.request("POST", PASSWORD, data={"old": ALICES, "new": "a better one"}, headers=here)

    assert 204 == answer.status
    found = [client.request("GET", SESSION, headers=each).status for each in (here, there)]
    assert [200, 401] == found
    assert 401 == client.request("GET", SESSION, headers=basic("alice", ALICES)).status
    assert 200 == client.request("GET", SESSION, headers=basic("alice", "a better one")).status
    assert 200 == client.request("GET", SESSION, headers={"x-auth-token": secret}).status
    assert "a better one" not in str(accounts.audit.find(AuditFilter(), Page(limit=100)))


@pytest.mark.parametrize(
    ("old", "new", "status", "detail"),
    [
        ("wrong", "a better one", 403, "the old password is wrong"),
        (ALICES, ALICES, 400, "the new password is the old one; choose another"),
        (ALICES, "short", 400, "password: choose one of 8 to 1024 characters"),
    ],
)
def test_a_password_change_that_cannot_be_changes_nothing(
    client: Client, old: str, new: str, status: int, detail: str
) -> None:
    _, page = log_in(client)

    answer = client.request("POST", PASSWORD, data={"old": old, "new": new}, headers=page)

    assert (status, detail) == (answer.status, answer.json()["detail"])
    log_in(client)


def test_a_token_cannot_change_its_users_password(client: Client, accounts: Index) -> None:
    _, secret = accounts.tokens.add("alice")

    answer = client.request(
        "POST", PASSWORD, data={"old": ALICES, "new": "a better one"}, headers={"x-auth-token": secret}
    )

    assert 403 == answer.status


def test_a_given_password_lets_do_nothing_but_choose_another(client: Client, accounts: Index) -> None:
    _, page = log_in(client, "rita", "given by rote")
    by_basic = basic("rita", "given by rote")
    for headers in (page, by_basic):
        assert client.request("GET", SESSION, headers=headers).json()["must_change_password"]
        for path in ("/api/v1/openapi.json", "/api/v1/status", "/api/v1/users", "/api/v1/tokens"):
            refused = client.request("GET", path, headers=headers)
            assert (403, "password change required") == (refused.status, refused.json().get("cause")), path
    _, secret = accounts.tokens.add("rita")
    assert 200 == client.request("GET", "/api/v1/tokens", headers={"x-auth-token": secret}).status

    client.request("POST", PASSWORD, data={"old": "given by rote", "new": "chosen freely"}, headers=page)

    assert not client.request("GET", SESSION, headers=page).json()["must_change_password"]
    assert 200 == client.request("GET", "/api/v1/tokens", headers=page).status


def test_a_disabled_user_is_out_as_soon_as_this_process_hears_of_it(accounts: Index) -> None:
    native = Native(LocalAccounts(accounts))
    with Client(served(accounts, native)) as client:
        _, page = log_in(client)
        client.request("GET", SESSION, headers=page)
        accounts.users.change("alice", UserChange(disabled=True))
        native.forget()
        assert 401 == client.request("GET", SESSION, headers=page).status


def test_a_session_ends_when_it_is_not_used(accounts: Index) -> None:
    native = Native(LocalAccounts(accounts))
    logins = Logins(accounts, native, settings=SessionSettings(idle_s=1, life_s=1))
    with Client(served(accounts, native, logins)) as client:
        _, page = log_in(client)
        time.sleep(1.05)
        assert 401 == client.request("GET", SESSION, headers=page).status


class Elsewhere:
    """An identity service with one user."""

    def log_in(self, user: str, password: str, domain: str | None) -> ForeignUser:
        if (user, password, domain) != ("kim", "kims secret", "Partners"):
            raise Unauthenticated("not known elsewhere")
        projects = (ForeignProject("p1", "one", ("member",)), ForeignProject("p2", "two", ("reader",)))
        return ForeignUser("u-kim", "kim", "d1", projects=projects, project_id="p1")


def test_a_user_of_another_identity_service_has_its_projects_from_there(accounts: Index) -> None:
    native = Native(LocalAccounts(accounts), identity="keystone")
    logins = Logins(accounts, native, identity="keystone", source=Elsewhere())
    body = {"user": "kim", "password": "kims secret", "domain": "Partners"}
    with Client(served(accounts, native, logins)) as client:
        answer = client.request("POST", SESSION, data=body)
        page = {"cookie": answer.headers["set-cookie"].partition(";")[0], "x-csrf-token": answer.json()["csrf"]}
        found = client.request("GET", SESSION, headers={**page, "nephoscope-project": "p2"}).json()
        change = client.request("POST", PASSWORD, data={"old": "kims secret", "new": "another one"}, headers=page)
        local = client.request("POST", SESSION, data={"user": "alice", "password": ALICES})
        wrong = [client.request("POST", SESSION, data={**body, "password": str(guess)}).status for guess in range(7)]
    assert ("kim", "keystone", "p2", ["reader"]) == tuple(
        found[key] for key in ("user", "identity", "project", "roles")
    )
    assert [("p1", "one"), ("p2", "two")] == [(each["id"], each["name"]) for each in found["projects"]]
    assert (501, 401) == (change.status, local.status)
    assert [401] * 6 + [429] == wrong


def test_behind_a_front_end_that_logs_people_in_there_is_no_password_to_give(accounts: Index) -> None:
    native = Native(LocalAccounts(accounts), identity="headers")
    with Client(served(accounts, native, Logins(accounts, native, identity="headers"))) as client:
        assert 501 == client.request("POST", SESSION, data={"user": "alice", "password": ALICES}).status
