# SPDX-License-Identifier: Apache-2.0
"""Tokens: what they stand for, and when they stop."""

import pytest

from nephoscope.model.audit import Actor, AuditFilter
from nephoscope.model.errors import BadRequest, NotFound, Unauthenticated
from nephoscope.model.paging import Page
from nephoscope.model.project import ProjectChange
from nephoscope.model.user import Membership, Token, UserChange
from nephoscope.store.index.contract import Index
from tests.store.index.samples import SECOND, START_NS, Clock

pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
def filled(index: Index) -> Index:
    """Projects blue and red; bob works in blue, ann is an admin of no project."""
    index.projects.add("blue")
    index.projects.add("red")
    index.users.add("bob", "good secret", memberships=[Membership("blue", ("member",))])
    index.users.add("ann", "good secret", roles=["admin"])
    index.users.add("eve", "good secret", roles=["admin"])
    return index


def test_a_token_stands_for_its_user_in_its_project(filled: Index) -> None:
    token, secret = filled.tokens.add("bob", name="grafana")
    assert Token(token.id, "bob", ("member",), "blue", START_NS, name="grafana") == token
    assert token == filled.tokens.verify(secret)
    assert token.id == filled.tokens.get(token.id).id
    narrow, narrow_secret = filled.tokens.add("bob", roles=["reader"], project_id="*")
    assert (narrow.roles, narrow.project_id) == (("reader",), None)
    assert filled.tokens.verify(narrow_secret).roles == ("reader",)
    assert secret not in repr(filled.tokens.list_all())
    for_all, _ = filled.tokens.add("ann")
    assert (for_all.roles, for_all.project_id) == (("admin",), None)


def test_an_admin_may_have_narrow_tokens_for_any_project(filled: Index) -> None:
    token, secret = filled.tokens.add("ann", roles=["writer"], project_id="red")
    assert (token.roles, token.project_id) == (("writer",), "red")
    assert filled.tokens.verify(secret).roles == ("writer",)


def test_no_token_has_more_than_its_user(filled: Index) -> None:
    for project_id in ("blue", "*", None):
        with pytest.raises(BadRequest, match="User bob does not have the role operator"):
            filled.tokens.add("bob", roles=["reader", "operator"], project_id=project_id)
    with pytest.raises(BadRequest, match="Unknown role root"):
        filled.tokens.add("ann", roles=["root"])
    for project_id in ("red", "green", ""):
        with pytest.raises(BadRequest, match=f"Project {project_id} does not exist or is disabled, or user bob"):
            filled.tokens.add("bob", project_id=project_id)
    with pytest.raises(BadRequest, match="Project green does not exist"):
        filled.tokens.add("ann", project_id="green")
    with pytest.raises(BadRequest, match="at least one role; user bob has member"):
        filled.tokens.add("bob", roles=[])
    with pytest.raises(BadRequest, match="token name"):
        filled.tokens.add("ann", name="x" * 256)
    assert filled.tokens.list_all() == []


def test_a_token_loses_what_its_user_loses(filled: Index) -> None:
    _, secret = filled.tokens.add("bob", roles=["member", "writer"])
    filled.projects.set_member("blue", "bob", ["writer"])
    assert filled.tokens.verify(secret).roles == ("writer",)
    filled.projects.set_member("blue", "bob", ["reader"])
    with pytest.raises(Unauthenticated, match="none of its roles"):
        filled.tokens.verify(secret)
    filled.projects.set_member("blue", "bob", ["member"])
    assert filled.tokens.verify(secret).roles == ("member", "writer")


def test_a_token_stops_with_its_project(filled: Index) -> None:
    _, secret = filled.tokens.add("bob")
    _, of_admin = filled.tokens.add("ann", project_id="red")
    filled.projects.change("blue", ProjectChange(disabled=True))
    with pytest.raises(Unauthenticated, match="gone or disabled"):
        filled.tokens.verify(secret)
    filled.projects.change("blue", ProjectChange(disabled=False))
    assert filled.tokens.verify(secret).user == "bob"
    filled.users.change("ann", UserChange(roles=("service",)))
    with pytest.raises(Unauthenticated, match="has left it"):
        filled.tokens.verify(of_admin)


def test_only_the_whole_secret_is_taken(filled: Index) -> None:
    token, secret = filled.tokens.add("bob")
    for wrong in (
        "",
        token.id,
        secret[:-1],
        secret + "x",
        secret.upper(),
        f"neph_{token.id}_",
        "neph__",
        secret + "\0",
        "\ud800",
        secret.replace("neph_", "nephs_"),
    ):
        with pytest.raises(Unauthenticated):
            filled.tokens.verify(wrong)
    filled.tokens.delete(token.id)
    with pytest.raises(Unauthenticated):
        filled.tokens.verify(secret)
    for call in (filled.tokens.delete, filled.tokens.get):
        with pytest.raises(NotFound, match=f"Token {token.id} does not exist"):
            call(token.id)


def test_tokens_end_with_their_time_and_with_their_user(filled: Index, clock: Clock) -> None:
    _, short = filled.tokens.add("bob", expires_ns=START_NS + 60 * SECOND)
    _, long = filled.tokens.add("bob")
    clock.forward(59)
    assert filled.tokens.verify(short).user == "bob"
    clock.forward(1)
    with pytest.raises(Unauthenticated, match="expired"):
        filled.tokens.verify(short)
    filled.users.change("bob", UserChange(disabled=True))
    with pytest.raises(Unauthenticated):
        filled.tokens.verify(long)
    filled.users.delete("bob")
    assert filled.tokens.list_all() == []
    with pytest.raises(Unauthenticated):
        filled.tokens.verify(long)


def test_the_last_use_is_noted_once_a_minute(filled: Index, clock: Clock) -> None:
    _, secret = filled.tokens.add("bob")

    def last_used_ns() -> int | None:
        return filled.tokens.list_all("bob")[0].last_used_ns

    assert last_used_ns() is None
    filled.tokens.verify(secret)
    clock.forward(59)
    filled.tokens.verify(secret)
    assert last_used_ns() == START_NS
    now_ns = clock.forward(1)
    filled.tokens.verify(secret)
    assert now_ns == last_used_ns()
    assert filled.tokens.list_all("ann") == []


def test_making_and_taking_back_are_recorded_without_the_secret(filled: Index) -> None:
    ann = Actor("ann")
    token, secret = filled.tokens.add("bob", name="grafana", by=ann)
    filled.tokens.delete(token.id, by=ann)
    found = filled.audit.find(AuditFilter(actor="ann"), Page())
    made = {"name": "grafana", "user": "bob", "roles": ["member"], "project": "blue", "expires_ns": None}
    assert [
        ("create token", token.id, made),
        ("delete token", token.id, {"name": "grafana", "user": "bob"}),
    ] == [(each.action, each.target, each.details) for each in reversed(found)]
    assert secret.split("_", 2)[2] not in repr(found)
