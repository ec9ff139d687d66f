# SPDX-License-Identifier: Apache-2.0
"""
The URLs of alarms' actions: what kind each is of, and the trust that some carry in place of a user.

A trust is Keystone's leave to act for somebody. `trust+http://ID:delete@host/path` goes with the alarm when that is
deleted; the alarm's other URLs have the same id without `:delete`.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from nephoscope.model.errors import InvalidInput

# What Aodh's clients know; a server may offer more.
SCHEMES = frozenset({"http", "https", "log", "test", "trust+http", "trust+https", "trust+zaqar", "zaqar", "trust+heat"})
TRUST = "trust+"
# What these do, they do on the server's own host, which is not for everybody.
ADMINISTRATIVE = frozenset({"command", "log", "test"})
_OWNED = "delete"
HIDDEN = "***"
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_AUTHORITY = re.compile(r"(?P<before>[^:/?#]+://)(?P<authority>[^/?#]*)(?P<after>.*)", re.DOTALL)


class Trust(NamedTuple):
    """A trust as a URL carries it: `owned` where the URL is the one with which it goes."""

    id: str
    owned: bool


def scheme_of(url: str) -> str:
    """
    The scheme, in lower case; empty where there is none.

    Errors  ValueError for what is no URL: control characters or blanks, half a bracket, a trust without `//`.

    >>> scheme_of("HTTPS://host/a"), scheme_of("log://")
    ('https', 'log')
    """
    if _CONTROL.search(url):
        raise ValueError("blanks and control characters are not allowed in URLs")
    scheme = urlsplit(url).scheme
    if scheme.startswith(TRUST) and not _AUTHORITY.fullmatch(url):
        raise ValueError(f"{TRUST} URLs have // after the scheme")
    return scheme


def has_user(url: str) -> bool:
    """Whether a user or a trust stands before the host."""
    parts = _AUTHORITY.fullmatch(url)
    return parts is not None and "@" in parts["authority"]


def with_trust(url: str, trust: Trust) -> str:
    """
    The URL with a trust in it.

    >>> with_trust("trust+http://host/a?b", Trust("77", owned=True))
    'trust+http://77:delete@host/a?b'
    """
    parts = _parts(url)
    secret = f":{_OWNED}" if trust.owned else ""
    return f"{parts['before']}{trust.id}{secret}@{parts['authority']}{parts['after']}"


def trust_of(url: str) -> Trust | None:
    """
    The trust in a URL.

    >>> trust_of("trust+http://77:delete@host/a"), trust_of("http://77:delete@host/a")
    (Trust(id='77', owned=True), None)
    """
    if not url.startswith(TRUST) or not has_user(url):
        return None
    user = _parts(url)["authority"].rpartition("@")[0]
    name, _, password = user.partition(":")
    return Trust(name, password == _OWNED)


def shown(url: str) -> str:
    """
    A URL as answers show it: never with a trust; of `log://` only what stands before the slashes.

    >>> shown("trust+https://77@host/a"), shown("https://user@host/a"), shown("log://")
    ('trust+https://host/a', 'https://user@host/a', 'log:')
    """
    if url.startswith(TRUST) and has_user(url):
        parts = _parts(url)
        return f"{parts['before']}{parts['authority'].rpartition('@')[2]}{parts['after']}"
    scheme, _, rest = url.partition(":")
    return f"{scheme}:" if scheme in ADMINISTRATIVE and rest == "//" else url


def concealed(url: str) -> str:
    """
    As `shown`, and without anything by which somebody else could use it: users, passwords, values of the query but
    those of a mail's, and the whole way to a chat's webhook.

    >>> concealed("https://u:p@host/a?token=b#c"), concealed("slack+https://host/services/T0/B0/x")
    ('https://***@host/a?token=***', 'slack+https://host/***')
    >>> concealed("mailto:ops@example.org?subject=a")
    'mailto:ops@example.org?subject=a'
    """
    parts = _AUTHORITY.fullmatch(shown(url))
    if parts is None:
        return shown(url)
    _, at, host = parts["authority"].rpartition("@")
    if parts["before"].lower().startswith("slack+"):
        return f"{parts['before']}{host}/{HIDDEN}"
    path, mark, query = parts["after"].partition("#")[0].partition("?")
    hidden = "&".join(_hidden(each) for each in query.split("&")) if query else ""
    return f"{parts['before']}{f'{HIDDEN}@' if at else ''}{host}{path}{mark}{hidden}"


def revealed(written: Sequence[str], there: Sequence[str], field: str) -> list[str]:
    """
    URLs of which some may be written as they were shown, `concealed`: these stand for those of `there` that look so.

    Several that look alike are taken in their order, each once.

    Errors  InvalidInput with `field` and the place where something is concealed, and none is left that looks so.

    >>> revealed(["https://***@b/", "log:"], ["https://u:p@a/", "https://u:p@b/"], "targets")
    ['https://u:p@b/', 'log:']
    """
    left = [each for each in there if each not in written]
    found = []
    for place, url in enumerate(written):
        fit = next((each for each in left if concealed(each) == url), None)
        if fit is not None:
            left.remove(fit)
        elif HIDDEN in url and url not in there and _AUTHORITY.fullmatch(url):
            shape = concealed(url)[:200]
            said = f"{HIDDEN} stands for what is there, and nothing there looks like {shape}; write it out"
            raise InvalidInput(said, [field, str(place)])
        found.append(url if fit is None else fit)
    return found


def _hidden(pair: str) -> str:
    """A part of a query without its value; what is no pair may be a key as a whole."""
    name, equals, _ = pair.partition("=")
    return f"{name}={HIDDEN}" if equals else HIDDEN


def _parts(url: str) -> re.Match[str]:
    parts = _AUTHORITY.fullmatch(url)
    assert parts is not None, "only URLs with // are given trusts"
    return parts
