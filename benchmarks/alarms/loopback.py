# SPDX-License-Identifier: Apache-2.0
"""A HTTP server that costs next to nothing, in a thread: whoever asks it or tells it something is what is measured."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

BACKLOG = 4096

Answer = Callable[[bytes, bytes], bytes]
"""Takes a request's first line and its body, gives the answer's body, which is JSON."""


@contextmanager
def answering(answer: Answer, ports: int = 1) -> Iterator[list[str]]:
    """The addresses at which `answer` is asked, as many as `ports`; it runs in one thread, requests one by one."""
    loop = asyncio.new_event_loop()
    urls: list[str] = []
    ready = threading.Event()

    async def serve() -> None:
        for _ in range(ports):
            server = await loop.create_server(lambda: _Connection(answer), "127.0.0.1", 0, backlog=BACKLOG)
            urls.append("http://{}:{}".format(*server.sockets[0].getsockname()))
        ready.set()

    def run() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()
        loop.close()

    thread = threading.Thread(target=run, name="loopback", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield urls
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


class _Connection(asyncio.Protocol):
    """One connection, kept for as long as the other side wants; bodies are those whose bytes are counted."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head, rest = self._received[:end], self._received[end + 4 :]
            length = _body_bytes(head)
            if len(rest) < length:
                return
            self._received = rest[length:]
            content = self._answer(head.partition(b"\r\n")[0], rest[:length])
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (len(content), content)
            )


def _body_bytes(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
