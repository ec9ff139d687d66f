# SPDX-License-Identifier: Apache-2.0
"""Peers of publishers: real listeners of a test's own, on free ports."""

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.send import Outcome
from nephoscope.model.event import Event, Trait
from nephoscope.pipeline.publish import made
from nephoscope.pipeline.publish.contract import Publisher, PublishSettings
from tests.pipeline.made import NINE_NS, sample, samples
from tests.services.ports import free_port

SECRET = "s3cret-of-the-cloud"
EVENT = Event(
    "m-1",
    "compute.instance.create.end",
    NINE_NS,
    (Trait("instance_id", "text", "vm-1"), Trait("vcpus", "integer", 2), Trait("at", "datetime", NINE_NS)),
    {"payload": {"instance_id": "vm-1"}},
)


@dataclass
class Request:
    """One that came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """What it says."""
        packed = self.headers.get("Content-Encoding") == "gzip"
        return msgspec.json.decode(gzip.decompress(self.body) if packed else self.body)


@dataclass
class HttpPeer:
    """Answers every POST with what `status` and `body` are then, or not at all while it hangs; keeps what came."""

    status: int = 200
    body: bytes = b"{}"
    requests: list[Request] = field(default_factory=list)
    hang: threading.Event | None = None
    port: int = 0

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"


@contextmanager
def http_peer(context: ssl.SSLContext | None = None) -> Iterator[HttpPeer]:
    """One that listens until the end of the block."""
    peer = HttpPeer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            peer.requests.append(Request(self.path, dict(self.headers), body))
            if peer.hang is not None:
                peer.hang.wait(30)
                self.close_connection = True
                return
            self.send_response(peer.status)
            self.send_header("Content-Length", str(len(peer.body)))
            self.end_headers()
            self.wfile.write(peer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    peer.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield peer
    finally:
        if peer.hang is not None:
            peer.hang.set()
        server.shutdown()
        server.server_close()


@dataclass
class TcpPeer:
    """Keeps all bytes of all connections, in order; `cut` closes the open ones."""

    port: int
    received: bytearray = field(default_factory=bytearray)
    connections: list[socket.socket] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, count: int) -> bytes:
        """The bytes, once there are that many."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.received) >= count, 10)
            return bytes(self.received)

    def cut(self) -> None:
        """End every connection."""
        for each in self.connections:
            each.close()


@contextmanager
def tcp_peer() -> Iterator[TcpPeer]:
    """One that listens until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        peer = TcpPeer(listener.getsockname()[1])

        def read(connection: socket.socket) -> None:
            while True:
                try:
                    got = connection.recv(65536)
                except OSError:
                    return
                if not got:
                    return
                with peer.changed:
                    peer.received += got
                    peer.changed.notify_all()

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                peer.connections.append(connection)
                threading.Thread(target=read, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield peer
        listener.shutdown(socket.SHUT_RDWR)
        for each in peer.connections:
            each.close()


def closed_port() -> int:
    """A port on which nobody listens."""
    return free_port()


def publisher(url: str, **settings: Any) -> Publisher:
    """One of that URL."""
    return made(url, PublishSettings(**settings))


def packed(of: Publisher, *listed: dict[str, Any]) -> list[EncodedBatch]:
    """Samples as they travel."""
    return list(of.pack(samples(*listed), NINE_NS))


def sent(of: Publisher, *listed: dict[str, Any]) -> list[Outcome]:
    """What comes of each batch of these samples."""
    return [of.send(batch) for batch in packed(of, *(listed or (sample(),)))]
