# SPDX-License-Identifier: Apache-2.0
"""Ask a server's own API: JSON in, JSON out, problems as errors that say what to do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from nephoscope import __version__
from nephoscope.client.send import Credentials, no_credentials
from nephoscope.model.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NephoscopeError,
    NotFound,
    Unauthenticated,
    Unavailable,
)

ERRORS: dict[int, type[NephoscopeError]] = {
    400: BadRequest,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    503: Unavailable,
}

JSON = "application/json"
# Kept for the threads that ask at once; more are opened and thrown away.
CONNECTIONS_MAX = 4


class Server:
    """
    One server's API, mostly under `/api/v1`.

    `ca_file` holds authorities to trust instead of the system's, and `verify=False` trusts anybody.
    """

    def __init__(
        self,
        url: str,
        *,
        credentials: Credentials = no_credentials,
        timeout_s: float = 60,
        ca_file: Path | None = None,
        verify: bool = True,
    ) -> None:
        self.url = url.rstrip("/")
        self._credentials = credentials
        self._timeout_s = timeout_s
        self._pool = urllib3.PoolManager(
            num_pools=1,
            maxsize=CONNECTIONS_MAX,
            retries=False,
            cert_reqs="CERT_REQUIRED" if verify else "CERT_NONE",
            ca_certs=str(ca_file) if ca_file else None,
        )

    def get(self, path: str, **arguments: object) -> Any:
        """The decoded answer to GET; arguments that are None are left out. Errors as `post`."""
        given = {key: value for key, value in arguments.items() if value is not None}
        return self._ask(
            "GET", f"api/v1/{path}?{urlencode(given)}" if given else f"api/v1/{path}", None, self._timeout_s
        )

    def post(self, path: str, body: object, *, patient: bool = False) -> Any:
        """
        The decoded answer to POST; a NephoscopeError with the server's own words, or Unavailable without one.
        Its `detail` is the field that the server names.

        A `patient` caller waits for however long the server works.
        """
        return self._ask("POST", f"api/v1/{path}", msgspec.json.encode(body), None if patient else self._timeout_s)

    def call(self, method: str, address: str, body: object = None, *, media_type: str = JSON) -> Any:
        """The decoded answer of any page of the server, `address` being its whole path; errors as `post`."""
        content = None if body is None else msgspec.json.encode(body)
        return self._ask(method, address.lstrip("/"), content, self._timeout_s, media_type)

    def _ask(self, method: str, path: str, body: bytes | None, read_s: float | None, media_type: str = JSON) -> Any:
        headers, address = self._headers("" if body is None else media_type), f"{self.url}/{path}"
        timeout = Timeout(connect=self._timeout_s, read=read_s)
        try:
            response = self._pool.request(method, address, body=body, headers=headers, timeout=timeout)
        except (HTTPError, OSError) as error:
            raise Unavailable(
                f"{self.url} does not answer ({type(error).__name__}): is `nephoscope serve` running there? "
                "Another address goes into --server or NEPHOSCOPE_SERVER"
            ) from error
        if response.status >= 300:
            raise _problem(response.status, response.data)
        return msgspec.json.decode(response.data) if response.data else None

    def _headers(self, media_type: str) -> Mapping[str, str]:
        headers = {"Accept": "application/json", "User-Agent": f"nephoscope/{__version__}"}
        if media_type:
            headers["Content-Type"] = media_type
        if authorization := self._credentials():
            headers["Authorization"] = authorization
        return headers


def _problem(status: int, data: bytes) -> NephoscopeError:
    field = None
    try:
        said = msgspec.json.decode(data)
        message, field = said.get("detail") or said.get("title") or "", said.get("field")
    except (msgspec.DecodeError, AttributeError):
        message = data[:200].decode("utf-8", "replace")
    kind = ERRORS.get(status, NephoscopeError)
    if kind is Unauthenticated:
        message = f"{message or 'not authenticated'}; give --token-file or NEPHOSCOPE_TOKEN_FILE"
    return kind(str(message) or f"the server answered {status}", detail=field)
