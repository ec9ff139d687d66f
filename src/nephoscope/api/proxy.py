# SPDX-License-Identifier: Apache-2.0
"""Behind a proxy: addresses as the outside sees them, from the headers that trusted proxies add."""

import ipaddress
import re
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

_HOST = re.compile(r"[A-Za-z0-9._\-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_PREFIX = re.compile(r"(/[A-Za-z0-9._~\-]+)*")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class TrustedPeers:
    """The networks whose proxies are believed."""

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks: list[Network] = [ipaddress.ip_network(network, strict=False) for network in networks]

    @property
    def are_everybody(self) -> bool:
        """Whether all addresses of a kind are among them."""
        return any(network.prefixlen == 0 for network in self._networks)

    def __contains__(self, address: object) -> bool:
        try:
            peer = ipaddress.ip_address(str(address))
        except ValueError:
            return False
        return any(peer in network for network in self._networks)


def peer_of(scope: Scope) -> str:
    """The address of whoever opened the connection, whatever headers say; empty for a UNIX socket."""
    peer = scope.get("nephoscope.peer") or scope.get("client")
    return str(peer[0]) if peer else ""


def client_of(scope: Scope) -> str:
    """The address of whoever calls, seen through trusted proxies; empty for a UNIX socket."""
    client = scope.get("client")
    return str(client[0]) if client else ""


class ProxyHeaders:
    """
    Takes scheme, host, client and prefix from `Forwarded`, else from `X-Forwarded-*`.

    Only for connections from `trusted` networks; all others have these headers ignored. Scheme and host are those of
    the first element. The client is the last one that is no trusted proxy: whatever stands before it, the client may
    have made up.
    """

    def __init__(self, app: ASGIApp, trusted: TrustedPeers) -> None:
        self.app = app
        self.trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and peer_of(scope) in self.trusted:
            scope = _seen_from_outside(scope, self.trusted)
        await self.app(scope, receive, send)


def _seen_from_outside(scope: Scope, trusted: TrustedPeers) -> Scope:
    headers = Headers(scope=scope)
    forwarded = [_pairs(element) for element in _elements(headers, "forwarded")]
    said: dict[str, str] = next((pairs for pairs in forwarded if pairs), {})
    passed = [pairs["for"] for pairs in forwarded if pairs.get("for")]
    if not said:
        said = {name: next(iter(_elements(headers, f"x-forwarded-{name}")), "") for name in ("proto", "host")}
        passed = _elements(headers, "x-forwarded-for")
    scope = {**scope, "nephoscope.peer": scope.get("client")}
    if said.get("proto", "").lower() in ("http", "https"):
        scope["scheme"] = said["proto"].lower()
    if _HOST.fullmatch(said.get("host", "")):
        others = [pair for pair in scope["headers"] if pair[0] != b"host"]
        scope["headers"] = [(b"host", said["host"].encode()), *others]
    if client := _client(passed, trusted):
        scope["client"] = (client, 0)
    prefix = headers.get("x-forwarded-prefix", "").rstrip("/")
    if _PREFIX.fullmatch(prefix):
        scope["nephoscope.prefix"] = prefix
    return scope


def _elements(headers: Headers, name: str) -> list[str]:
    """The elements of a list that may be spread over several headers of one name."""
    return [element.strip() for value in headers.getlist(name) for element in value.split(",") if element.strip()]


def _pairs(element: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in element.split(";"))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs if value}


def _client(passed: Sequence[str], trusted: TrustedPeers) -> str:
    """The last address that is no trusted proxy, else the first of all; empty for one that is no address."""
    addresses = [_address(each) for each in passed]
    return next((each for each in reversed(addresses) if each not in trusted), addresses[0] if addresses else "")


def _address(node: str) -> str:
    """
    The address in a node of Forwarded or X-Forwarded-For, which may carry a port; empty when there is none.

    >>> [_address(node) for node in ("192.0.2.1", "192.0.2.1:80", "[2001:db8::1]:80", "2001:db8::1", "_hidden")]
    ['192.0.2.1', '192.0.2.1', '2001:db8::1', '2001:db8::1', '']
    """
    bare = node.partition("]")[0].lstrip("[") if node.startswith("[") else node
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return ""


def base_url(scope: Scope) -> str:
    """
    Scheme, host and prefix under which the caller reaches the dialect that `scope` is in, without a slash at the end.

    A Host header that is none (it could smuggle anything into links) gives way to the socket's own address.
    """
    host = Headers(scope=scope).get("host", "")
    if not _HOST.fullmatch(host):
        server = scope.get("server") or ("localhost", None)
        host = f"{server[0]}:{server[1]}" if server[1] else str(server[0])
    return f"{scope['scheme']}://{host}{scope.get('nephoscope.prefix', '')}{scope.get('root_path', '')}"
