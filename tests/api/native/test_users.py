# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Users as administrators see and change them."""

from collections.abc import Iterator

import pytest

from nephoscope.model.audit import AuditFilter
from nephoscope.model.paging import Page
from nephoscope.store.index.contract import Index
from tests.api.asgi import Client, basic
from tests.api.native.accounts import ADMIN, ALL_BUT_ADMINS, ALL_BUT_OPERATORS, OPERATOR, PASSWORD, fill
from tests.api.native.door import served

USERS = "/api/v1/users"
NEW = {"name": "nina", "password": "battery staple"}


@pytest.fixture
def client(index: Index) -> Iterator[Client]:
    """A client that calls as an admin unless a request says otherwise."""
    fill(index)
    with Client(served(index), headers=ADMIN) as client:
        yield client


def test_operators_see_users_and_others_do_not(client: Client) -> None:
    answer = client.request("GET", USERS, headers=OPERATOR)

    assert ["ann", "mia", "olga", "rita", "will"] == [each["name"] for each in answer.json()["users"]]
    mia = client.request("GET", USERS + "/mia", headers=OPERATOR).json()
    assert mia == answer.json()["users"][1]
    assert 0 < mia.pop("created_ms")
    assert mia == {
        "name": "mia",
        "kind": "person",
        "roles": [],
        "project_id": None,
        "memberships": [{"project": "blue", "roles": ["member"]}],
        "disabled": False,
        "must_change_password": False,
    }
    for caller in ALL_BUT_OPERATORS:
        for address in (USERS, USERS + "/mia"):
            assert 403 == client.request("GET", address, headers=caller).status


def test_only_admins_change_users(client: Client, index: Index) -> None:
    before = index.users.list_all()
    for caller in ALL_BUT_ADMINS:
        for method, address, data in (
            ("POST", USERS, NEW),
            ("PATCH", USERS + "/mia", {"roles": ["admin"]}),
            ("PUT", USERS + "/mia/password", {"password": "battery staple"}),
            ("DELETE", USERS + "/mia", None),
        ):
            assert 403 == client.request(method, address, data=data, headers=caller).status
    assert before == index.users.list_all()


def test_a_new_user_can_call_at_once(client: Client) -> None:
    assert 401 == client.request("GET", "/api/v1/projects", headers=basic("nina", "battery staple")).status
    made = client.request(
        "POST",
        USERS,
        data={**NEW, "roles": ["operator"], "memberships": [{"project": "blue", "roles": ["reader"]}]},
    )

    assert 201 == made.status
    assert ["operator"] == made.json()["roles"]
    assert 200 == client.request("GET", "/api/v1/projects", headers=basic("nina", "battery staple")).status
    assert made.json() == client.request("GET", USERS + "/nina").json()


def test_a_service_account_has_no_password(client: Client) -> None:
    made = client.request("POST", USERS, data={"name": "collector", "kind": "service", "roles": ["writer"]})
    assert (201, "service") == (made.status, made.json()["kind"])
    assert 400 == client.request("POST", USERS, data={**NEW, "kind": "service"}).status
    refused = client.request("PUT", USERS + "/collector/password", data={"password": "battery staple"})
    assert (400, True) == (refused.status, "service account" in refused.json()["detail"])


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"name": "mia"}, 409, "User mia already exists"),
        ({"name": "n:na"}, 400, "colon"),
        ({"name": ""}, 400, "length >= 1"),
        ({"password": "short"}, 400, "length >= 8"),
        ({"password": "nina", "name": "nina"}, 400, "length >= 8"),
        ({"password": None}, 400, "needs one"),
        ({"roles": ["root"]}, 400, "Invalid enum value 'root'"),
        ({"memberships": [{"project": "blue", "roles": ["admin"]}]}, 400, "Invalid enum value 'admin'"),
        ({"project_id": "green"}, 400, "Project green does not exist"),
        ({"admin": True}, 400, "unknown field `admin`"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    client: Client, index: Index, change: dict[str, object], status: int, words: str
) -> None:
    before = index.users.list_all()

    answer = client.request("POST", USERS, data={**NEW, **change})

    assert (status, True) == (answer.status, words in answer.json()["detail"]), answer.text
    assert before == index.users.list_all()


def test_a_change_counts_at_once_and_leaves_what_it_does_not_name(client: Client, index: Index) -> None:
    mia = basic("mia", PASSWORD)
    assert 403 == client.request("GET", USERS, headers=mia).status
    changed = client.request("PATCH", USERS + "/mia", data={"roles": ["operator"]})
    assert (200, ["operator"], [{"project": "blue", "roles": ["member"]}]) == (
        changed.status,
        changed.json()["roles"],
        changed.json()["memberships"],
    )
    assert 200 == client.request("GET", USERS, headers=mia).status
    client.request("PATCH", USERS + "/mia", data={"disabled": True})
    assert 401 == client.request("GET", USERS, headers=mia).status
    assert ("operator",) == index.users.get("mia").roles
    assert 404 == client.request("PATCH", USERS + "/nobody", data={"disabled": True}).status


def test_a_disabled_users_token_is_refused_at_once(client: Client, index: Index) -> None:
    _, secret = index.tokens.add("mia")
    token = {"authorization": f"Bearer {secret}"}
    assert 200 == client.request("GET", "/api/v1/tokens", headers=token).status
    client.request("PATCH", USERS + "/mia", data={"disabled": True})
    assert 401 == client.request("GET", "/api/v1/tokens", headers=token).status


def test_a_password_set_by_an_admin_takes_the_place_of_the_old_one_at_once(client: Client, index: Index) -> None:
    assert 200 == client.request("GET", "/api/v1/projects", headers=basic("mia", PASSWORD)).status
    data = {"password": "battery staple", "must_change_password": True}
    assert 204 == client.request("PUT", USERS + "/mia/password", data=data).status
    assert 401 == client.request("GET", "/api/v1/projects", headers=basic("mia", PASSWORD)).status
    assert 403 == client.request("GET", "/api/v1/projects", headers=basic("mia", "battery staple")).status
    assert index.users.get("mia").must_change_password


def test_a_deleted_user_is_refused_at_once(client: Client) -> None:
    assert 200 == client.request("GET", "/api/v1/projects", headers=basic("mia", PASSWORD)).status
    assert 204 == client.request("DELETE", USERS + "/mia").status
    assert 401 == client.request("GET", "/api/v1/projects", headers=basic("mia", PASSWORD)).status
    assert [404, 404] == [client.request(each, USERS + "/mia").status for each in ("DELETE", "GET")]


def test_the_last_admin_cannot_lock_itself_out(client: Client) -> None:
    for method, data in (("DELETE", None), ("PATCH", {"roles": []}), ("PATCH", {"disabled": True})):
        refused = client.request(method, USERS + "/ann", data=data)
        assert (409, True) == (refused.status, "last admin" in refused.json()["detail"])
    assert 200 == client.request("GET", USERS).status


def test_acts_are_recorded_with_who_did_them_and_from_where(client: Client, index: Index) -> None:
    client.request("POST", USERS, data=NEW)
    client.request("POST", USERS, data=NEW)
    client.request("DELETE", USERS + "/nina")
    found = index.audit.find(AuditFilter(actor="ann"), Page())
    assert [("create user", "nina", "127.0.0.1"), ("delete user", "nina", "127.0.0.1")] == [
        (each.action, each.target, each.actor.peer) for each in reversed(found)
    ]
    assert NEW["password"] not in repr(found)
