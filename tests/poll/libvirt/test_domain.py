# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What a domain's XML says."""

from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import BadPayload
from nephoscope.poll.libvirt.domain import XML_CHARACTERS_MAX, Flavor, Port, read
from tests.services.libvirt_node import IMAGE, PROJECT, USER, domain_xml, nova_metadata

OLDER = "http://openstack.org/xmlns/libvirt/nova/1.0"


def written(xml: str) -> str:
    """As libvirt writes it: memory in KiB."""
    return xml.replace("<memory unit='MiB'>2048<", "<memory unit='KiB'>2097152<")


def test_what_the_compute_service_wrote_is_read() -> None:
    domain = read(written(domain_xml(7)))
    assert (str(UUID(int=7)), "instance-00000007", "vm 7") == (domain.uuid, domain.name, domain.display_name)
    assert ("x86_64", "hvm", 2, 2048) == (domain.architecture, domain.os_type, domain.vcpus, domain.memory_mib)
    assert (USER, PROJECT, IMAGE) == (domain.user_id, domain.project_id, domain.image_id)
    assert Flavor(None, "m1.small", 2, 2048, 20, 5, 512, {}) == domain.flavor


def test_disks_and_ports_are_named_as_the_host_names_them() -> None:
    domain = read(domain_xml(7))
    assert ("vda", "vdb") == domain.disks
    first = Port(
        device="tap0007-0",
        mac="fa:16:3e:00:00:0e",
        filter=None,
        parameters={"interfaceid": str(UUID(int=14)), "bridge": "br-int"},
    )
    assert first == domain.ports[0]
    assert {"vda", "vdb", "tap0007-0", "tap0007-1"} == domain.devices


@pytest.mark.parametrize("namespace", [OLDER, "http://openstack.org/xmlns/libvirt/nova/1.1"])
def test_both_versions_of_the_namespace_are_known(namespace: str) -> None:
    domain = read(domain_xml(1, nova_metadata("web", namespace=namespace)))
    assert ("web", PROJECT) == (domain.display_name, domain.project_id)


def test_newer_releases_tell_the_flavors_id_and_extra_specs() -> None:
    specs = "<nova:extraSpecs><nova:extraSpec name='hw:cpu_policy'>shared</nova:extraSpec></nova:extraSpecs>"
    flavor = read(domain_xml(1, nova_metadata("web", flavor_id="f-1", specs=specs))).flavor
    assert flavor is not None
    assert ("f-1", {"hw:cpu_policy": "shared"}) == (flavor.id, flavor.extra_specs)


def test_a_domain_of_nobody_in_particular_is_read_too() -> None:
    domain = read("<domain><name>own</name><uuid>u</uuid><title>My own</title></domain>")
    assert ("own", "My own", None, None, None) == (
        domain.name,
        domain.display_name,
        domain.flavor,
        domain.project_id,
        domain.image_id,
    )


def test_metadata_of_others_is_passed_over() -> None:
    domain = read(domain_xml(1, "<x:instance xmlns:x='http://example.org/1.1'><x:name>no</x:name></x:instance>"))
    assert ("instance-00000001", None) == (domain.display_name, domain.flavor)


def test_a_server_that_boots_from_a_volume_has_no_image() -> None:
    assert read(domain_xml(1, nova_metadata("web").replace("type='image'", "type='volume'"))).image_id is None


def test_an_empty_drive_is_no_disk_but_known() -> None:
    drive = "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>"
    domain = read(domain_xml(1, devices=drive))
    assert ("vda", "vdb") == domain.disks
    assert "sda" in domain.devices


def test_a_network_filter_and_its_parameters_are_told() -> None:
    port = """<interface type='bridge'><mac address='fa:16:3e:00:00:01'/><target dev='tap1'/>
        <filterref filter='nova-no-spoof'><parameter name='IP' value='192.0.2.7'/></filterref></interface>"""
    found = read(domain_xml(1, devices=port)).ports[-1]
    assert ("nova-no-spoof", {"ip": "192.0.2.7"}) == (found.filter, found.parameters)


def test_a_port_without_a_device_on_the_host_cannot_be_measured() -> None:
    assert 2 == len(
        read(domain_xml(1, devices="<interface type='user'><mac address='fa:16:3e:00:00:01'/></interface>")).ports
    )


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (
            "<!DOCTYPE d [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><domain><name>&b;</name></domain>",
            "document type",
        ),
        ("<domain><name>x</name>", "cannot be read"),
        ("<domain><name>x</name></domain>", "no uuid or no name"),
        ("<domain><name>x</name><uuid>u</uuid><vcpu>many</vcpu></domain>", "cannot be read"),
        (f"<domain>{' ' * XML_CHARACTERS_MAX}</domain>", f"at most {XML_CHARACTERS_MAX}"),
        ("<domain><name>&unknown;</name><uuid>u</uuid></domain>", "cannot be read"),
    ],
    ids=["entities", "cut", "nameless", "number", "long", "unknown entity"],
)
def test_what_is_no_description_is_refused(xml: str, said: str) -> None:
    with pytest.raises(BadPayload, match=said):
        read(xml)


WHOLE = domain_xml(3)


@given(st.integers(0, len(WHOLE)), st.integers(0, len(WHOLE)), st.text(max_size=5))
def test_near_misses_are_read_or_refused(start: int, end: int, put: str) -> None:
    with suppress(BadPayload):
        assert read(WHOLE[:start] + put + WHOLE[end:]).uuid
