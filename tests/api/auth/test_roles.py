# SPDX-License-Identifier: Apache-2.0

"""Foreign roles become ours only where the table says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.api.auth.roles import RoleMap
from nephoscope.model.user import ROLES


@pytest.mark.parametrize(
    ("expected", "table", "theirs"),
    [
        ({"admin", "member"}, None, ["Admin", " member "]),
        (set(), None, ["operator", "writer"]),
        ({"operator"}, {"Auditor": "operator"}, ["auditor", "admin"]),
        ({"heat_stack_owner"}, None, ["heat_stack_owner", ""]),
        (set(), {}, ["admin"]),
    ],
)
def test_roles_are_mapped(expected: set[str], table: dict[str, str] | None, theirs: list[str]) -> None:
    assert expected == (RoleMap() if table is None else RoleMap(table))(theirs)


def test_a_role_of_ours_that_does_not_exist_stops_the_start() -> None:
    with pytest.raises(ValueError, match="'boss' cannot become 'root'; expected one of: admin"):
        RoleMap({"boss": "root"})


@given(st.dictionaries(st.text(max_size=8), st.sampled_from(ROLES)), st.lists(st.text(max_size=8)))
def test_none_of_ours_comes_from_anywhere_but_the_table(table: dict[str, str], theirs: list[str]) -> None:
    assert RoleMap(table)([*theirs, *ROLES]) & set(ROLES) <= set(table.values())
