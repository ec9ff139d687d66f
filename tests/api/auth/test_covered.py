# SPDX-License-Identifier: Apache-2.0
"""A token's roles are held against its user's: those that count as covered must allow nothing more."""

import pytest

from nephoscope.api.auth.policy import Policy
from nephoscope.api.auth.rules import DEFAULT_RULES
from nephoscope.api.caller import Caller
from nephoscope.model.user import ROLES, covered

TARGETS: tuple[dict[str, str], ...] = (
    {},
    {"creator": "bob:blue", "created_by_project_id": "blue"},
    {"creator": "ann:blue", "created_by_project_id": "blue"},
    {"creator": "ann:red", "created_by_project_id": "red", "project_id": "blue", "resource.project_id": "blue"},
    {"creator": "ann:red", "created_by_project_id": "red", "project_id": "red", "resource.project_id": "red"},
)
# The others are parts that rules share.
ACTIONS = [rule for rule in DEFAULT_RULES if " " in rule or rule.startswith("telemetry:")]
PAIRS = [(held, role) for held in ROLES for role in sorted(covered(ROLES, [held])) if role != held]


def caller(role: str) -> Caller:
    return Caller(creator="bob:blue", user_id="bob", project_id="blue", roles=frozenset({role}))


@pytest.mark.parametrize(("held", "role"), PAIRS)
def test_a_covered_role_allows_nothing_that_the_other_does_not(held: str, role: str) -> None:
    policy = Policy()
    beyond = [
        (rule, target)
        for rule in ACTIONS
        for target in TARGETS
        if policy.allows(rule, caller(role), target) and not policy.allows(rule, caller(held), target)
    ]
    assert beyond == []


def test_there_are_roles_that_cover_others() -> None:
    assert ("member", "reader") in PAIRS
    assert ("member", "operator") not in PAIRS
