# SPDX-License-Identifier: Apache-2.0
"""The URL of a publisher: scheme, address, path, and options behind the `?`."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from nephoscope.model.errors import BadRequest

TRUE, FALSE = {"1", "true", "yes", "on", "t", "y"}, {"0", "false", "no", "off", "f", "n"}


@dataclass(frozen=True)
class PublisherUrl:
    """
    A publisher's URL taken apart.

    `options` holds each option's last value, texts as written (empty for a bare `?json`); `query` is all that they
    were read from. Messages show the URL without both and without password.
    """

    scheme: str
    host: str
    port: int | None
    username: str
    password: str
    path: str
    options: dict[str, str]
    query: str = ""

    @classmethod
    def of(cls, text: str) -> "PublisherUrl":
        """
        Read one; BadRequest where it is none.

        >>> PublisherUrl.of("udp://collector:4952?x=1").options
        {'x': '1'}
        """
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError as error:
            raise BadRequest(f"the publisher's URL cannot be read: {error}") from None
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        username, password = parts.username or "", parts.password or ""
        return cls(parts.scheme, parts.hostname or "", port, username, password, parts.path, options, parts.query)

    def __str__(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}"

    __repr__ = __str__

    def option(self, name: str, default: str = "") -> str:
        """An option's text."""
        return self.options.get(name, default)

    def flag(self, name: str, default: bool) -> bool:
        """An option that is on or off; a bare `?name` is on."""
        text = self.options.get(name)
        if text is None:
            return default
        if text == "" or text.lower() in TRUE:
            return True
        if text.lower() in FALSE:
            return False
        raise self.wrong(name, "true or false")

    def number(self, name: str, default: float, *, least: float = 0) -> float:
        """An option that is a number of at least `least`."""
        text = self.options.get(name)
        if text is None:
            return default
        try:
            number = float(text)
        except ValueError:
            number = least - 1
        if not least <= number < float("inf"):
            raise self.wrong(name, f"a number of at least {least:g}")
        return number

    def wrong(self, name: str, expected: str) -> BadRequest:
        """What to raise for an option that holds something else than expected."""
        return BadRequest(f"{self}: option {name}: expected {expected}, found {self.options.get(name)!r}")

    def lacking(self, expected: str) -> BadRequest:
        """What to raise for a URL without a part that it needs."""
        return BadRequest(f"{self}: expected {expected}")

    def unknown(self, known: Collection[str]) -> list[str]:
        """Options that nobody reads, sorted."""
        return sorted(set(self.options) - set(known))
