# SPDX-License-Identifier: Apache-2.0
"""Projects and who belongs to them."""

import pytest

from nephoscope.model.audit import Actor, AuditFilter
from nephoscope.model.errors import BadRequest, Conflict, NotFound
from nephoscope.model.paging import Page
from nephoscope.model.project import Project, ProjectChange
from nephoscope.model.user import Membership, roles_in
from nephoscope.store.index.contract import Index
from tests.store.index.samples import START_NS, make, names

pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
def filled(index: Index) -> Index:
    """Two projects; bob is in both, ann in one."""
    index.projects.add("blue", project_id="b1ue", description="the sky")
    index.projects.add("red")
    index.users.add("bob", "good secret", roles=["operator"], project_id="b1ue")
    index.users.add("ann", "good secret", memberships=[Membership("b1ue", ("member",))])
    index.projects.set_member("red", "bob", ["reader", "member", "reader"])
    return index


def test_projects_are_read_back_by_name_with_the_number_of_their_users(filled: Index) -> None:
    blue = Project("b1ue", "blue", "the sky", START_NS, users=2)
    red = Project("red", "red", "", START_NS, users=1)
    assert [blue, red] == filled.projects.list_all()
    assert blue == filled.projects.get("b1ue")
    assert [blue, red] == filled.projects.list_all("bob")
    assert [blue] == filled.projects.list_all("ann")
    assert filled.projects.list_all("nobody") == []


def test_ids_and_names_keep_their_rules(filled: Index) -> None:
    for name, project_id, message in (
        ("", None, "project id"),
        ("a:b", None, "no colon"),
        ("x", "a/b", "no slash"),
        ("*", None, r"not \*"),
        ("x", "", "project id"),
        ("", "x", "project name"),
        ("x" * 256, "x", "project name"),
        ("x", "x\0", "project id"),
    ):
        with pytest.raises(BadRequest, match=message):
            filled.projects.add(name, project_id=project_id)
    with pytest.raises(BadRequest, match="description"):
        filled.projects.add("x", description="x" * 1001)
    with pytest.raises(Conflict, match="Project b1ue already exists"):
        filled.projects.add("x", project_id="b1ue")
    with pytest.raises(Conflict, match="name blue already exists"):
        filled.projects.add("blue")
    assert filled.projects.add("a:b", project_id="ab").name == "a:b"


def test_a_change_leaves_the_id_and_what_it_does_not_name(filled: Index) -> None:
    changed = filled.projects.change("b1ue", ProjectChange(name="navy", disabled=True))
    assert Project("b1ue", "navy", "the sky", START_NS, disabled=True, users=2) == changed
    assert changed == filled.projects.get("b1ue")
    with pytest.raises(Conflict, match="name red already exists"):
        filled.projects.change("b1ue", ProjectChange(name="red"))
    with pytest.raises(BadRequest, match="project name"):
        filled.projects.change("b1ue", ProjectChange(name=""))
    assert changed == filled.projects.change("b1ue", ProjectChange(name="navy"))


def test_roles_of_a_membership_hold_in_its_project_alone_and_not_while_it_is_disabled(filled: Index) -> None:
    bob = filled.users.get("bob")
    assert {"operator"} == roles_in(bob, "b1ue")
    assert {"operator", "reader", "member"} == roles_in(bob, "red")
    assert {"operator"} == roles_in(bob, "green") == roles_in(bob, None)
    filled.projects.change("red", ProjectChange(disabled=True))
    assert {"operator"} == roles_in(filled.users.get("bob"), "red")
    filled.projects.change("b1ue", ProjectChange(disabled=True))
    assert filled.users.get("ann").default_project is None


def test_only_roles_that_reach_no_further_are_given_in_a_project(filled: Index) -> None:
    for role in ("admin", "operator", "service", "root"):
        with pytest.raises(BadRequest, match=f"No project can give the role {role}"):
            filled.projects.set_member("b1ue", "ann", ["member", role])
    assert (Membership("b1ue", ("member",)),) == filled.users.get("ann").memberships
    assert Membership("b1ue", ("writer",)) == filled.projects.set_member("b1ue", "ann", ["writer"])
    assert (Membership("b1ue", ("writer",)),) == filled.users.get("ann").memberships


def test_what_is_not_there_is_not_found(filled: Index) -> None:
    for call in (
        lambda: filled.projects.get("green"),
        lambda: filled.projects.change("green", ProjectChange(name="x")),
        lambda: filled.projects.delete("green"),
        lambda: filled.projects.set_member("green", "bob", ["member"]),
    ):
        with pytest.raises(NotFound, match=r"^Project green does not exist$"):
            call()
    with pytest.raises(NotFound, match="User ann does not belong to project red"):
        filled.projects.remove_member("red", "ann")


def test_a_deleted_project_takes_memberships_and_tokens_along_and_leaves_the_data(filled: Index) -> None:
    make(filled, "vm", project_id="b1ue")
    filled.tokens.add("bob", project_id="b1ue")
    kept, _ = filled.tokens.add("bob", project_id="red")
    filled.projects.delete("b1ue")
    assert [each.id for each in filled.projects.list_all()] == ["red"]
    assert [kept] == filled.tokens.list_all()
    assert (filled.users.get("ann").memberships, filled.users.get("bob").project_id) == ((), None)
    assert names(filled.resources.find()) == ["vm"]


def test_who_leaves_a_project_loses_the_tokens_for_it(filled: Index) -> None:
    filled.tokens.add("bob", project_id="red")
    kept, _ = filled.tokens.add("bob", project_id="b1ue")
    filled.projects.remove_member("red", "bob")
    assert [kept] == filled.tokens.list_all()


def test_acts_are_recorded_once_each(filled: Index) -> None:
    ann = Actor("ann")
    filled.projects.change("red", ProjectChange(name="rouge", description=""), by=ann)
    filled.projects.set_member("red", "ann", ["writer"], by=ann)
    filled.projects.set_member("red", "ann", ["writer"], by=ann)
    filled.projects.remove_member("red", "ann", by=ann)
    filled.projects.delete("red", by=ann)
    found = filled.audit.find(AuditFilter(actor="ann"), Page())
    assert [(each.action, each.target, each.details) for each in reversed(found)] == [
        ("change project", "red", {"name": {"from": "red", "to": "rouge"}}),
        ("set member", "ann in red", {"roles": {"from": None, "to": ["writer"]}}),
        ("remove member", "ann in red", {"roles": ["writer"]}),
        ("delete project", "red", {"name": "rouge"}),
    ]
