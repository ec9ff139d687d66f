# SPDX-License-Identifier: Apache-2.0
"""The address of a message broker, in the notation of AMQP or in that of OpenStack's services."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from nephoscope.model.errors import BadRequest

if TYPE_CHECKING:
    from pika import ConnectionParameters

TLS_OF_SCHEME = {"amqp": False, "rabbit": False, "amqps": True}
PORT, TLS_PORT = 5672, 5671
CONNECT_TIMEOUT_S = 10
BLOCKED_TIMEOUT_S = 30
EXPECTED = "expected amqp://, amqps:// or rabbit://[user:password@]host[:port][,…][/virtual-host]"


@dataclass(frozen=True)
class BrokerHost:
    """One host of a cluster, and who we are there."""

    host: str
    port: int
    username: str = "guest"
    password: str = field(default="guest", repr=False)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class BrokerUrl:
    """A broker's hosts, to be tried in their order, and its virtual host; the text shows no user and no password."""

    hosts: tuple[BrokerHost, ...]
    virtual_host: str = "/"
    tls: bool = False

    @classmethod
    def of(cls, text: str) -> "BrokerUrl":
        """
        Read one; BadRequest, without the text, where it is none.

        A user holds for the hosts that follow as well, unless they name their own; special signs are written as `%40`.

        >>> url = BrokerUrl.of("rabbit://nova:s3cret@a:5672,b/cloud")
        >>> str(url), url.hosts[1].username, BrokerUrl.of("amqps://a").hosts[0].port
        ('a:5672,b:5672/cloud', 'nova', 5671)
        """
        try:
            parts = urlsplit(text)
            options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        except ValueError:
            raise BadRequest(f"the broker's URL cannot be read: {EXPECTED}") from None
        if parts.scheme not in TLS_OF_SCHEME or not parts.netloc:
            raise BadRequest(f"the broker's URL cannot be read: {EXPECTED}")
        tls = TLS_OF_SCHEME[parts.scheme] or _tls(options)
        hosts: list[BrokerHost] = []
        for each in parts.netloc.split(","):
            hosts.append(_host(each, hosts[-1] if hosts else None, TLS_PORT if tls else PORT))
        return cls(tuple(hosts), unquote(parts.path[1:]) or "/", tls)

    def __str__(self) -> str:
        hosts = ",".join(str(each) for each in self.hosts)
        return hosts if self.virtual_host == "/" else f"{hosts}/{self.virtual_host}"

    def connection_parameters(
        self, name: str, *, heartbeat_s: int, ca_file: str | None
    ) -> "list[ConnectionParameters]":
        """
        What pika wants to know to connect, one item a host, for a try of each.

        Takes   what the broker is to call this connection; the interval after which silence means that the peer is
                gone; a file of authorities to trust instead of the system's.
        Errors  OSError where that file cannot be read.
        """
        import pika

        context = None
        if self.tls:
            import ssl

            context = ssl.create_default_context(cafile=ca_file)
        return [
            pika.ConnectionParameters(
                host=each.host,
                port=each.port,
                virtual_host=self.virtual_host,
                credentials=pika.PlainCredentials(each.username, each.password),
                ssl_options=None if context is None else pika.SSLOptions(context, each.host),
                heartbeat=heartbeat_s,
                blocked_connection_timeout=BLOCKED_TIMEOUT_S,
                socket_timeout=CONNECT_TIMEOUT_S,
                stack_timeout=CONNECT_TIMEOUT_S + 5,
                client_properties={"connection_name": name},
            )
            for each in self.hosts
        ]


def require_client() -> None:
    """BadRequest where the library that talks with brokers is not installed."""
    from importlib.util import find_spec

    if find_spec("pika") is None:
        raise BadRequest("message brokers need the library pika: pip install 'nephoscope[amqp]'")


def _tls(options: dict[str, str]) -> bool:
    """The one option that has a meaning here; another would be one that we silently do not follow."""
    unknown = sorted(set(options) - {"ssl"})
    if unknown:
        raise BadRequest(f"the broker's URL: option {unknown[0]}: expected ssl, or no option")
    return options.get("ssl", "0").lower() in {"1", "true", "yes", "on"}


def _host(text: str, before: BrokerHost | None, port: int) -> BrokerHost:
    who, _, where = text.rpartition("@")
    try:
        parts = urlsplit(f"//{where}")
        host, port = parts.hostname or "", parts.port or port
    except ValueError:
        host = ""
    if not host:
        raise BadRequest(f"the broker's URL: {EXPECTED}; a host or its port cannot be read")
    if who:
        username, _, password = who.partition(":")
        return BrokerHost(host, port, unquote(username), unquote(password))
    return BrokerHost(host, port) if before is None else BrokerHost(host, port, before.username, before.password)
