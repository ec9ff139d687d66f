# SPDX-License-Identifier: Apache-2.0
"""One connection to a cloud for all that asks it: catalogue, tokens and their renewal are the SDK's business."""

import threading
import time
from collections.abc import Mapping
from typing import Any

import msgspec

from nephoscope.poll.http_body import BODY_BYTES_MAX, HttpFailed, read_body

Session = Any


class NoCloud(Exception):
    """The agent has no credentials of a cloud, and somebody asks for one."""


class Cloud:
    """
    A cloud that is connected to when it is first asked.

    `arguments` are those of the SDK's connection (`cloud`, or `auth` and so on); whoever asks one without gets NoCloud.
    An agent makes one, gives it to all that ask, and closes it when they have stopped.
    """

    def __init__(self, arguments: Mapping[str, Any] | None = None, timeout_s: float = 30.0) -> None:
        self._arguments = arguments
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._connection: Any = None

    def connection(self) -> Any:
        """The SDK's connection; NoCloud when the agent has no credentials."""
        if not self._arguments:
            raise NoCloud("there are no credentials of an OpenStack cloud; set them in [polling] openstack")
        with self._lock:
            if self._connection is None:
                from openstack.connection import Connection

                arguments = {"api_timeout": self._timeout_s, **self._arguments}
                self._connection = Connection(**arguments)
            return self._connection

    def session(self) -> Session:
        """The session that adds tokens to requests, and renews them."""
        return self.connection().session

    def authentication(self) -> Mapping[str, str]:
        """The headers that show a token, for requests that others make; OSError where no token can be had."""
        from keystoneauth1.exceptions import ClientException

        try:
            headers: Mapping[str, str] = self.session().get_auth_headers() or {}
        except ClientException as error:
            raise ConnectionError(f"no token can be had: {error}") from error
        return headers

    def endpoint(self, service_type: str) -> str | None:
        """Where a service is, by its type or one of the type's older names; None when the catalogue has none."""
        config = self.connection().config
        session = self.session()
        found = session.auth.get_access(session).service_catalog.get_endpoint_data_list(
            service_type=service_type,
            interface=config.get_interface(service_type),
            region_name=config.get_region_name(service_type),
        )
        return str(found[0].catalog_url) if found else None

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> tuple[Any, Mapping[str, str]]:
        """
        The decoded JSON at a URL of the cloud (None where the body is empty), and the answer's headers.

        Errors  HttpFailed for any other status than 2xx, with its `status`.
        """
        body, told = self.read(url, {"Accept": "application/json", **(headers or {})})
        try:
            return (msgspec.json.decode(body) if body.strip() else None), told
        except msgspec.DecodeError:
            raise HttpFailed("the answer is not JSON") from None

    def read(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        timeout_s: float | None = None,
        bytes_max: int = BODY_BYTES_MAX,
    ) -> tuple[bytes, Mapping[str, str]]:
        """
        The body at a URL of the cloud, and the answer's headers; redirections are not followed.

        Errors  HttpFailed for any other status than 2xx, with its `status`, and for a body that is too long or slow.
        """
        timeout_s = self._timeout_s if timeout_s is None else timeout_s
        deadline_s = time.monotonic() + timeout_s
        answer = self.session().get(
            url, headers=dict(headers), timeout=timeout_s, redirect=False, raise_exc=False, stream=True
        )
        try:
            if not 200 <= answer.status_code < 300:
                raise HttpFailed("status", answer.status_code)
            return read_body(answer.raw, deadline_s, bytes_max), answer.headers
        finally:
            answer.close()

    def head(self, url: str) -> Mapping[str, str]:
        """The headers of an answer; HttpFailed for any other status than 2xx."""
        answer = self.session().head(url, timeout=self._timeout_s, redirect=False, raise_exc=False)
        if not 200 <= answer.status_code < 300:
            raise HttpFailed("status", answer.status_code)
        headers: Mapping[str, str] = answer.headers
        return headers

    def close(self) -> None:
        """Let go of what is open; whoever asks again connects anew."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
