# SPDX-License-Identifier: Apache-2.0
"""A client that talks to an ASGI application directly, byte for byte as a server would hand requests on."""

import asyncio
import base64
import json
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

import msgspec
from starlette.types import ASGIApp, Message

Headers = Mapping[str, str] | Iterable[tuple[str, str]]


class Answer(msgspec.Struct):
    """What came back; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The decoded body; NaN and Infinity are read as Python does."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


class Client:
    """One event loop for all requests, as in a server, so that what belongs to the loop lives on between them."""

    def __init__(self, app: ASGIApp, *, peer: str = "127.0.0.1", headers: Mapping[str, str] | None = None) -> None:
        self.app = app
        self.peer = peer
        self.headers = dict(headers or {})
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._runner.close()

    def request(
        self,
        method: str,
        target: str,
        *,
        body: bytes = b"",
        data: object = None,
        headers: Mapping[str, str] | None = None,
        pieces: Iterable[bytes] | None = None,
    ) -> Answer:
        """Send one request; `data` is sent as JSON, `pieces` is a body that arrives bit by bit without a length."""
        return self._runner.run(self.send(method, target, body=body, data=data, headers=headers, pieces=pieces))

    def together(self, *targets: str, headers: Mapping[str, str] | None = None) -> list[Answer]:
        """GET several addresses at the same time."""

        async def all_of_them() -> list[Answer]:
            return await asyncio.gather(*(self.send("GET", target, headers=headers) for target in targets))

        return self._runner.run(all_of_them())

    async def send(
        self,
        method: str,
        target: str,
        *,
        body: bytes = b"",
        data: object = None,
        headers: Mapping[str, str] | None = None,
        pieces: Iterable[bytes] | None = None,
    ) -> Answer:
        """As `request`, inside a running loop."""
        sent = {"host": "testserver", **self.headers}
        if data is not None:
            body = json.dumps(data).encode()
            sent["content-type"] = "application/json"
        if pieces is None:
            sent["content-length"] = str(len(body))
        sent.update({name.lower(): value for name, value in (headers or {}).items()})
        return await _exchange(self.app, self._scope(method, target, sent), [body] if pieces is None else pieces)

    def _scope(self, method: str, target: str, headers: Mapping[str, str]) -> dict[str, Any]:
        path, _, query = target.partition("?")
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
            "client": (self.peer, 50000),
            "server": ("127.0.0.1", 8040),
        }


async def _exchange(app: ASGIApp, scope: dict[str, Any], pieces: Iterable[bytes]) -> Answer:
    inbox: list[Message] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    inbox.append({"type": "http.request", "body": b"", "more_body": False})
    inbox.reverse()
    answer = Answer(0, {}, b"")

    async def receive() -> Message:
        if not inbox:
            # The caller stays until it has its answer.
            await asyncio.Event().wait()
        return inbox.pop()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert answer.status == 0, "a second response began"
            answer.status = message["status"]
            for name, value in message["headers"]:
                answer.headers[name.decode("latin-1").lower()] = value.decode("latin-1")
        else:
            answer.body += message.get("body", b"")

    await app(scope, receive, send)
    return answer


def basic(user: str, password: str = "") -> dict[str, str]:
    """The header of HTTP basic credentials."""
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}
