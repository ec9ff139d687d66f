# SPDX-License-Identifier: Apache-2.0
"""The one client that is used against both sides: a keep-alive connection, bodies as bytes."""

import base64
import http.client
import json
import socket
import time
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_S = 120.0
JSON = "application/json"


class Refused(Exception):
    """An answer that was not 2xx."""


class Client:
    """One connection to a server of the Gnocchi v1 API in basic mode; not to be shared between threads."""

    def __init__(self, url: str, user: str = "admin") -> None:
        """`url` is the address of the API's root, such as `http://127.0.0.1:8041`, without a closing slash."""
        parts = urlsplit(url)
        self._prefix = parts.path
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
        self._headers = {
            "Accept": JSON,
            "Content-Type": JSON,
            "Authorization": "Basic " + base64.b64encode(f"{user}:".encode()).decode(),
        }

    def send(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """The answer's body; Refused with status and text when it is not 2xx. An idle connection is opened anew."""
        try:
            answer = self._exchange(method, path, body)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self._connection.close()
            answer = self._exchange(method, path, body)
        status, content = answer
        if status >= 300:
            raise Refused(f"{method} {path}: {status} {content[:300]!r}")
        return content

    def timed(self, method: str, path: str, body: bytes | None = None) -> float:
        """Seconds from sending to the answer's last byte; errors as `send`."""
        began = time.perf_counter()
        self.send(method, path, body)
        return time.perf_counter() - began

    def json(self, method: str, path: str, value: object = None) -> Any:
        """Send and receive JSON; errors as `send`."""
        content = self.send(method, path, None if value is None else json.dumps(value).encode())
        return json.loads(content) if content else None

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()

    def _exchange(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        self._connection.request(method, self._prefix + path, body, self._headers)
        # A server that sends head and body in two segments would wait 40 ms for our delayed acknowledgement.
        if hasattr(socket, "TCP_QUICKACK"):
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        answer = self._connection.getresponse()
        return answer.status, answer.read()
