# SPDX-License-Identifier: Apache-2.0
"""A cloud of a test's own that the actuator `webhook` speaks with: members take their time, and are counted."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class CloudPeer:
    """Members by name; `made` has a name for each time that a member was made."""

    port: int = 0
    build_s: float = 0.0
    made: list[str] = field(default_factory=list)
    asked: int = 0
    _members: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/"

    def members(self) -> list[dict[str, Any]]:
        """Who is there; those that are younger than `build_s` are starting."""
        now_s = time.time()
        with self._lock:
            return [
                {"name": name, "created": made_s, "state": "running" if now_s > made_s + self.build_s else "starting"}
                for name, made_s in self._members.items()
            ]

    def post(self, said: dict[str, Any]) -> None:
        """Make or take away at once; names that are there stay as they are."""
        with self._lock:
            self.asked += 1
            for name in said.get("names", ()):
                if name not in self._members:
                    self._members[name] = time.time()
                    self.made.append(name)
            for each in said.get("members", ()):
                self._members.pop(each["name"], None)


@contextmanager
def cloud_peer() -> Iterator[CloudPeer]:
    """One that listens until the end of the block."""
    peer = CloudPeer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(json.dumps({"members": peer.members()}).encode())

        def do_POST(self) -> None:
            peer.post(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(b"{}")

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    peer.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
