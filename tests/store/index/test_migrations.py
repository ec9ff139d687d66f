# SPDX-License-Identifier: Apache-2.0
"""An index of an earlier version keeps what it knew when it is upgraded."""

import hashlib
import json
from collections.abc import Iterator

import pytest
from alembic import command
from argon2 import PasswordHasher
from sqlalchemy import Connection, text

from nephoscope.model.project import Project
from nephoscope.model.user import Membership, roles_in
from nephoscope.store.index import open_index, schema
from nephoscope.store.index.contract import Index
from nephoscope.store.index.database import Database
from nephoscope.store.index.schema import current_version

HASHER = PasswordHasher(time_cost=1, memory_cost=64)
# name, roles, project
USERS = [
    ("admin", ["admin"], None),
    ("alice", ["Member"], "blue"),
    ("agent", ["writer"], "blue"),
    ("bob", ["member", "operator", "reader"], "red"),
    ("loner", ["member"], None),
    ("nobody", [], None),
]
# user, roles, project
TOKENS = [
    ("admin", ["admin"], None),
    ("alice", ["member"], "blue"),
    ("alice", ["reader"], "green"),
    ("agent", ["writer"], "blue"),
    ("bob", ["Reader"], "red"),
    ("nobody", [], None),
]


def secret_of(place: int) -> str:
    return f"neph_{place:016x}_secret"


@pytest.fixture
def old_url(index_url: str) -> str:
    """The URL of an index of schema version 0001 with users and tokens."""
    database = Database(index_url)
    with database.exclusive() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        fill(connection)
        assert current_version(connection) == "0001"
    database.close()
    return index_url


def fill(connection: Connection) -> None:
    for name, roles, project in USERS:
        values = {"n": name, "h": HASHER.hash(f"{name} old"), "r": json.dumps(roles), "p": project}
        connection.execute(text("INSERT INTO user_account VALUES (:n, :h, :r, :p, 7, FALSE)"), values)
    for place, (name, roles, project) in enumerate(TOKENS):
        secret = secret_of(place)
        row: dict[str, object] = {
            "i": f"{place:016x}",
            "s": hashlib.sha256(secret.encode()).digest(),
            "n": name,
            "r": json.dumps(roles),
            "p": project,
        }
        connection.execute(text("INSERT INTO token VALUES (:i, :s, :n, :r, :p, 7, NULL, NULL)"), row)


@pytest.fixture
def upgraded(old_url: str) -> Iterator[Index]:
    """That index, upgraded."""
    opened = open_index(old_url)
    opened.upgrade()
    yield opened
    opened.close()


def test_users_keep_their_roles_where_they_had_them(upgraded: Index) -> None:
    found = {each.name: each for each in upgraded.users.list_all()}
    assert {
        "admin": (("admin",), ()),
        "alice": ((), (Membership("blue", ("member",)), Membership("green", ("reader",)))),
        "agent": (("writer",), (Membership("blue", ()),)),
        "bob": (("operator",), (Membership("red", ("member", "reader")),)),
        "loner": (("member",), ()),
        "nobody": ((), ()),
    } == {name: (each.roles, each.memberships) for name, each in found.items()}
    for name, roles, project in USERS:
        user = upgraded.users.verify(name, f"{name} old")
        assert (project, frozenset(role.lower() for role in roles)) == (user.default_project, roles_in(user, project))
        assert (user.kind, user.must_change_password) == ("person", False)


def test_tokens_keep_their_roles_and_projects(upgraded: Index) -> None:
    for place, (name, roles, project) in enumerate(TOKENS):
        token = upgraded.tokens.verify(secret_of(place))
        assert (name, tuple(role.lower() for role in roles), project) == (token.user, token.roles, token.project_id)


def test_projects_are_those_that_were_named(upgraded: Index) -> None:
    assert [Project("blue", "blue", "", 7, users=2), Project("green", "green", "", 7, users=1)] == (
        upgraded.projects.list_all("alice")
    )
    assert [each.id for each in upgraded.projects.list_all()] == ["blue", "green", "red"]
