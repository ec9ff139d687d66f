# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Samples as datagrams."""

import re
import socket

import msgspec

from nephoscope.client.send import Accepted, RetryLater
from nephoscope.observe import registry
from nephoscope.pipeline.publish.udp import Udp
from tests.pipeline.made import sample
from tests.pipeline.publish.peers import SECRET, closed_port, publisher, sent


def lost(cause: str) -> float:
    return registry.value("nephoscope_dropped_total", station="publish", cause=cause)


def receiver() -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind(("127.0.0.1", 0))
    listening.settimeout(5)
    return listening


def test_each_sample_is_a_datagram_of_its_own() -> None:
    with receiver() as listening:
        of = publisher(f"udp://127.0.0.1:{listening.getsockname()[1]}", telemetry_secret=SECRET)
        assert [Accepted()] == sent(of, sample("cpu", 1), sample("mem", 2))
        received = [msgspec.msgpack.decode(listening.recv(65536)) for _ in range(2)]
        of.close()
    assert [("cpu", 1.0), ("mem", 2.0)] == [(each["counter_name"], each["counter_volume"]) for each in received]
    assert {64} == {len(each["message_signature"]) for each in received}


def test_a_host_on_which_nobody_listens_gets_the_batch_later_and_nothing_counts_as_lost() -> None:
    before = lost("udp refused")
    of = publisher(f"udp://127.0.0.1:{closed_port()}")
    for outcome in (*sent(of, sample("cpu")), *sent(of, sample("cpu"), sample("mem"))):
        assert isinstance(outcome, RetryLater)
        assert re.search("nobody listens there|refused", outcome.reason)
    assert before == lost("udp refused")


def test_a_batch_that_is_refused_after_it_was_on_its_way_is_counted() -> None:
    """The refusal of a far host comes late; here its place is taken by one for a datagram sent behind our back."""
    before = lost("udp refused")
    listening = receiver()
    of = publisher(f"udp://127.0.0.1:{listening.getsockname()[1]}")
    assert [Accepted()] == sent(of, sample("cpu"), sample("mem"))
    listening.close()
    assert isinstance(of, Udp)
    of._connected().send(b"x")
    assert isinstance(sent(of, sample("cpu"))[0], RetryLater)
    assert before + 2 == lost("udp refused")
    of.close()


def test_a_sample_too_long_for_a_datagram_is_counted_and_its_neighbours_arrive() -> None:
    before = lost("datagram too long")
    with receiver() as listening:
        of = publisher(f"udp://127.0.0.1:{listening.getsockname()[1]}")
        assert [Accepted()] == sent(of, sample("a"), sample("b", resource_metadata={"x": "y" * 70_000}), sample("c"))
        assert ["a", "c"] == [msgspec.msgpack.decode(listening.recv(65536))["counter_name"] for _ in range(2)]
        of.close()
    assert before + 1 == lost("datagram too long")
