# SPDX-License-Identifier: Apache-2.0
"""Local users: passwords, roles, who stays an admin, and what ends when something is taken away."""

import pytest
import sqlalchemy
from argon2 import PasswordHasher

from nephoscope.model.audit import Actor, AuditFilter
from nephoscope.model.errors import BadRequest, Conflict, NotFound, Unauthenticated
from nephoscope.model.paging import Page
from nephoscope.model.user import Membership, User, UserChange
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from tests.store.index.samples import START_NS

pytestmark = pytest.mark.usefixtures("quick_passwords")

GOOD = "sécret 🐍 long"


def actions(index: Index) -> list[tuple[str, str, str]]:
    """What was recorded, oldest first: who, what, to what."""
    found = index.audit.find(AuditFilter(), Page())
    return [(each.actor.name, each.action, each.target) for each in reversed(found)]


def logged_in(index: Index, name: str) -> str:
    """The secret of a new session."""
    return index.sessions.start(name, "local", idle_s=3600, life_s=3600)[1]


def is_logged_in(index: Index, secret: str) -> bool:
    try:
        index.sessions.find(secret)
    except Unauthenticated:
        return False
    return True


def test_a_user_is_read_back_without_a_secret(index: Index) -> None:
    index.projects.add("blue")
    index.projects.add("red")
    expected = User(
        "bob",
        ("admin", "service"),
        "blue",
        START_NS,
        must_change_password=True,
        memberships=(Membership("blue", ()), Membership("red", ("member", "reader"))),
    )
    assert expected == index.users.add(
        "bob",
        GOOD,
        roles=["service", "admin", "service"],
        project_id="blue",
        must_change_password=True,
        memberships=[Membership("red", ("reader", "member"))],
    )
    assert expected == index.users.get("bob")
    index.users.add("alice", GOOD)
    assert [each.name for each in index.users.list_all()] == ["alice", "bob"]
    assert expected == index.users.list_all()[1]


def test_only_the_right_password_of_an_enabled_user_is_taken(index: Index) -> None:
    bob = index.users.add("bob", GOOD)
    assert bob == index.users.verify("bob", GOOD)
    for name, password in (
        ("bob", "secret"),
        ("bob", ""),
        ("bob", "\ud800"),
        ("bob", "s" * 10_000),
        ("nobody", GOOD),
        ("", ""),
        ("b\0", ""),
    ):
        with pytest.raises(Unauthenticated):
            index.users.verify(name, password)
    index.users.change("bob", UserChange(disabled=True))
    with pytest.raises(Unauthenticated):
        index.users.verify("bob", GOOD)
    index.users.change("bob", UserChange(disabled=False))
    index.users.set_password("bob", "new password")
    assert index.users.verify("bob", "new password") == bob
    with pytest.raises(Unauthenticated):
        index.users.verify("bob", GOOD)


def test_names_passwords_roles_and_projects_keep_their_rules(index: Index) -> None:
    for name, password, message in (
        ("", GOOD, "user name"),
        ("a:b", GOOD, "colon"),
        ("a/b", GOOD, "slash"),
        ("b" * 256, GOOD, "user name"),
        ("bob", "", "8 to 1024"),
        ("bob", "seven 7", "8 to 1024"),
        ("bob", "b" * 1025, "8 to 1024"),
        ("bob", "long enough\0", "8 to 1024"),
        ("barnabas", "Barnabas", "not the user's name"),
        ("bob", None, "needs one"),
    ):
        with pytest.raises(BadRequest, match=message):
            index.users.add(name, password)
    with pytest.raises(BadRequest, match="Unknown role root"):
        index.users.add("bob", GOOD, roles=["member", "root"])
    with pytest.raises(BadRequest, match="No project can give the role admin"):
        index.users.add("bob", GOOD, memberships=[Membership("blue", ("admin",))])
    with pytest.raises(BadRequest, match="Project blue does not exist"):
        index.users.add("bob", GOOD, project_id="blue")
    assert index.users.list_all() == []
    assert actions(index) == []
    index.users.add("bob", GOOD)
    with pytest.raises(Conflict, match="User bob already exists"):
        index.users.add("bob", GOOD)
    with pytest.raises(BadRequest):
        index.users.set_password("bob", "")


def test_a_service_account_has_no_password(index: Index) -> None:
    with pytest.raises(BadRequest, match="no password"):
        index.users.add("agent", GOOD, kind="service")
    assert index.users.add("agent", None, kind="service", roles=["writer"]).kind == "service"
    with pytest.raises(BadRequest, match="service account"):
        index.users.set_password("agent", GOOD)
    for password in ("", GOOD):
        with pytest.raises(Unauthenticated):
            index.users.verify("agent", password)
    assert index.tokens.add("agent")[0].roles == ("writer",)


def test_an_unknown_user_is_not_found(index: Index) -> None:
    index.projects.add("blue")
    for call in (
        lambda: index.users.get("nobody"),
        lambda: index.users.delete("nobody"),
        lambda: index.users.set_password("nobody", GOOD),
        lambda: index.users.change("nobody", UserChange(disabled=True)),
        lambda: index.projects.set_member("blue", "nobody", ["member"]),
        lambda: index.tokens.add("nobody"),
    ):
        with pytest.raises(NotFound, match=r"^User nobody does not exist$"):
            call()


def test_the_default_project_is_one_that_the_user_belongs_to(index: Index) -> None:
    index.projects.add("blue")
    index.projects.add("red")
    bob = index.users.add("bob", GOOD, memberships=[Membership("red", ("member",))])
    assert (bob.project_id, bob.default_project) == (None, "red")
    with pytest.raises(BadRequest, match="does not belong to project blue"):
        index.users.change("bob", UserChange(project_id="blue"))
    index.projects.set_member("blue", "bob", ["reader"])
    assert index.users.change("bob", UserChange(project_id="blue")).default_project == "blue"
    index.projects.remove_member("blue", "bob")
    assert index.users.get("bob").default_project == "red"


def test_the_last_admin_stays_one(index: Index) -> None:
    index.users.add("ann", GOOD, roles=["admin", "member"])
    index.users.add("agent", None, kind="service", roles=["admin"])
    for act in (
        lambda: index.users.delete("ann"),
        lambda: index.users.change("ann", UserChange(roles=("member",))),
        lambda: index.users.change("ann", UserChange(disabled=True)),
    ):
        with pytest.raises(Conflict, match="User ann is the last admin that can log in"):
            act()
    assert index.users.get("ann").roles == ("admin", "member")
    index.users.add("eve", GOOD, roles=["admin"])
    index.users.change("ann", UserChange(disabled=True))
    with pytest.raises(Conflict, match="User eve"):
        index.users.delete("eve")
    index.users.delete("ann")
    index.users.delete("agent")


def test_who_loses_something_is_logged_out(index: Index) -> None:
    index.projects.add("blue")
    index.users.add("bob", GOOD, roles=["operator"], memberships=[Membership("blue", ("member",))])
    for act, stays in (
        (lambda: index.users.change("bob", UserChange(must_change_password=True)), True),
        (lambda: index.users.change("bob", UserChange(roles=("operator", "service"))), True),
        (lambda: index.users.change("bob", UserChange(roles=("operator", "reader"))), False),
        (lambda: index.users.change("bob", UserChange(roles=("operator",))), True),  # covers what a reader may do
        (lambda: index.users.change("bob", UserChange(roles=("reader",))), False),
        (lambda: index.projects.set_member("blue", "bob", ["member", "reader"]), True),
        (lambda: index.projects.set_member("blue", "bob", ["writer"]), False),
        (lambda: index.projects.remove_member("blue", "bob"), False),
        (lambda: index.users.set_password("bob", "another password"), False),
        (lambda: index.users.change("bob", UserChange(disabled=True)), False),
    ):
        secret = logged_in(index, "bob")
        act()
        assert stays == is_logged_in(index, secret)


def test_changing_a_password_leaves_the_session_that_does_it(index: Index) -> None:
    index.users.add("bob", GOOD, must_change_password=True)
    session, mine = index.sessions.start("bob", "local", idle_s=60, life_s=60)
    other = logged_in(index, "bob")
    index.users.set_password("bob", "another password", keep_session=session.id)
    assert is_logged_in(index, mine)
    assert not is_logged_in(index, other)
    assert not index.users.get("bob").must_change_password
    index.users.set_password("bob", "a third password", must_change=True)
    assert index.users.verify("bob", "a third password").must_change_password


def test_a_deleted_user_takes_everything_along(index: Index) -> None:
    index.projects.add("blue")
    index.users.add("bob", GOOD, memberships=[Membership("blue", ("member",))])
    index.tokens.add("bob")
    secret = logged_in(index, "bob")
    index.users.delete("bob")
    index.users.add("bob", GOOD)
    assert (index.users.get("bob").memberships, index.tokens.list_all()) == ((), [])
    assert not is_logged_in(index, secret)


def test_each_act_is_recorded_with_what_it_changed_and_without_secrets(index: Index) -> None:
    ann = Actor("ann", "blue", "192.0.2.1")
    index.projects.add("blue", by=ann)
    index.users.add("bob", GOOD, roles=["operator"], memberships=[Membership("blue", ("member",))], by=ann)
    index.users.change("bob", UserChange(roles=("reader",), disabled=True), by=ann)
    index.users.change("bob", UserChange(disabled=True), by=ann)  # no change, no event
    index.users.set_password("bob", "another password", by=ann)
    index.users.delete("bob", by=ann)
    found = index.audit.find(AuditFilter(), Page())
    assert {ann} == {each.actor for each in found}
    assert [(each.action, each.target, each.details) for each in reversed(found)] == [
        ("create project", "blue", {"name": "blue"}),
        ("create user", "bob", {"kind": "person", "roles": ["operator"], "projects": {"blue": ["member"]}}),
        (
            "change user",
            "bob",
            {"roles": {"from": ["operator"], "to": ["reader"]}, "disabled": {"from": False, "to": True}},
        ),
        ("set password", "bob", {"must_change": False}),
        ("delete user", "bob", {"kind": "person", "roles": ["reader"]}),
    ]


def test_neither_passwords_nor_secrets_are_in_the_database(index_url: str) -> None:
    opened = open_index(index_url)
    opened.upgrade()
    opened.users.add("bob", "pass-word-in-clear")
    secrets = [opened.tokens.add("bob")[1], logged_in(opened, "bob")]
    csrf = opened.sessions.find(secrets[1]).csrf
    opened.close()
    engine = sqlalchemy.create_engine(index_url)
    with engine.connect() as connection:
        kept = repr(
            [
                connection.execute(sqlalchemy.text(f"SELECT * FROM {name}")).all()
                for name in ("user_account", "token", "login_session", "audit_event")
            ]
        )
    engine.dispose()
    assert "bob" in kept
    for each in ("pass-word-in-clear", csrf, *(secret.split("_", 2)[2] for secret in secrets)):
        assert each not in kept


def test_a_hash_that_has_become_too_cheap_is_renewed_at_the_next_use(
    index_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap = open_index(index_url)
    cheap.upgrade()
    cheap.users.add("bob", GOOD)
    cheap.close()
    monkeypatch.setattr("nephoscope.store.index.passwords.PasswordHasher", PasswordHasher)
    dear = open_index(index_url)
    before = password_hash(index_url)
    assert dear.users.verify("bob", GOOD).name == "bob"
    assert before != (after := password_hash(index_url))
    assert dear.users.verify("bob", GOOD).name == "bob"
    assert after == password_hash(index_url)
    assert PasswordHasher().check_needs_rehash(after) is False
    dear.close()


def password_hash(url: str) -> str:
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(sqlalchemy.text("SELECT password_hash FROM user_account")).scalar_one()
    engine.dispose()
    return str(found)
