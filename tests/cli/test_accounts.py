# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""`nephoscope user` and `nephoscope project`, on an index of their own."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from nephoscope.cli import main
from nephoscope.model.audit import AuditFilter
from nephoscope.model.errors import Unauthenticated
from nephoscope.model.paging import Page
from nephoscope.model.user import Membership
from nephoscope.store.index import open_index, passwords
from nephoscope.store.index.contract import Index

PASSWORD = "correct horse"
Run = Callable[..., str]


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PasswordHasher", partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `nephoscope GROUP --data-dir ... ARGUMENTS`, expects an exit code, and gives what was printed."""

    def run(group: str, *arguments: str, code: int = 0, typed: str | None = None) -> str:
        ended = CliRunner().invoke(main, [group, "--data-dir", str(tmp_path), *arguments], input=typed)
        assert code == ended.exit_code, ended.output
        return ended.output

    return run


@pytest.fixture
def index(tmp_path: Path, run: Run) -> Iterator[Index]:
    """The index that the commands work on."""
    run("user", "list")
    opened = open_index(f"sqlite:///{tmp_path}/index.sqlite")
    yield opened
    opened.close()


def test_a_user_gets_its_roles_where_they_belong(run: Run, index: Index) -> None:
    assert "project blue added\n" == run("project", "add", "blue")
    roles = ("--role", "member", "--role", "operator")
    assert "user alice added\n" == run("user", "add", "alice", *roles, "--project", "blue", "--password", PASSWORD)
    run("user", "add", "bob", *roles, "--password", PASSWORD, "--must-change")
    alice, bob = index.users.verify("alice", PASSWORD), index.users.verify("bob", PASSWORD)
    assert (("operator",), "blue", (Membership("blue", ("member",)),)) == (
        alice.roles,
        alice.project_id,
        alice.memberships,
    )
    assert (("member", "operator"), (), True) == (bob.roles, bob.memberships, bob.must_change_password)
    listed = [line.split() for line in run("user", "list").splitlines()]
    assert [
        ["alice", "person", "operator", "blue*(member)"],
        ["bob", "person", "member,operator", "-"],
    ] == listed


def test_a_password_that_is_not_given_is_asked_for_twice(run: Run, index: Index) -> None:
    run("user", "add", "alice", typed=f"{PASSWORD}\n{PASSWORD}\n")
    run("user", "password", "alice", "--must-change", typed="battery staple\nbattery staple\n")
    assert index.users.verify("alice", "battery staple").must_change_password


def test_what_cannot_be_is_said_and_changes_nothing(run: Run, index: Index) -> None:
    for arguments, words in (
        (("add", "alice", "--password", "short"), "8 to 1024"),
        (("add", "alice", "--password", PASSWORD, "--project", "blue"), "Project blue does not exist"),
        (("add", "alice", "--password", PASSWORD, "--service"), "no password"),
        (("change", "alice", "--role", "reader"), "User alice does not exist"),
        (("revoke", "abc"), "Token abc does not exist"),
    ):
        assert words in run("user", *arguments, code=1)
    assert "exclude each other" in run("user", "change", "alice", "--role", "reader", "--no-roles", code=2)
    assert [] == index.users.list_all()
    assert [] == index.audit.find(AuditFilter(), Page())


def test_a_service_account_has_tokens_that_can_be_listed_and_revoked(run: Run, index: Index) -> None:
    run("project", "add", "blue")
    run("user", "add", "collector", "--service", "--role", "writer", "--project", "blue")
    secret = run("user", "token", "collector", "--name", "host 7", "--days", "30").strip()
    token = index.tokens.verify(secret)
    assert (("writer",), "blue", "host 7") == (token.roles, token.project_id, token.name)
    (line,) = run("user", "tokens", "collector").splitlines()
    assert line.startswith(f"{token.id} collector ")
    assert "expires 20" in line
    assert "used 20" in line
    assert "" == run("user", "tokens", "somebody")
    run("user", "revoke", token.id)
    with pytest.raises(Unauthenticated):
        index.tokens.verify(secret)


def test_a_user_is_changed_disabled_and_deleted(run: Run, index: Index) -> None:
    run("user", "add", "alice", "--role", "reader", "--password", PASSWORD)
    run("user", "change", "alice", "--role", "operator")
    assert ("operator",) == index.users.get("alice").roles
    run("user", "change", "alice", "--no-roles")
    assert () == index.users.get("alice").roles
    assert "user alice disabled\n" == run("user", "disable", "alice")
    assert "alice                    person   -                        -" in run("user", "list")
    assert "disabled" in run("user", "list")
    assert "user alice enabled\n" == run("user", "disable", "alice", "--on")
    run("user", "delete", "alice")
    assert "" == run("user", "list")


def test_the_last_admin_stays(run: Run, index: Index) -> None:
    run("user", "add", "ann", "--role", "admin", "--password", PASSWORD)
    for arguments in (("delete", "ann"), ("disable", "ann"), ("change", "ann", "--no-roles")):
        assert "last admin" in run("user", *arguments, code=1)
    assert ("admin",) == index.users.get("ann").roles


def test_a_project_and_its_members_come_and_go(run: Run, index: Index) -> None:
    run("user", "add", "alice", "--password", PASSWORD)
    run("project", "add", "Blue sky", "--id", "b1ue", "--description", "above")
    assert "user alice is member, reader in project b1ue\n" == run(
        "project", "member", "b1ue", "alice", "--role", "reader", "--role", "member"
    )
    run("user", "change", "alice", "--project", "b1ue")
    assert "b1ue*(member,reader)" in run("user", "list")
    run("project", "change", "b1ue", "--name", "Navy")
    assert ["b1ue", "Navy", "1", "above"] == run("project", "list").split()
    run("project", "disable", "b1ue")
    assert "above (disabled)" in run("project", "list")
    run("project", "disable", "b1ue", "--on")
    run("project", "remove", "b1ue", "alice")
    assert () == index.users.get("alice").memberships
    run("project", "delete", "b1ue")
    assert "" == run("project", "list")
    assert "Project b1ue does not exist" in run("project", "delete", "b1ue", code=1)


def test_acts_are_recorded_as_of_whoever_is_at_the_command_line(
    run: Run, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "root")
    run("project", "add", "blue")
    run("user", "add", "alice", "--password", PASSWORD)
    found = index.audit.find(AuditFilter(), Page())
    assert [("cli:root", "create project"), ("cli:root", "create user")] == [
        (each.actor.name, each.action) for each in reversed(found)
    ]
    assert PASSWORD not in repr(found)
