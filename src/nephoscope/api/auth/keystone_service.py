# SPDX-License-Identifier: Apache-2.0
"""Keystone's v3 API as we use it: is this token good, is this password right, where may its user work, who are we."""

import logging
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

import msgspec
import urllib3

from nephoscope.api.auth.account import Account, ProjectRoles
from nephoscope.api.auth.roles import REACHING, RoleMap
from nephoscope.model.errors import NotFound, Unauthenticated, Unavailable
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


class Named(msgspec.Struct):
    """A user, project, domain or role."""

    id: str = ""
    name: str = ""
    domain: _Domain | None = None


class TokenFacts(msgspec.Struct):
    """What Keystone says of a token: whose it is, where it works and with which roles."""

    expires_at: str
    user: Named
    project: Named | None = None
    domain: Named | None = None
    roles: list[Named] = []


class _TokenAnswer(msgspec.Struct):
    token: TokenFacts


class _Project(msgspec.Struct):
    id: str
    name: str
    enabled: bool = True
    is_domain: bool = False
    domain_id: str = ""


class _Projects(msgspec.Struct):
    projects: list[_Project]


class Verdict(msgspec.Struct, frozen=True):
    """What Keystone says about a token: nobody, or an account until a point in time (epoch seconds)."""

    account: Account | None
    until_s: float = 0


class Heard(msgspec.Struct):
    """What Keystone answered."""

    status: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def token(self) -> str:
        """The token that a login gave."""
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
        self._own: Heard | None = None
        self._lock = threading.Lock()

    def validate(self, token: str) -> Verdict:
        """Ask for a caller's token. Raises Unavailable when Keystone is away or does not let us ask."""
        answer = self._as_service("GET", "/auth/tokens", {"X-Subject-Token": token})
        if answer.status == 404:
            return Verdict(None)
        if answer.status != 200:
            raise _away(f"Keystone answered {answer.status} when asked about a token")
        return self._verdict(answer)

    def facts(self, token: str) -> TokenFacts:
        """Whose a token is, asked with itself. Raises Unauthenticated, Unavailable."""
        answer = self.request("GET", "/auth/tokens", {"X-Auth-Token": token, "X-Subject-Token": token})
        if answer.status in (401, 403, 404):
            raise Unauthenticated("the token is not known to Keystone, or has expired")
        if answer.status != 200:
            raise _away(f"Keystone answered {answer.status} when asked about a token")
        return self.read(answer, _TokenAnswer).token

    def own(self) -> TokenFacts:
        """Who this server is at Keystone. Raises Unavailable."""
        if self._own is None:
            self._renew("")
        assert self._own is not None
        return self.read(self._own, _TokenAnswer).token

    def project_id(self, name: str) -> str | None:
        """The id of a project by its name, in the domain of our own; None when we are shown none. Unavailable."""
        own = self.own().project
        if own is not None and own.name == name:
            return own.id
        answer = self._as_service("GET", f"/projects?{urlencode({'name': name})}")
        if answer.status not in (200, 403):
            raise _away(f"Keystone answered {answer.status} when asked for a project")
        listed = self.read(answer, _Projects).projects if answer.status == 200 else []
        domain_id = own.domain.id if own is not None and own.domain else ""
        return next((each.id for each in listed if each.domain_id == domain_id), None)

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
        token, about = answer.token, self.read(answer, _TokenAnswer).token
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

    def trust_token(self, trust_id: str) -> str:
        """
        A new token of our own user, as whoever has given it a trust.

        Errors  NotFound when there is no such trust, or not for us; Unavailable.
        """
        answer = self._log_in(self._own_identity(), {"OS-TRUST:trust": {"id": trust_id}})
        if answer.status in (401, 403, 404):
            # Were our own credentials at fault, they would get us no token without the trust either.
            self._renew(self._service_token)
            raise NotFound("Keystone has no such trust for us, or whoever gave it may not work there any more")
        if answer.status != 201:
            raise _away(f"Keystone answered {answer.status} when asked for a token by trust")
        return answer.token

    def service_token(self, refused: str = "") -> str:
        """A token of our own user, another than the one that a service has `refused`. Raises Unavailable."""
        present = self._service_token
        return self._renew(present) if present in ("", refused) else present

    def _projects(self, token: str) -> list[_Project]:
        answer = self.request("GET", "/auth/projects", {"X-Auth-Token": token})
        if answer.status != 200:
            raise _away(f"Keystone answered {answer.status} when asked for a user's projects")
        open_ones = [each for each in self.read(answer, _Projects).projects if each.enabled and not each.is_domain]
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
        return self._roles(_names(self.read(answer, _TokenAnswer).token.roles))

    def _as_service(self, method: str, path: str, headers: Mapping[str, str] | None = None) -> Heard:
        """Ask with the service's own token, with a new one when that is not taken any more."""
        token = self._service_token or self._renew("")
        answer = self.request(method, path, {**(headers or {}), "X-Auth-Token": token})
        if answer.status == 401:
            answer = self.request(method, path, {**(headers or {}), "X-Auth-Token": self._renew(token)})
        return answer

    def _renew(self, refused: str) -> str:
        with self._lock:
            if self._service_token == refused:  # else another thread has just renewed it
                about = self._settings
                project = {"name": about.project_name, "domain": {"name": about.project_domain_name}}
                answer = self._log_in(self._own_identity(), {"project": project})
                if answer.status != 201:
                    raise _away(f"Keystone answered {answer.status} to our own credentials; check [keystone]")
                self._own = answer
                self._service_token = answer.token
            return self._service_token

    def _own_identity(self) -> dict[str, object]:
        about = self._settings
        user = {"name": about.username, "domain": {"name": about.user_domain_name}, "password": about.password}
        return {"methods": ["password"], "password": {"user": user}}

    def _log_in(self, identity: Mapping[str, object], scope: object) -> Heard:
        body = msgspec.json.encode({"auth": {"identity": identity, "scope": scope}})
        return self.request("POST", "/auth/tokens", {}, body)

    def request(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Heard:
        """Ask for something below `/v3`. Raises Unavailable when Keystone cannot be reached."""
        sent = {**headers, "Accept": "application/json", "Content-Type": "application/json"}
        try:
            answer = self._pool.request(method, self._base + path, headers=sent, body=body, preload_content=False)
            try:
                return Heard(answer.status, answer.headers, answer.read(ANSWER_BYTES_MAX))
            finally:
                answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise _away(f"Keystone cannot be reached: {type(error).__name__}") from None

    def _verdict(self, answer: Heard) -> Verdict:
        token = self.read(answer, _TokenAnswer).token
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

    def read(self, answer: Heard, wanted: type[T]) -> T:
        """An answer's content. Raises Unavailable when it is something else."""
        try:
            return msgspec.json.decode(answer.data, type=wanted)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise _away("Keystone's answer cannot be read") from None


def _names(roles: Iterable[Named]) -> list[str]:
    return [role.name for role in roles]


def _not_let_in(answer: Heard) -> Exception:
    if answer.status == 401 and "Openstack-Auth-Receipt" in answer.headers:
        return Unauthenticated("this account needs a second factor at Keystone; send a token in X-Auth-Token instead")
    if answer.status in (400, 401, 403, 404):
        return Unauthenticated("Keystone knows no such user and password in this domain, or the user is disabled")
    return _away(f"Keystone answered {answer.status} to a login")


def _away(why: str) -> Unavailable:
    log.warning("%s", why)
    return Unavailable(f"{why}; try again later")
