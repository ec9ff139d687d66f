# SPDX-License-Identifier: Apache-2.0
"""URLs of actions: taken apart without being written anew, and kept out of messages."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, unquote

from nephoscope.model.errors import BadRequest

DEFAULT_PORTS = {"http": 80, "https": 443}
SECRET_LENGTH_MIN = 4
# Thousands of notifications go to a few addresses.
KNOWN_MAX = 1024

_PARTS = re.compile(r"(?P<scheme>[a-z]+)://(?P<authority>[^/?#]*)(?P<rest>[^#]*)", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]+(?:%[\w.-]+)?)\]|(?P<name>[^\[\]:]+))(?::(?P<port>\d{1,5}))?")
_NAME = re.compile(r"[\w.-]+", re.ASCII)
_UNSAFE = re.compile(r"[^\x21-\x7e]+")


@dataclass(frozen=True)
class WebUrl:
    """
    An `http` or `https` URL taken apart.

    `path` is what is asked for, query included, byte for byte as written; only what no request line can hold, blanks
    and signs beyond ASCII, is written as `%XX`. `host` has no brackets. `user` and `password` are decoded.
    """

    scheme: str
    host: str
    port: int
    path: str
    user: str = ""
    password: str = ""

    @classmethod
    @lru_cache(maxsize=KNOWN_MAX)
    def of(cls, text: str) -> "WebUrl":
        """
        Take one apart; BadRequest says what is wrong with it.

        >>> WebUrl.of("http://heat:8000/v1/signal/arn%3Aopenstack%3a?Signature=a%2Bb+c").path
        '/v1/signal/arn%3Aopenstack%3a?Signature=a%2Bb+c'
        """
        parts = _PARTS.fullmatch(text.partition("#")[0])
        if parts is None or (scheme := parts["scheme"].lower()) not in DEFAULT_PORTS:
            raise BadRequest("the action's URL cannot be read: expected http:// or https:// and a host")
        credentials, _, address = parts["authority"].rpartition("@")
        found = _HOST.fullmatch(address)
        if found is None:
            raise BadRequest("the action's URL cannot be read: expected a host, and a port behind a colon if any")
        port = int(found["port"] or DEFAULT_PORTS[scheme])
        if not 0 < port < 65536:
            raise BadRequest(f"the action's URL cannot be read: there is no port {port}")
        user, _, password = credentials.partition(":")
        rest = parts["rest"]
        path = rest if rest.startswith("/") else f"/{rest}"
        return cls(
            scheme=scheme,
            host=found["six"] or _ascii(found["name"]),
            port=port,
            path=_UNSAFE.sub(_quoted, path),
            user=unquote(user),
            password=unquote(password),
        )

    @property
    def authority(self) -> str:
        """Host and, unless it is the usual one, port: what the `Host` header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def place(self) -> str:
        """Host and port in small letters: what deliveries to the same place have in common."""
        return f"{self.host.lower()}:{self.port}"

    def option(self, name: str) -> str:
        """The last value of an option of the query; "" without it."""
        query = self.path.partition("?")[2]
        return parse_qs(query).get(name, [""])[-1] if query else ""


def query_of(target: str) -> dict[str, list[str]]:
    """The decoded query of a URL of any scheme."""
    return parse_qs(target.partition("#")[0].partition("?")[2])


def scrubbed(text: str, target: str) -> str:
    """
    A message without whatever of a target may be secret: the user part, all behind the host, values of the query.

    >>> scrubbed("h: no way to u:pass@h/x?Signature=a%2Bcd with a+cd", "http://u:pass@h/x?Signature=a%2Bcd")
    'h: no way to ***@h*** with ***'
    """
    if not text:
        return text
    for secret in sorted(_secrets(target), key=len, reverse=True):
        if len(secret) >= SECRET_LENGTH_MIN:
            text = text.replace(secret, "***")
    return text


def _secrets(target: str) -> set[str]:
    rest = target.partition("://")[2]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    behind = rest[len(authority) :]
    credentials = authority.rpartition("@")[0]
    query = behind.partition("#")[0].partition("?")[2]
    written = {each.partition("=")[2] for each in query.split("&")}
    decoded = {value for listed in query_of(target).values() for value in listed}
    return {behind, query, *written, *decoded, credentials, *credentials.split(":"), *unquote(credentials).split(":")}


def _ascii(name: str) -> str:
    """A host's name as DNS has it."""
    try:
        found = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        found = ""
    if not _NAME.fullmatch(found):
        raise BadRequest("the action's URL cannot be read: there can be no host of that name")
    return found


def _quoted(found: re.Match[str]) -> str:
    """
    >>> _UNSAFE.sub(_quoted, "/a b/ü?%3a")
    '/a%20b/%C3%BC?%3a'
    """
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))
