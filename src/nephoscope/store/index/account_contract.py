# SPDX-License-Identifier: Apache-2.0
"""
What the index offers of accounts: users, projects, tokens, sessions, and the audit of what was done with them.

A part of `contract.py`, whose opening words hold here, too.
"""

from collections.abc import Sequence
from typing import Protocol

from nephoscope.model.audit import PROGRAM, Actor, AuditEvent, AuditFilter
from nephoscope.model.paging import Page
from nephoscope.model.project import Project, ProjectChange
from nephoscope.model.session import ForeignUser, Identity, Session
from nephoscope.model.user import Kind, Membership, Token, User, UserChange


class Users(Protocol):
    """
    Local users; passwords are kept as argon2 hashes.

    A password has 8 to 1024 characters and is not the user's name. The last admin, a person that is enabled, stays
    one: what would take it away is a Conflict.
    """

    def add(
        self,
        name: str,
        password: str | None,
        *,
        roles: Sequence[str] = (),
        project_id: str | None = None,
        kind: Kind = "person",
        must_change_password: bool = False,
        memberships: Sequence[Membership] = (),
        by: Actor = PROGRAM,
    ) -> User:
        """
        Make a user; one with a `project_id` belongs to that project, if only with the roles of its own.

        Errors  BadRequest for an empty name or one with a colon or slash, a password that cannot be, a person without
                one, a service account with one, an unknown role or project; Conflict when the name is taken.
        """
        ...

    def get(self, name: str) -> User:
        """NotFound `User NAME does not exist`."""
        ...

    def list_all(self) -> list[User]:
        """All of them, by name."""
        ...

    def change(self, name: str, change: UserChange, *, by: Actor = PROGRAM) -> User:
        """
        Change roles, default project (the user must belong to it), disabled, must_change_password.

        A user that loses a role or is disabled is logged out everywhere; a disabled one and its tokens are refused.

        Errors  NotFound; BadRequest for an unknown role or a project that it does not belong to; Conflict.
        """
        ...

    def delete(self, name: str, *, by: Actor = PROGRAM) -> None:
        """The user, its memberships, tokens and sessions go. NotFound; Conflict."""
        ...

    def set_password(
        self,
        name: str,
        password: str,
        *,
        must_change: bool = False,
        keep_session: str | None = None,
        by: Actor = PROGRAM,
    ) -> None:
        """
        Set a password and end the user's sessions but the one with the id `keep_session`; its tokens stay.

        With `must_change` the user has to choose another at its next login.

        Errors  NotFound; BadRequest for a password that cannot be, or a service account.
        """
        ...

    def verify(self, name: str, password: str) -> User:
        """The user; Unauthenticated for a wrong name or password (equally slow), a disabled user, a service account."""
        ...


class Projects(Protocol):
    """Projects by id, and who belongs to them."""

    def add(self, name: str, *, project_id: str | None = None, description: str = "", by: Actor = PROGRAM) -> Project:
        """
        Make a project; its id is the name unless another is given, such as the one that Keystone has for it.

        Errors  BadRequest for an id with a colon or slash, `*`, or texts that are too long; Conflict when the id or
                the name is taken.
        """
        ...

    def get(self, project_id: str) -> Project:
        """NotFound `Project ID does not exist`."""
        ...

    def list_all(self, user_name: str | None = None) -> list[Project]:
        """All of them, or those that a user belongs to, by name."""
        ...

    def change(self, project_id: str, change: ProjectChange, *, by: Actor = PROGRAM) -> Project:
        """NotFound; BadRequest for a name that is too long; Conflict when it is taken."""
        ...

    def delete(self, project_id: str, *, by: Actor = PROGRAM) -> None:
        """The project, its memberships and the tokens for it go; data that carries its id stays. NotFound."""
        ...

    def set_member(self, project_id: str, user_name: str, roles: Sequence[str], *, by: Actor = PROGRAM) -> Membership:
        """
        Let a user belong to a project with exactly these roles; one that loses a role is logged out everywhere.

        Errors  NotFound for an unknown project or user; BadRequest for a role that no project can give.
        """
        ...

    def remove_member(self, project_id: str, user_name: str, *, by: Actor = PROGRAM) -> None:
        """The user's tokens for this project go, too, and it is logged out everywhere. NotFound."""
        ...


class Tokens(Protocol):
    """Keys that stand for users; only a hash of each is kept."""

    def add(
        self,
        user_name: str,
        *,
        name: str = "",
        roles: Sequence[str] | None = None,
        project_id: str | None = None,
        expires_ns: int | None = None,
        by: Actor = PROGRAM,
    ) -> tuple[Token, str]:
        """
        Make a token for a project, by default the user's own; `*` for all in which the user may work.

        Takes   roles, by default all that the user has in that project (with `*`: in any).
        Gives   the token and its secret text, which is never seen again.
        Errors  NotFound for an unknown user; BadRequest for an unknown project or one that the user does not belong to
                (admins and operators may have any), or for roles beyond the user's.
        """
        ...

    def get(self, token_id: str) -> Token:
        """NotFound `Token ID does not exist`."""
        ...

    def list_all(self, user_name: str | None = None) -> list[Token]:
        """All tokens, or one user's, oldest first."""
        ...

    def delete(self, token_id: str, *, by: Actor = PROGRAM) -> None:
        """NotFound."""
        ...

    def verify(self, secret: str) -> Token:
        """
        The token of a secret, with those of its roles that its user still has in its project (without one: anywhere).

        What it may do in the project in force is `covered(token.roles, roles_in(user, project))` of `model.user`.

        Errors  Unauthenticated when it is unknown or expired, when its user or project is disabled or the user has
                left the project, and when the user has none of its roles any more.
        """
        ...


class Sessions(Protocol):
    """Logins of browsers; only a hash of each secret is kept."""

    def start(
        self,
        user: str,
        identity: Identity,
        *,
        idle_s: int,
        life_s: int,
        peer: str | None = None,
        foreign: ForeignUser | None = None,
    ) -> tuple[Session, str]:
        """
        Begin a session, which ends when it is not used for `idle_s`, and after `life_s` at the latest; of one user's
        too many sessions the oldest give way.

        Gives   the session and its secret text, for the cookie.
        """
        ...

    def find(self, secret: str) -> Session:
        """The session of a secret; its use is noted at most once a minute. Unauthenticated when there is none."""
        ...

    def end(self, secret: str) -> None:
        """End the session of a secret, if there is one."""
        ...

    def end_all(self, user: str, identity: Identity = "local", *, keep: str | None = None) -> int:
        """End all sessions of a user but the one with the id `keep`; gives how many."""
        ...

    def purge(self) -> int:
        """Forget sessions whose time is over, which `start` does as well; gives how many."""
        ...


class Audit(Protocol):
    """Administrative acts, as they were done; the newest million is kept."""

    def record(self, event: AuditEvent) -> AuditEvent:
        """Keep an event about something that happens outside of the index, such as a login; gives it with its id."""
        ...

    def find(self, wanted: AuditFilter, page: Page) -> list[AuditEvent]:
        """Events that match, newest first; the marker is the id of the last one seen."""
        ...
