# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""From an account to a caller: the project that a request names, and the roles in force there."""

import msgspec
import pytest

from nephoscope.api.auth.account import Account, ProjectRoles, caller_of, needs_lookup
from nephoscope.model.errors import Forbidden

BLUE = ProjectRoles("blue", frozenset({"member"}))
RED = ProjectRoles("red", frozenset({"reader"}))
OFF = ProjectRoles("off", frozenset({"member"}), disabled=True)
ALICE = Account("alice", projects=(BLUE, RED, OFF), home="blue")
OLGA = Account("olga", roles=frozenset({"operator"}), projects=(RED,), home="red")


@pytest.mark.parametrize(
    ("wanted", "project", "roles", "chosen"),
    [
        ("", "blue", {"member"}, False),
        ("*", "blue", {"member"}, False),
        ("blue", "blue", {"member"}, True),
        ("red", "red", {"reader"}, True),
    ],
)
def test_a_member_works_in_one_of_its_projects(wanted: str, project: str, roles: set[str], chosen: bool) -> None:
    caller = caller_of(ALICE, wanted)

    assert (project, chosen) == (caller.project_id, caller.chosen_project)
    assert roles == caller.roles
    assert f"alice:{project}" == caller.creator


@pytest.mark.parametrize("exists", [True, False])
def test_a_member_cannot_pick_a_project_of_others_whether_it_exists_or_not(exists: bool) -> None:
    assert not needs_lookup(ALICE, "green")
    with pytest.raises(Forbidden, match="'green' that you belong to"):
        caller_of(ALICE, "green", exists=exists)


def test_an_operator_picks_any_project_that_exists() -> None:
    assert needs_lookup(OLGA, "green")
    assert not needs_lookup(OLGA, "red")
    assert not needs_lookup(OLGA, "*")
    caller = caller_of(OLGA, "green", exists=True)
    assert ("green", frozenset({"operator"}), True) == (caller.project_id, caller.roles, caller.chosen_project)
    with pytest.raises(Forbidden):
        caller_of(OLGA, "green", exists=False)
    assert {"operator", "reader"} == caller_of(OLGA, "red").roles


@pytest.mark.parametrize("wanted", ["a:b", "a/b", "a b", "x" * 256, "\x85"])
def test_what_can_be_no_id_is_refused_even_where_only_another_source_knows_the_projects(wanted: str) -> None:
    with pytest.raises(Forbidden, match="can be no project's id"):
        caller_of(msgspec.structs.replace(OLGA, identity="keystone"), wanted, exists=True)


def test_nobody_works_in_a_disabled_project() -> None:
    with pytest.raises(Forbidden, match="disabled"):
        caller_of(ALICE, "off")
    at_home = caller_of(msgspec.structs.replace(ALICE, home="off"))
    assert ("", "alice", frozenset()) == (at_home.project_id, at_home.creator, at_home.roles)


def test_a_token_of_one_project_stays_there() -> None:
    token = Account("olga", roles=OLGA.roles, home="red", bound=True, limit=frozenset({"operator"}), by_token=True)

    caller = caller_of(token)
    assert ("red", True, True) == (caller.project_id, caller.chosen_project, caller.by_token)
    with pytest.raises(Forbidden):
        caller_of(token, "green", exists=True)


def test_a_token_never_has_more_than_its_user_has_in_the_project_in_force() -> None:
    token = msgspec.structs.replace(ALICE, limit=frozenset({"member", "admin"}))

    assert {"member"} == caller_of(token).roles
    assert frozenset() == caller_of(token, "red").roles


def test_a_reading_token_of_a_member_reads() -> None:
    assert {"reader"} == caller_of(msgspec.structs.replace(ALICE, limit=frozenset({"reader"}))).roles


def test_a_token_with_fewer_roles_than_an_operators_does_not_pick_other_projects() -> None:
    assert not needs_lookup(msgspec.structs.replace(OLGA, limit=frozenset({"reader"})), "green")


def test_creators_of_keystone_always_have_a_colon() -> None:
    assert "u1:" == caller_of(Account("u1", identity="keystone")).creator
    assert "robot" == caller_of(Account("robot")).creator
