# SPDX-License-Identifier: Apache-2.0
"""How the three kinds of dynamic pollsters get their answers: from a service of the cloud, a server, a command."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

import urllib3

from nephoscope.model.value_operations import NoValue
from nephoscope.poll.contract import Target
from nephoscope.poll.dynamic.command import output_of
from nephoscope.poll.dynamic.definition import Definition
from nephoscope.poll.http_body import HttpFailed, get, same_origin
from nephoscope.poll.openstack.connection import Cloud

Given = Mapping[str, Any]


class Asking:
    """Asks for the answers of definitions; the cloud is connected to when the first of its services is asked."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._pool = urllib3.PoolManager(num_pools=16, maxsize=2)

    def where(self, definition: Definition, target: Target, given: Given, page: str = "") -> str:
        """
        The URL or command to ask, `page` being what the page before named as the next.

        Errors  NoValue when something that its expression needs is missing; HttpFailed when it leads elsewhere.
        """
        address = definition.address.of(given, {"id": target.id, **target.facts})
        if definition.source == "command":
            return address
        # The token and the password are meant for one server only.
        base = endpoint(target) if definition.source == "openstack" else address
        slashed = base if base.endswith("/") else f"{base}/"
        first = urljoin(slashed, address) if definition.source == "openstack" else address
        url = urljoin(slashed, page) if page else first
        if not same_origin(url, base):
            raise HttpFailed("the next page is on another server" if page else "url_path leads to another server")
        return url

    def elsewhere(self, extra: Definition, target: Target) -> Target:
        """The target of an extra field: its own service, or else what the sample came from."""
        if extra.source != "openstack":
            return Target(target.id)
        url = self._cloud.endpoint(extra.endpoint_type)
        if url is None:
            raise NoValue(f"the cloud has no service of type {extra.endpoint_type}")
        return Target(url, {"url": url})

    def answer(self, definition: Definition, target: Target, where: str) -> str:
        """The text there, at most as long as `http_body` and `command` allow."""
        if definition.source == "command":
            return output_of(where, definition.timeout_s)
        headers = dict(definition.headers)
        if definition.source == "http":
            assert definition.authentication is not None
            headers |= definition.authentication.headers(where, str(target.facts.get("secret", "")))
            body = get(self._pool, where, headers=headers, timeout_s=definition.timeout_s)
        else:
            self._refuse_strangers(definition, target)
            body, _headers = self._cloud.read(where, headers, timeout_s=definition.timeout_s)
        return body.decode("utf-8", "replace")

    def _refuse_strangers(self, definition: Definition, target: Target) -> None:
        """A URL that only a file names gets a token when the catalogue has the service on that server."""
        if not target.facts:
            known = self._cloud.endpoint(definition.endpoint_type)
            if known is None or not same_origin(known, endpoint(target)):
                raise HttpFailed(f"the catalogue has no service of type {definition.endpoint_type} there")


def endpoint(target: Target) -> str:
    """The URL that a target of the cloud stands for."""
    return str(target.facts.get("url", target.id))
