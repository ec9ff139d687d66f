# SPDX-License-Identifier: Apache-2.0
"""Callers that Keystone vouches for: X-Auth-Token, validated against its v3 API and remembered for a while."""

import time
from collections.abc import Callable

from starlette.requests import HTTPConnection

from nephoscope.api.auth.account import PROJECT_HEADER, Account, caller_of
from nephoscope.api.auth.credentials import auth_token
from nephoscope.api.auth.keystone_service import KeystoneService, KeystoneSettings, Verdict
from nephoscope.api.auth.remembered import OneQuestion, Remembered
from nephoscope.api.caller import Caller
from nephoscope.api.offload import offload
from nephoscope.model.errors import Unauthenticated

__all__ = ["Keystone", "KeystoneService", "KeystoneSettings", "Verdict"]


class Keystone:
    """
    Identifies callers by X-Auth-Token only: X-User-Id and its like, sent from outside, mean nothing here.

    Requests that bring the same new token at the same time share one question to Keystone.
    """

    guards_overview = True

    def __init__(
        self,
        settings: KeystoneSettings,
        validate: Callable[[str], Verdict] | None = None,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self.challenge = f'Keystone uri="{settings.url}"'
        self._settings = settings
        self._validate = validate or KeystoneService(settings).validate
        self._now_s = now_s
        self._known: Remembered[Verdict] = Remembered(settings.size_max, now_s)
        self._question: OneQuestion[Verdict] = OneQuestion()

    async def identify(self, connection: HTTPConnection) -> Caller:
        """The caller. Raises Unauthenticated; Unavailable when Keystone is away and the token is not remembered."""
        token = auth_token(connection)
        if token is None:
            raise Unauthenticated("no X-Auth-Token was sent")
        wanted = connection.headers.get(PROJECT_HEADER, "").strip()
        return caller_of(await self.account(token), wanted, exists=True)

    async def account(self, token: str) -> Account:
        """Whom a token stands for. Raises as `identify`."""
        verdict = self._known.get(token) or await self._question.ask(token, lambda: self._asked(token))
        if verdict.account is None or verdict.until_s <= self._now_s():
            raise Unauthenticated("the token is not known to Keystone, or has expired")
        return verdict.account

    async def _asked(self, token: str) -> Verdict:
        verdict = await offload(self._validate, token)
        if verdict.account is None:
            self._known.put(token, verdict, self._settings.remember_no_s)
        else:
            left_s = max(verdict.until_s - self._now_s(), 0)
            self._known.put(token, verdict, min(self._settings.remember_s, left_s))
        return verdict
