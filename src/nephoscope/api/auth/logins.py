# SPDX-License-Identifier: Apache-2.0
"""Logging in and out with a browser: a password becomes a session, whichever identity source knows the user."""

from typing import Protocol

import msgspec

from nephoscope.api.auth.account import Account
from nephoscope.api.auth.local import foreign_account_of
from nephoscope.api.auth.native import Native
from nephoscope.api.offload import offload
from nephoscope.model.audit import Actor, AuditEvent
from nephoscope.model.errors import BadRequest, Forbidden, NotOffered, Unauthenticated
from nephoscope.model.session import ForeignUser, Identity
from nephoscope.model.text import is_storable
from nephoscope.store.index.contract import Index

USER_LENGTH_MAX = 255


class SessionSettings(msgspec.Struct, frozen=True):
    """How long a session lasts unused, and at most."""

    idle_s: int = 12 * 3600
    life_s: int = 7 * 24 * 3600


class PasswordSource(Protocol):
    """Another identity source that takes passwords."""

    def log_in(self, user: str, password: str, domain: str | None) -> ForeignUser:
        """The user with its projects. Synchronous. Raises Unauthenticated, Unavailable."""
        ...


class Logins:
    """Sessions over the index: begun, ended, and given another password."""

    def __init__(
        self,
        index: Index,
        native: Native,
        *,
        identity: Identity = "local",
        source: PasswordSource | None = None,
        settings: SessionSettings | None = None,
    ) -> None:
        self._index = index
        self._native = native
        self.identity: Identity = identity
        self._source = source
        self._settings = settings or SessionSettings()

    async def start(self, user: str, password: str, domain: str | None, address: str) -> tuple[Account, str]:
        """
        Begin a session; gives the account that has it, and the secret for the cookie.

        Raises Unauthenticated; TooManyRequests; NotOffered where a front end logs people in; Unavailable.
        """
        if self.identity == "headers":
            raise NotOffered("the front end of this server logs people in; there is no password to be given here")
        if not user or len(user) > USER_LENGTH_MAX or not is_storable(user):
            raise Unauthenticated("Unknown user, wrong password, or a disabled user")
        if self._source is None:
            account = await self._native.log_in(user, password, address)
            return await offload(self._begin, account, None, address)
        foreign = await self._foreign(user, password, domain, address)
        return await offload(self._begin, foreign_account_of(foreign, self.identity), foreign, address)

    def end(self, secret: str, account: Account, address: str) -> None:
        """End the session of a cookie, at once."""
        self._index.sessions.end(secret)
        self._native.forget(secret)
        self._record("log out", account, address)

    async def change_password(self, account: Account, old: str, new: str, address: str) -> None:
        """
        Give a local user another password; its other sessions end.

        Raises Forbidden for a wrong old one; BadRequest for a new one that cannot be; TooManyRequests; NotOffered
        where another identity source keeps the passwords.
        """
        if self.identity != "local" or account.identity != "local":
            raise NotOffered("passwords are kept by the identity service of this server; change yours there")
        if account.by_token:
            raise Forbidden("a token cannot change its user's password; log in with the password")
        if old == new:
            raise BadRequest("the new password is the old one; choose another")
        try:
            await self._native.log_in(account.user_id, old, address)
        except Unauthenticated:
            raise Forbidden("the old password is wrong") from None
        keep = account.session.id if account.session else None
        actor = Actor(account.user_id, peer=address or None)
        await offload(self._set_password, account.user_id, new, keep, actor)

    def _set_password(self, user: str, new: str, keep: str | None, actor: Actor) -> None:
        self._index.users.set_password(user, new, keep_session=keep, by=actor)
        self._native.forget()

    async def _foreign(self, user: str, password: str, domain: str | None, address: str) -> ForeignUser:
        source = self._source
        assert source is not None

        async def verify() -> ForeignUser:
            return await offload(source.log_in, user, password, domain)

        return await self._native.guarded(f"{domain or ''}\\{user}", address, verify)

    def _begin(self, account: Account, foreign: ForeignUser | None, address: str) -> tuple[Account, str]:
        session, secret = self._index.sessions.start(
            account.user_id,
            account.identity,
            idle_s=self._settings.idle_s,
            life_s=self._settings.life_s,
            peer=address or None,
            foreign=foreign,
        )
        begun = msgspec.structs.replace(account, session=session)
        self._record("log in", begun, address)
        return begun, secret

    def _record(self, action: str, account: Account, address: str) -> None:
        actor = Actor(account.user_id, account.home or None, address or None)
        self._index.audit.record(AuditEvent(actor, action, account.name or account.user_id))
