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


class ProxyHeaders:
    """
    Takes scheme, host, client and prefix from `Forwarded` (its first element), else from `X-Forwarded-*`.

    Only for connections from `trusted` networks; all others have these headers ignored.
    """

    def __init__(self, app: ASGIApp, trusted: TrustedPeers) -> None:
        self.app = app
        self.trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and peer_of(scope) in self.trusted:
            scope = _seen_from_outside(scope)
        await self.app(scope, receive, send)


def _seen_from_outside(scope: Scope) -> Scope:
    headers = Headers(scope=scope)
    said = _forwarded(headers.get("forwarded", "")) or {
        "proto": _first(headers.get("x-forwarded-proto", "")),
        "host": _first(headers.get("x-forwarded-host", "")),
        "for": _first(headers.get("x-forwarded-for", "")),
    }
    scope = {**scope, "nephoscope.peer": scope.get("client")}
    if said.get("proto", "").lower() in ("http", "https"):
        scope["scheme"] = said["proto"].lower()
    if _HOST.fullmatch(said.get("host", "")):
        others = [pair for pair in scope["headers"] if pair[0] != b"host"]
        scope["headers"] = [(b"host", said["host"].encode()), *others]
    if said.get("for"):
        scope["client"] = (said["for"], 0)
    prefix = headers.get("x-forwarded-prefix", "").rstrip("/")
    if _PREFIX.fullmatch(prefix):
        scope["nephoscope.prefix"] = prefix
    return scope


def _forwarded(header: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in _first(header).split(";"))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs if value}


def _first(header: str) -> str:
    return header.partition(",")[0].strip()


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
