# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Tokens: everybody's own, those that administrators make, and what none can get."""

import time
from collections.abc import Iterator

import pytest

from nephoscope.api.auth.local import LocalAccounts
from nephoscope.api.auth.native import Native
from nephoscope.model.audit import AuditFilter
from nephoscope.model.paging import Page
from nephoscope.model.session import ForeignUser
from nephoscope.store.index.contract import Index
from tests.api.asgi import Client
from tests.api.native.accounts import ADMIN, MEMBER, OPERATOR, READER, WRITER, fill
from tests.api.native.door import served

TOKENS = "/api/v1/tokens"


@pytest.fixture
def client(index: Index) -> Iterator[Client]:
    """A client that calls as a member unless a request says otherwise."""
    fill(index)
    with Client(served(index), headers=MEMBER) as client:
        yield client


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def test_a_token_is_made_used_listed_and_taken_back(client: Client) -> None:
    made = client.request("POST", TOKENS, data={"name": "grafana", "roles": ["reader"], "days": 2})
    assert 201 == made.status
    token, secret = made.json()["token"], made.json()["secret"]
    assert ("mia", "grafana", ["reader"], "blue", None) == tuple(
        token[key] for key in ("user", "name", "roles", "project_id", "last_used_ms")
    )
    assert 2 * 86400 == pytest.approx(token["expires_ms"] / 1000 - time.time(), abs=60)
    assert 200 == client.request("GET", TOKENS, headers=bearer(secret)).status
    (listed,) = client.request("GET", TOKENS).json()["tokens"]
    assert token["created_ms"] <= listed.pop("last_used_ms")
    assert {key: value for key, value in token.items() if key != "last_used_ms"} == listed
    assert 204 == client.request("DELETE", f"{TOKENS}/{token['id']}").status
    assert 401 == client.request("GET", TOKENS, headers=bearer(secret)).status
    assert 404 == client.request("DELETE", f"{TOKENS}/{token['id']}").status


def test_without_more_a_token_has_the_roles_of_the_project_in_force(client: Client, index: Index) -> None:
    index.projects.set_member("red", "mia", ["reader"])
    found = {}
    for project in (None, "red", "*"):
        made = client.request("POST", TOKENS, data={"name": "x", "project_id": project}).json()["token"]
        found[project] = made["project_id"], made["roles"], made["expires_ms"]
    assert {
        None: ("blue", ["member"], None),
        "red": ("red", ["reader"], None),
        "*": (None, ["member", "reader"], None),
    } == found
    in_red = {**MEMBER, "nephoscope-project": "red"}
    assert "red" == client.request("POST", TOKENS, data={"name": "x"}, headers=in_red).json()["token"]["project_id"]


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ({"name": "x", "roles": ["operator"]}, 400, "User mia does not have the role operator"),
        ({"name": "x", "roles": ["root"]}, 400, "Invalid enum value 'root'"),
        ({"name": "x", "project_id": "red"}, 400, "user mia does not belong to it"),
        ({"name": "x", "user": "rita"}, 403, "change accounts"),
        ({"name": "x", "user": "nobody"}, 403, "change accounts"),
        ({"name": "x", "days": 0}, 400, ">= 1"),
        ({"name": "x", "days": 10_000}, 400, "<= 3650"),
        ({"name": ""}, 400, "length >= 1"),
        ({}, 400, "missing required field `name`"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(
    client: Client, index: Index, data: dict[str, object], status: int, words: str
) -> None:
    answer = client.request("POST", TOKENS, data=data)
    assert (status, True) == (answer.status, words in answer.json()["detail"]), answer.text
    assert [] == index.tokens.list_all()


def test_a_token_makes_no_tokens(client: Client, index: Index) -> None:
    for user in ("mia", "ann"):
        _, secret = index.tokens.add(user)
        refused = client.request("POST", TOKENS, data={"name": "x"}, headers=bearer(secret))
        assert (403, True) == (refused.status, "a token makes no tokens" in refused.json()["detail"])


def test_admins_make_tokens_for_others_and_take_them_back(client: Client, index: Index) -> None:
    index.users.add("collector", None, kind="service", roles=["writer"], project_id="red")
    data = {"name": "host 7", "user": "collector"}
    made = client.request("POST", TOKENS, data=data, headers=ADMIN).json()["token"]
    assert ("collector", ["writer"], "red") == (made["user"], made["roles"], made["project_id"])
    assert 204 == client.request("DELETE", f"{TOKENS}/{made['id']}", headers=ADMIN).status
    assert 404 == client.request("POST", TOKENS, data={"name": "x", "user": "nobody"}, headers=ADMIN).status


def test_others_tokens_are_nobodys_business_but_operators(client: Client, index: Index) -> None:
    token, _ = index.tokens.add("rita")
    for caller in (ADMIN, OPERATOR):
        answer = client.request("GET", TOKENS + "?user=rita", headers=caller)
        assert [token.id] == [each["id"] for each in answer.json()["tokens"]]
        assert 404 == client.request("GET", TOKENS + "?user=nobody", headers=caller).status
    assert 403 == client.request("GET", TOKENS + "?user=rita").status
    assert [] == client.request("GET", TOKENS).json()["tokens"]
    assert [token.id] == [each["id"] for each in client.request("GET", TOKENS, headers=READER).json()["tokens"]]
    for caller in (MEMBER, OPERATOR, WRITER):
        refused = client.request("DELETE", f"{TOKENS}/{token.id}", headers=caller)
        assert (404, f"Token {token.id} does not exist") == (refused.status, refused.json()["detail"])
    assert [token] == index.tokens.list_all()


def test_a_user_of_another_identity_source_has_no_tokens_even_with_a_local_users_name(index: Index) -> None:
    fill(index)
    token, _ = index.tokens.add("mia")
    namesake = ForeignUser("mia", "mia", roles=("member",))
    session, secret = index.sessions.start("mia", "keystone", idle_s=86_400, life_s=86_400, foreign=namesake)
    page = {"cookie": f"nephoscope_session={secret}", "x-csrf-token": session.csrf}
    with Client(served(index, Native(LocalAccounts(index), identity="keystone"))) as browser:
        assert {"tokens": []} == browser.request("GET", TOKENS, headers=page).json()
        refused = browser.request("POST", TOKENS, data={"name": "x"}, headers=page)
        assert (501, True) == (refused.status, "service account" in refused.json()["detail"])
        assert 404 == browser.request("DELETE", f"{TOKENS}/{token.id}", headers=page).status


def test_acts_are_recorded_without_the_secret(client: Client, index: Index) -> None:
    made = client.request("POST", TOKENS, data={"name": "grafana"}).json()
    client.request("DELETE", f"{TOKENS}/{made['token']['id']}")
    found = index.audit.find(AuditFilter(actor="mia"), Page())
    assert ["create token", "delete token"] == [each.action for each in reversed(found)]
    assert made["secret"].split("_", 2)[2] not in repr(found)
