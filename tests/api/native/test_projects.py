# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Projects: who sees which, and what administrators do with them."""

from collections.abc import Iterator

import pytest

from nephoscope.api.auth.account import Account
from nephoscope.api.auth.local import LocalAccounts
from nephoscope.api.auth.native import Native
from nephoscope.model.audit import AuditFilter
from nephoscope.model.paging import Page
from nephoscope.model.user import Membership
from nephoscope.store.index.contract import Index
from tests.api.asgi import Client
from tests.api.native.accounts import ADMIN, ALL_BUT_ADMINS, MEMBER, OPERATOR, READER, WRITER, fill
from tests.api.native.door import served

PROJECTS = "/api/v1/projects"


@pytest.fixture
def client(index: Index) -> Iterator[Client]:
    """A client that calls as an admin unless a request says otherwise."""
    fill(index)
    with Client(served(index), headers=ADMIN) as client:
        yield client


def seen(client: Client, headers: dict[str, str]) -> list[str]:
    """The ids of the projects that a caller sees."""
    return [each["id"] for each in client.request("GET", PROJECTS, headers=headers).json()["projects"]]


def test_one_sees_the_projects_that_one_belongs_to_and_operators_all(client: Client) -> None:
    assert ["blue", "red"] == seen(client, ADMIN) == seen(client, OPERATOR)
    assert ["blue"] == seen(client, MEMBER) == seen(client, READER)
    assert [] == seen(client, WRITER)
    assert ["blue", "red"] == seen(client, {**OPERATOR, "nephoscope-project": "red"})
    blue = client.request("GET", PROJECTS).json()["projects"][0]
    assert 0 < blue.pop("created_ms")
    assert blue == {"id": "blue", "name": "Blue sky", "description": "", "disabled": False, "users": 2}


def test_a_token_for_one_project_sees_that_one(client: Client, index: Index) -> None:
    index.projects.set_member("red", "mia", ["reader"])
    _, secret = index.tokens.add("mia", project_id="red")
    _, of_operator = index.tokens.add("olga", project_id="red")
    for each in (secret, of_operator):
        assert ["red"] == seen(client, {"authorization": f"Bearer {each}"})


def test_projects_of_another_identity_source_are_shown_with_what_is_known_here(client: Client, index: Index) -> None:
    class Elsewhere(LocalAccounts):
        """Says of everybody that it is a user of two projects elsewhere."""

        def by_password(self, name: str, password: str) -> Account:
            local = super().by_password("mia", password)
            other = local.projects[0]
            projects = (other, type(other)("p1", frozenset({"member"}), "One"))
            return Account(user_id="u1", identity="keystone", projects=projects, home="p1")

    with Client(served(index, Native(Elsewhere(index))), headers=MEMBER) as foreign:
        found = foreign.request("GET", PROJECTS).json()["projects"]
    assert {"id": "p1", "name": "One", "description": "", "disabled": False, "created_ms": None, "users": None} == (
        found[1]
    )
    assert ("blue", "Blue sky", 2) == (found[0]["id"], found[0]["name"], found[0]["users"])


def test_only_admins_change_projects(client: Client, index: Index) -> None:
    before = index.projects.list_all(), index.users.list_all()
    for caller in ALL_BUT_ADMINS:
        for method, address, data in (
            ("POST", PROJECTS, {"name": "green"}),
            ("PATCH", PROJECTS + "/blue", {"disabled": True}),
            ("DELETE", PROJECTS + "/blue", None),
            ("PUT", PROJECTS + "/red/members/mia", {"roles": ["member"]}),
            ("DELETE", PROJECTS + "/blue/members/mia", None),
        ):
            assert 403 == client.request(method, address, data=data, headers=caller).status
    assert before == (index.projects.list_all(), index.users.list_all())


def test_a_project_is_made_changed_and_deleted(client: Client) -> None:
    made = client.request("POST", PROJECTS, data={"name": "green", "description": "grass"})
    assert (201, "green", "green", "grass", 0) == (
        made.status,
        *(made.json()[key] for key in ("id", "name", "description", "users")),
    )
    changed = client.request("PATCH", PROJECTS + "/green", data={"name": "Lawn"})
    assert (200, "green", "Lawn", "grass") == (
        changed.status,
        *(changed.json()[key] for key in ("id", "name", "description")),
    )
    assert 204 == client.request("DELETE", PROJECTS + "/green").status
    assert 404 == client.request("DELETE", PROJECTS + "/green").status


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ({"name": "x", "id": "blue"}, 409, "Project blue already exists"),
        ({"name": "Blue sky"}, 409, "name Blue sky already exists"),
        ({"name": "a:b"}, 400, "no colon"),
        ({"name": ""}, 400, "length >= 1"),
        ({"name": "x", "description": "x" * 1001}, 400, "length <= 1000"),
        ({"name": "x", "owner": "mia"}, 400, "unknown field `owner`"),
        ({}, 400, "missing required field `name`"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    client: Client, index: Index, data: dict[str, object], status: int, words: str
) -> None:
    before = index.projects.list_all()
    answer = client.request("POST", PROJECTS, data=data)
    assert (status, True) == (answer.status, words in answer.json()["detail"]), answer.text
    assert before == index.projects.list_all()


def test_who_belongs_to_a_project_is_changed_at_once(client: Client, index: Index) -> None:
    assert ["blue"] == seen(client, MEMBER)
    given = client.request("PUT", PROJECTS + "/red/members/mia", data={"roles": ["writer", "reader"]})
    assert (200, {"project": "red", "roles": ["reader", "writer"]}) == (given.status, given.json())
    assert ["blue", "red"] == seen(client, MEMBER)
    assert 204 == client.request("DELETE", PROJECTS + "/blue/members/mia").status
    assert ["red"] == seen(client, MEMBER)
    assert (Membership("red", ("reader", "writer")),) == index.users.get("mia").memberships


@pytest.mark.parametrize(
    ("address", "data", "status", "words"),
    [
        ("/green/members/mia", {"roles": ["member"]}, 404, "Project green does not exist"),
        ("/red/members/nobody", {"roles": ["member"]}, 404, "User nobody does not exist"),
        ("/red/members/mia", {"roles": ["admin"]}, 400, "Invalid enum value 'admin'"),
        ("/red/members/mia", {"roles": []}, 400, "length >= 1"),
        ("/red/members/mia", {}, 400, "missing required field `roles`"),
    ],
)
def test_a_membership_that_cannot_be_is_refused(
    client: Client, address: str, data: dict[str, object], status: int, words: str
) -> None:
    answer = client.request("PUT", PROJECTS + address, data=data)
    assert (status, True) == (answer.status, words in answer.json()["detail"]), answer.text


def test_nobody_works_in_a_disabled_project(client: Client) -> None:
    in_blue = {**MEMBER, "nephoscope-project": "blue"}
    assert 200 == client.request("GET", "/api/v1/tokens", headers=in_blue).status
    assert client.request("PATCH", PROJECTS + "/blue", data={"disabled": True}).json()["disabled"]
    assert 403 == client.request("GET", "/api/v1/tokens", headers=in_blue).status
    client.request("PATCH", PROJECTS + "/blue", data={"disabled": False})
    assert 200 == client.request("GET", "/api/v1/tokens", headers=in_blue).status


def test_acts_are_recorded(client: Client, index: Index) -> None:
    client.request("POST", PROJECTS, data={"name": "green"})
    client.request("PUT", PROJECTS + "/green/members/mia", data={"roles": ["member"]})
    client.request("DELETE", PROJECTS + "/green/members/mia")
    client.request("PATCH", PROJECTS + "/green", data={"disabled": True})
    client.request("DELETE", PROJECTS + "/green")
    found = index.audit.find(AuditFilter(actor="ann"), Page())
    assert [
        ("create project", "green"),
        ("set member", "mia in green"),
        ("remove member", "mia in green"),
        ("change project", "green"),
        ("delete project", "green"),
    ] == [(each.action, each.target) for each in reversed(found)]
