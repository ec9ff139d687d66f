# SPDX-License-Identifier: Apache-2.0
"""Talk to a metric API over kept connections: one call, one answer; what can be mended is `Away`."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import urllib3
from urllib3.exceptions import HTTPError

from nephoscope import __version__
from nephoscope.client.send import PATIENT, retry_after_s
from nephoscope.pipeline.publish.contract import Headers

ANSWER_BYTES_MAX = 32_000_000
MESSAGE_SIGNS_MAX = 500


class Away(Exception):
    """Not now, for this reason; `status` is 0 where there was no answer, `after_s` what the server asked for."""

    def __init__(self, reason: str, *, status: int = 0, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.after_s = after_s


@dataclass(frozen=True)
class Answer:
    """What came back with a status of 2xx, or a 4xx that no waiting will mend."""

    status: int
    content: bytes

    @property
    def ok(self) -> bool:
        return self.status < 300

    @property
    def body(self) -> Any:
        """The decoded JSON, None where it is none."""
        try:
            return msgspec.json.decode(self.content)
        except msgspec.DecodeError:
            return None

    @property
    def description(self) -> Any:
        """What an error says: text, a map with cause, reason and detail, or None."""
        body = self.body
        return body.get("description") if isinstance(body, dict) else None

    @property
    def message(self) -> str:
        """The same as one line."""
        said = self.description
        if isinstance(said, dict):
            said = ": ".join(_text(said[key]) for key in ("cause", "reason", "detail") if said.get(key))
        text = said if isinstance(said, str) and said else self.content.decode("utf-8", "replace")
        return " ".join(text.split())[:MESSAGE_SIGNS_MAX]


class Session:
    """Calls addresses below one URL; neither retries nor follows redirects. Used by one thread at a time."""

    def __init__(
        self,
        url: str,
        *,
        authentication: Headers,
        timeout_s: float,
        verify: bool = True,
        ca_file: str | None = None,
        wall_s: Callable[[], float] = time.time,
    ) -> None:
        self.url = url.rstrip("/")
        self._authentication = authentication
        self._wall_s = wall_s
        self._pool = urllib3.PoolManager(
            num_pools=1,
            retries=False,
            timeout=urllib3.Timeout(connect=timeout_s, read=timeout_s),
            cert_reqs="CERT_REQUIRED" if verify else "CERT_NONE",
            ca_certs=ca_file,
        )

    def call(self, method: str, path: str, body: object = None, *, content_type: str = "application/json") -> Answer:
        """
        Send `body` as JSON, bytes as they are.

        Away where nobody answers, and for an answer that may be another one tomorrow: 5xx, redirects, 401, 403, 429
        and their like.
        """
        content = body if isinstance(body, bytes) or body is None else msgspec.json.encode(body)
        try:
            response = self._pool.request(
                method,
                self.url + path,
                body=content,
                headers=self._headers(None if content is None else content_type),
                redirect=False,
                preload_content=False,
            )
            said = _whole(response)
        except (HTTPError, OSError) as error:
            raise Away(f"{method} {path}: {type(error).__name__}: {error}") from error
        except ValueError:
            # Its message would quote the header, and with it the secret.
            raise Away("the credentials hold characters that HTTP cannot carry") from None
        answer = Answer(response.status, said)
        if 200 <= answer.status < 300 or (400 <= answer.status < 500 and answer.status not in PATIENT):
            return answer
        after_s = retry_after_s(response.headers.get("Retry-After"), self._wall_s())
        reason = f"{method} {path}: the server answered {answer.status}: {answer.message[:200]}"
        raise Away(reason, status=answer.status, after_s=after_s)

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.clear()

    def _headers(self, content_type: str | None) -> dict[str, str]:
        headers = {"Accept": "application/json", "User-Agent": f"nephoscope-agent/{__version__}"}
        if content_type is not None:
            headers["Content-Type"] = content_type
        return {**headers, **self._authentication()}


def _whole(response: urllib3.BaseHTTPResponse) -> bytes:
    """The answer's body; the connection is kept for the next call unless there is more than anybody should say."""
    said = response.read(ANSWER_BYTES_MAX)
    if response.read(1):
        response.close()
    response.release_conn()
    return said


def _text(part: object) -> str:
    return part if isinstance(part, str) else msgspec.json.encode(part).decode()
