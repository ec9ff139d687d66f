# SPDX-License-Identifier: Apache-2.0
"""Behind a proxy, addresses are what the outside sees, but only when the proxy is trusted."""

import asyncio
from collections.abc import Mapping

import pytest
from starlette.responses import JSONResponse
from starlette.types import Message, Receive, Scope, Send

from nephoscope.api.proxy import ProxyHeaders, TrustedPeers, base_url, client_of, peer_of
from tests.api.asgi import Client

ALL = {
    "x-forwarded-proto": "https, http",
    "x-forwarded-host": "cloud.example.org:8443, inner",
    "x-forwarded-for": "203.0.113.9, 10.0.0.1",
    "x-forwarded-prefix": "/monitor/",
}


async def tell(scope: Scope, receive: Receive, send: Send) -> None:
    seen = {"url": base_url(scope), "client": scope["client"][0], "peer": peer_of(scope)}
    await JSONResponse(seen)(scope, receive, send)


def seen(headers: Mapping[str, str], peer: str = "10.1.2.3") -> dict[str, str]:
    with Client(ProxyHeaders(tell, TrustedPeers(["10.0.0.0/8", "::1"])), peer=peer) as client:
        answer: dict[str, str] = client.request("GET", "/", headers=headers).json()
        return answer


def test_the_usual_headers_change_scheme_host_client_and_prefix() -> None:
    expected = {"url": "https://cloud.example.org:8443/monitor", "client": "203.0.113.9", "peer": "10.1.2.3"}

    assert expected == seen(ALL)


def test_forwarded_wins_and_only_its_first_element_counts() -> None:
    forwarded = 'for=198.51.100.7;proto=https;host="one.example:1234", proto=http;host=two.example'

    got = seen({**ALL, "forwarded": forwarded})

    assert (got["url"], got["client"]) == ("https://one.example:1234/monitor", "198.51.100.7")


@pytest.mark.parametrize(
    ("expected", "headers"),
    [
        ("203.0.113.9", {"x-forwarded-for": "6.6.6.6, 203.0.113.9"}),
        ("203.0.113.9", {"x-forwarded-for": "6.6.6.6, 203.0.113.9:4711, 10.9.9.9"}),
        ("2001:db8::7", {"x-forwarded-for": "10.0.0.1, [2001:db8::7]:80, ::1"}),
        ("203.0.113.9", {"forwarded": 'for=6.6.6.6, for="203.0.113.9:80";proto=https, for=10.0.0.1'}),
        ("10.0.0.4", {"x-forwarded-for": "10.0.0.4, 10.0.0.5"}),
        ("10.1.2.3", {"x-forwarded-for": "6.6.6.6, unknown"}),
        ("10.1.2.3", {"forwarded": "for=_hidden"}),
    ],
)
def test_the_client_is_the_last_that_is_no_proxy_since_it_makes_up_what_stands_before(
    expected: str, headers: dict[str, str]
) -> None:
    assert expected == seen(headers)["client"]


def test_a_list_may_be_spread_over_several_headers() -> None:
    headers = [(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"203.0.113.9")]
    told: list[str] = []

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        told.append(client_of(scope))

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        told.append(str(message))

    behind = ProxyHeaders(note, TrustedPeers(["10.0.0.0/8"]))
    asyncio.run(behind({"type": "http", "headers": headers, "client": ("10.0.0.1", 1)}, receive, send))
    assert told == ["203.0.113.9"]


@pytest.mark.parametrize("peer", ["192.0.2.1", "", "testclient"])
def test_others_have_these_headers_ignored(peer: str) -> None:
    assert {"url": "http://testserver", "client": peer, "peer": peer} == seen(ALL, peer)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-proto": "javascript", "x-forwarded-host": "a b", "x-forwarded-prefix": "no-slash"},
        {"x-forwarded-host": 'evil"><script>', "x-forwarded-prefix": "/a/../<b>"},
        {"forwarded": ";;=;host"},
        {"forwarded": "proto"},
    ],
)
def test_nonsense_in_the_headers_changes_nothing(headers: dict[str, str]) -> None:
    assert seen(headers)["url"] == "http://testserver"


def test_a_host_header_that_is_none_gives_way_to_the_sockets_address() -> None:
    assert seen({"host": "evil>; rel=x"})["url"] == "http://127.0.0.1:8040"


def test_a_trusted_proxy_that_is_no_network_stops_the_start() -> None:
    with pytest.raises(ValueError, match="friends"):
        TrustedPeers(["friends"])


def test_trusted_peers_may_be_of_both_families() -> None:
    trusted = TrustedPeers(["192.168.1.0/24", "fd00::/8"])

    assert [peer in trusted for peer in ("192.168.1.77", "fd00::1", "192.168.2.1", "nobody")] == [
        True,
        True,
        False,
        False,
    ]
