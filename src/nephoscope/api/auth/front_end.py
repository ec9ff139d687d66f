# SPDX-License-Identifier: Apache-2.0
"""Callers that a front end vouches for: X-User-Id, X-Project-Id and X-Roles, from trusted proxies only."""

from starlette.requests import HTTPConnection

from nephoscope.api.auth.account import Account, ProjectRoles, caller_of
from nephoscope.api.auth.cookies import SAFE_METHODS
from nephoscope.api.auth.roles import REACHING, RoleMap
from nephoscope.api.caller import Caller
from nephoscope.api.proxy import TrustedPeers, peer_of
from nephoscope.model.errors import Forbidden, Unauthenticated

TEXT_LENGTH_MAX = 255


class FrontEnd:
    """
    Believes the headers of a front end that has authenticated its users; it must remove them from outside requests.

    X-User-Id is needed. X-User-Name, X-Project-Id, X-Project-Name, X-Domain-Id and X-Roles (separated by commas) may
    follow. Roles are mapped.
    """

    def __init__(self, trusted: TrustedPeers, roles: RoleMap) -> None:
        self._trusted = trusted
        self._roles = roles

    def account(self, connection: HTTPConnection) -> Account:
        """
        Whom the headers name.

        Raises Unauthenticated when they name nobody or the peer is not trusted; Forbidden for a change that a page
        of another site asks for, which the front end's own cookie would not stop.
        """
        if peer_of(connection.scope) not in self._trusted:
            raise Unauthenticated("only the trusted proxies of this server may name a user")
        user_id = _text(connection, "X-User-Id")
        if not user_id:
            raise Unauthenticated("the front end named no user in X-User-Id")
        _refuse_other_sites(connection)
        project_id = _text(connection, "X-Project-Id")
        roles = self._roles(connection.headers.get("X-Roles", "").split(","))
        own = ProjectRoles(project_id, roles - REACHING, _text(connection, "X-Project-Name"))
        return Account(
            user_id=user_id,
            identity="headers",
            name=_text(connection, "X-User-Name") or user_id,
            domain_id=_text(connection, "X-Domain-Id"),
            roles=roles & REACHING if project_id else roles,
            projects=(own,) if project_id else (),
            home=project_id,
        )


class FrontEndCallers:
    """Identifies callers by what a front end says of them, and by nothing else."""

    challenge = 'FrontEnd realm="nephoscope"'
    guards_overview = True

    def __init__(self, front_end: FrontEnd) -> None:
        self._front_end = front_end

    async def identify(self, connection: HTTPConnection) -> Caller:
        """The caller in the project of the headers. Raises as `FrontEnd.account`."""
        return caller_of(self._front_end.account(connection))


def _text(connection: HTTPConnection, name: str) -> str:
    """A header's value; one that no database would keep is refused. A header sent twice could be half a stranger's."""
    values = connection.headers.getlist(name)
    if len(values) > 1 or any(len(each) > TEXT_LENGTH_MAX or not each.isprintable() for each in values):
        raise Unauthenticated(f"the header {name} cannot be read")
    return values[0].strip() if values else ""


def _refuse_other_sites(connection: HTTPConnection) -> None:
    changes = connection.scope.get("method", "GET") not in SAFE_METHODS
    if changes and connection.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise Forbidden("a page of another site asks for this change", cause="csrf")
