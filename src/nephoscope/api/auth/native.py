# SPDX-License-Identifier: Apache-2.0
"""Our own users and tokens: HTTP basic with a password, or a token as bearer or X-Auth-Token."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import HTTPConnection

from nephoscope.api.auth.credentials import auth_token, basic_credentials, bearer_token
from nephoscope.api.auth.remembered import OneQuestion, Remembered
from nephoscope.api.caller import Caller
from nephoscope.api.offload import offload
from nephoscope.model.errors import Unauthenticated
from nephoscope.model.user import Token, User

VerifyPassword = Callable[[str, str], User]
VerifyToken = Callable[[str], Token]


class Native:
    """
    Verifies with the two functions given (synchronous, asked in a thread, raising Unauthenticated) and remembers
    their yes and no.

    A password costs tens of milliseconds of CPU by design, so only `hashing_max` are looked at side by side: guessing
    cannot eat the machine. A changed password or a revoked token is noticed after `remember_s` at the latest.
    """

    challenge = 'Basic realm="nephoscope", charset="UTF-8"'
    guards_overview = True

    def __init__(
        self,
        verify_password: VerifyPassword,
        verify_token: VerifyToken,
        *,
        remember_s: float = 60,
        remember_no_s: float = 5,
        size_max: int = 10_000,
        hashing_max: int = 2,
    ) -> None:
        self._verify_password = verify_password
        self._verify_token = verify_token
        self._remember_s = remember_s
        self._remember_no_s = remember_no_s
        self._known: Remembered[Caller] = Remembered(size_max)
        self._refused: Remembered[bool] = Remembered(size_max)
        self._question: OneQuestion[Caller] = OneQuestion()
        self._hashing = asyncio.Semaphore(hashing_max)

    async def identify(self, connection: HTTPConnection) -> Caller:
        """The caller. Raises Unauthenticated; IndexUnavailable when accounts cannot be looked up."""
        token = bearer_token(connection) or auth_token(connection)
        if token is not None:
            return await self._judged(f"token\0{token}", lambda: offload(self._by_token, token))
        user, password = basic_credentials(connection)
        return await self._judged(f"password\0{user}\0{password}", lambda: self._by_password(user, password))

    def _by_token(self, token: str) -> Caller:
        return token_caller(self._verify_token(token))

    async def _by_password(self, user: str, password: str) -> Caller:
        async with self._hashing:
            return user_caller(await offload(self._verify_password, user, password))

    async def _judged(self, secret: str, verify: Callable[[], Awaitable[Caller]]) -> Caller:
        if self._refused.get(secret):
            raise Unauthenticated("the credentials are not known here, or have been switched off")
        if caller := self._known.get(secret):
            return caller
        try:
            caller = await self._question.ask(secret, verify)
        except Unauthenticated:
            self._refused.put(secret, True, self._remember_no_s)
            raise
        self._known.put(secret, caller, self._remember_s)
        return caller

    def forget(self) -> None:
        """Drop every verdict at once, after accounts changed in this process."""
        self._known.forget()
        self._refused.forget()


def user_caller(user: User) -> Caller:
    """The caller that a local user is."""
    return _caller(user.name, user.project_id, user.roles)


def token_caller(token: Token) -> Caller:
    """The caller that a token stands for: its user, with the token's own roles and project."""
    return _caller(token.user, token.project_id, token.roles)


def _caller(name: str, project_id: str | None, roles: Sequence[str]) -> Caller:
    creator = f"{name}:{project_id}" if project_id else name
    return Caller(creator, name, project_id or "", roles=frozenset(role.lower() for role in roles))
