# SPDX-License-Identifier: Apache-2.0
"""Traffic of interfaces."""

import socket
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from nephoscope.poll.host import Host
from nephoscope.poll.network import Network

IO = SimpleNamespace(bytes_recv=1, bytes_sent=2, packets_recv=3, packets_sent=4, errin=5, errout=6, dropin=7, dropout=8)


def test_state_and_address_come_from_the_kernels_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(psutil, "net_io_counters", lambda pernic, nowrap: {"eth0": IO, "tap1": IO, "gone": IO})
    for name, state in (("eth0", "up"), ("tap1", "down")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "operstate").write_text(state + "\n")
        (tmp_path / name / "address").write_text("52:54:00:00:00:01\n")
    batch = Network(Host("box"), tmp_path).poll(1).batch()
    up = {
        batch.resources[r].id: v
        for r, m, v in zip(batch.resource, batch.meter, batch.value, strict=True)
        if batch.meters[m].name == "network.link.up"
    }
    assert up == {"box.network.eth0": 1.0, "box.network.tap1": 0.0}
    assert [each.attributes["mac"] for each in batch.resources] == ["52:54:00:00:00:01", "52:54:00:00:00:01", None]
    assert {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0} <= set(batch.value)


def test_talking_over_the_loopback_shows_on_both_sides() -> None:
    def traffic() -> dict[str, float]:
        batch = Network(Host("box")).poll(1).batch()
        rows = zip(batch.resource, batch.meter, batch.value, strict=True)
        return {batch.meters[m].name: v for r, m, v in rows if batch.resources[r].id == "box.network.lo"}

    before = traffic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver, socket.socket(type=socket.SOCK_DGRAM) as sender:
        receiver.bind(("127.0.0.1", 0))
        sender.sendto(b"x" * 5000, receiver.getsockname())
        receiver.recv(6000)
    after = traffic()
    assert after["network.incoming.bytes"] - before["network.incoming.bytes"] >= 5000
    assert after["network.outgoing.bytes"] - before["network.outgoing.bytes"] >= 5000
    assert after["network.link.up"] == 1
