# SPDX-License-Identifier: Apache-2.0
"""Agents' connections in one event loop: each posts a body and waits for its acknowledgement, nothing more."""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_S = 60.0
HEAD = (
    "POST /api/v1/samples HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
    "Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n"
)


@dataclass(frozen=True)
class Posted:
    """What became of a body: the HTTP status, 0 where no answer came, and the seconds until then."""

    status: int
    seconds: float

    @property
    def is_acknowledged(self) -> bool:
        """Whether all of it is on disk."""
        return 200 <= self.status < 300


class Poster:
    """One agent's way to the server; its connection is kept between posts, and opened anew where that broke."""

    def __init__(self, url: str, token: str) -> None:
        self._host = urlsplit(url).netloc
        self._token = token
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, body: bytes) -> Posted:
        """Send a gzipped batch; opening the connection counts."""
        began = time.perf_counter()
        status = 0
        with contextlib.suppress(OSError, EOFError, TimeoutError, asyncio.LimitOverrunError, ValueError):
            async with asyncio.timeout(TIMEOUT_S):
                status = await self._exchange(body)
        if not status:
            self.close()
        return Posted(status, time.perf_counter() - began)

    def close(self) -> None:
        """Let the connection go."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _exchange(self, body: bytes) -> int:
        if self._streams is not None and self._streams[0].at_eof():
            self.close()
        if self._streams is None:
            host, _, port = self._host.partition(":")
            self._streams = await asyncio.open_connection(host, int(port))
        reader, writer = self._streams
        writer.write(HEAD.format(host=self._host, token=self._token, length=len(body)).encode() + body)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        _, _, length = head.partition("content-length:")
        if length:
            await reader.readexactly(int(length.split("\r\n", 1)[0]))
        return int(head.split(" ", 2)[1])
