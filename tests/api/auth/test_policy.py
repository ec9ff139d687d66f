# SPDX-License-Identifier: Apache-2.0
"""Who may do what: each rule for each kind of caller, and the small language that rules are written in."""

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.api.auth.policy import Policy, Reach
from nephoscope.api.auth.rules import DEFAULT_RULES, GNOCCHI_RULES
from nephoscope.api.caller import Caller
from nephoscope.model.errors import Forbidden

# The thing judged was created by alice of project blue and belongs to project green.
TARGET = {
    "creator": "alice:blue",
    "created_by_user_id": "alice",
    "created_by_project_id": "blue",
    "project_id": "green",
    "resource.project_id": "green",
}
CALLERS = {
    "admin": Caller("root:red", "root", "red", roles=frozenset({"admin"})),
    "service": Caller("robot:red", "robot", "red", roles=frozenset({"service"})),
    "creator": Caller("alice:blue", "alice", "blue"),
    "colleague": Caller("bob:blue", "bob", "blue"),
    "owner": Caller("gina:green", "gina", "green"),
    "stranger": Caller("zoe:red", "zoe", "red", roles=frozenset({"member"})),
    "nobody": Caller("", ""),
}
CREATORS = "creator colleague"
TABLE = {
    "get status": "admin",
    "create resource": "everyone",
    "create metric": "everyone",
    "get resource": f"admin {CREATORS} owner",
    "list resource": f"admin {CREATORS} owner",
    "search resource": f"admin service {CREATORS} owner",
    "update resource": f"admin service {CREATORS}",
    "delete resource": f"admin {CREATORS}",
    "delete resources": f"admin {CREATORS}",
    "create resource type": "admin service",
    "update resource type": "admin service",
    "delete resource type": "admin",
    "get resource type": "everyone",
    "list resource type": "everyone",
    "create archive policy": "admin service",
    "update archive policy": "admin",
    "delete archive policy": "admin",
    "get archive policy": "everyone",
    "list archive policy": "everyone",
    "create archive policy rule": "admin",
    "update archive policy rule": "admin",
    "delete archive policy rule": "admin",
    "get archive policy rule": "everyone",
    "list archive policy rule": "everyone",
    "get metric": f"admin service {CREATORS} owner",
    "get measures": f"admin service {CREATORS} owner",
    "list metric": f"admin {CREATORS} owner",
    "search metric": f"admin {CREATORS} owner",
    "delete metric": f"admin {CREATORS}",
    "post measures": f"admin service {CREATORS}",
}


def test_the_table_holds_every_rule_that_stands_for_an_action() -> None:
    assert set(TABLE) == {name for name in GNOCCHI_RULES if " " in name}


@pytest.mark.parametrize("rule", TABLE)
def test_each_rule_lets_in_whom_the_table_says(rule: str) -> None:
    expected = set(CALLERS) if TABLE[rule] == "everyone" else set(TABLE[rule].split())

    assert expected == {who for who, caller in CALLERS.items() if Policy().allows(rule, caller, TARGET)}


@pytest.mark.parametrize("rule", TABLE)
def test_what_belongs_to_nobody_is_owned_by_nobody(rule: str) -> None:
    for unowned in ({}, dict.fromkeys(TARGET, ""), dict.fromkeys(TARGET)):
        for who in ("creator", "colleague", "owner", "stranger", "nobody"):
            expected = TABLE[rule] == "everyone"
            assert expected == Policy().allows(rule, CALLERS[who], unowned), (who, unowned)


def test_enforcing_names_caller_and_rule() -> None:
    with pytest.raises(Forbidden, match="'zoe' do this: delete metric"):
        Policy().enforce("delete metric", CALLERS["stranger"], TARGET)


@pytest.mark.parametrize("rule", DEFAULT_RULES)
def test_whoever_has_to_choose_another_password_may_do_nothing_else(rule: str) -> None:
    admin = msgspec.structs.replace(CALLERS["admin"], must_change_password=True)

    assert (rule in ("log in", "use session")) == Policy().allows(rule, admin, TARGET)
    if rule not in ("log in", "use session"):
        with pytest.raises(Forbidden, match="choose another password first") as caught:
            Policy().enforce(rule, admin, TARGET)
        assert caught.value.cause == "password change required"
        with pytest.raises(Forbidden):
            Policy().reach(rule, admin, {})


# Expected, rule, target, for a caller alice:blue in project blue with the roles member and Auditor.
CASES = [
    (True, "", {}),
    (True, "@", {}),
    (False, "!", {}),
    (True, "role:member", {}),
    (True, "role:MEMBER", {}),
    (True, "role:%(needed)s", {"needed": "auditor"}),
    (False, "role:admin", {}),
    (True, "not role:admin", {}),
    (True, "user:alice:blue", {}),
    (True, "user_id:alice", {}),
    (True, "user_id:%(user_id)s", {"user_id": "alice"}),
    (False, "user_id:%(user_id)s", {"user_id": "bob"}),
    (False, "user_id:%(missing)s", {}),
    (True, "project_id:%(resource.project_id)s", {"resource.project_id": "blue"}),
    (True, "'web server':%(type)s", {"type": "web server"}),
    (False, "'instance':%(type)s", {"type": "volume"}),
    (True, "role:admin or role:member", {}),
    (False, "role:admin and role:member", {}),
    (True, "role:member and not role:admin or !", {}),
    (True, "role:member or ! and !", {}),
    (False, "(role:member or !) and !", {}),
    (True, "((role:member) and (not (role:admin)))", {}),
    (True, "rule:mine", {"creator": "alice:blue"}),
    (False, "rule:mine and !", {"creator": "alice:blue"}),
]


@pytest.mark.parametrize(("expected", "rule", "target"), CASES)
def test_the_language_of_rules(expected: bool, rule: str, target: dict[str, str]) -> None:
    alice = Caller("alice:blue", "alice", "blue", roles=frozenset({"member", "auditor"}))
    policy = Policy({"tried": rule, "mine": "user:%(creator)s"})

    assert expected == policy.allows("tried", alice, target)


def test_an_override_replaces_a_rule_wherever_it_is_referred_to() -> None:
    policy = Policy({"admin_or_creator": "role:boss"})

    assert not policy.allows("delete metric", CALLERS["admin"], TARGET)
    assert policy.allows("delete metric", Caller("b", "b", roles=frozenset({"boss"})), TARGET)


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ("role:admin and", "cannot be read"),
        ("(role:admin", "cannot be read"),
        ("role:admin)", "cannot be read"),
        ("role:admin role:member", "cannot be read"),
        ("admin", "cannot be read"),
        ("(" * 1000 + "@" + ")" * 1000, "cannot be read"),
        ("http://example.org/check", "'http'"),
        ("rule:absent", "'absent', which does not exist"),
        ("rule:get metric", "cannot be read"),
        ("rule:tried", "in a circle: tried -> tried"),
    ],
)
def test_a_bad_override_stops_the_start_and_is_named(rule: str, complaint: str) -> None:
    with pytest.raises(ValueError, match="tried") as caught:
        Policy({"tried": rule})
    assert complaint in str(caught.value)


@given(
    st.text(max_size=40) | st.lists(st.sampled_from([*"()@!", "not", "and", "or", "role:x", "a:%(b)s"])).map(" ".join)
)
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    with suppress(ValueError):
        Policy({"tried": text}).allows("tried", CALLERS["creator"], TARGET)


@pytest.mark.parametrize(
    ("who", "reach"),
    [
        ("admin", Reach(everything=True)),
        ("creator", Reach(False, same_project=True, own_creation=True, project_creation=True)),
        ("service", Reach(False, same_project=True, own_creation=True, project_creation=True)),
    ],
)
def test_lists_are_narrowed_to_what_the_rule_lets_through(who: str, reach: Reach) -> None:
    assert reach == Policy().reach("list resource", CALLERS[who], {"resource_type": "generic"})
    assert reach == Policy().reach("list metric", CALLERS[who], {}, "resource.project_id")


def test_a_service_searches_everything() -> None:
    assert Reach(everything=True) == Policy().reach("search resource", CALLERS["service"], {})


def test_a_caller_without_project_sees_its_own_creations_only() -> None:
    alone = Caller("robot", "robot")

    assert Reach(False, own_creation=True) == Policy().reach("list resource", alone, {})


def test_a_list_in_which_nothing_could_be_is_refused() -> None:
    with pytest.raises(Forbidden):
        Policy({"list resource": "role:admin"}).reach("list resource", CALLERS["creator"], {})


NARROW = {
    "reader": {"get measures", "list metric", "see data", "query data", "get archive policy", "use account"},
    "writer": {"create metric", "create resource", "send samples", "get archive policy", "use account"},
    "": {"get archive policy", "use account"},
}
TRIED = sorted(set().union(*NARROW.values()))
OWN = {"creator": "ron:blue", "created_by_project_id": "blue", "project_id": "blue", "resource.project_id": "blue"}


@pytest.mark.parametrize("role", NARROW)
def test_narrow_roles_hold_in_every_dialect_and_without_a_role_nothing_is_left(role: str) -> None:
    roles = frozenset({role} if role else ())
    caller = Caller("ron:blue", "ron", "blue", roles=roles, roles_decide=True)

    assert NARROW[role] == {rule for rule in TRIED if Policy().allows(rule, caller, OWN)}


def test_where_roles_do_not_decide_anyone_may_do_what_the_dialect_lets_anyone_do() -> None:
    assert Policy().allows("create metric", Caller("ron", "ron"), {})
