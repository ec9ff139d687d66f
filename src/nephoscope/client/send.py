# SPDX-License-Identifier: Apache-2.0
"""Send a batch to the server's native write endpoint, and tell the three things that can come of it."""

import base64
import email.utils
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import urllib3
from urllib3.exceptions import HTTPError

from nephoscope import __version__
from nephoscope.client.batch import EncodedBatch

PATH = "/api/v1/samples"
RETRY_AFTER_S_MAX = 600.0
MESSAGE_BYTES_MAX = 2048

# Not the batch's fault, and can be mended: who we are (401, 403, 407), too slow or too often (408, 425, 429).
PATIENT = frozenset({401, 403, 407, 408, 425, 429})


@dataclass(frozen=True)
class Accepted:
    """The server has the batch on disk."""


@dataclass(frozen=True)
class RetryLater:
    """Not now, for this `reason`; `after_s` is what the server asked for, if it did."""

    reason: str
    after_s: float | None = None


@dataclass(frozen=True)
class Refused:
    """The server will never take this batch: the status and what it said."""

    status: int
    message: str


Outcome = Accepted | RetryLater | Refused
Credentials = Callable[[], str]


def no_credentials() -> str:
    """For servers that ask for none."""
    return ""


def bearer(token: str) -> Credentials:
    """A token that is known."""
    return lambda: f"Bearer {token}"


def bearer_from(path: Path) -> Credentials:
    """A token kept in a file, read for each request, so that a changed one is used at once."""
    return lambda: f"Bearer {path.read_text().strip()}"


def basic(username: str, password: str) -> Credentials:
    """A user of the server and the password."""
    encoded = base64.b64encode(f"{username}:{password}".encode()).decode()
    return lambda: f"Basic {encoded}"


class Sender:
    """
    Posts batches to one server over a kept connection; neither retries nor follows redirects.

    `credentials` gives the Authorization header; `ca_file` holds the authorities to trust instead of the system's,
    and `verify=False` trusts anybody. `certificate` is a file that says who we are, beside that of its key, which may
    be the same. `heard` is told the beginning of what the server says when it takes a batch.
    """

    def __init__(
        self,
        url: str,
        *,
        path: str = PATH,
        media_type: str = "application/json",
        credentials: Credentials = no_credentials,
        timeout_s: float = 10,
        verify: bool = True,
        ca_file: str | None = None,
        certificate: tuple[str, str] | None = None,
        heard: Callable[[str], None] = lambda said: None,
        wall_s: Callable[[], float] = time.time,
    ) -> None:
        self._url, self._path = url.rstrip("/"), path
        self._media_type = media_type
        self._credentials = credentials
        self._heard = heard
        self._wall_s = wall_s
        self._pool = urllib3.PoolManager(
            num_pools=1,
            retries=False,
            timeout=urllib3.Timeout(connect=timeout_s, read=timeout_s),
            cert_reqs="CERT_REQUIRED" if verify else "CERT_NONE",
            ca_certs=ca_file,
            cert_file=certificate and certificate[0],
            key_file=certificate and certificate[1],
        )

    def send(self, batch: EncodedBatch, path: str | None = None) -> Outcome:
        """Offer the batch once, at another path than usual if need be; whatever happens becomes an outcome."""
        url = self._url + (self._path if path is None else path)
        try:
            response = self._pool.request(
                "POST", url, body=batch.body, headers=self._headers(batch), redirect=False, preload_content=False
            )
            said = _beginning(response)
        except (HTTPError, OSError) as error:
            return RetryLater(f"{type(error).__name__}: {error}")
        except ValueError:
            # Its message would quote the header, and with it the secret.
            return RetryLater("the token holds characters that HTTP cannot carry")
        return self._outcome(response, said)

    def close(self) -> None:
        """Let go of the kept connection."""
        self._pool.clear()

    def _headers(self, batch: EncodedBatch) -> dict[str, str]:
        headers = {
            "Content-Type": self._media_type,
            "Idempotency-Key": batch.id,
            "User-Agent": f"nephoscope-agent/{__version__}",
        }
        if batch.encoding:
            headers["Content-Encoding"] = batch.encoding
        if authorization := self._credentials():
            headers["Authorization"] = authorization
        return headers

    def _outcome(self, response: urllib3.BaseHTTPResponse, said: str) -> Outcome:
        status = response.status
        if 200 <= status < 300:
            self._heard(said)
            return Accepted()
        if 400 <= status < 500 and status not in PATIENT:
            return Refused(status, said)
        after_s = retry_after_s(response.headers.get("Retry-After"), self._wall_s())
        return RetryLater(f"the server answered {status}: {said[:200]}", after_s)


def _beginning(response: urllib3.BaseHTTPResponse) -> str:
    """The first words of an answer; the connection is kept for the next request if that is all there was."""
    said = response.read(MESSAGE_BYTES_MAX)
    if response.read(1):
        response.close()
    response.release_conn()
    return said.decode("utf-8", "replace")


def retry_after_s(header: str | None, now_s: float) -> float | None:
    """
    Seconds to wait as a Retry-After header asks, given as seconds or as a date; None when it asks for nothing readable.

    >>> retry_after_s("7", 0), retry_after_s("Thu, 01 Jan 1970 00:01:40 GMT", 60), retry_after_s("soon", 0)
    (7.0, 40.0, None)
    """
    if header is None:
        return None
    if header.strip().isdigit():
        return min(float(header), RETRY_AFTER_S_MAX)
    try:
        date = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    return min(max(0.0, date.timestamp() - now_s), RETRY_AFTER_S_MAX)
