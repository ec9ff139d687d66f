# SPDX-License-Identifier: Apache-2.0
"""A cloud on a loopback port: a Keystone that gives tokens and a catalogue, and services with recorded answers."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ANSWERS = Path(__file__).parents[1] / "data" / "openstack"
PROJECT = "a5f1b9a2c34e4d6f8b7c6d5e4f3a2b1c"
USER, PASSWORD = "ceilometer", "not-for-logs"


@dataclass
class Answer:
    """What a service answers to requests for a path whose query has at least `query`."""

    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    # RADOS gateways know no tokens.
    signed: bool = False
    recorded: bool = True


Service = Callable[[str, str, dict[str, str], Any], Answer]
"""Method, path, query and body of a request with a good token -> answer, for services that keep what they are told."""


class Openstack:
    """
    Starts with the services of `tests/data/openstack/*.json`; stops at the end of a `with` block.

    `asked` lists the requests, `method path?query`; `tokens` counts those given out, of which only the last is good.
    """

    def __init__(self, without: tuple[str, ...] = ()) -> None:
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.tokens = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._catalogue: list[dict[str, Any]] = []
        self.answers: list[Answer] = []
        self._services: dict[str, Service] = {}
        for path in sorted(ANSWERS.glob("*.json")):
            found = json.loads(path.read_text().replace("{cloud}", self.url).replace("{project}", PROJECT))
            if found["type"] in without:
                continue
            self._catalogue.append(self._service(found["type"], found["name"], found["endpoint"]))
            self.answers += [Answer(**each) for each in found["answers"]]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "Openstack":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def arguments(self) -> dict[str, Any]:
        """What an SDK's connection takes."""
        auth = {
            "auth_url": f"{self.url}/identity/v3",
            "username": USER,
            "password": PASSWORD,
            "project_name": "service",
            "user_domain_id": "default",
            "project_domain_id": "default",
        }
        return {"auth": auth, "region_name": "RegionOne"}

    def expire(self) -> None:
        """Make the token that is in use a bad one."""
        self.tokens += 1

    def answer(self, path: str, body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """Answer requests for a path so, whatever was recorded."""
        self.answers.insert(0, Answer(path, {}, body, headers or {}, status, recorded=False))

    def serve(self, below: str, service: Service) -> None:
        """Have requests below a path answered by a service, whatever was recorded."""
        self._services[below] = service

    def served(self, method: str, path: str, query: dict[str, str], body: Any, token: str | None) -> Answer | None:
        """What such a service answers; None where there is none."""
        found = [service for below, service in self._services.items() if path.startswith(below)]
        if not found:
            return None
        if token != f"token-{self.tokens}":
            return Answer(path, {}, {"error": {"code": 401, "message": "no"}}, status=401)
        return found[0](method, path, query, body)

    def _service(self, kind: str, name: str, endpoint: str) -> dict[str, Any]:
        places = [
            {
                "id": f"{name}-{each}",
                "interface": each,
                "region": "RegionOne",
                "region_id": "RegionOne",
                "url": endpoint,
            }
            for each in ("public", "internal", "admin")
        ]
        return {"id": name, "type": kind, "name": name, "endpoints": places}

    def token(self) -> dict[str, Any]:
        """The body of a new token."""
        self.tokens += 1
        return {
            "token": {
                "methods": ["password"],
                "user": {"id": "u-ceilometer", "name": USER, "domain": {"id": "default", "name": "Default"}},
                "project": {"id": PROJECT, "name": "service", "domain": {"id": "default", "name": "Default"}},
                "roles": [{"id": "r-admin", "name": "admin"}],
                "catalog": self._catalogue,
                "is_domain": False,
                "audit_ids": ["3T2dc1CGQxyJsHdDu1xkcw"],
                "issued_at": "2026-11-28T08:00:00.000000Z",
                "expires_at": "2099-11-28T09:00:00.000000Z",
            }
        }

    def found(self, path: str, query: dict[str, str], token: str | None, signed: bool) -> Answer:
        """The answer to a request: 401 without the token in use."""
        matching = [each for each in self.answers if each.path == path and each.query.items() <= query.items()]
        if not matching:
            return Answer(path, {}, {"error": {"code": 404, "message": f"there is no {path}"}}, status=404)
        best = max(matching, key=lambda each: (not each.recorded, len(each.query)))
        if best.signed and signed:
            return best
        if token != f"token-{self.tokens}":
            return Answer(
                path, {}, {"error": {"code": 401, "message": "The request you have made requires"}}, status=401
            )
        return best


def _handler(cloud: Openstack) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            cloud.asked.append(f"{self.command} {self.path}")
            cloud.headers.append(dict(self.headers.items()))
            parts = urlsplit(self.path)
            if parts.path.rstrip("/") == "/identity/v3":
                self._send(200, {"version": _version(cloud)}, {})
                return
            if self._serve(None):
                return
            signed = self.headers.get("Authorization", "").startswith("AWS ")
            found = cloud.found(parts.path, dict(parse_qsl(parts.query)), self.headers.get("X-Auth-Token"), signed)
            self._send(found.status, found.body, found.headers)

        do_HEAD = do_GET  # noqa: N815 - the name that the server calls

        def do_DELETE(self) -> None:
            cloud.asked.append(f"DELETE {self.path}")
            assert self._serve(None)

        def do_POST(self) -> None:
            cloud.asked.append(f"POST {self.path}")
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self._serve(asked):
                return
            if asked["auth"]["identity"]["password"]["user"]["password"] != PASSWORD:
                self._send(401, {"error": {"code": 401, "message": "no"}}, {})
                return
            body = cloud.token()
            self._send(201, body, {"X-Subject-Token": f"token-{cloud.tokens}"})

        def _serve(self, body: Any) -> bool:
            parts = urlsplit(self.path)
            query, token = dict(parse_qsl(parts.query)), self.headers.get("X-Auth-Token")
            found = cloud.served(self.command, parts.path, query, body, token)
            if found is not None:
                self._send(found.status, found.body, found.headers)
            return found is not None

        def _send(self, status: int, body: Any, headers: dict[str, str]) -> None:
            content = body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler


def _version(cloud: Openstack) -> dict[str, Any]:
    links = [{"rel": "self", "href": f"{cloud.url}/identity/v3/"}]
    return {"id": "v3.14", "status": "stable", "updated": "2020-04-07T00:00:00Z", "links": links}
