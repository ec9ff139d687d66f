# SPDX-License-Identifier: Apache-2.0
"""A real Keystone as a service of the tests: started as a child, with what an administrator does in it."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3

from tests.services.process import ReadyProcess

PROJECT = Path(__file__).parents[2]
PYTHON = PROJECT / ".venv-keystone" / "bin" / "python"
INSTALL = "Keystone is missing: run `make test-keystone-env`, which `make test` does as well"
ADMIN = "admin"
PASSWORD = "first secret"
DOMAIN = {"id": "default"}
START_TIMEOUT_S = 90.0


class Keystone:
    """One Keystone on 127.0.0.1; port and accounts stay the same over restarts."""

    def __init__(self, folder: Path) -> None:
        if not PYTHON.exists():
            raise RuntimeError(INSTALL)
        self.folder = folder
        self.port = 0
        self.process = ReadyProcess("keystone", folder)
        self._ids: dict[tuple[str, str], str] = {}
        self._admin_token = ""

    @property
    def url(self) -> str:
        """The address before `/v3`."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, token_life_s: int = 3600) -> None:
        """Start and wait until it answers; its tokens will live as long as given."""
        program = Path(__file__).with_name("keystone_program.py")
        # -P: this very file must not be taken for the keystone that the program imports.
        command = [str(PYTHON), "-P", str(program), str(self.folder), str(self.port), PASSWORD, str(token_life_s)]
        address = self.process.start(command, timeout_s=START_TIMEOUT_S)
        self.port = int(address.rpartition(":")[2])
        self._admin_token = self.token(ADMIN, PASSWORD, "admin")

    def kill(self) -> None:
        """Kill -9."""
        self.process.kill()

    def create(self, kind: str, name: str, **more: object) -> str:
        """Make a `project`, `user`, `role` or `domain`; gives its id."""
        answer = self._done("POST", f"{kind}s", {kind: {"name": name, **more}})
        found: str = answer[kind]["id"]
        self._ids[kind, name] = found
        return found

    def id_of(self, kind: str, name: str) -> str:
        """The id of something made here, or by Keystone itself."""
        if (kind, name) not in self._ids:
            self._ids[kind, name] = self._done("GET", f"{kind}s?name={name}")[f"{kind}s"][0]["id"]
        return self._ids[kind, name]

    def grant(self, user: str, role: str, project: str) -> None:
        """Give a user a role in a project."""
        self._done("PUT", self._assignment(user, role, project))

    def revoke_role(self, user: str, role: str, project: str) -> None:
        """Take a role away."""
        self._done("DELETE", self._assignment(user, role, project))

    def grant_on_system(self, user: str, role: str) -> None:
        """Give a user a role on the whole system."""
        self._done("PUT", f"system/users/{self.id_of('user', user)}/roles/{self.id_of('role', role)}")

    def change(self, kind: str, name: str, **changes: object) -> None:
        """Change something, as in `change("user", "alice", enabled=False)`."""
        self._done("PATCH", f"{kind}s/{self.id_of(kind, name)}", {kind: changes})

    def enter_in_catalogue(self, kind: str, name: str, url: str) -> None:
        """Where a service is; `kind` and `name` are those of the catalogue, as in `("metric", "gnocchi", …)`."""
        found = self._done("GET", f"services?name={name}&type={kind}")["services"]
        service = found[0]["id"] if found else self.create("service", name, type=kind)
        for endpoint in self._done("GET", f"endpoints?service_id={service}")["endpoints"]:
            self._done("DELETE", f"endpoints/{endpoint['id']}")
        endpoint = {"service_id": service, "interface": "public", "url": url}
        self._done("POST", "endpoints", {"endpoint": endpoint})

    def token(self, user: str, password: str, project: str | None = None) -> str:
        """A token of a user of the default domain, for a project or for none."""
        who = {"name": user, "domain": DOMAIN, "password": password}
        scope = {"project": {"name": project, "domain": DOMAIN}} if project else "unscoped"
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": who}}, "scope": scope}}
        answer = self._request("POST", "auth/tokens", body, {})
        assert answer.status == 201, answer.data
        return answer.headers["X-Subject-Token"]

    def revoke(self, token: str) -> None:
        """End a token before its time."""
        self._done("DELETE", "auth/tokens", headers={"X-Subject-Token": token})

    def _assignment(self, user: str, role: str, project: str) -> str:
        who, what, where = self.id_of("user", user), self.id_of("role", role), self.id_of("project", project)
        return f"projects/{where}/users/{who}/roles/{what}"

    def _done(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Any:
        admin = {"X-Auth-Token": self._admin_token, **(headers or {})}
        answer = self._request(method, path, body, admin)
        assert 200 <= answer.status < 300, f"{method} {path}: {answer.status} {answer.data!r}"
        return json.loads(answer.data) if answer.data else None

    def _request(self, method: str, path: str, body: object, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        sent = {"Content-Type": "application/json", **headers}
        content = None if body is None else json.dumps(body).encode()
        return urllib3.request(method, f"{self.url}/v3/{path}", body=content, headers=sent, timeout=30.0, retries=False)


@contextmanager
def started() -> Iterator[Keystone]:
    """A running Keystone in a folder of its own, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="nephoscope-keystone-"))
    service: Keystone | None = None
    try:
        service = Keystone(folder)
        service.start()
        yield service
    finally:
        if service is not None:
            service.kill()
        shutil.rmtree(folder, ignore_errors=True)
