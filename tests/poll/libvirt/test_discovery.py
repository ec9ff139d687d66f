# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Which domains there are."""

from pathlib import Path

import pytest

from nephoscope.poll.contract import Target
from tests.poll.libvirt.polled import Agent
from tests.services.libvirt import IDLE, Libvirtd, connected, guest_xml
from tests.services.libvirt_node import domain_xml, node


def test_every_domain_is_a_target(tmp_path: Path) -> None:
    agent = Agent(node(tmp_path / "node.xml", [domain_xml(number) for number in (1, 2, 3)]))
    expected = [Target(f"00000000-0000-0000-0000-00000000000{number}") for number in (1, 2, 3)]
    assert expected == sorted(agent.discovery.discover(""), key=lambda target: target.id)


def test_there_are_none_without_libvirt(tmp_path: Path) -> None:
    assert [] == Agent(f"qemu+unix:///session?socket={tmp_path}/none").discovery.discover("")


def test_stopped_domains_are_targets_only_where_they_are_asked_for(libvirtd: Libvirtd) -> None:
    xml = guest_xml("stopped", libvirtd.disk(IDLE))
    with connected(libvirtd) as connection:
        domain = connection.defineXML(xml)
        try:
            assert [] == Agent(libvirtd.uri).discovery.discover("")
            assert [Target(domain.UUIDString())] == Agent(libvirtd.uri, stopped=True).discovery.discover("")
        finally:
            domain.undefine()


def test_a_daemon_that_hangs_is_not_waited_for(libvirtd: Libvirtd) -> None:
    agent = Agent(libvirtd.uri, 8)
    assert [] == agent.discovery.discover("")
    libvirtd.freeze()
    with pytest.raises(TimeoutError, match="did not answer within 2 s"):
        agent.discovery.discover("")
