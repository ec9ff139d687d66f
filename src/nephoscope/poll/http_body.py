# SPDX-License-Identifier: Apache-2.0
"""Bodies of HTTP answers, of bounded size, read within a bounded time."""

import time
from typing import Any, Protocol
from urllib.parse import urlsplit

import urllib3

BODY_BYTES_MAX = 16 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024


class HttpFailed(Exception):
    """A server could not be asked, or its answer is none: `status` where it gave one. The text holds no secrets."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(f"{reason} {status}" if status else reason)
        self.status = status


class _Readable(Protocol):
    def read1(self, amt: int, /, *, decode_content: bool) -> bytes: ...


def read_body(body: _Readable, deadline_s: float, bytes_max: int = BODY_BYTES_MAX) -> bytes:
    """All of a body; HttpFailed beyond `bytes_max`, unpacked, or beyond `deadline_s` of `time.monotonic`."""
    chunks: list[bytes] = []
    size = 0
    # What has arrived, not all that is asked for: else a body that trickles never comes back.
    while chunk := body.read1(_CHUNK_BYTES, decode_content=True):
        size += len(chunk)
        if size > bytes_max:
            raise HttpFailed(f"the answer has over {bytes_max} bytes")
        if time.monotonic() > deadline_s:
            raise HttpFailed("the answer takes too long")
        chunks.append(chunk)
    return b"".join(chunks)


def get(
    pool: urllib3.PoolManager,
    url: str,
    *,
    headers: dict[str, str],
    timeout_s: float,
) -> bytes:
    """The body of a 200; redirections are not followed, since they may lead elsewhere with what `headers` hold."""
    deadline_s = time.monotonic() + timeout_s
    answer: Any = None
    try:
        answer = pool.request(
            "GET", url, headers=headers, timeout=timeout_s, retries=False, redirect=False, preload_content=False
        )
        if answer.status != 200:
            raise HttpFailed("status", answer.status)
        return read_body(answer, deadline_s, BODY_BYTES_MAX)
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        # The texts of these hold the whole URL.
        raise HttpFailed(type(error).__name__) from None
    finally:
        if answer is not None:
            answer.close()


def same_origin(one: str, other: str) -> bool:
    """
    Whether two URLs have scheme, host and port in common.

    >>> same_origin("http://a/x", "http://A:80/y"), same_origin("http://a/x", "http://a.b/x")
    (True, False)
    """
    try:
        origins = [_origin(url) for url in (one, other)]
    except ValueError:
        return False
    return origins[0] == origins[1]


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, port
