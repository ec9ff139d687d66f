# SPDX-License-Identifier: Apache-2.0
"""Callers that Keystone vouches for: X-Auth-Token, validated against its v3 API and remembered for a while."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

import msgspec
import urllib3
from starlette.requests import HTTPConnection

from nephoscope.api.auth.credentials import auth_token
from nephoscope.api.auth.remembered import OneQuestion, Remembered
from nephoscope.api.caller import Caller
from nephoscope.api.offload import offload
from nephoscope.model.errors import Unauthenticated, Unavailable

log = logging.getLogger("nephoscope.api.keystone")

ANSWER_BYTES_MAX = 4 * 2**20


class KeystoneSettings(msgspec.Struct, frozen=True):
    """
    Where Keystone is (`url` ends before `/v3`) and as whom we ask it; `ca_file` is empty for the system's own.

    A token is remembered for `remember_s`, never beyond its end; a refused one for `remember_no_s`.
    """

    url: str
    username: str
    password: str
    project_name: str
    user_domain_name: str = "Default"
    project_domain_name: str = "Default"
    timeout_s: float = 5
    remember_s: float = 300
    remember_no_s: float = 10
    size_max: int = 10_000
    ca_file: str = ""

    def __repr__(self) -> str:
        return f"KeystoneSettings(url={self.url!r}, username={self.username!r}, password=...)"


class _Named(msgspec.Struct):
    id: str = ""
    name: str = ""


class _Token(msgspec.Struct):
    expires_at: str
    user: _Named
    project: _Named | None = None
    domain: _Named | None = None
    roles: list[_Named] = []


class _Answer(msgspec.Struct):
    token: _Token


class Verdict(msgspec.Struct, frozen=True):
    """What Keystone says about a token: nobody, or a caller until a point in time (epoch seconds)."""

    caller: Caller | None
    until_s: float = 0


class KeystoneService:
    """
    The v3 API as one service user, synchronous and safe for several threads.

    The service's own token is fetched when first needed and again when Keystone no longer takes it.
    """

    def __init__(self, settings: KeystoneSettings) -> None:
        self._settings = settings
        self._tokens_url = settings.url.rstrip("/").removesuffix("/v3") + "/v3/auth/tokens"
        self._pool = urllib3.PoolManager(
            maxsize=8,
            timeout=settings.timeout_s,
            retries=False,
            ca_certs=settings.ca_file or None,
        )
        self._service_token = ""
        self._lock = threading.Lock()

    def validate(self, token: str) -> Verdict:
        """Ask for a caller's token. Raises Unavailable when Keystone is away or does not let us ask."""
        service_token = self._service_token or self._renew("")
        answer = self._ask(token, service_token)
        if answer.status == 401:
            answer = self._ask(token, self._renew(service_token))
        if answer.status == 404:
            return Verdict(None)
        if answer.status != 200:
            raise _away(f"Keystone answered {answer.status} when asked about a token")
        return _verdict(answer.data)

    def _ask(self, token: str, service_token: str) -> "_Heard":
        return self._request("GET", headers={"X-Auth-Token": service_token, "X-Subject-Token": token})

    def _renew(self, refused: str) -> str:
        with self._lock:
            if self._service_token == refused:  # else another thread has just renewed it
                answer = self._request("POST", headers={}, body=msgspec.json.encode(self._identity()))
                if answer.status != 201:
                    raise _away(f"Keystone answered {answer.status} to our own credentials; check [keystone]")
                self._service_token = answer.subject_token
            return self._service_token

    def _identity(self) -> dict[str, object]:
        about = self._settings
        user = {"name": about.username, "domain": {"name": about.user_domain_name}, "password": about.password}
        project = {"name": about.project_name, "domain": {"name": about.project_domain_name}}
        password = {"methods": ["password"], "password": {"user": user}}
        return {"auth": {"identity": password, "scope": {"project": project}}}

    def _request(self, method: str, headers: dict[str, str], body: bytes | None = None) -> "_Heard":
        headers = {**headers, "Accept": "application/json", "Content-Type": "application/json"}
        try:
            answer = self._pool.request(method, self._tokens_url, headers=headers, body=body, preload_content=False)
            try:
                data = answer.read(ANSWER_BYTES_MAX)
                return _Heard(answer.status, answer.headers.get("X-Subject-Token", ""), data)
            finally:
                answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise _away(f"Keystone cannot be reached: {type(error).__name__}") from None


class _Heard(msgspec.Struct):
    status: int
    subject_token: str
    data: bytes


def _away(why: str) -> Unavailable:
    log.warning("%s", why)
    return Unavailable(f"{why}; try again later")


def _verdict(data: bytes) -> Verdict:
    try:
        token = msgspec.json.decode(data, type=_Answer).token
        until_s = datetime.fromisoformat(token.expires_at).timestamp()
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError):
        raise _away("Keystone's answer about a token cannot be read") from None
    project_id = token.project.id if token.project else ""
    caller = Caller(
        creator=f"{token.user.id}:{project_id}",
        user_id=token.user.id,
        project_id=project_id,
        domain_id=token.domain.id if token.domain else "",
        roles=frozenset(role.name.lower() for role in token.roles),
    )
    return Verdict(caller, until_s)


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
        verdict = self._known.get(token) or await self._question.ask(token, lambda: self._asked(token))
        if verdict.caller is None or verdict.until_s <= self._now_s():
            raise Unauthenticated("the token is not known to Keystone, or has expired")
        return verdict.caller

    async def _asked(self, token: str) -> Verdict:
        verdict = await offload(self._validate, token)
        if verdict.caller is None:
            self._known.put(token, verdict, self._settings.remember_no_s)
        else:
            left_s = max(verdict.until_s - self._now_s(), 0)
            self._known.put(token, verdict, min(self._settings.remember_s, left_s))
        return verdict
