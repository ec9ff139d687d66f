# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""No spelling of an address leads into the machine itself, nor to its neighbours on the link."""

import socket
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.act.notify.contract import Outcome
from nephoscope.act.notify.guard import Address, Guard
from nephoscope.act.notify.http import Http
from nephoscope.model.errors import BadRequest, Forbidden
from tests.act.notify.made import delivery, tools
from tests.act.notify.receivers import answering, receiver

REFUSED = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "169.254.169.254",
    "224.0.0.1",
    "239.255.255.255",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:0.0.0.0",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b:1::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::",
]
LET_THROUGH = ["10.0.0.1", "192.168.1.1", "172.16.0.1", "93.184.216.34", "2606:2800::1", "fd00::1", "::ffff:10.0.0.1"]
# Spellings that only the system's resolver turns into an address.
SPELLED = ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.1", "0", "localhost"]


@pytest.mark.parametrize("address", REFUSED)
def test_addresses_that_are_refused(address: str) -> None:
    assert not Guard().lets_through(address)


@pytest.mark.parametrize("address", LET_THROUGH)
def test_addresses_that_are_let_through(address: str) -> None:
    assert Guard().lets_through(address)


@pytest.mark.parametrize("host", SPELLED)
def test_other_spellings_are_refused_as_what_they_are(host: str) -> None:
    with pytest.raises(Forbidden, match="may not be sent to"):
        Guard().addresses(host, 80)


@pytest.mark.parametrize("host", [*SPELLED, "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"])
def test_no_spelling_reaches_a_receiver_on_this_machine(host: str) -> None:
    with receiver() as hook:
        outcome = Http(tools(allowed_networks=())).notify(delivery(f"http://{host}:{hook.port}/"))
        assert ("refused", "address", []) == (outcome.result, outcome.cause, hook.requests)


@given(st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_all_of_loopback_is_refused_however_it_is_wrapped(address: IPv4Address) -> None:
    number = int(address)
    wrapped = [IPv6Address(number | prefix) for prefix in (0xFFFF << 32, 0x64FF9B << 96, 0)]
    wrapped.append(IPv6Address(0x2002 << 112 | number << 80))
    assert [False] * 5 == [Guard().lets_through(str(each)) for each in (address, *wrapped)]


def test_allowed_networks_win_and_refused_ones_are_added() -> None:
    guard = Guard(allowed=["127.0.0.2/32", "10.1.2.3/32", "::1/128"], refused=["10.0.0.0/8", "fd00::/8"])
    expected = {
        "127.0.0.2": True,
        "127.0.0.3": False,
        "10.1.2.3": True,
        "10.1.2.4": False,
        "::1": True,
        "fd00::1": False,
    }
    assert expected == {address: guard.lets_through(address) for address in expected}
    assert guard.lets_through("::ffff:127.0.0.2")


def test_a_network_that_is_none_is_named() -> None:
    with pytest.raises(BadRequest, match=r"\[act\] allowed_networks: .*10\.0\.0\.1/8 has host bits set"):
        Guard(allowed=["10.0.0.1/8"])
    with pytest.raises(BadRequest, match=r"\[act\] refused_networks: .*write a network such as"):
        Guard(refused=["intranet"])


class Rebinding:
    """A name server whose answer is another one each time."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers: Iterator[Sequence[str]] = iter(answers)
        self.asked = 0

    def __call__(self, host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        self.asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(self._answers)]


def test_a_name_is_looked_up_once_so_a_second_answer_leads_nowhere() -> None:
    """The first answer is fine and nobody listens there; the second would be the receiver on this machine."""
    resolve = Rebinding(["127.0.0.2"], ["127.0.0.1"])
    with receiver() as hook:
        channel = Http(tools(allowed_networks=("127.0.0.2/32",), resolve=resolve))
        outcome = channel.notify(delivery(f"http://rebound.example:{hook.port}/"))
        assert ("again", 1, []) == (outcome.result, resolve.asked, hook.requests)
        # Asked again, for the next try, the answer is judged anew.
        outcome = channel.notify(delivery(f"http://rebound.example:{hook.port}/"))
        assert ("refused", "address", []) == (outcome.result, outcome.cause, hook.requests)


def test_of_several_addresses_those_that_are_let_through_are_tried_in_turn() -> None:
    found = Guard(resolve=Rebinding(["127.0.0.1", "10.0.0.1", "10.0.0.2"])).addresses("mixed.example", 80)
    assert [Address(socket.AF_INET, (each, 80)) for each in ("10.0.0.1", "10.0.0.2")] == found

    with receiver() as hook:
        resolve = Rebinding(["127.0.0.9", "127.0.0.1"])
        outcome = Http(tools(resolve=resolve)).notify(delivery(f"http://two.example:{hook.port}/"))
        assert (Outcome("delivered", 200), 1) == (outcome, len(hook.requests))


def test_a_redirection_into_the_machine_is_not_followed() -> None:
    with receiver() as inside, receiver() as hook:
        hook.usual = answering(302, f"Location: {inside.url}/")
        outcome = Http(tools()).notify(delivery(hook.url))
        assert ("refused", "redirect", []) == (outcome.result, outcome.cause, inside.requests)
