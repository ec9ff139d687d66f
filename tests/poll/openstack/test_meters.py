# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""All central meters, read from a small cloud as an agent reads them: discovery first, then the family."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from nephoscope.poll.contract import FamilyType, PermanentError, Polled, PollSettings, ServiceAbsent, Target
from nephoscope.poll.openstack import alarms, discovery, meters, object_store, radosgw, recordsets
from nephoscope.poll.openstack.connection import Cloud
from nephoscope.poll.openstack.listing import LISTINGS
from tests.services.openstack import PROJECT, Openstack

NOW_NS = 1_772_442_000_000_000_000
SHOP = "8e1b8b3d1c2e4f5aa6b7c8d9e0f1a2b3"

DISCOVERIES = {name: name.upper() for name in LISTINGS}
FAMILIES: list[FamilyType] = [
    meters.DNS_ZONES,
    meters.FIREWALLS,
    meters.FIREWALL_POLICIES,
    meters.FLOATING_IPS,
    meters.IMAGES,
    meters.LOAD_BALANCERS,
    meters.SHARES,
    meters.VOLUMES,
    meters.VOLUME_BACKUPS,
    meters.VOLUME_POOLS,
    meters.VOLUME_SERVICES,
    meters.VOLUME_SNAPSHOTS,
    meters.VPN_CONNECTIONS,
    meters.VPN_SERVICES,
    alarms.Alarms,
    object_store.ObjectStore,
    radosgw.RadosGateway,
    recordsets.Recordsets,
]
ZONES = ("a86dba58-0043-4cc6-a1bb-69d5e86f3ca3", "fdd7b0dc-52a3-491e-829f-41d18e1d3ada")
POOL, CEPH = "block1@lvm#thin", "block2@ceph#rbd"
VOLUME = "6edbc2f4-1507-44f8-ac0d-eed1d2608d38"
# Meter -> unit, and what is read: resource -> value.
EXPECTED: dict[str, tuple[str, dict[str, float]]] = {
    "alarm.evaluation_result": ("evaluation_result_count", {"b8e17f58-089a-43fc-a96b-e9bcac4d4b53": 1}),
    "dns.zone.recordsets": ("recordset", {ZONES[0]: 17}),
    "dns.zone.serial": ("serial", {ZONES[0]: 1404757531, ZONES[1]: 1404757532}),
    "dns.zone.status": ("status", {ZONES[0]: 1, ZONES[1]: 3}),
    "dns.zone.ttl": ("second", {ZONES[0]: 7200, ZONES[1]: 0}),
    "image.size": (
        "B",
        {"1bea47ed-f6a9-463b-b423-14b9cca9ad27": 21692416, "781b3762-9469-4cec-b58d-3349e5de4e9c": 476704768},
    ),
    "ip.floating": (
        "ip",
        {
            "2f245a7b-796b-4f26-9cf9-9e82d248fda7": 1,
            "61cea855-49cb-4846-997d-801b70c71bdd": 3,
            "898b198e-49f7-47d6-a7e1-53f626a548e6": -1,
            "c1d1cea8-55cb-4846-997d-801b70c71bdd": 2,
        },
    ),
    "loadbalancer.operating": ("status", {"bbd5fcdc-e2be-4a7e-a8dc-fa2d2cb9a3f3": 1}),
    "loadbalancer.provisioning": ("status", {"bbd5fcdc-e2be-4a7e-a8dc-fa2d2cb9a3f3": 5}),
    "manila.share.size": ("GiB", {"f45cc5b2-d1bb-4a3e-ba5b-5c4125613adc": 10}),
    "manila.share.status": ("status", {"f45cc5b2-d1bb-4a3e-ba5b-5c4125613adc": 4}),
    "network.services.firewall": ("firewall", {"3b0ef8f4-82c7-44d4-a4fb-6177f9a21977": 1}),
    "network.services.firewall.policy": ("firewall_policy", {"e3f46cb8-6a34-4ea5-a2a5-fe6c3d2c6f37": 1}),
    "network.services.vpn": ("vpnservice", {"9faaf49f-dd89-4e39-a8c6-101839aa49bc": 2}),
    "network.services.vpn.connections": ("ipsec_site_connection", {"851f280f-5639-4ea3-81aa-e298525ab74b": 1}),
    "radosgw.containers.objects": ("object", {f"{SHOP}/web": 4, f"{SHOP}/empty": 0}),
    "radosgw.containers.objects.size": ("B", {f"{SHOP}/web": 21 * 1024, f"{SHOP}/empty": 0}),
    "radosgw.objects": ("object", {SHOP: 4}),
    "radosgw.objects.containers": ("object", {SHOP: 2}),
    "radosgw.objects.size": ("B", {SHOP: 21 * 1024}),
    "radosgw.usage": ("request", {SHOP: 102}),
    "storage.containers.objects": ("object", {f"{SHOP}/janeausten": 40, f"{SHOP}/mark/twain": 1}),
    "storage.containers.objects.size": ("B", {f"{SHOP}/janeausten": 1048000, f"{SHOP}/mark/twain": 576}),
    "storage.objects": ("object", {SHOP: 41, PROJECT: 0}),
    "storage.objects.containers": ("container", {SHOP: 2, PROJECT: 0}),
    "storage.objects.size": ("B", {SHOP: 1048576, PROJECT: 0}),
    "volume.backup.size": ("GiB", {"2ef47aee-8844-490c-804d-2a8efe561c65": 2}),
    "volume.provider.pool.capacity.allocated": ("GiB", {POOL: 550, CEPH: 12}),
    "volume.provider.pool.capacity.free": ("GiB", {POOL: 321.75}),
    "volume.provider.pool.capacity.provisioned": ("GiB", {POOL: 600}),
    "volume.provider.pool.capacity.total": ("GiB", {POOL: 1000.5}),
    "volume.provider.pool.capacity.virtual_free": ("GiB", {POOL: 1.5 * (1000.5 - 100) - 600}),
    "volume.service.health": ("health", {"cinder-volume@block1@lvm": 1, "cinder-backup@block1": 0}),
    "volume.size": ("GiB", {VOLUME: 2, "173f7b48-c4c1-4e70-9acc-086b39073506": 1}),
    "volume.snapshot.size": ("GiB", {"b1323cda-8e4b-41c1-afc5-2fc791809c8c": 2}),
}


@pytest.fixture(scope="module")
def cloud() -> Iterator[Openstack]:
    with Openstack() as started:
        yield started


def of(cloud: Openstack) -> PollSettings:
    return PollSettings("here", cloud=Cloud(cloud.arguments), radosgw=("access", "secret-of-ours"))


def found_by(name: str, settings: PollSettings) -> list[Target]:
    made = getattr(import_module(discovery.__name__), DISCOVERIES[name])(settings)
    targets: list[Target] = made.discover("")
    return targets


def read(kind: FamilyType, settings: PollSettings, *meters: str) -> tuple[Polled, list[Target]]:
    targets = found_by(kind.DISCOVERY, settings)
    wanted = meters or tuple(meter.name for meter in kind.METERS)
    polled = kind(settings).poll(targets, wanted, NOW_NS)
    assert isinstance(polled, Polled)
    return polled, targets


def owner(name: str) -> FamilyType:
    return next(kind for kind in FAMILIES if name in {meter.name for meter in kind.METERS})


def test_every_meter_of_the_families_is_expected_here() -> None:
    assert sorted(EXPECTED) == sorted(meter.name for kind in FAMILIES for meter in kind.METERS)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_meter_is_read_of_everything_that_has_it(cloud: Openstack, name: str) -> None:
    unit, expected = EXPECTED[name]
    polled, targets = read(owner(name), of(cloud), name)
    samples = polled.samples
    assert expected == dict(zip(samples.resource_id.tolist(), samples.volume.tolist(), strict=True))
    assert {(name, "gauge", unit)} == set(zip(samples.name, samples.type, samples.unit, strict=True))
    assert {NOW_NS} == set(samples.time_ns.tolist())
    ids = [targets[i].id for i in polled.target.tolist()]
    assert all(resource.startswith(target) for resource, target in zip(samples.resource_id, ids, strict=True))


@pytest.mark.parametrize("kind", FAMILIES)
def test_samples_belong_to_the_project_of_what_they_measure(cloud: Openstack, kind: FamilyType) -> None:
    polled, _ = read(kind, of(cloud))
    ours = {None} if kind in (meters.VOLUME_POOLS, meters.VOLUME_SERVICES) else {SHOP, PROJECT}
    assert set(polled.samples.project_id.tolist()) <= ours


def metadata(cloud: Openstack, name: str, resource: str) -> dict[str, Any]:
    samples = read(owner(name), of(cloud), name)[0].samples
    found: dict[str, Any] = samples.metadata[samples.resource_id.tolist().index(resource)]
    return found


def test_each_state_of_an_alarm_is_a_sample(cloud: Openstack) -> None:
    samples = read(alarms.Alarms, of(cloud))[0].samples
    states = [each["alarm_state"] for each in samples.metadata]
    assert {"ok": 12, "alarm": 3, "insufficient data": 1} == dict(zip(states, samples.volume.tolist(), strict=True))


def test_metadata_are_those_that_resource_definitions_look_for(cloud: Openstack) -> None:
    pool = metadata(cloud, "volume.provider.pool.capacity.total", POOL)
    assert {"pool_name": "thin", "provider": "block1@lvm"} == pool
    volume = metadata(cloud, "volume.size", VOLUME)
    assert "f4fda93b-06e0-4743-8117-bc8bcecd651b" == volume["instance_id"]
    assert "1bea47ed-f6a9-463b-b423-14b9cca9ad27" == volume["image_id"]
    assert "difleming@lvmdriver-1#lvmdriver-1" == volume["os-vol-host-attr:host"]
    assert "NFS" == metadata(cloud, "manila.share.size", "f45cc5b2-d1bb-4a3e-ba5b-5c4125613adc")["protocol"]
    assert "nova" == metadata(cloud, "volume.service.health", "cinder-volume@block1@lvm")["zone"]
    image = metadata(cloud, "image.size", "1bea47ed-f6a9-463b-b423-14b9cca9ad27")
    assert ("qcow2", "bare") == (image["disk_format"], image["container_format"])


def test_the_secret_of_a_connection_stays_where_it_is(cloud: Openstack) -> None:
    connection = metadata(cloud, "network.services.vpn.connections", "851f280f-5639-4ea3-81aa-e298525ab74b")
    assert "pre-shared-secret" not in str(connection)
    assert "172.24.4.233" == connection["peer_address"]


@pytest.mark.parametrize("kind", FAMILIES)
def test_what_only_a_file_names_is_refused_for_good(kind: FamilyType) -> None:
    with pytest.raises(PermanentError) as told:
        kind(PollSettings("here")).poll([Target("ipmi://192.0.2.21")], [kind.METERS[0].name], NOW_NS)
    assert {"ipmi://192.0.2.21"} == told.value.targets


@pytest.mark.parametrize("kind", [radosgw.RadosGateway, object_store.ObjectStore])
def test_a_cloud_without_an_object_store_says_so(kind: FamilyType) -> None:
    with Openstack(without=("object-store",)) as cloud, pytest.raises(ServiceAbsent, match="object-store"):
        read(kind, of(cloud))


def test_without_keys_the_gateway_is_not_asked(cloud: Openstack) -> None:
    settings = PollSettings("here", cloud=Cloud(cloud.arguments))
    before = len(cloud.asked)
    assert 0 == len(read(radosgw.RadosGateway, settings)[0].samples)
    assert not [each for each in cloud.asked[before:] if "/admin/" in each]


def test_no_secret_is_shown_by_the_settings() -> None:
    assert "secret-of-ours" not in repr(PollSettings("here", radosgw=("access", "secret-of-ours")))
