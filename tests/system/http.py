# SPDX-License-Identifier: Apache-2.0
"""A small HTTP client for tests of the whole program: one call, one answer, no retries of its own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3

TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Answer:
    """What came back; `body` is decoded JSON where the answer is JSON, else its text, None where it is empty."""

    status: int
    body: Any
    headers: Mapping[str, str]


class Caller:
    """
    Calls addresses below one URL, each with the same headers.

    Connections are kept, so calls of several threads are fine. An answer that does not come raises
    urllib3.exceptions.HTTPError: whether the request was carried out is then unknown.
    """

    def __init__(self, url: str, headers: Mapping[str, str], *, timeout_s: float = TIMEOUT_S) -> None:
        self.url = url
        self.headers = {"Accept": "application/json", **headers}
        self._pool = urllib3.PoolManager(retries=False, timeout=timeout_s, maxsize=16)

    def __call__(
        self,
        method: str,
        path: str,
        *,
        arguments: Mapping[str, Any] | None = None,
        body: Any = None,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send `body` as JSON, or the bytes of `raw` as they are; an argument that is a list is repeated."""
        address = self.url + path + ("?" + urlencode(arguments, doseq=True) if arguments else "")
        content = raw if body is None else json.dumps(body).encode()
        sent = {**self.headers, **({} if content is None else {"Content-Type": "application/json"}), **(headers or {})}
        answer = self._pool.request(method, address, body=content, headers=sent)
        return Answer(answer.status, _decoded(answer), answer.headers)

    def done(self, method: str, path: str, **how: Any) -> Any:
        """As a call, but gives the body, and AssertionError unless the status is 2xx."""
        answer = self(method, path, **how)
        assert 200 <= answer.status < 300, f"{method} {path}: {answer.status} {answer.body}"
        return answer.body


def gnocchi(url: str, user: str = "admin", *, timeout_s: float = TIMEOUT_S) -> Caller:
    """The Gnocchi dialect of a server in basic mode."""
    return Caller(f"{url}/gnocchi", urllib3.make_headers(basic_auth=f"{user}:"), timeout_s=timeout_s)


def plain(url: str) -> Caller:
    """A server's own pages, without credentials."""
    return Caller(url, {})


def _decoded(answer: urllib3.BaseHTTPResponse) -> Any:
    if not answer.data:
        return None
    if "json" in answer.headers.get("content-type", ""):
        return json.loads(answer.data)
    return answer.data.decode()
