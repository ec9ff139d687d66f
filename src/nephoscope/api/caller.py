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
    `by_token` tells that a token was shown, which may be in a script's hands: it makes no further tokens.
    With `must_change_password` nothing is allowed but what concerns the caller's own account. Where `roles_decide`,
    whoever has no role is kept from everybody's data, whatever a dialect lets anyone do.
    """

    creator: str
    user_id: str
    project_id: str = ""
    domain_id: str = ""
    roles: frozenset[str] = frozenset()
    narrowed: bool = True
    chosen_project: bool = False
    by_token: bool = False
    must_change_password: bool = False
    roles_decide: bool = False


NOBODY = Caller(creator="", user_id="")
"""Stands for the caller where an address is open to anyone."""


class Authenticator(Protocol):
    """One way to find out who calls; the configuration picks one for each dialect."""

    challenge: str
    """What a 401 says in WWW-Authenticate."""

    guards_overview: bool
    """Whether pages that only list what a dialect offers ask for credentials too."""

    async def identify(self, connection: HTTPConnection) -> Caller:
        """The caller. Raises Unauthenticated, or Unavailable when whoever knows cannot be asked."""
        ...
