# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/projects`: the projects that one may work in; administrators make them and say who belongs to them."""

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.users import Name, UserMembership
from nephoscope.model.project import Project, ProjectChange
from nephoscope.model.user import ProjectRole

Description = Annotated[str, msgspec.Meta(max_length=1000)]


class ProjectView(msgspec.Struct):
    """A project; one that only the identity service knows has no time and no count of users here."""

    id: str
    name: str
    description: str
    disabled: bool
    created_ms: int | None
    users: int | None


class ProjectList(msgspec.Struct):
    """Projects, by name."""

    projects: list[ProjectView]


class NewProject(msgspec.Struct, forbid_unknown_fields=True):
    """A project to be made; its id, which data carries as project_id, is the name unless it is given."""

    name: Name
    id: Name | None = None
    description: Description = ""


class ProjectPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What becomes different of a project; what is left out stays."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET


class MemberRoles(msgspec.Struct, forbid_unknown_fields=True):
    """All the roles that a user has in a project."""

    roles: Annotated[list[ProjectRole], msgspec.Meta(min_length=1)]


def list_projects(call: Call) -> ProjectList:
    """The projects that one belongs to; operators see all."""
    account = call.account
    known = {each.id: each for each in call.parts.index.projects.list_all()}
    shown = {each.id: _foreign(each.id, each.name) for each in account.projects}
    if account.home and account.bound:
        shown.setdefault(account.home, _foreign(account.home, ""))
    if not account.bound and call.parts.policy.allows("operates", call.caller, {}):
        shown |= dict.fromkeys(known, _foreign("", ""))
    views = [_view(known[each]) if each in known else shown[each] for each in shown]
    return ProjectList(sorted(views, key=lambda each: (each.name, each.id)))


def create_project(call: Call, body: NewProject) -> ProjectView:
    """Make a project."""
    made = call.parts.index.projects.add(body.name, project_id=body.id, description=body.description, by=call.actor)
    call.parts.accounts_changed()
    return _view(made)


def change_project(call: Call, body: ProjectPatch) -> ProjectView:
    """Change name and description, or disable: nobody can work in a disabled project, its data stays."""
    change = ProjectChange(body.name, body.description, body.disabled)
    changed = call.parts.index.projects.change(call.segment("id"), change, by=call.actor)
    call.parts.accounts_changed()
    return _view(changed)


def delete_project(call: Call) -> None:
    """Delete a project with its memberships and tokens; data that carries its id stays."""
    call.parts.index.projects.delete(call.segment("id"), by=call.actor)
    call.parts.accounts_changed()


def set_member(call: Call, body: MemberRoles) -> UserMembership:
    """Let a user belong to the project with exactly these roles."""
    made = call.parts.index.projects.set_member(call.segment("id"), call.segment("user"), body.roles, by=call.actor)
    call.parts.accounts_changed()
    return UserMembership(made.project, list(made.roles))


def remove_member(call: Call) -> None:
    """Let a user leave the project: its tokens for it go, and it is logged out."""
    call.parts.index.projects.remove_member(call.segment("id"), call.segment("user"), by=call.actor)
    call.parts.accounts_changed()


def _view(project: Project) -> ProjectView:
    return ProjectView(
        id=project.id,
        name=project.name,
        description=project.description,
        disabled=project.disabled,
        created_ms=project.created_ns // 10**6,
        users=project.users,
    )


def _foreign(project_id: str, name: str) -> ProjectView:
    """A project that another identity source knows."""
    return ProjectView(project_id, name or project_id, "", disabled=False, created_ms=None, users=None)


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [
        at(
            "/v1/projects",
            GET=operation(list_projects, "use account"),
            POST=operation(create_project, "change accounts", 201),
        ),
        at(
            "/v1/projects/{id}",
            PATCH=operation(change_project, "change accounts"),
            DELETE=operation(delete_project, "change accounts", 204),
        ),
        at(
            "/v1/projects/{id}/members/{user}",
            PUT=operation(set_member, "change accounts"),
            DELETE=operation(remove_member, "change accounts", 204),
        ),
    ]
