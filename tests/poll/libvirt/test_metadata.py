# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What is told of a domain beside its samples."""

from hashlib import sha224
from typing import Any

import pytest

from nephoscope.model.reserved import Reserved
from nephoscope.poll.libvirt.domain import read
from nephoscope.poll.libvirt.metadata import Described, Describer
from tests.services.libvirt_node import IMAGE, PROJECT, USER, domain_xml, nova_metadata

UUID = "00000000-0000-0000-0000-000000000007"
RUNNING, SHUT_OFF = 1, 5


def described(xml: str = "", state: int = RUNNING, facts: dict[str, Any] | None = None) -> Described:
    return Describer("node-1", Reserved()).describe(read(xml or domain_xml(7)), state, facts or {})


def test_an_instance_is_told_as_the_contract_has_it() -> None:
    told = described()
    assert (UUID, USER, PROJECT) == (told.instance.id, told.user_id, told.project_id)
    flavor = {"id": None, "name": "m1.small", "vcpus": 2, "ram": 2048, "disk": 20, "ephemeral": 5, "swap": 512}
    assert {
        "display_name": "vm 7",
        "name": "instance-00000007",
        "instance_id": UUID,
        "instance_type": "m1.small",
        "host": sha224(f"{PROJECT}node-1".encode()).hexdigest(),
        "instance_host": "node-1",
        "flavor": flavor,
        "status": "active",
        "state": "running",
        "task_state": "",
        "image": {"id": IMAGE},
        "image_ref": IMAGE,
        "image_ref_url": None,
        "architecture": "x86_64",
        "os_type": "hvm",
        "vcpus": 2,
        "memory_mb": 2048,
        "disk_gb": 20,
        "ephemeral_gb": 5,
        "root_gb": 15,
        "user_metadata": {},
    } == told.instance.metadata


def test_a_disk_adds_its_name() -> None:
    told = described()
    disk = told.disks["vdb"]
    assert f"{UUID}-vdb" == disk.id
    assert {**told.instance.metadata, "disk_name": "vdb"} == disk.metadata


def test_a_port_adds_what_it_is_connected_to() -> None:
    told = described()
    port = told.ports["tap0007-1"]
    assert f"instance-00000007-{UUID}-tap0007-1" == port.id
    assert {
        **told.instance.metadata,
        "name": "tap0007-1",
        "mac": "fa:16:3e:00:00:0f",
        "fref": None,
        "parameters": {"interfaceid": "00000000-0000-0000-0000-00000000000f", "bridge": "br-int"},
        "vnic_name": "tap0007-1",
    } == port.metadata


def test_a_port_behind_a_filter_goes_by_the_filters_name() -> None:
    port = "<interface type='bridge'><target dev='tap9'/><filterref filter='nova-9'/></interface>"
    found = described(domain_xml(7, devices=port)).ports["tap9"]
    assert ("nova-9", "nova-9", "tap9") == (found.id, found.metadata["vnic_name"], found.metadata["name"])


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (0, ("pending", "building")),
        (1, ("running", "active")),
        (2, ("running", "active")),
        (3, ("paused", "paused")),
        (4, ("shutdown", "stopped")),
        (5, ("shutdown", "stopped")),
        (6, ("crashed", "error")),
        (7, ("suspended", "suspended")),
        (99, ("unknown", "unknown")),
    ],
)
def test_states_are_told_in_the_compute_services_words(state: int, told: tuple[str, str]) -> None:
    metadata = described(state=state).instance.metadata
    assert told == (metadata["state"], metadata["status"])


def test_a_domain_of_nobody_in_particular_has_its_own_size() -> None:
    told = described("<domain><name>own</name><uuid>u</uuid><memory unit='KiB'>65536</memory><vcpu>3</vcpu></domain>")
    metadata = told.instance.metadata
    assert (None, None) == (told.user_id, told.project_id)
    assert (3, 64, None) == (metadata["vcpus"], metadata["memory_mb"], metadata["flavor"])
    assert "disk_gb" not in metadata


def test_what_a_discovery_knows_better_takes_precedence() -> None:
    facts = {
        "project_id": "p",
        "resource_metadata": {"task_state": "migrating"},
        "metadata": {"metering.server_group": "web", "metering.host": "mine", "other": "no"},
    }
    told = described(facts=facts)
    assert ("p", USER) == (told.project_id, told.user_id)
    assert sha224(b"pnode-1").hexdigest() == told.instance.metadata["host"]
    for each in (told.instance, told.disks["vda"]):
        assert ("migrating", {"server_group": "web"}) == (each.metadata["task_state"], each.metadata["user_metadata"])


def test_a_flavors_id_comes_from_a_discovery_where_the_xml_has_none() -> None:
    told = described(facts={"flavor_id": "2"}).instance.metadata
    assert ("2", "m1.small") == (told["flavor"]["id"], told["flavor"]["name"])
    newer = domain_xml(7, nova_metadata("vm 7", flavor_id="f-7"))
    assert "f-7" == described(newer, facts={"flavor_id": "2"}).instance.metadata["flavor"]["id"]
    foreign = described(domain_xml(7, metadata=""), facts={"flavor_id": "2"})
    assert None is foreign.instance.metadata["flavor"]
