# SPDX-License-Identifier: Apache-2.0
"""A small real HTTP server that takes samples, and can be told to refuse, to be busy, to hang, and to go away."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from nephoscope.model.sample import SampleBatch


@dataclass
class Received:
    """One request that was taken."""

    path: str
    headers: dict[str, str]
    batch: SampleBatch


@dataclass
class SampleServer:
    """What the server does next (`status`, `headers`, `body`), and what it has taken, each batch once by its id."""

    status: int = 202
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    taken: dict[str, Received] = field(default_factory=dict)
    requests: int = 0
    hang: threading.Event | None = None
    port: int = 0
    _http: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def batches(self) -> list[SampleBatch]:
        """What was taken, in order of first arrival."""
        return [received.batch for received in self.taken.values()]

    def start(self) -> None:
        """Listen, on the port of last time if there was one."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                server.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_port
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()
            self._http = None

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Take the batch if that is what to do, and say so; connections close, so that `stop` ends all talk."""
        body = request.rfile.read(int(request.headers["Content-Length"]))
        self.requests += 1
        if self.hang is not None:
            self.hang.wait(30)
            request.close_connection = True
            return
        if 200 <= self.status < 300:
            if request.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            received = Received(
                request.path, dict(request.headers), msgspec.json.decode(body, type=SampleBatch, strict=True)
            )
            self.taken.setdefault(request.headers["Idempotency-Key"], received)
        request.send_response(self.status)
        for name, value in {"Content-Length": str(len(self.body)), "Connection": "close", **self.headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(self.body)


@contextmanager
def sample_server() -> Iterator[SampleServer]:
    """A server that listens on a free port until the end of the block."""
    server = SampleServer()
    server.start()
    try:
        yield server
    finally:
        if server.hang is not None:
            server.hang.set()
        server.stop()
