# SPDX-License-Identifier: Apache-2.0
"""Requests to a CloudStack's API: signed, page by page, with the answers' envelopes taken off."""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

import msgspec
import urllib3

from nephoscope.poll.http_body import get
from nephoscope.poll.secret import Secret

SCHEMES = {"cloudstack": "https", "cloudstack+http": "http"}
PATH = "/client/api"
PAGE_SIZE = 500
PAGES_MAX = 1_000
VALID_FOR = timedelta(minutes=10)


class CloudstackFailed(Exception):
    """A management server refuses, or its answer is none; the text holds no secrets."""


@dataclass(frozen=True)
class CloudstackAddress:
    """Where a management server's API is, and the keys of the account that asks."""

    url: str
    api_key: Secret
    secret_key: Secret


def read_address(url: str) -> CloudstackAddress:
    """
    The address in `cloudstack://apikey:secretkey@host:port/client/api`; `cloudstack+http` for one without TLS.

    Errors  ValueError, which says what is expected and shows no secret.

    >>> read_address("cloudstack://key:secret@cloud.example:8443").url
    'https://cloud.example:8443/client/api'
    """
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname or not parts.username or not parts.password:
        raise ValueError("expected cloudstack://apikey:secretkey@host:port/client/api")
    host = parts.netloc.rpartition("@")[2]
    path = parts.path if parts.path not in {"", "/"} else PATH
    keys = Secret(unquote(parts.username)), Secret(unquote(parts.password))
    return CloudstackAddress(f"{SCHEMES[parts.scheme]}://{host}{path}", *keys)


def listed(
    pool: urllib3.PoolManager, address: CloudstackAddress, command: str, *, timeout_s: float, **parameters: str
) -> Iterator[Mapping[str, Any]]:
    """
    Every object of a list command, over all of its pages.

    Errors  CloudstackFailed; HttpFailed for other statuses than 200.
    """
    for page in range(1, PAGES_MAX + 1):
        asked = {**parameters, "command": command, "page": str(page), "pagesize": str(PAGE_SIZE)}
        body = get(pool, signed(address, asked, datetime.now(UTC)), headers={}, timeout_s=timeout_s)
        found = _objects(body, command)
        yield from found
        if len(found) < PAGE_SIZE:
            return
    raise CloudstackFailed(f"{command} has more than {PAGES_MAX} pages")


def signed(address: CloudstackAddress, parameters: Mapping[str, str], now: datetime) -> str:
    """The URL of a request, with the account's key and a signature that is good for ten minutes."""
    expires = (now + VALID_FOR).strftime("%Y-%m-%dT%H:%M:%S+0000")
    sent = {
        **parameters,
        "response": "json",
        "apiKey": str(address.api_key),
        "signatureVersion": "3",
        "expires": expires,
    }
    sent["signature"] = signature(sent, address.secret_key)
    return f"{address.url}?{urlencode(sent, quote_via=quote)}"


def signature(parameters: Mapping[str, str], secret_key: str) -> str:
    """
    The signature of a request.

    Source  CloudStack's developer guide: names sorted as they are, values percent-encoded, all of it in small letters.

    >>> signature({"command": "listHosts", "apiKey": "k", "response": "json"}, "s")
    '4HBLCUV1d3CqW/X4kMwTOnWrxK8='
    """
    # As the server's own encoder has it, which escapes tildes and keeps asterisks.
    pairs = (f"{name}={quote(parameters[name], safe='*').replace('~', '%7E')}" for name in sorted(parameters))
    text = "&".join(pairs).lower()
    return base64.b64encode(hmac.new(secret_key.encode(), text.encode(), hashlib.sha1).digest()).decode()


def _objects(body: bytes, command: str) -> list[Mapping[str, Any]]:
    """What is in the one list of an answer; none when the answer has none."""
    try:
        told = msgspec.json.decode(body)
    except msgspec.DecodeError:
        raise CloudstackFailed("the answer is not JSON") from None
    inner = told.get(f"{command.lower()}response") if isinstance(told, dict) else None
    if not isinstance(inner, dict):
        raise CloudstackFailed(f"the answer has no {command.lower()}response")
    if "errortext" in inner:
        raise CloudstackFailed(str(inner["errortext"])[:200])
    lists = [value for value in inner.values() if isinstance(value, list)]
    return [each for each in (lists[0] if lists else []) if isinstance(each, dict)]
