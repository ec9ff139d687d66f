# SPDX-License-Identifier: Apache-2.0

"""Roles: where they hold, and which are no more than others."""

from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.user import PROJECT_ROLES, ROLES, Membership, User, all_roles, covered, roles_in

some_roles = st.frozensets(st.sampled_from(ROLES))
projects = st.sampled_from(["blue", "red", "green"])
memberships = st.lists(
    st.builds(Membership, projects, st.lists(st.sampled_from(PROJECT_ROLES)).map(tuple), st.booleans()),
    unique_by=lambda each: each.project,
).map(tuple)
users = st.builds(
    User,
    st.just("bob"),
    some_roles.map(tuple),
    st.none() | projects,
    st.just(0),
    memberships=memberships,
)


@given(some_roles, some_roles)
def test_what_is_covered_is_wanted_and_what_one_has_is_covered(wanted: frozenset[str], held: frozenset[str]) -> None:
    assert covered(wanted, held) <= wanted
    assert wanted & held <= covered(wanted, held)
    assert wanted == covered(wanted, held | {"admin"})


@given(some_roles, some_roles, some_roles)
def test_what_is_covered_by_what_is_covered_is_covered(
    wanted: frozenset[str], between: frozenset[str], held: frozenset[str]
) -> None:
    assert covered(wanted, covered(between, held)) <= covered(wanted, held)


@given(users, projects | st.none())
def test_roles_in_a_project_are_those_everywhere_and_those_inside(user: User, project: str | None) -> None:
    inside = {role for each in user.memberships if each.project == project and not each.disabled for role in each.roles}
    assert set(user.roles) | inside == roles_in(user, project)
    assert roles_in(user, project) <= all_roles(user)


@given(users)
def test_the_default_project_is_the_one_said_or_the_first_that_is_open(user: User) -> None:
    open_ones = [each.project for each in user.memberships if not each.disabled]
    expected = user.project_id or (open_ones[0] if open_ones else None)
    assert expected == user.default_project
