# SPDX-License-Identifier: Apache-2.0
"""Receivers of webhooks: real sockets that keep every byte of a request and behave as badly as they are told."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec

PATIENCE_S = 30.0
PACE_S = 0.005


@dataclass(frozen=True)
class Request:
    """One that came in, as it was sent."""

    head: bytes
    body: bytes

    @property
    def target(self) -> str:
        """What was asked for."""
        return self.head.split(b" ")[1].decode()

    @property
    def headers(self) -> dict[str, str]:
        """By names in small letters."""
        lines = self.head.decode().split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}

    @property
    def json(self) -> Any:
        """What the body says."""
        return msgspec.json.decode(self.body)


Behaviour = Callable[[socket.socket, threading.Event], None]


def answering(status: int, *headers: str, body: bytes = b"") -> Behaviour:
    """Answers so."""
    lines = [f"HTTP/1.1 {status} Said", *headers, f"Content-Length: {len(body)}", "", ""]

    def behave(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall("\r\n".join(lines).encode() + body)

    return behave


def saying(data: bytes) -> Behaviour:
    """Sends this and hangs up."""
    return lambda connection, _: connection.sendall(data)


def hanging(connection: socket.socket, ended: threading.Event) -> None:
    """Says nothing."""
    ended.wait(PATIENCE_S)


def dripping(connection: socket.socket, ended: threading.Event) -> None:
    """Answers without end, byte by byte."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while not ended.wait(PACE_S):
        connection.sendall(b"x")


def dropping(connection: socket.socket, _: threading.Event) -> None:
    """Hangs up without a word."""


@dataclass
class Receiver:
    """Behaves as the next of `behaviours` says, and as `usual` once these are used up."""

    port: int
    usual: Behaviour = field(default_factory=lambda: answering(200))
    behaviours: list[Behaviour] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    # The most requests that were under way at once; of quick ones, one may seem to last into the next.
    at_once: int = 0
    scheme: str = "http"
    # Whether further requests are taken over a connection; and how many connections there were.
    keeps: bool = False
    connections: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)
    ended: threading.Event = field(default_factory=threading.Event)
    _open: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def names(self) -> list[str]:
        """The alarms that it was told of, in order."""
        return [request.json["alarm_name"] for request in self.requests]

    def wait_for(self, count: int) -> list[Request]:
        """The requests, once there are that many."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.requests) >= count, PATIENCE_S), self.requests
            return list(self.requests)

    def serve(self, connection: socket.socket) -> None:
        """Take one request and behave; further ones behind it where connections are kept."""
        self.connections += 1
        with connection, suppress(OSError):
            connection.settimeout(PATIENCE_S)
            while (request := _read(connection)) is not None:
                behave = self._taken(request)
                try:
                    behave(connection, self.ended)
                finally:
                    with self.changed:
                        self._open -= 1
                if not self.keeps or behave is dropping:
                    return

    def _taken(self, request: Request) -> Behaviour:
        with self.changed:
            self.requests.append(request)
            self._open += 1
            self.at_once = max(self.at_once, self._open)
            self.changed.notify_all()
            return self.behaviours.pop(0) if self.behaviours else self.usual


@contextmanager
def receiver(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """One that listens until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Receiver(listener.getsockname()[1], scheme="https" if context else "http")

        def take(connection: socket.socket) -> None:
            with suppress(OSError):
                made.serve(context.wrap_socket(connection, server_side=True) if context else connection)

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=take, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield made
        finally:
            made.ended.set()
            listener.shutdown(socket.SHUT_RDWR)


def _read(connection: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        got = connection.recv(65536)
        if not got:
            return None
        data += got
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(Request(head, b"").headers.get("content-length", "0"))
    while len(body) < length:
        body += connection.recv(65536)
    return Request(head, body)
