# SPDX-License-Identifier: Apache-2.0
"""One connection to a cloud for all that asks it: catalogue, tokens and their renewal are the SDK's business."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from nephoscope.poll.contract import PollSettings
from nephoscope.poll.http_body import HttpFailed, read_body

Session = Any


class NoCloud(Exception):
    """The agent has no credentials of a cloud, and somebody asks for one."""


class Cloud:
    """
    A cloud that is connected to when it is first asked.

    Agents make one for each set of arguments; `Cloud.of` gives the one there is.
    """

    def __init__(self, arguments: Mapping[str, Any] | None, timeout_s: float) -> None:
        self._arguments = arguments
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._connection: Any = None
        self._clock: Callable[[], float] = time.monotonic

    @classmethod
    def of(cls, settings: PollSettings) -> "Cloud":
        """The cloud of these settings, shared by all families and discoveries that were made with them."""
        with _LOCK:
            key = id(settings.openstack)
            held = _CLOUDS.get(key)
            # The mapping is held beside its cloud, so that no other one can get its id.
            if held is None:
                held = (settings.openstack, cls(settings.openstack, settings.timeout_s))
                while len(_CLOUDS) >= CLOUDS_MAX:
                    _CLOUDS.pop(next(iter(_CLOUDS)))
                _CLOUDS[key] = held
            return held[1]

    def connection(self) -> Any:
        """The SDK's connection; NoCloud when the agent has no credentials."""
        if self._arguments is None:
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
        deadline_s = self._clock() + self._timeout_s
        answer = self.session().get(
            url,
            headers={"Accept": "application/json", **(headers or {})},
            timeout=self._timeout_s,
            redirect=False,
            raise_exc=False,
            stream=True,
        )
        try:
            if not 200 <= answer.status_code < 300:
                raise HttpFailed("status", answer.status_code)
            body = read_body(answer.raw, deadline_s)
        finally:
            answer.close()
        try:
            return (msgspec.json.decode(body) if body.strip() else None), answer.headers
        except msgspec.DecodeError:
            raise HttpFailed("the answer is not JSON") from None

    def head(self, url: str) -> Mapping[str, str]:
        """The headers of an answer; HttpFailed for any other status than 2xx."""
        answer = self.session().head(url, timeout=self._timeout_s, redirect=False, raise_exc=False)
        if not 200 <= answer.status_code < 300:
            raise HttpFailed("status", answer.status_code)
        headers: Mapping[str, str] = answer.headers
        return headers


CLOUDS_MAX = 16
_LOCK = threading.Lock()
_CLOUDS: dict[int, tuple[Mapping[str, Any] | None, Cloud]] = {}
