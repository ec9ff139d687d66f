# SPDX-License-Identifier: Apache-2.0
"""Accounts out of the index: local users by password, token or session, and sessions of users from elsewhere."""

from typing import Protocol

from nephoscope.api.auth.account import Account, ProjectRoles
from nephoscope.model.errors import NotFound, Unauthenticated
from nephoscope.model.session import ForeignUser, Identity, Session
from nephoscope.model.user import User
from nephoscope.store.index.contract import Index


class Accounts(Protocol):
    """Whom credentials belong to. Synchronous; each raises Unauthenticated, or IndexUnavailable."""

    def by_password(self, name: str, password: str) -> Account: ...
    def by_token(self, secret: str) -> Account: ...
    def by_session(self, secret: str) -> Account: ...
    def project_open(self, project_id: str) -> bool:
        """Whether there is such a project, and it is not disabled."""
        ...


class LocalAccounts:
    """`Accounts` over the index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def by_password(self, name: str, password: str) -> Account:
        return account_of(self._index.users.verify(name, password))

    def by_token(self, secret: str) -> Account:
        token = self._index.tokens.verify(secret)
        user = self._user(token.user)
        projects = tuple(each for each in _projects(user) if token.project_id in (None, each.id))
        return Account(
            user_id=user.name,
            name=user.name,
            roles=frozenset(user.roles),
            projects=projects,
            home=token.project_id or user.default_project or "",
            bound=token.project_id is not None,
            limit=frozenset(token.roles),
            by_token=True,
        )

    def by_session(self, secret: str) -> Account:
        session = self._index.sessions.find(secret)
        if session.foreign is not None:
            return foreign_account(session)
        user = self._user(session.user)
        if user.disabled:
            raise Unauthenticated("the user is disabled")
        return account_of(user, session)

    def project_open(self, project_id: str) -> bool:
        try:
            return not self._index.projects.get(project_id).disabled
        except NotFound:
            return False

    def _user(self, name: str) -> User:
        try:
            return self._index.users.get(name)
        except NotFound:
            raise Unauthenticated("the user does not exist any more") from None


def account_of(user: User, session: Session | None = None) -> Account:
    """The account of a local user, with a session if it came with one."""
    return Account(
        user_id=user.name,
        name=user.name,
        roles=frozenset(user.roles),
        projects=_projects(user),
        home=user.default_project or "",
        must_change_password=user.must_change_password,
        session=session,
    )


def _projects(user: User) -> tuple[ProjectRoles, ...]:
    return tuple(ProjectRoles(each.project, frozenset(each.roles), disabled=each.disabled) for each in user.memberships)


def foreign_account(session: Session) -> Account:
    """The account of a session whose user another identity source knows, as it was at login."""
    assert session.foreign is not None
    return foreign_account_of(session.foreign, session.identity, session)


def foreign_account_of(user: ForeignUser, identity: Identity, session: Session | None = None) -> Account:
    """The account of a user that another identity source knows."""
    return Account(
        user_id=user.id,
        identity=identity,
        name=user.name,
        domain_id=user.domain_id,
        roles=frozenset(user.roles),
        projects=tuple(ProjectRoles(each.id, frozenset(each.roles), each.name) for each in user.projects),
        home=user.project_id or "",
        session=session,
    )
