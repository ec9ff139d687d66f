# SPDX-License-Identifier: Apache-2.0
"""Our own way to know callers: tokens, passwords and sessions, or what another identity source says in their place."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import msgspec
from starlette.requests import HTTPConnection

from nephoscope.api.auth.account import PROJECT_HEADER, Account, caller_of, needs_lookup
from nephoscope.api.auth.cookies import require_csrf, session_secret
from nephoscope.api.auth.credentials import auth_token, basic_credentials, bearer_token
from nephoscope.api.auth.local import Accounts
from nephoscope.api.auth.remembered import OneQuestion, Remembered
from nephoscope.api.auth.throttle import Throttle
from nephoscope.api.caller import Caller
from nephoscope.api.offload import offload
from nephoscope.api.proxy import client_of
from nephoscope.model.errors import Unauthenticated
from nephoscope.model.session import Identity

T = TypeVar("T")

LOCAL_MARK = "neph_"
BASIC_CHALLENGE = 'Basic realm="nephoscope", charset="UTF-8"'
# To Basic, browsers would open a window of their own over our page.
PAGE_CHALLENGE = 'Session realm="nephoscope"'


class Remembering(msgspec.Struct, frozen=True):
    """For how long a yes and a no are remembered, how many of them, and how many passwords are hashed side by side."""

    yes_s: float = 60
    no_s: float = 5
    size_max: int = 10_000
    hashing_max: int = 2


class TokenSource(Protocol):
    """Another identity source that tokens can be from."""

    async def account(self, token: str) -> Account:
        """Whom a token stands for. Raises Unauthenticated, or Unavailable when the source is away."""
        ...


class FrontEndSource(Protocol):
    """A front end that names its user in headers."""

    def account(self, connection: HTTPConnection) -> Account:
        """Whom the headers name. Raises Unauthenticated for none, or from a peer that is not trusted."""
        ...


class Native:
    """
    Tries, in this order, a token (`Authorization: Bearer`, X-Auth-Token), a password (`Authorization: Basic`), and
    the session cookie; then moves to the project that the request names.

    Where another `identity` source knows the people, `tokens` or `front_end` ask it. Local passwords and the sessions
    that came of them are not taken then; local tokens are, for agents and scripts.

    A password costs tens of milliseconds of CPU by design, so only a few are looked at side by side. A changed
    password or a revoked token is noticed after `yes_s` at the latest, at once in the process that changed it, which
    calls `forget`.
    """

    guards_overview = True

    def __init__(
        self,
        accounts: Accounts,
        *,
        identity: Identity = "local",
        throttle: Throttle | None = None,
        tokens: TokenSource | None = None,
        front_end: FrontEndSource | None = None,
        remembering: Remembering | None = None,
    ) -> None:
        about = remembering or Remembering()
        self.challenge = BASIC_CHALLENGE if identity == "local" else PAGE_CHALLENGE
        self._accounts = accounts
        self._identity = identity
        self._throttle = throttle or Throttle()
        self._tokens = tokens
        self._front_end = front_end
        self._about = about
        self._known: Remembered[Account] = Remembered(about.size_max)
        self._refused: Remembered[bool] = Remembered(about.size_max)
        self._projects: Remembered[bool] = Remembered(about.size_max)
        self._question: OneQuestion[Account] = OneQuestion()
        self._hashing = asyncio.Semaphore(about.hashing_max)
        self._turn = 0

    async def identify(self, connection: HTTPConnection) -> Caller:
        """
        The caller; its account stays in the connection's scope.

        Raises Unauthenticated; TooManyRequests after wrong passwords; Forbidden for a project of others or a missing
        CSRF value; Unavailable when accounts cannot be looked up.
        """
        if "sec-fetch-mode" in connection.headers:
            connection.scope["nephoscope.challenge"] = PAGE_CHALLENGE
        account = await self._account(connection)
        connection.scope["nephoscope.account"] = account
        wanted = connection.headers.get(PROJECT_HEADER, "").strip()
        exists = needs_lookup(account, wanted) and await self._exists(account, wanted)
        return caller_of(account, wanted, exists=exists)

    async def log_in(self, user: str, password: str, address: str) -> Account:
        """The account of a local user. Raises Unauthenticated, TooManyRequests, IndexUnavailable."""
        return await self.guarded(user, address, lambda: offload(self._accounts.by_password, user, password))

    async def guarded(self, user: str, address: str, verify: Callable[[], Awaitable[T]]) -> T:
        """What `verify` says of a password, a few at a time, and slower and slower for whoever guesses."""
        async with self._hashing:
            with self._throttle.attempt(user, address):
                return await verify()

    def forget(self, secret: str | None = None) -> None:
        """Drop every verdict at once, after accounts changed in this process; or the one about a session's secret."""
        if secret is not None:
            self._known.drop(f"session\0{secret}")
            return
        # What is being asked now was perhaps answered before the change.
        self._turn += 1
        for memory in (self._known, self._refused, self._projects):
            memory.forget()

    async def _account(self, connection: HTTPConnection) -> Account:
        token = bearer_token(connection) or auth_token(connection)
        if token is not None:
            if self._tokens is not None and not token.startswith(LOCAL_MARK):
                return await self._tokens.account(token)
            return await self._judged(f"token\0{token}", lambda: offload(self._accounts.by_token, token))
        if "authorization" in connection.headers:
            user, password = basic_credentials(connection)
            if self._identity != "local":
                raise Unauthenticated("passwords are not taken here: log in at the web page, or send a token")
            address = client_of(connection.scope)
            return await self._judged(f"password\0{user}\0{password}", lambda: self.log_in(user, password, address))
        if self._front_end is not None:
            return self._front_end.account(connection)
        return await self._by_session(connection)

    async def _by_session(self, connection: HTTPConnection) -> Account:
        secret = session_secret(connection)
        if secret is None:
            raise Unauthenticated("no credentials were sent")
        account = await self._judged(f"session\0{secret}", lambda: offload(self._accounts.by_session, secret))
        assert account.session is not None
        if account.session.ends_ns <= time.time_ns() or account.identity != self._identity:
            raise Unauthenticated("the session has ended; log in again")
        require_csrf(connection, account.session)
        return account

    async def _judged(self, secret: str, verify: Callable[[], Awaitable[Account]]) -> Account:
        if self._refused.get(secret):
            raise Unauthenticated("the credentials are not known here, or have been switched off")
        if account := self._known.get(secret):
            return account
        turn = self._turn
        try:
            account = await self._question.ask(f"{turn}\0{secret}", verify)
        except Unauthenticated:
            self._refused.put(secret, True, self._about.no_s)
            raise
        if turn == self._turn:
            self._known.put(secret, account, self._about.yes_s)
        return account

    async def _exists(self, account: Account, project_id: str) -> bool:
        if account.identity != "local":
            return True  # whose projects those are, only the other source knows
        found = self._projects.get(project_id)
        if found is None:
            found = await offload(self._accounts.project_open, project_id)
            self._projects.put(project_id, found, self._about.yes_s if found else self._about.no_s)
        return found
