# SPDX-License-Identifier: Apache-2.0
"""Where requests may go: users write the addresses, and the machine that sends is inside of the cloud."""

import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from nephoscope.act.notify.contract import Resolve
from nephoscope.model.errors import BadRequest, Forbidden

Network = IPv4Network | IPv6Network
# 0.0.0.0/8 is this host for some systems, 255.255.255.255 all of its network.
REFUSED = tuple(map(ip_network, ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "255.255.255.255/32")))
REFUSED_V6 = tuple(map(ip_network, ("::/128", "::1/128", "fe80::/10", "ff00::/8")))
# Networks whose addresses hold one of IPv4 in their last bits, that a gateway or the system itself may send to.
TRANSLATED = tuple(map(IPv6Network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")))


@dataclass(frozen=True)
class Address:
    """One of a host's, as `socket.connect` takes it."""

    family: int
    sockaddr: tuple[Any, ...]


class Guard:
    """
    Looks names up, once, and lets only those addresses through that requests may go to.

    `allowed` networks win over everything, `refused` ones are added to those that are never let through: loopback,
    link-local, unspecified and multicast addresses, however they are spelled.
    """

    def __init__(
        self, allowed: Sequence[str] = (), refused: Sequence[str] = (), resolve: Resolve = socket.getaddrinfo
    ) -> None:
        """BadRequest names the network that is none."""
        self._allowed = [_network(each, "allowed_networks") for each in allowed]
        self._refused = [*REFUSED, *REFUSED_V6, *(_network(each, "refused_networks") for each in refused)]
        self._resolve = resolve

    def addresses(self, host: str, port: int) -> list[Address]:
        """
        The addresses of a host that may be connected to; whoever connects takes these and asks nobody again.

        Errors  Forbidden when it has none but others, OSError as `socket.getaddrinfo`.
        """
        found = self._resolve(host, port, type=socket.SOCK_STREAM)
        addresses = [Address(family, sockaddr) for family, _, _, _, sockaddr in found]
        let_through = [each for each in addresses if self.lets_through(str(each.sockaddr[0]))]
        if not let_through:
            raise Forbidden("the address of the host is one that notifications may not be sent to")
        return let_through

    def lets_through(self, address: str) -> bool:
        """Whether one may connect to an address, written with a zone or without."""
        return all(self._is_in(self._allowed, each) or not self._is_in(self._refused, each) for each in _meant(address))

    @staticmethod
    def _is_in(networks: Sequence[Network], address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in networks if network.version == address.version)


def _meant(text: str) -> Iterator[IPv4Address | IPv6Address]:
    """An address, and those of IPv4 that are wrapped in it; an IPv4 address in IPv6 notation is just that."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv4Address):
        yield address
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
        return
    yield address
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    # ::1 and its like are no IPv4 address.
    if int(address) >> 16 and any(address in network for network in TRANSLATED):
        yield IPv4Address(int(address) & 0xFFFFFFFF)


def _network(text: str, setting: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise BadRequest(f"[act] {setting}: {error}; write a network such as 10.1.0.0/16") from None
