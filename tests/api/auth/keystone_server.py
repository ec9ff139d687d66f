# SPDX-License-Identifier: Apache-2.0
"""A small HTTP server that answers Keystone's v3 token questions, for tests: real sockets, no Keystone."""

import json
import secrets
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PASSWORD = "service-secret"


class KeystoneServer:
    """Knows the tokens in `tokens`; the attributes below it are its moods."""

    def __init__(self) -> None:
        self.tokens: dict[str, dict[str, Any]] = {}
        self.service_tokens: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.fail_with = 0
        self.answer: bytes | None = None
        self.delay_s = 0.0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def issue(self, user: str, project: str | None = None, *roles: str, lives_s: float = 3600) -> str:
        """A new token of a user."""
        expires = datetime.now(UTC) + timedelta(seconds=lives_s)
        about: dict[str, Any] = {
            "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "user": {"id": user, "name": user.title(), "domain": {"id": "default", "name": "Default"}},
            "roles": [{"id": role, "name": role} for role in roles],
            "methods": ["password"],
        }
        if project:
            about["project"] = {"id": project, "name": project, "domain": {"id": "default"}}
        token = secrets.token_urlsafe(30)
        self.tokens[token] = about
        return token

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        keystone = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                user = body["auth"]["identity"]["password"]["user"]
                keystone.counts["logins"] += 1
                if user["password"] != PASSWORD or body["auth"]["scope"]["project"]["name"] != "service":
                    return self.reply(401, {"error": {"code": 401}})
                token = secrets.token_urlsafe(30)
                keystone.service_tokens.add(token)
                return self.reply(201, {"token": {}}, {"X-Subject-Token": token})

            def do_GET(self) -> None:
                keystone.counts["questions"] += 1
                time.sleep(keystone.delay_s)
                if keystone.fail_with:
                    return self.reply(keystone.fail_with, {"error": {"code": keystone.fail_with}})
                if keystone.answer is not None:
                    return self.send(200, keystone.answer, {})
                if self.headers["X-Auth-Token"] not in keystone.service_tokens:
                    return self.reply(401, {"error": {"code": 401}})
                about = keystone.tokens.get(self.headers["X-Subject-Token"])
                if about is None or self.path != "/v3/auth/tokens":
                    return self.reply(404, {"error": {"code": 404}})
                return self.reply(200, {"token": about})

            def reply(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
                self.send(status, json.dumps(body).encode(), headers or {})

            def send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Tests are quiet."""

        return Handler
