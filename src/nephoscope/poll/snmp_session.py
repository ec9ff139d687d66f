# SPDX-License-Identifier: Apache-2.0
"""Numbers and texts that an agent of SNMP gives, versions 2c and 3, by object identifiers as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from nephoscope.poll.secret import Secret

PORT = 161
ROWS_MAX = 4_096
ROWS_A_REQUEST = 25
OIDS_A_REQUEST = 20
RETRIES = 1

# As URLs call them -> as pysnmp does.
AUTHENTICATIONS = {
    "md5": "usmHMACMD5AuthProtocol",
    "sha": "usmHMACSHAAuthProtocol",
    "sha224": "usmHMAC128SHA224AuthProtocol",
    "sha256": "usmHMAC192SHA256AuthProtocol",
    "sha384": "usmHMAC256SHA384AuthProtocol",
    "sha512": "usmHMAC384SHA512AuthProtocol",
}
ENCRYPTIONS = {
    "des": "usmDESPrivProtocol",
    "3des": "usm3DESEDEPrivProtocol",
    "aes": "usmAesCfb128Protocol",
    "aes192": "usmAesCfb192Protocol",
    "aes256": "usmAesCfb256Protocol",
}
_PARAMETERS = {"version", "auth", "auth_key", "priv", "priv_key"}


class SnmpFailed(Exception):
    """An agent does not answer, or refuses; the text holds no secrets."""


@dataclass(frozen=True)
class SnmpAddress:
    """Where an agent is, and how it is asked: `name` is a community (2c) or a user (3)."""

    host: str
    port: int
    name: Secret
    version: str
    auth: str
    auth_key: Secret
    priv: str
    priv_key: Secret


def read_address(url: str) -> SnmpAddress:
    """
    The address in `snmp://community@host:port`, or `snmp://user@host?version=3&auth=sha&auth_key=…&priv=aes&priv_key=…`.

    Errors  ValueError, which names what is wrong and no secret.

    >>> read_address("snmp://public@switch").port, read_address("snmp://host:1161").name == "public"
    (161, True)
    """
    parts = urlsplit(url)
    given = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    version = given.get("version", "2c")
    unknown = sorted(given.keys() - _PARAMETERS)
    if parts.scheme != "snmp" or not parts.hostname:
        raise ValueError("expected snmp://community@host:port")
    if unknown:
        raise ValueError(f"expected the parameters {', '.join(sorted(_PARAMETERS))}, there is {unknown[0][:40]!r}")
    if version not in {"2c", "3"}:
        raise ValueError(f"expected version=2c or version=3, there is {version[:40]!r}")
    for key, known in (("auth", AUTHENTICATIONS), ("priv", ENCRYPTIONS)):
        if key in given and given[key] not in known:
            raise ValueError(f"expected {key} to be one of {', '.join(known)}, there is {given[key][:40]!r}")
        if bool(given.get(key)) != bool(given.get(f"{key}_key")):
            raise ValueError(f"expected both {key} and {key}_key, or none of them")
    if given.get("priv") and not given.get("auth"):
        raise ValueError("expected auth and auth_key beside priv")
    return SnmpAddress(
        host=parts.hostname,
        port=parts.port or PORT,
        name=Secret(unquote(parts.username or "public")),
        version=version,
        auth=given.get("auth", ""),
        auth_key=Secret(given.get("auth_key", "")),
        priv=given.get("priv", ""),
        priv_key=Secret(given.get("priv_key", "")),
    )


class SnmpEngines:
    """Engines of the library for one poll: each takes its time to be made, and cannot tell users of one name apart."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, ...], Any] = {}

    def of(self, address: SnmpAddress) -> Any:
        """One for all communities, and one for each user with the same keys."""
        from pysnmp.hlapi.v3arch.asyncio import SnmpEngine

        user = (str(address.name), address.auth, str(address.auth_key), address.priv, str(address.priv_key))
        key = () if address.version == "2c" else user
        if key not in self._made:
            self._made[key] = SnmpEngine()
        return self._made[key]

    def close(self) -> None:
        """Close their sockets."""
        for engine in self._made.values():
            engine.close_dispatcher()


class SnmpSession:
    """Asks one agent, within an event loop."""

    def __init__(self, address: SnmpAddress, engine: Any, timeout_s: float) -> None:
        from pysnmp.hlapi.v3arch.asyncio import ContextData

        self._address = address
        self._timeout_s = timeout_s
        self._engine = engine
        self._context: Any = ContextData()
        self._transport: Any = None

    async def scalars(self, oids: Sequence[str]) -> dict[str, Any]:
        """The values of single objects, those that the agent has; numbers, or bytes."""
        from pysnmp.hlapi.v3arch.asyncio import ObjectIdentity, ObjectType, get_cmd

        found: dict[str, Any] = {}
        for start in range(0, len(oids), OIDS_A_REQUEST):
            asked = [ObjectType(ObjectIdentity(oid)) for oid in oids[start : start + OIDS_A_REQUEST]]
            told = await get_cmd(*await self._arguments(), *asked, lookupMib=False)
            for name, value in _checked(told):
                found |= {str(name): plain} if (plain := _plain(value)) is not None else {}
        return found

    async def column(self, oid: str) -> dict[str, Any]:
        """A table's column: values by what follows the column's own identifier, the row."""
        from pysnmp.hlapi.v3arch.asyncio import ObjectIdentity, ObjectType, bulk_walk_cmd

        found: dict[str, Any] = {}
        asked = ObjectType(ObjectIdentity(oid))
        rows = bulk_walk_cmd(
            *await self._arguments(), 0, ROWS_A_REQUEST, asked, lookupMib=False, lexicographicMode=False
        )
        async for told in rows:
            for name, value in _checked(told):
                row = str(name).removeprefix(f"{oid}.")
                if (plain := _plain(value)) is not None:
                    found[row] = plain
            if len(found) > ROWS_MAX:
                raise SnmpFailed(f"a table has more than {ROWS_MAX} rows")
        return found

    async def _arguments(self) -> tuple[Any, ...]:
        if self._transport is None:
            from pysnmp.hlapi.v3arch.asyncio import Udp6TransportTarget, UdpTransportTarget

            kind = Udp6TransportTarget if ":" in self._address.host else UdpTransportTarget
            place = (self._address.host, self._address.port)
            self._transport = await kind.create(place, timeout=self._timeout_s / (1 + RETRIES), retries=RETRIES)
        return self._engine, self._credentials(), self._transport, self._context

    def _credentials(self) -> Any:
        from pysnmp.hlapi.v3arch import asyncio as snmp

        address = self._address
        if address.version == "2c":
            return snmp.CommunityData(str(address.name), mpModel=1)  # noqa: S508 - many speak nothing else
        protocols: Mapping[str, Any] = {}
        if address.auth:
            protocols = {
                "authKey": str(address.auth_key),
                "authProtocol": getattr(snmp, AUTHENTICATIONS[address.auth]),
            }
        if address.priv:
            protocols = {
                **protocols,
                "privKey": str(address.priv_key),
                "privProtocol": getattr(snmp, ENCRYPTIONS[address.priv]),
            }
        return snmp.UsmUserData(str(address.name), **protocols)  # noqa: S509 - as its owner set it up


def _checked(told: Any) -> Any:
    """The bindings of an answer; SnmpFailed for an error of the agent, or for none at all."""
    indication, status, _index, bindings = told
    if indication:
        raise SnmpFailed(str(indication)[:100])
    if status:
        raise SnmpFailed(f"error status {int(status)}")
    return bindings


def _plain(value: Any) -> int | bytes | None:
    """A number or bytes; None for an object that is not there."""
    from pysnmp.proto import rfc1905
    from pysnmp.proto.rfc1902 import IpAddress, OctetString

    if isinstance(value, rfc1905.NoSuchObject | rfc1905.NoSuchInstance | rfc1905.EndOfMibView):
        return None
    if isinstance(value, OctetString | IpAddress):
        return bytes(value)
    try:
        return int(value)
    except (TypeError, ValueError):
        return str(value).encode()  # object identifiers
