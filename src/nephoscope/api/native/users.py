# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/users`: local users, as administrators see and change them."""

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.model.user import Kind, Membership, ProjectRole, Role, User, UserChange

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Password = Annotated[str, msgspec.Meta(min_length=8, max_length=1024)]
PROJECTS_MAX = 1000


class UserMembership(msgspec.Struct):
    """A project that a user belongs to, and the roles that it has there."""

    project: str
    roles: list[str]


class UserView(msgspec.Struct):
    """A local user: `roles` hold everywhere, those of a membership in its project alone."""

    name: str
    kind: Kind
    roles: list[str]
    project_id: str | None
    memberships: list[UserMembership]
    disabled: bool
    must_change_password: bool
    created_ms: int


class UserList(msgspec.Struct):
    """All users, by name."""

    users: list[UserView]


class NewMembership(msgspec.Struct, forbid_unknown_fields=True):
    """A project for a new user to belong to."""

    project: Name
    roles: list[ProjectRole]


class NewUser(msgspec.Struct, forbid_unknown_fields=True):
    """A user to be made: a person with a password, or a service account without one; `project_id` is the default."""

    name: Name
    kind: Kind = "person"
    password: Password | None = None
    roles: list[Role] = []
    project_id: Name | None = None
    memberships: Annotated[list[NewMembership], msgspec.Meta(max_length=PROJECTS_MAX)] = []
    must_change_password: bool = False


class UserPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What becomes different of a user; what is left out stays."""

    roles: list[Role] | UnsetType = UNSET
    project_id: Name | UnsetType | None = UNSET
    disabled: bool | UnsetType = UNSET
    must_change_password: bool | UnsetType = UNSET


class NewPassword(msgspec.Struct, forbid_unknown_fields=True):
    """A password that somebody else than its user sets."""

    password: Password
    must_change_password: bool = False


def list_users(call: Call) -> UserList:
    """All local users."""
    return UserList([_view(each) for each in call.parts.index.users.list_all()])


def create_user(call: Call, body: NewUser) -> UserView:
    """Make a user; a default project is one that it belongs to."""
    made = call.parts.index.users.add(
        body.name,
        body.password,
        roles=body.roles,
        project_id=body.project_id,
        kind=body.kind,
        must_change_password=body.must_change_password,
        memberships=[Membership(each.project, tuple(each.roles)) for each in body.memberships],
        by=call.actor,
    )
    call.parts.accounts_changed()
    return _view(made)


def show_user(call: Call) -> UserView:
    """One user."""
    return _view(call.parts.index.users.get(call.segment("name")))


def change_user(call: Call, body: UserPatch) -> UserView:
    """Change roles, default project, disabled; who loses a role or is disabled is logged out."""
    roles = body.roles if isinstance(body.roles, UnsetType) else tuple(body.roles)
    change = UserChange(roles, body.project_id, body.disabled, body.must_change_password)
    changed = call.parts.index.users.change(call.segment("name"), change, by=call.actor)
    call.parts.accounts_changed()
    return _view(changed)


def set_user_password(call: Call, body: NewPassword) -> None:
    """Give a user another password, which ends its sessions; its tokens stay."""
    name = call.segment("name")
    call.parts.index.users.set_password(name, body.password, must_change=body.must_change_password, by=call.actor)
    call.parts.accounts_changed()


def delete_user(call: Call) -> None:
    """Delete a user with its memberships, tokens and sessions; what it has created stays."""
    call.parts.index.users.delete(call.segment("name"), by=call.actor)
    call.parts.accounts_changed()


def _view(user: User) -> UserView:
    return UserView(
        name=user.name,
        kind=user.kind,
        roles=list(user.roles),
        project_id=user.project_id,
        memberships=[UserMembership(each.project, list(each.roles)) for each in user.memberships],
        disabled=user.disabled,
        must_change_password=user.must_change_password,
        created_ms=user.created_ns // 10**6,
    )


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [
        at(
            "/v1/users",
            GET=operation(list_users, "see accounts"),
            POST=operation(create_user, "change accounts", 201),
        ),
        at(
            "/v1/users/{name}",
            GET=operation(show_user, "see accounts"),
            PATCH=operation(change_user, "change accounts"),
            DELETE=operation(delete_user, "change accounts", 204),
        ),
        at("/v1/users/{name}/password", PUT=operation(set_user_password, "change accounts", 204)),
    ]
