# SPDX-License-Identifier: Apache-2.0
"""Questions to other services over HTTP: one call, its JSON, or a failure in one line."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
import urllib3
from urllib3.exceptions import HTTPError, ProtocolError

from nephoscope.model.errors import NotFound, Unauthenticated, Unavailable

Headers = Callable[[], Mapping[str, str]]
# How many questions one service is asked at a time.
SIDE_BY_SIDE = 8
ANSWER_BYTES_MAX = 16_000_000
SIGNS_MAX = 200


class Asker:
    """Asks below one URL over kept connections; safe from any thread. `headers` say who we are."""

    def __init__(
        self,
        url: str,
        headers: Headers = dict,
        *,
        timeout_s: float = 10.0,
        ca_file: str | None = None,
        side_by_side: int = SIDE_BY_SIDE,
    ) -> None:
        self.url = url.rstrip("/")
        self._headers = headers
        self._pool = urllib3.PoolManager(
            num_pools=1,
            maxsize=side_by_side,
            block=True,
            retries=False,
            timeout=urllib3.Timeout(connect=timeout_s, read=timeout_s),
            ca_certs=ca_file,
        )

    def ask(self, method: str, path: str, arguments: Mapping[str, str], body: object = None) -> Any:
        """
        The decoded answer.

        Errors  NotFound with what is said with a 404, Unauthenticated for a 401, Unavailable for all else but 2xx.
        """
        address = f"{self.url}{path}?{urlencode(arguments)}"
        content = None if body is None else msgspec.json.encode(body)
        headers = {"Accept": "application/json", **self._headers()}
        if content is not None:
            headers["Content-Type"] = "application/json"
        try:
            try:
                status, said = self._answer(method, address, content, headers)
            except ProtocolError:
                # Mostly a kept connection that the other side has closed; asking twice changes nothing there.
                status, said = self._answer(method, address, content, headers)
        except (HTTPError, OSError) as error:
            raise Unavailable(f"{self.url} does not answer: {type(error).__name__}") from error
        text = " ".join(said.decode("utf-8", "replace").split())[:SIGNS_MAX]
        if status == 404:
            raise NotFound(text)
        if status == 401:
            raise Unauthenticated(f"{self.url} answered 401: {text}")
        if not 200 <= status < 300:
            raise Unavailable(f"{self.url} answered {status}: {text}")
        try:
            return msgspec.json.decode(said)
        except msgspec.DecodeError:
            raise Unavailable(f"{self.url} answered no JSON: {text}") from None

    def _answer(self, method: str, address: str, content: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        answer = self._pool.request(
            method, address, body=content, headers=headers, redirect=False, preload_content=False
        )
        said = answer.read(ANSWER_BYTES_MAX)
        answer.release_conn()
        return answer.status, said

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.clear()
