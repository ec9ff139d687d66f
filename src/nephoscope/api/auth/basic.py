# SPDX-License-Identifier: Apache-2.0
"""The passwordless modes of Gnocchi: the user is believed, by HTTP basic or as a trusted front end names it."""

from starlette.requests import HTTPConnection

from nephoscope.api.auth.credentials import basic_credentials
from nephoscope.api.caller import Caller
from nephoscope.api.proxy import TrustedPeers, peer_of
from nephoscope.model.errors import Unauthenticated


def believed(user: str) -> Caller:
    """The caller that a bare user name stands for: `admin` has the role admin, nobody else has any."""
    user_id, _, project_id = user.partition(":")
    roles = frozenset({"admin"} if user == "admin" else ())
    return Caller(user, user_id, project_id, roles=roles, narrowed=False)


class Basic:
    """HTTP basic with any password. For trusted networks and tests only."""

    challenge = 'Basic realm="nephoscope"'
    guards_overview = False

    async def identify(self, connection: HTTPConnection) -> Caller:
        """The user of the header. Raises Unauthenticated."""
        return believed(basic_credentials(connection)[0])


class RemoteUser:
    """The user that a front end, reached through one of the trusted proxies, puts into `header`."""

    challenge = 'Basic realm="nephoscope"'
    guards_overview = False

    def __init__(self, trusted: TrustedPeers, header: str = "X-Remote-User") -> None:
        self._trusted = trusted
        self._header = header

    async def identify(self, connection: HTTPConnection) -> Caller:
        """The user of the header. Raises Unauthenticated when it is missing or the peer is not trusted."""
        user = connection.headers.get(self._header, "")
        if not user or peer_of(connection.scope) not in self._trusted:
            raise Unauthenticated("the front end named no user, or is not among the trusted proxies")
        return believed(user)
