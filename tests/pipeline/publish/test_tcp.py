# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Samples over a connection: framed, signed, and again when the connection breaks."""

import socket
import time

import msgspec

from nephoscope.client.send import Accepted, RetryLater
from nephoscope.model.signature import verified
from tests.pipeline.made import sample
from tests.pipeline.publish.peers import SECRET, closed_port, packed, publisher, sent, tcp_peer


def test_each_message_comes_behind_its_length_and_verified() -> None:
    with tcp_peer() as peer:
        of = publisher(f"tcp://127.0.0.1:{peer.port}", telemetry_secret=SECRET)
        (batch,) = packed(of, sample("cpu", 3, monotonic_time=2.5, resource_metadata={"n": 1}), sample("mem", 4))
        assert (Accepted(), 2) == (of.send(batch), batch.samples)
        received = peer.wait_for(len(batch.body))
        of.close()
    length = int.from_bytes(received[:8], "little")
    first = msgspec.msgpack.decode(received[8 : 8 + length])
    second = msgspec.msgpack.decode(received[16 + length :])
    assert len(received) - length - 16 == int.from_bytes(received[8 + length : 16 + length], "little")
    assert verified(first, SECRET)
    assert 64 == len(first.pop("message_signature"))
    assert 36 == len(first.pop("message_id"))
    assert first == {
        "counter_name": "cpu",
        "counter_type": "gauge",
        "counter_unit": "ns",
        "counter_volume": 3.0,
        "user_id": "u1",
        "user_name": None,
        "project_id": "p1",
        "project_name": None,
        "resource_id": "r1",
        "timestamp": "2026-03-02T09:00:00",
        "resource_metadata": {"n": 1},
        "source": "openstack",
        "monotonic_time": 2.5,
    }
    assert ("mem", 4.0) == (second["counter_name"], second["counter_volume"])


def test_without_a_secret_the_signature_is_empty() -> None:
    with tcp_peer() as peer:
        of = publisher(f"tcp://127.0.0.1:{peer.port}")
        (batch,) = packed(of, sample())
        assert "" == msgspec.msgpack.decode(batch.body[8:])["message_signature"]


def test_a_connection_is_kept_and_made_anew_once_the_peer_has_closed_it() -> None:
    with tcp_peer() as peer:
        of = publisher(f"tcp://127.0.0.1:{peer.port}")
        batches = [packed(of, sample(volume=i))[0] for i in range(3)]
        assert [Accepted(), Accepted()] == [of.send(each) for each in batches[:2]]
        sizes = [len(each.body) for each in batches]
        peer.wait_for(sum(sizes[:2]))
        assert 1 == len(peer.connections)
        peer.connections[0].shutdown(socket.SHUT_RDWR)
        time.sleep(0.05)
        assert Accepted() == of.send(batches[2])
        assert peer.wait_for(sum(sizes)).endswith(batches[2].body)
        assert 2 == len(peer.connections)
        of.close()


def test_a_batch_on_which_the_connection_breaks_or_stalls_is_sent_again() -> None:
    """The peer reads nothing, so a large batch fills every buffer; then it goes away in the middle."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        of = publisher(f"tcp://127.0.0.1:{listener.getsockname()[1]}?timeout=0.3")
        (batch,) = packed(of, sample(resource_metadata={"x": "y" * 20_000_000}))
        began_s = time.monotonic()
        stalled = of.send(batch)
        assert isinstance(stalled, RetryLater)
        assert 5 > time.monotonic() - began_s
        listener.accept()[0].close()
        listener.settimeout(5)
    assert isinstance(of.send(batch), RetryLater)
    of.close()


def test_a_port_on_which_nobody_listens_is_tried_again() -> None:
    (outcome,) = sent(publisher(f"tcp://127.0.0.1:{closed_port()}"))
    assert isinstance(outcome, RetryLater)
    assert "refused" in outcome.reason
