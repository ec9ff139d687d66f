# SPDX-License-Identifier: Apache-2.0
"""Who somebody is, before a project is picked; and the caller that this makes in the project which a request names."""

import re

import msgspec

from nephoscope.api.caller import Caller
from nephoscope.model.errors import Forbidden
from nephoscope.model.session import Identity, Session
from nephoscope.model.user import ANY_PROJECT, covered

PROJECT_HEADER = "Nephoscope-Project"
OPERATING = frozenset({"admin", "operator"})
# A colon separates user and project in creators.
_PROJECT_ID = re.compile(r"[^:/\s\x00-\x1f\x7f-\x9f]{1,255}")


class ProjectRoles(msgspec.Struct, frozen=True):
    """A project that an account belongs to, and its roles there; `name` is empty where only the index knows it."""

    id: str
    roles: frozenset[str]
    name: str = ""
    disabled: bool = False


class Account(msgspec.Struct, frozen=True):
    """
    What is known of somebody once the credentials are verified.

    `roles` hold in every project. `home` is the project to work in when none is picked. With `bound` no other can be.
    `limit` are the roles of a token, which never exceed those of its user. `session` is there for a cookie.
    """

    user_id: str
    identity: Identity = "local"
    name: str = ""
    domain_id: str = ""
    roles: frozenset[str] = frozenset()
    projects: tuple[ProjectRoles, ...] = ()
    home: str = ""
    bound: bool = False
    limit: frozenset[str] | None = None
    by_token: bool = False
    must_change_password: bool = False
    session: Session | None = None

    def project(self, project_id: str) -> ProjectRoles | None:
        """The account's own project of an id, None when it does not belong to it."""
        return next((each for each in self.projects if each.id == project_id), None)

    def roles_in(self, project_id: str) -> frozenset[str]:
        """The roles in force in a project: everywhere's, the project's, all within the limit of a token."""
        inside = self.project(project_id)
        held = self.roles | (inside.roles if inside and not inside.disabled else frozenset())
        return held if self.limit is None else covered(self.limit, held)

    @property
    def operates(self) -> bool:
        """Whether it may pick projects that it does not belong to."""
        return not self.bound and bool(self.roles_in("") & OPERATING)


def needs_lookup(account: Account, wanted: str) -> bool:
    """Whether `caller_of` has to be told if the wanted project exists: an operator picks one of others."""
    return wanted not in ("", ANY_PROJECT) and account.project(wanted) is None and account.operates


def caller_of(account: Account, wanted: str = "", *, exists: bool = False) -> Caller:
    """
    The caller in the project that the request names: an id, `*` for all it may see, or nothing for its own.

    `exists` says whether the wanted project does, where `needs_lookup`. Raises Forbidden for a project that the
    account does not belong to, or that is disabled.
    """
    picked = wanted not in ("", ANY_PROJECT)
    if picked and not _PROJECT_ID.fullmatch(wanted):
        raise Forbidden(f"{PROJECT_HEADER}: {wanted[:50]!r} can be no project's id")
    project_id = wanted if picked else account.home
    inside = account.project(project_id)
    if picked and inside is None and not (account.operates and exists):
        raise Forbidden(
            f"{PROJECT_HEADER}: there is no project {wanted!r} that you belong to; GET /api/v1/projects lists yours"
        )
    if inside is not None and inside.disabled:
        if picked:
            raise Forbidden(f"{PROJECT_HEADER}: project {wanted!r} is disabled; an administrator can enable it")
        project_id = ""
    return Caller(
        creator=_creator(account, project_id),
        user_id=account.user_id,
        project_id=project_id,
        domain_id=account.domain_id,
        roles=account.roles_in(project_id),
        chosen_project=picked or account.bound,
        by_token=account.by_token,
        must_change_password=account.must_change_password,
        roles_decide=True,
    )


def _creator(account: Account, project_id: str) -> str:
    """Keystone's creators always have a colon; those of local users only where there is a project."""
    return f"{account.user_id}:{project_id}" if project_id or account.identity != "local" else account.user_id
