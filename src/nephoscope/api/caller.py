# SPDX-License-Identifier: Apache-2.0
"""Who is calling: what every dialect knows of the other side once it is authenticated."""

from typing import Protocol

import msgspec
from starlette.requests import HTTPConnection


class Caller(msgspec.Struct, frozen=True):
    """
    An authenticated caller.

    `creator` is written into what the caller creates. Roles are in lower case. `narrowed` is False in the modes in
    which lists are not narrowed to what the caller may see (passwordless ones: there is nothing to protect).
    `chosen_project` tells that the caller asked to see `project_id` alone, which narrows an operator's view, too.
    """

    creator: str
    user_id: str
    project_id: str = ""
    domain_id: str = ""
    roles: frozenset[str] = frozenset()
    narrowed: bool = True
    chosen_project: bool = False


class Authenticator(Protocol):
    """One way to find out who calls; the configuration picks one for each dialect."""

    challenge: str
    """What a 401 says in WWW-Authenticate."""

    guards_overview: bool
    """Whether pages that only list what a dialect offers ask for credentials too."""

    async def identify(self, connection: HTTPConnection) -> Caller:
        """The caller. Raises Unauthenticated, or Unavailable when whoever knows cannot be asked."""
        ...
