# SPDX-License-Identifier: Apache-2.0
"""Keystone's v3 API as we use it: is this token good, is this password right, and where may its user work."""

import logging
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

import msgspec
import urllib3

from nephoscope.api.auth.account import Account, ProjectRoles
from nephoscope.api.auth.roles import REACHING, RoleMap
from nephoscope.model.errors import Unauthenticated, Unavailable
from nephoscope.model.session import ForeignProject, ForeignUser

log = logging.getLogger("nephoscope.api.keystone")

T = TypeVar("T")

ANSWER_BYTES_MAX = 4 * 2**20
ASKED_SIDE_BY_SIDE = 4


class KeystoneSettings(msgspec.Struct, frozen=True):
    """
    Where Keystone is (`url` ends before `/v3`) and as whom we ask it; `ca_file` is empty for the system's own.

    A token is remembered for `remember_s`, never beyond its end; a refused one for `remember_no_s`. Who logs in
    without naming a domain is of `login_domain`, and has roles in `projects_max` projects at most.
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
    login_domain: str = "Default"
    projects_max: int = 50

    def __repr__(self) -> str:
        return f"KeystoneSettings(url={self.url!r}, username={self.username!r}, password=...)"


class _Domain(msgspec.Struct):
    id: str = ""


class _Named(msgspec.Struct):
    id: str = ""
    name: str = ""
    domain: _Domain | None = None


class _Token(msgspec.Struct):
    expires_at: str
    user: _Named
    project: _Named | None = None
    domain: _Named | None = None
    roles: list[_Named] = []


class _TokenAnswer(msgspec.Struct):
    token: _Token


class _Project(msgspec.Struct):
    id: str
    name: str
    enabled: bool = True
    is_domain: bool = False


class _Projects(msgspec.Struct):
    projects: list[_Project]


class Verdict(msgspec.Struct, frozen=True):
    """What Keystone says about a token: nobody, or an account until a point in time (epoch seconds)."""

    account: Account | None
    until_s: float = 0


class _Heard(msgspec.Struct):
    status: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def token(self) -> str:
        return self.headers.get("X-Subject-Token", "")


class KeystoneService:
    """
    The v3 API, synchronous and safe for several threads.

    The service's own token is fetched when first needed and again when Keystone no longer takes it.
    """

    def __init__(self, settings: KeystoneSettings, roles: RoleMap | None = None) -> None:
        self._settings = settings
        self._roles = roles or RoleMap()
        self._base = settings.url.rstrip("/").removesuffix("/v3") + "/v3"
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
        answer = self._about(token, service_token)
        if answer.status == 401:
            answer = self._about(token, self._renew(service_token))
        if answer.status == 404:
            return Verdict(None)
        if answer.status != 200:
            raise _away(f"Keystone answered {answer.status} when asked about a token")
        return self._verdict(answer)

    def log_in(self, user: str, password: str, domain: str | None) -> ForeignUser:
        """
        The user of a password, with our roles in each project that Keystone lets it work in.

        Roles that reach beyond a project hold everywhere, as do those of the system scope. The tokens that this
        takes are kept nowhere. Raises Unauthenticated, Unavailable.
        """
        who = {"name": user, "domain": {"name": domain or self._settings.login_domain}, "password": password}
        answer = self._log_in({"methods": ["password"], "password": {"user": who}}, "unscoped")
        if answer.status != 201:
            raise _not_let_in(answer)
        token, about = answer.token, self._read(answer, _TokenAnswer).token
        projects = self._projects(token)
        scopes: list[object] = [{"project": {"id": each.id}} for each in projects]
        with ThreadPoolExecutor(ASKED_SIDE_BY_SIDE) as pool:
            *inside, system = pool.map(lambda scope: self._roles_in(token, scope), [*scopes, {"system": {"all": True}}])
        everywhere = system.union(*(roles & REACHING for roles in inside))
        found = [
            ForeignProject(each.id, each.name, tuple(sorted(roles - REACHING)))
            for each, roles in zip(projects, inside, strict=True)
            if roles
        ]
        return ForeignUser(
            id=about.user.id,
            name=about.user.name or user,
            domain_id=about.user.domain.id if about.user.domain else "",
            roles=tuple(sorted(everywhere)),
            projects=tuple(found),
            project_id=found[0].id if found else None,
        )

    def _projects(self, token: str) -> list[_Project]:
        answer = self._request("GET", "/auth/projects", {"X-Auth-Token": token})
        if answer.status != 200:
            raise _away(f"Keystone answered {answer.status} when asked for a user's projects")
        open_ones = [each for each in self._read(answer, _Projects).projects if each.enabled and not each.is_domain]
        if len(open_ones) > self._settings.projects_max:
            log.warning("a user has %d projects; the first %d count", len(open_ones), self._settings.projects_max)
        return sorted(open_ones, key=lambda each: (each.name, each.id))[: self._settings.projects_max]

    def _roles_in(self, token: str, scope: object) -> frozenset[str]:
        """Our roles in one scope; none where Keystone does not let the user in, as in a disabled domain."""
        answer = self._log_in({"methods": ["token"], "token": {"id": token}}, scope)
        if answer.status in (401, 403, 404):
            return frozenset()
        if answer.status != 201:
            raise _away(f"Keystone answered {answer.status} when asked for a user's roles")
        return self._roles(_names(self._read(answer, _TokenAnswer).token.roles))

    def _about(self, token: str, service_token: str) -> _Heard:
        return self._request("GET", "/auth/tokens", {"X-Auth-Token": service_token, "X-Subject-Token": token})

    def _renew(self, refused: str) -> str:
        with self._lock:
            if self._service_token == refused:  # else another thread has just renewed it
                about = self._settings
                user = {"name": about.username, "domain": {"name": about.user_domain_name}, "password": about.password}
                project = {"name": about.project_name, "domain": {"name": about.project_domain_name}}
                identity = {"methods": ["password"], "password": {"user": user}}
                answer = self._log_in(identity, {"project": project})
                if answer.status != 201:
                    raise _away(f"Keystone answered {answer.status} to our own credentials; check [keystone]")
                self._service_token = answer.token
            return self._service_token

    def _log_in(self, identity: Mapping[str, object], scope: object) -> _Heard:
        body = msgspec.json.encode({"auth": {"identity": identity, "scope": scope}})
        return self._request("POST", "/auth/tokens", {}, body)

    def _request(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> _Heard:
        sent = {**headers, "Accept": "application/json", "Content-Type": "application/json"}
        try:
            answer = self._pool.request(method, self._base + path, headers=sent, body=body, preload_content=False)
            try:
                return _Heard(answer.status, answer.headers, answer.read(ANSWER_BYTES_MAX))
            finally:
                answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise _away(f"Keystone cannot be reached: {type(error).__name__}") from None

    def _verdict(self, answer: _Heard) -> Verdict:
        token = self._read(answer, _TokenAnswer).token
        try:
            until_s = datetime.fromisoformat(token.expires_at).timestamp()
        except ValueError:
            raise _away("Keystone's answer cannot be read") from None
        project_id = token.project.id if token.project else ""
        roles = self._roles(_names(token.roles))
        own = ProjectRoles(project_id, roles - REACHING, token.project.name if token.project else "")
        account = Account(
            user_id=token.user.id,
            identity="keystone",
            name=token.user.name,
            domain_id=token.domain.id if token.domain else "",
            roles=roles & REACHING if project_id else roles,
            projects=(own,) if project_id else (),
            home=project_id,
            by_token=True,
        )
        return Verdict(account, until_s)

    def _read(self, answer: _Heard, wanted: type[T]) -> T:
        try:
            return msgspec.json.decode(answer.data, type=wanted)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise _away("Keystone's answer cannot be read") from None


def _names(roles: Iterable[_Named]) -> list[str]:
    return [role.name for role in roles]


def _not_let_in(answer: _Heard) -> Exception:
    if answer.status == 401 and "Openstack-Auth-Receipt" in answer.headers:
        return Unauthenticated("this account needs a second factor at Keystone; send a token in X-Auth-Token instead")
    if answer.status in (400, 401, 403, 404):
        return Unauthenticated("Keystone knows no such user and password in this domain, or the user is disabled")
    return _away(f"Keystone answered {answer.status} to a login")


def _away(why: str) -> Unavailable:
    log.warning("%s", why)
    return Unavailable(f"{why}; try again later")
