# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The compute meters: of libvirt's test driver for their shape, of real guests for values that move."""

import logging
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nephoscope.poll.contract import PermanentError, Target
from tests.poll.libvirt.polled import ALL, Agent, until
from tests.services.libvirt import BUSY, IDLE, Libvirtd, connected, guest_xml
from tests.services.libvirt_node import PROJECT, USER, domain_xml, node, nova_metadata

# What the test driver cannot tell at all, and what libvirt never does.
UNTOLD = {name for name in ALL if name.startswith("perf.") or name.endswith(".latency")}
FIRST = "00000000-0000-0000-0000-000000000001"
LOGGER = "nephoscope.poll.libvirt"


@pytest.fixture
def simulated(tmp_path: Path) -> Agent:
    """Three domains of the test driver."""
    return Agent(node(tmp_path / "node.xml", [domain_xml(number) for number in (1, 2, 3)]))


def test_each_meter_has_a_sample_for_each_resource(simulated: Agent) -> None:
    samples = simulated.cycle()
    assert set(ALL) - UNTOLD == set(samples.name)
    counts = {name: int((samples.name == name).sum()) for name in set(samples.name)}
    devices = {name for name in counts if name.startswith(("disk.device.", "network."))}
    assert {6} == {counts[name] for name in devices}
    assert {3} == {counts[name] for name in counts.keys() - devices}
    assert ({USER}, {PROJECT}) == (set(samples.user_id), set(samples.project_id))


def test_samples_belong_to_the_instance_its_disk_or_its_port(simulated: Agent) -> None:
    samples = simulated.cycle()
    mine = [each for each in samples.resource_id if FIRST in each]
    ports = {f"instance-00000001-{FIRST}-tap0001-{number}" for number in (0, 1)}
    assert {FIRST, f"{FIRST}-vda", f"{FIRST}-vdb", *ports} == set(mine)
    row = int(np.flatnonzero((samples.name == "network.incoming.bytes") & (samples.resource_id == sorted(ports)[0]))[0])
    assert ("cumulative", "B") == (samples.type[row], samples.unit[row])
    assert ("tap0001-0", "vm 1", FIRST) == tuple(
        samples.metadata[row][key] for key in ("vnic_name", "display_name", "instance_id")
    )


def test_all_samples_have_the_time_of_the_cycle_and_that_of_the_reading(simulated: Agent) -> None:
    began = time.monotonic()
    samples = simulated.family.poll(simulated.discovery.discover(""), ALL, 1_764_316_800_000_000_000)
    assert {1_764_316_800_000_000_000} == set(samples.time_ns.tolist())
    assert began <= samples.monotonic_s.min() == samples.monotonic_s.max() <= time.monotonic()


def test_time_on_processors_comes_with_their_number(simulated: Agent) -> None:
    samples = simulated.cycle(["cpu", "vcpus"])
    told = {name: metadata.get("cpu_number") for name, metadata in zip(samples.name, samples.metadata, strict=True)}
    assert {"cpu": 2, "vcpus": None} == told


def test_only_what_is_wanted_is_given_and_only_of_the_targets(simulated: Agent) -> None:
    samples = simulated.family.poll([Target(FIRST)], ["memory", "disk.root.size"], 1)
    assert [("memory", 2048.0), ("disk.root.size", 15.0)] == list(zip(samples.name, samples.volume, strict=True))
    assert 0 == len(simulated.family.poll([Target("00000000-0000-0000-0000-00000000000f")], ALL, 1))
    assert 0 == len(simulated.family.poll([], ALL, 1))


def test_targets_of_other_families_are_sent_back(simulated: Agent) -> None:
    with pytest.raises(PermanentError) as problem:
        simulated.family.poll([Target("ipmi://192.0.2.21"), Target(FIRST)], ALL, 1)
    assert {"ipmi://192.0.2.21"} == problem.value.targets


def test_gains_are_nought_at_first_and_what_came_since_afterwards(simulated: Agent) -> None:
    names = ["network.incoming.bytes", "network.incoming.bytes.delta"]
    first, second = simulated.cycle(names), simulated.cycle(names)
    assert {0.0} == set(first.volume[first.name == names[1]])
    grown = second.volume[second.name == names[0]] - first.volume[first.name == names[0]]
    assert grown.tolist() == second.volume[second.name == names[1]].tolist()


def test_a_missing_statistic_is_said_once_a_meter(simulated: Agent, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        simulated.cycle()
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert UNTOLD == {message.split(" ")[3] for message in said}
    assert len(UNTOLD) == len(said)


def test_domains_of_nobody_in_particular_are_measured_too(tmp_path: Path) -> None:
    samples = Agent(node(tmp_path / "node.xml", [domain_xml(1, "")])).cycle()
    assert {None} == set(samples.project_id) | set(samples.user_id)
    assert {"instance-00000001"} == {metadata["display_name"] for metadata in samples.metadata}
    assert set(ALL) - UNTOLD - {"disk.root.size", "disk.ephemeral.size"} == set(samples.name)


def test_counters_of_real_guests_move(libvirtd: Libvirtd) -> None:
    """A guest that copies sectors, one that sleeps, and one that asks a network without answers for an address."""
    agent = Agent(libvirtd.uri)
    with connected(libvirtd) as connection:
        connection.createXML(guest_xml("busy", libvirtd.disk(BUSY)))
        connection.createXML(guest_xml("idle", libvirtd.disk(IDLE)))
        connection.createXML(guest_xml("asks", libvirtd.disk(), tap="guest0", boot="network"))
    # The firmware takes its time before the programs run.
    until(lambda: agent.values(["disk.device.write.bytes"])["busy", "disk.device.write.bytes"] > 0)
    until(lambda: agent.values(["disk.device.read.bytes"])["idle", "disk.device.read.bytes"] > 0)
    until(lambda: agent.values(["network.outgoing.packets"])["asks", "network.outgoing.packets"] > 0)
    time.sleep(0.5)
    before = agent.values()
    until(lambda: agent.values(["cpu"])["busy", "cpu"] - before["busy", "cpu"] > 1e9, 60)
    after = agent.values()
    grown = {key: after[key] - before[key] for key in after}
    assert grown["busy", "cpu"] > 10 * grown["idle", "cpu"]
    for name in ("read.bytes", "write.bytes", "read.requests", "write.requests", "read.latency", "write.latency"):
        assert grown["busy", f"disk.device.{name}"] > 0, name
        assert 0 == grown["idle", f"disk.device.{name}"], name
    # DHCP requests are of more than 300 bytes each.
    until(lambda: agent.values()["asks", "network.outgoing.bytes"] >= 300)
    assert (64.0, 1.0, 1.0) == tuple(after["idle", name] for name in ("memory", "vcpus", "power.state"))
    assert 10 < after["idle", "memory.resident"] < 1000
    assert 4 * 2**20 == after["busy", "disk.device.capacity"]
    assert 0 < after["busy", "disk.device.usage"] < 4 * 2**20
    assert ("idle", "network.incoming.bytes") not in after


def test_one_call_reads_all_guests(libvirtd: Libvirtd, monkeypatch: pytest.MonkeyPatch) -> None:
    import libvirt

    agent = Agent(libvirtd.uri)
    with connected(libvirtd) as connection:
        for name in ("one", "two"):
            connection.createXML(guest_xml(name, libvirtd.disk(IDLE)))
        until(lambda: len(agent.discovery.discover("")) == 2)
        targets = agent.discovery.discover("")
        # The first cycles fetch descriptions, also again while the guests' births are still being told.
        agent.cycle()
        until(lambda: agent.family._connection.changed() == set())
        agent.cycle()
        calls: list[str] = []
        for kind in (libvirt.virConnect, libvirt.virDomain):
            for name in vars(kind):
                if name[0].islower() or name == "XMLDesc":
                    monkeypatch.setattr(kind, name, counted(calls, name, getattr(kind, name)))
        assert len(agent.family.poll(targets, ALL, 1)) > 20
    assert ["getAllDomainStats"] == calls[:1]
    assert 1 == calls.count("getAllDomainStats")
    assert set() == set(calls) - {"getAllDomainStats", "isAlive", "close"}


def counted(calls: list[str], name: str, method: Any) -> Any:
    def call(self: Any, *arguments: Any) -> Any:
        calls.append(name)
        return method(self, *arguments)

    return call


def test_a_stopped_guest_is_passed_over_in_silence(libvirtd: Libvirtd, caplog: pytest.LogCaptureFixture) -> None:
    agent, asking = Agent(libvirtd.uri), Agent(libvirtd.uri, stopped=True)
    with connected(libvirtd) as connection:
        domain = connection.defineXML(guest_xml("stopped", libvirtd.disk(IDLE), metadata=nova_metadata("off")))
        try:
            assert 0 == len(agent.family.poll([Target(domain.UUIDString())], ALL, 1))
            told = asking.values()
            assert (5.0, 15.0) == (told["off", "power.state"], told["off", "disk.root.size"])
            assert ("off", "cpu") not in told
            assert 4 * 2**20 == told["off", "disk.device.capacity"]
        finally:
            domain.undefine()
    assert [] == [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_guest_that_vanishes_in_mid_poll_is_no_error(libvirtd: Libvirtd, monkeypatch: pytest.MonkeyPatch) -> None:
    import libvirt

    agent = Agent(libvirtd.uri)
    with connected(libvirtd) as connection:
        for name in ("stays", "goes"):
            connection.createXML(guest_xml(name, libvirtd.disk(IDLE)))
        bulk = libvirt.virConnect.getAllDomainStats

        def and_then_it_goes(self: Any, groups: int, flags: int) -> Any:
            found = bulk(self, groups, flags)
            connection.lookupByName("goes").destroy()
            return found

        targets = agent.discovery.discover("")
        monkeypatch.setattr(libvirt.virConnect, "getAllDomainStats", and_then_it_goes)
        samples = agent.family.poll(targets, ALL, 1)
    assert {"stays"} == {metadata["display_name"] for metadata in samples.metadata}


def test_descriptions_follow_what_changes(libvirtd: Libvirtd) -> None:
    agent = Agent(libvirtd.uri)
    disk = f"""<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
      <source file='{libvirtd.disk()}'/><target dev='vdb' bus='virtio'/></disk>"""
    with connected(libvirtd) as connection:
        domain = connection.createXML(guest_xml("before", libvirtd.disk(IDLE), metadata=nova_metadata("before")))
        assert 15.0 == agent.values()["before", "disk.root.size"]
        # libvirt puts the prefix before the names itself.
        renamed = nova_metadata("after").replace(">20<", ">30<").replace("xmlns:nova=", "was=").replace("nova:", "")
        domain.setMetadata(2, renamed, "nova", "http://openstack.org/xmlns/libvirt/nova/1.1", 0)
        until(lambda: agent.values().get(("after", "disk.root.size")) == 25.0)
        domain.attachDevice(disk)
        until(lambda: f"{domain.UUIDString()}-vdb" in agent.cycle().resource_id)
        domain.suspend()
        until(lambda: agent.values()["after", "power.state"] == 3.0)
        assert {("paused", "paused")} == {(each["state"], each["status"]) for each in agent.cycle().metadata}


def test_a_daemon_that_comes_back_is_measured_again(libvirtd: Libvirtd) -> None:
    agent = Agent(libvirtd.uri)
    with connected(libvirtd) as connection:
        connection.createXML(guest_xml("stays", libvirtd.disk(IDLE)))
    before = agent.values()["stays", "cpu"]
    libvirtd.kill()
    assert 0 == len(agent.cycle())
    libvirtd.start()
    until(lambda: agent.values().get(("stays", "cpu"), 0) >= before)


def test_a_guest_that_hangs_does_not_hold_up_the_others(libvirtd: Libvirtd, caplog: pytest.LogCaptureFixture) -> None:
    agent = Agent(libvirtd.uri, 12)
    with connected(libvirtd) as connection:
        for name in ("hangs", "lives"):
            connection.createXML(guest_xml(name, libvirtd.disk(IDLE)))
    until(lambda: {("hangs", "memory"), ("lives", "memory")} <= agent.values().keys())
    os.kill(libvirtd.guest_pid("hangs"), signal.SIGSTOP)
    caplog.clear()
    for _ in range(2):
        told = agent.values()
        assert told["lives", "disk.device.capacity"] == 4 * 2**20
        assert ("hangs", "disk.device.read.bytes") not in told
        assert ("hangs", "power.state") in told
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert 1 == len(said), said
    assert "those that are busy are passed over" in said[0]
    os.kill(libvirtd.guest_pid("hangs"), signal.SIGCONT)
    until(lambda: ("hangs", "disk.device.read.bytes") in agent.values())


def test_a_daemon_that_hangs_costs_no_more_than_the_timeout(libvirtd: Libvirtd) -> None:
    agent = Agent(libvirtd.uri, 8)
    with connected(libvirtd) as connection:
        connection.createXML(guest_xml("waits", libvirtd.disk(IDLE)))
    targets = agent.discovery.discover("")
    assert len(agent.family.poll(targets, ALL, 1))
    libvirtd.freeze()
    for _ in range(3):
        began = time.monotonic()
        with suppress(TimeoutError):
            assert 0 == len(agent.family.poll(targets, ALL, 1))
        assert time.monotonic() - began < 8
    libvirtd.thaw()
    until(lambda: ("waits", "cpu") in agent.values())
