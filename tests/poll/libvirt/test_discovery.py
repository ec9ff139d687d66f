# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Which domains there are, and what is known of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nephoscope.poll.contract import Target
from nephoscope.poll.openstack.connection import Cloud
from tests.poll.libvirt.polled import Agent
from tests.services.libvirt import IDLE, Libvirtd, connected, guest_xml
from tests.services.libvirt_node import PROJECT, USER, domain_xml, node
from tests.services.openstack import Openstack

WEB, DB, YOUNG = (f"00000000-0000-0000-0000-{number:012d}" for number in (1, 2, 3))


@pytest.fixture
def cloud() -> Iterator[Openstack]:
    with Openstack() as started:
        yield started


def told(agent: Agent) -> dict[str, Any]:
    """By server, what goes with its samples."""
    samples = agent.cycle(("vcpus",))
    owners = zip(samples.resource_id, samples.user_id, samples.project_id, samples.metadata, strict=True)
    return {server: {**metadata, "user": user, "project": project} for server, user, project, metadata in owners}


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


@pytest.mark.parametrize("method", ["naive", "workload_partitioning"])
def test_what_the_compute_service_says_goes_with_the_samples(tmp_path: Path, cloud: Openstack, method: str) -> None:
    uri = node(tmp_path / "node.xml", [domain_xml(number) for number in (1, 2, 3)])
    agent = Agent(uri, instance_discovery_method=method, cloud=Cloud(cloud.arguments))
    found = told(agent)
    web = found[WEB]
    assert ("u-ann", "8e1b8b3d1c2e4f5aa6b7c8d9e0f1a2b3") == (web["user"], web["project"])
    assert ("web-1", "active", "nova") == (web["display_name"], web["status"], web["OS-EXT-AZ:availability_zone"])
    assert {"server_group": "web", "team_name": "shop"} == web["user_metadata"]
    assert ("2", "m1.small") == (web["flavor"]["id"], web["flavor"]["name"])
    assert ("db-1", "shutoff", "powering-on") == tuple(
        found[DB][key] for key in ("display_name", "status", "task_state")
    )
    # Of one that is too young for the list, libvirt's word counts.
    assert ("vm 3", USER, PROJECT) == tuple(found[YOUNG][key] for key in ("display_name", "user", "project"))
    # What changed shows in the next cycle.
    assert "web-2" == told(agent)[WEB]["user_metadata"]["server_group"]


def test_extra_metadata_go_with_what_libvirt_says(tmp_path: Path, cloud: Openstack) -> None:
    uri = node(tmp_path / "node.xml", [domain_xml(number) for number in (1, 3)])
    agent = Agent(uri, fetch_extra_metadata=True, cloud=Cloud(cloud.arguments))
    for _ in range(2):
        found = told(agent)
        assert {"server_group": "web", "team_name": "shop"} == found[WEB]["user_metadata"]
        assert ("vm 1", USER, {}) == (found[WEB]["display_name"], found[WEB]["user"], found[YOUNG]["user_metadata"])
    assert 2 == len([each for each in cloud.asked if "/compute/" in each])


@pytest.mark.parametrize("settings", [{"instance_discovery_method": "naive"}, {"fetch_extra_metadata": True}])
def test_no_sample_is_lost_while_the_compute_service_is_away(
    tmp_path: Path, cloud: Openstack, settings: dict[str, Any]
) -> None:
    cloud.answers.clear()
    agent = Agent(node(tmp_path / "node.xml", [domain_xml(1)]), cloud=Cloud(cloud.arguments), **settings)
    assert {WEB} == told(agent).keys()
    assert {WEB} == told(agent).keys()


def test_a_hypervisor_that_is_away_leaves_the_compute_service_alone(tmp_path: Path, cloud: Openstack) -> None:
    uri = f"qemu+unix:///session?socket={tmp_path}/none"
    agent = Agent(uri, instance_discovery_method="naive", cloud=Cloud(cloud.arguments))
    assert [] == agent.discovery.discover("")
    assert [] == cloud.asked
