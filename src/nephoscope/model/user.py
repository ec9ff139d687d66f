# SPDX-License-Identifier: Apache-2.0
"""
Local users, what they may do where, and their tokens; nothing secret is in here.

A role on the user holds in every project that the user works in; a role of a membership holds in that project alone.
"""

from collections.abc import Iterable
from typing import Literal, get_args

import msgspec
from msgspec import UNSET, UnsetType

Kind = Literal["person", "service"]
Role = Literal["admin", "operator", "member", "reader", "writer", "service"]
# Those that reach beyond a project cannot be given inside of one.
ProjectRole = Literal["member", "reader", "writer"]

ROLES: tuple[str, ...] = get_args(Role)
PROJECT_ROLES: tuple[str, ...] = get_args(ProjectRole)
# Stands for no project in particular: all that one may see, or whichever its user picks.
ANY_PROJECT = "*"

_COVERS: dict[str, frozenset[str]] = {
    "admin": frozenset(ROLES),
    "operator": frozenset({"member", "reader", "writer"}),
    "service": frozenset({"member", "reader", "writer"}),
    "member": frozenset({"reader", "writer"}),
}


class Membership(msgspec.Struct, frozen=True):
    """A project that a user belongs to and the roles that it has there; `disabled` is the project's own state."""

    project: str
    roles: tuple[str, ...]
    disabled: bool = False


class User(msgspec.Struct, frozen=True):
    """
    A local user: a person logs in with a password, a service account has tokens only.

    `project_id` is the project that the user works in unless it picks another; None: the first of its memberships.
    """

    name: str
    roles: tuple[str, ...]
    project_id: str | None
    created_ns: int
    disabled: bool = False
    kind: Kind = "person"
    must_change_password: bool = False
    memberships: tuple[Membership, ...] = ()

    @property
    def default_project(self) -> str | None:
        """The project to work in when none is picked; None for a user of no project."""
        if self.project_id is not None:
            return self.project_id
        return next((each.project for each in self.memberships if not each.disabled), None)


class UserChange(msgspec.Struct, frozen=True):
    """What becomes different of a user; UNSET fields stay as they are."""

    roles: tuple[str, ...] | UnsetType = UNSET
    project_id: str | UnsetType | None = UNSET
    disabled: bool | UnsetType = UNSET
    must_change_password: bool | UnsetType = UNSET


class Token(msgspec.Struct, frozen=True):
    """
    A key that stands for a user, perhaps with fewer roles; `expires_ns` None: until it is deleted.

    With a `project_id` it works in no other project; with None wherever its user may.
    """

    id: str
    user: str
    roles: tuple[str, ...]
    project_id: str | None
    created_ns: int
    expires_ns: int | None = None
    last_used_ns: int | None = None
    name: str = ""


def roles_in(user: User, project_id: str | None) -> frozenset[str]:
    """
    The roles that a user has while it works in a project, None for none: its own and those of the membership.

    >>> bob = User("bob", ("operator",), None, 0, memberships=(Membership("blue", ("member",)),))
    >>> sorted(roles_in(bob, "blue")), sorted(roles_in(bob, "red"))
    (['member', 'operator'], ['operator'])
    """
    inside = (
        role for each in user.memberships if each.project == project_id and not each.disabled for role in each.roles
    )
    return frozenset((*user.roles, *inside))


def all_roles(user: User) -> frozenset[str]:
    """Every role that a user has anywhere."""
    return frozenset((*user.roles, *(role for each in user.memberships if not each.disabled for role in each.roles)))


def covered(wanted: Iterable[str], roles: Iterable[str]) -> frozenset[str]:
    """
    Those of the `wanted` roles that allow nothing which `roles` do not: what a token may have of its user's.

    >>> sorted(covered(["reader", "operator"], ["member"])), sorted(covered(["reader", "operator"], ["admin"]))
    (['reader'], ['operator', 'reader'])
    """
    held = frozenset(roles)
    allowed = held.union(*(_COVERS.get(role, frozenset()) for role in held))
    return frozenset(wanted) & allowed
