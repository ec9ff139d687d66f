# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The real agents of Ceilometer stay and publish to our metric API, which Keystone's catalogue names as Gnocchi."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.receive.notifications.recorded import FILES, RESULTS, recorded
from tests.services import ceilometer as ceilometer_service
from tests.services import keystone as keystone_service
from tests.services import rabbitmq as rabbitmq_service
from tests.services.ceilometer import Account, Agent, Ceilometer
from tests.services.keystone import Keystone
from tests.services.libvirt import BUSY, Libvirtd, connected, guest_xml
from tests.services.libvirt_node import IMAGE, PROJECT, USER, domain_xml, node, nova_metadata
from tests.services.rabbitmq import RabbitMQ
from tests.system.agent import wait_until
from tests.system.http import Caller
from tests.system.server import serving

SECRET = "correct horse"
CONFIG = """
[auth]
identity = "keystone"
[auth.roles]
admin = "admin"
[gnocchi]
auth_mode = "keystone"
[keystone]
url = "{url}"
username = "nephoscope"
password = "{secret}"
timeout_s = 20
[watch]
interval_s = 0
"""
FIVE_MINUTES = 300
FIRST, SECOND, GUEST = str(UUID(int=1)), str(UUID(int=2)), str(uuid4())
RECORDED_INSTANCE = "5d0a6a2e-7c0e-4f5e-9a4b-2f6b1c9d8e70"
RECORDED_IMAGE = "b7c1a2d4-6e3f-4b0a-8c5d-0f9e8d7c6b5a"
RECORDED_VOLUME = "e4b0a1c2-3d4e-4f5a-9b6c-7d8e9f0a1b2c"
RECORDED_PROJECT = "7f2c9d1e0a4b4c0f9a3b6d5e8c7f1a20"
RECORDED_USER = "c0ffee00aa114b229c33dd44ee55ff66"

TEXT = {"type": "string", "min_length": 0, "max_length": 255, "required": True}
OPTIONAL = {**TEXT, "required": False}
TIME, ID = {"type": "datetime", "required": False}, {"type": "uuid", "required": False}
TYPES: dict[str, dict[str, Any]] = {
    "ceph_account": {},
    "dns_zone": dict.fromkeys(("zone_name", "email", "zone_type", "pool_id"), OPTIONAL),
    "generic": {},
    "host": {"host_name": TEXT},
    "host_disk": {"host_name": TEXT, "device_name": OPTIONAL},
    "host_network_interface": {"host_name": TEXT, "device_name": OPTIONAL},
    "identity": {},
    "image": {"name": TEXT, "container_format": OPTIONAL, "disk_format": OPTIONAL},
    "instance": {
        **dict.fromkeys(("flavor_id", "display_name", "flavor_name"), TEXT),
        **dict.fromkeys(("image_ref", "host", "server_group", "availability_zone"), OPTIONAL),
        **dict.fromkeys(("launched_at", "created_at", "deleted_at"), TIME),
    },
    "instance_disk": {"name": TEXT, "instance_id": {**ID, "required": True}},
    "instance_network_interface": {"name": TEXT, "instance_id": {**ID, "required": True}},
    "ipmi": {},
    "ipmi_sensor": {"node": TEXT},
    "loadbalancer": dict.fromkeys(("name", "availability_zone", "vip_address", "provider"), OPTIONAL),
    "manila_share": {
        **dict.fromkeys(("name", "protocol", "availability_zone"), OPTIONAL),
        **dict.fromkeys(("host", "status"), TEXT),
    },
    "network": {},
    "nova_compute": {"host_name": TEXT},
    "stack": {},
    "swift_account": {"storage_policy": OPTIONAL},
    "volume": {
        **dict.fromkeys(("display_name", "volume_type", "volume_type_id"), OPTIONAL),
        **dict.fromkeys(("image_id", "instance_id"), ID),
    },
    "volume_provider": {},
    "volume_provider_pool": {"provider": TEXT},
    "volume_service": dict.fromkeys(("host", "binary", "zone", "status"), OPTIONAL),
}
LOW, RATE = "ceilometer-low", "ceilometer-high-rate"
# What libvirt's test driver tells of an instance: neither virtual processors nor their time, which therefore is 0.
OF_AN_INSTANCE = {
    "cpu": ("ns", RATE, 0.0),
    "disk.ephemeral.size": ("GiB", LOW, 5.0),
    "disk.root.size": ("GiB", LOW, 15.0),
    "memory": ("MiB", LOW, 2048.0),
    "memory.available": ("MiB", LOW, 2048.0),
    "memory.resident": ("MiB", LOW, 1024.0),
    "memory.swap.in": ("MiB", LOW, 0.0),
    "memory.swap.out": ("MiB", LOW, 0.0),
    "memory.usage": ("MiB", LOW, 1024.0),
    "power.state": ("", LOW, 1.0),
}
OF_A_DISK = dict.fromkeys(("disk.device.allocation", "disk.device.capacity", "disk.device.usage"), ("B", LOW, 2.0**40))
# Counters of the test driver follow the clock; a second brings so many.
OF_A_PORT = {
    "network.incoming.bytes": ("B", 100_000),
    "network.incoming.packets": ("packet", 10_000),
    "network.outgoing.bytes": ("B", 50_000),
    "network.outgoing.packets": ("packet", 9_091),
}


@dataclass(frozen=True)
class Cloud:
    """All that runs; `polling` is the agent of the host cn-1, whose instances are of libvirt's test driver."""

    api: Caller
    bus: RabbitMQ
    ceilometer: Ceilometer
    definitions: dict[str, Any]
    notification: Agent
    polling: Agent

    def said(self) -> str:
        """The ends of the agents' logs."""
        return "\n".join(each.said()[-3000:] for each in (self.notification, self.polling))


@pytest.fixture(scope="module")
def keystone() -> Iterator[Keystone]:
    """Two users of services."""
    with keystone_service.started() as running:
        running.create("project", "service", domain_id="default")
        for user in ("nephoscope", "ceilometer"):
            running.create("user", user, password=SECRET, domain_id="default")
            running.grant(user, "admin", "service")
        # What Keystone entered for itself has no port, as it took one only later.
        running.enter_in_catalogue("identity", "keystone", f"{running.url}/v3")
        yield running


@pytest.fixture(scope="module")
def bus() -> Iterator[RabbitMQ]:
    """A broker of its own: the agents declare the exchanges of all services, and not as other tests do."""
    with rabbitmq_service.started() as broker:
        yield broker


@pytest.fixture(scope="module")
def cloud(keystone: Keystone, bus: RabbitMQ, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Our server in Gnocchi's place, upgraded as operators do it, with all agents running."""
    config = CONFIG.format(url=keystone.url, secret=SECRET)
    folder = tmp_path_factory.mktemp("ceilometer")
    with ExitStack() as stack:
        server = stack.enter_context(serving(tmp_path_factory.mktemp("nephoscope"), config=config))
        keystone.enter_in_catalogue("metric", "gnocchi", f"{server.url}/gnocchi")
        account = Account("ceilometer", SECRET)
        ceilometer = stack.enter_context(ceilometer_service.configured(folder, keystone, bus, account))
        definitions = ceilometer.define_resources()
        done = ceilometer.upgrade()
        assert 0 == done.returncode, done.stderr
        notification = ceilometer.start_notification()
        domains = [domain_xml(n, nova_metadata(name, flavor_id="f1")) for n, name in ((1, "web-1"), (2, "web-2"))]
        polling = ceilometer.start_polling("cn-1", node(folder / "domains.xml", domains))
        ceilometer.listening(notification)
        # As the agents: names of resources that are no UUIDs are each account's own.
        api = Caller(f"{server.url}/gnocchi", {"X-Auth-Token": keystone.token(account.user, SECRET, "service")})
        yield Cloud(api, bus, ceilometer, definitions, notification, polling)


@pytest.fixture
def guest(cloud: Cloud, libvirtd: Libvirtd) -> Iterator[Agent]:
    """The agent of another host, cn-2, where a guest of QEMU runs that is always busy."""
    about = nova_metadata("busy", flavor_id="f1")
    with connected(libvirtd) as connection:
        connection.createXML(guest_xml("instance-guest", libvirtd.disk(BUSY), uuid=GUEST, metadata=about))
    agent = cloud.ceilometer.start_polling("cn-2", libvirtd.uri)
    yield agent
    agent.stop()


def resource(cloud: Cloud, kind: str, name: str) -> dict[str, Any]:
    """A resource, empty while it is not there."""
    answer = cloud.api("GET", f"/v1/resource/{kind}/{name.replace('#', '%23')}")
    assert answer.status in (200, 404), answer
    return dict(answer.body) if answer.status == 200 else {}


def revisions(cloud: Cloud, kind: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cloud.api.done("GET", f"/v1/resource/{kind}/{name}/history")
    return found


def values(cloud: Cloud, kind: str, name: str, metric: str, granularity: int = FIVE_MINUTES) -> dict[float, float]:
    """Means by the start of their buckets, in seconds since the epoch; none while the metric is not there."""
    number = resource(cloud, kind, name).get("metrics", {}).get(metric)
    if number is None:
        return {}
    found = cloud.api.done("GET", f"/v1/metric/{number}/measures", arguments={"granularity": granularity})
    return {datetime.fromisoformat(time).timestamp(): value for time, _, value in found}


def metrics(cloud: Cloud, shown: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Unit and policy of each metric of a resource."""
    found = {name: cloud.api.done("GET", f"/v1/metric/{number}") for name, number in shown["metrics"].items()}
    return {name: (each["unit"], each["archive_policy"]["name"]) for name, each in found.items()}


def kept(
    cloud: Cloud, kind: str, name: str, metric: str, times: int = 1, granularity: int = FIVE_MINUTES
) -> list[tuple[float, float]]:
    """Start and mean of a metric's buckets, once there are so many."""
    wait_until(lambda: len(values(cloud, kind, name, metric, granularity)) >= times, cloud.said)
    return sorted(values(cloud, kind, name, metric, granularity).items())


def polled(cloud: Cloud, kind: str, name: str, metric: str, times: int = 3) -> list[tuple[float, float]]:
    """A metric that is kept by the second, once there are so many values."""
    return kept(cloud, kind, name, metric, times, granularity=1)


def wait_for_end(cloud: Cloud, kind: str, name: str) -> None:
    wait_until(lambda: resource(cloud, kind, name)["ended_at"], cloud.said)


def all_of(cloud: Cloud, kind: str) -> list[str]:
    return sorted(each["original_resource_id"] for each in cloud.api.done("GET", f"/v1/resource/{kind}"))


def send(cloud: Cloud, number: str, replaced: Mapping[str, str] | None = None) -> None:
    """Put the recorded message of that number on the bus, as one never seen, with some of its text replaced."""
    (file,) = (each for each in FILES if each.startswith(number))
    about = recorded(file)
    inner = {**json.loads(about["body"]["oslo.message"]), "_unique_id": uuid4().hex}
    text = json.dumps(inner)
    for before, after in (replaced or {}).items():
        assert before in text
        text = text.replace(before, after)
    cloud.bus.declare(about["exchange"], about["queue"])
    body = json.dumps({"oslo.version": "2.0", "oslo.message": text}).encode()
    cloud.bus.publish(about["exchange"], about["routing_key"], [body])


def test_the_upgrade_makes_the_resource_types_and_another_changes_nothing(cloud: Cloud) -> None:
    def types() -> dict[str, dict[str, Any]]:
        return {each["name"]: each["attributes"] for each in cloud.api.done("GET", "/v1/resource_type")}

    assert TYPES == types()
    assert 0 == cloud.ceilometer.upgrade().returncode
    assert TYPES == types()


def test_archive_policies_are_those_of_the_definitions(cloud: Cloud) -> None:
    polled(cloud, "instance", FIRST, "cpu", 1)
    made = {each["name"]: each for each in cloud.api.done("GET", "/v1/archive_policy")}
    for policy in cloud.definitions["archive_policies"]:
        assert sorted(policy["aggregation_methods"]) == sorted(made[policy["name"]]["aggregation_methods"])
        assert len(policy["definition"]) == len(made[policy["name"]]["definition"])
        assert policy["back_window"] == made[policy["name"]]["back_window"]
    (only,) = made[LOW]["definition"]
    assert ("0:05:00", "30 days, 0:00:00", 8640) == (only["granularity"], only["timespan"], only["points"])


def test_a_polled_instance_has_its_attributes_metrics_and_values(cloud: Cloud) -> None:
    polled(cloud, "instance", FIRST, "cpu")
    shown = resource(cloud, "instance", FIRST)
    expected = {
        "user_id": USER,
        "project_id": PROJECT,
        "display_name": "web-1",
        "host": "cn-1",
        "flavor_id": "f1",
        "flavor_name": "m1.small",
        "image_ref": IMAGE,
        "ended_at": None,
        "revision_end": None,
        **dict.fromkeys(("server_group", "launched_at", "created_at", "deleted_at", "availability_zone")),
    }
    assert expected == {name: shown[name] for name in expected}
    assert {name: about[:2] for name, about in OF_AN_INSTANCE.items()} == metrics(cloud, shown)
    for name, (_, _, value) in OF_AN_INSTANCE.items():
        assert {value} == set(values(cloud, "instance", FIRST, name, 1 if name == "cpu" else FIVE_MINUTES).values())


@pytest.mark.parametrize("device", ["vda", "vdb"])
def test_each_disk_of_an_instance_is_a_resource(cloud: Cloud, device: str) -> None:
    name = f"{FIRST}-{device}"
    wait_until(lambda: OF_A_DISK.keys() <= resource(cloud, "instance_disk", name).get("metrics", {}).keys(), cloud.said)
    shown = resource(cloud, "instance_disk", name)
    assert (device, FIRST, USER, PROJECT) == tuple(
        shown[each] for each in ("name", "instance_id", "user_id", "project_id")
    )
    assert {name: about[:2] for name, about in OF_A_DISK.items()} == metrics(cloud, shown)
    assert {2.0**40} == set(values(cloud, "instance_disk", name, "disk.device.capacity").values())


@pytest.mark.parametrize("port", [0, 1])
def test_each_port_of_an_instance_is_a_resource_whose_counters_grow(cloud: Cloud, port: int) -> None:
    kind, name = "instance_network_interface", f"instance-00000001-{FIRST}-tap0001-{port}"
    for metric, (unit, a_second) in OF_A_PORT.items():
        read = polled(cloud, kind, name, metric)
        assert all(before[1] < after[1] for before, after in pairwise(read))
        (first_s, first), (last_s, last) = read[0], read[-1]
        # Times are those of the cycle, not of the reading in it.
        assert pytest.approx(a_second, rel=0.5) == (last - first) / (last_s - first_s)
        assert (unit, RATE) == metrics(cloud, resource(cloud, kind, name))[metric]
    shown = resource(cloud, kind, name)
    assert (f"tap0001-{port}", FIRST) == (shown["name"], shown["instance_id"])
    lost = {f"network.{way}.packets.{what}" for way in ("incoming", "outgoing") for what in ("drop", "error")}
    assert OF_A_PORT.keys() | lost == shown["metrics"].keys()


def test_a_rate_is_kept_of_what_grows(cloud: Cloud) -> None:
    kind, name, metric = "instance_network_interface", f"instance-00000001-{FIRST}-tap0001-0", "network.incoming.bytes"
    polled(cloud, kind, name, metric)
    number = resource(cloud, kind, name)["metrics"][metric]
    rates = {"aggregation": "rate:mean", "granularity": 1}
    grown = cloud.api.done("GET", f"/v1/metric/{number}/measures", arguments=rates)
    read = [value for _, value in sorted(values(cloud, kind, name, metric, 1).items())]
    assert [after - before for before, after in pairwise(read)][: len(grown)] == [value for _, _, value in grown]
    assert len(grown) >= 2


def test_a_guest_that_runs_shows_processors_disk_and_a_cpu_time_that_grows(cloud: Cloud, guest: Agent) -> None:
    read = polled(cloud, "instance", GUEST, "cpu")
    assert all(before[1] < after[1] for before, after in pairwise(read))
    (first_s, first), (last_s, last) = read[0], read[-1]
    # Nanoseconds of one virtual processor, which never takes more than all the time there is.
    assert 0.01 < (last - first) / 1e9 / (last_s - first_s) < 2
    shown = resource(cloud, "instance", GUEST)
    assert ("busy", "cn-2", None) == (shown["display_name"], shown["host"], shown["ended_at"])
    for metric, unit, value in (("vcpus", "vcpu", 1.0), ("memory", "MiB", 64.0), ("power.state", "", 1.0)):
        kept(cloud, "instance", GUEST, metric)
        assert (unit, LOW) == metrics(cloud, resource(cloud, "instance", GUEST))[metric]
        assert {value} == set(values(cloud, "instance", GUEST, metric).values())
    written = polled(cloud, "instance_disk", f"{GUEST}-vda", "disk.device.write.bytes")
    assert written[0][1] < written[-1][1]
    disk = metrics(cloud, resource(cloud, "instance_disk", f"{GUEST}-vda"))
    assert ("ns", LOW) == disk["disk.device.write.latency"]
    assert ("request", RATE) == disk["disk.device.read.requests"]
    assert [] == guest.complaints()


def test_polling_again_and_again_makes_one_resource_and_one_revision_of_each(cloud: Cloud) -> None:
    polled(cloud, "instance", FIRST, "cpu", 4)
    assert [FIRST, SECOND] == [each for each in all_of(cloud, "instance") if each in (FIRST, SECOND)]
    disks = [f"{vm}-{device}" for vm in (FIRST, SECOND) for device in ("vda", "vdb")]
    assert disks == [each for each in all_of(cloud, "instance_disk") if each.startswith(FIRST[:30])]
    ports = [each for each in all_of(cloud, "instance_network_interface") if each.startswith("instance-0000000")]
    assert 4 == len(ports)
    assert 1 == len(revisions(cloud, "instance", FIRST))
    assert [1, 1] == [len(revisions(cloud, "instance_disk", each)) for each in disks[:2]]
    assert [1, 1] == [
        len(revisions(cloud, "instance_network_interface", f"instance-00000001-{FIRST}-tap0001-{port}"))
        for port in (0, 1)
    ]


@pytest.mark.parametrize("number", ["02", "11", "13", "15", "18", "22", "28"])
def test_a_recorded_message_appears_with_its_recorded_values(cloud: Cloud, number: str) -> None:
    kinds = {name: each["resource_type"] for each in cloud.definitions["resources"] for name in each["metrics"]}
    (result,) = (each for each in RESULTS if each["file"].startswith(number))
    assert result["samples"]

    send(cloud, number)

    for sample in result["samples"]:
        kind, name = kinds[sample["name"]], sample["resource_id"]
        kept(cloud, kind, name, sample["name"])
        read_s = datetime.fromisoformat(sample["timestamp"]).timestamp()
        found = values(cloud, kind, name, sample["name"])
        assert pytest.approx(float(sample["volume"])) == found[read_s // FIVE_MINUTES * FIVE_MINUTES]
        shown = resource(cloud, kind, name)
        assert (sample["unit"], LOW) == metrics(cloud, shown)[sample["name"]]
        assert sample["project_id"] == shown["project_id"]
        assert shown["user_id"] in {each["user_id"] for each in result["samples"]}


def test_samples_of_a_polling_agent_elsewhere_are_taken_as_well(cloud: Cloud) -> None:
    vm = str(uuid4())
    send(cloud, "29", {RECORDED_INSTANCE: vm})
    at_s = datetime.fromisoformat("2026-03-02T09:16:00+00:00").timestamp()
    assert [(at_s, 318_270_000_000.0)] == polled(cloud, "instance", vm, "cpu", 1)
    assert [(at_s, 73_400_320.0)] == polled(cloud, "instance_disk", f"{vm}-vda", "disk.device.read.bytes", 1)
    shown = resource(cloud, "instance", vm)
    expected = ("web-asg-7f2c", "m3.small", "cn-014", RECORDED_PROJECT, RECORDED_USER)
    assert expected == tuple(shown[each] for each in ("server_group", "flavor_name", "host", "project_id", "user_id"))


@pytest.mark.parametrize(
    ("kind", "recorded_name", "made", "deleted"),
    [("image", RECORDED_IMAGE, "15", "17"), ("volume", RECORDED_VOLUME, "18", "21")],
)
def test_what_is_deleted_ends(cloud: Cloud, kind: str, recorded_name: str, made: str, deleted: str) -> None:
    name = str(uuid4())
    send(cloud, made, {recorded_name: name})
    kept(cloud, kind, name, f"{kind}.size")
    assert resource(cloud, kind, name)["ended_at"] is None

    send(cloud, deleted, {recorded_name: name})

    wait_for_end(cloud, kind, name)
    ended = datetime.fromisoformat(resource(cloud, kind, name)["ended_at"])
    assert abs((datetime.now(ended.tzinfo) - ended).total_seconds()) < 60
    assert [False, True] == [each["ended_at"] is not None for each in revisions(cloud, kind, name)]


def test_an_instance_that_is_deleted_ends_with_its_disks_and_ports(cloud: Cloud) -> None:
    kept(cloud, "instance_disk", f"{SECOND}-vda", "disk.device.capacity")
    kept(cloud, "instance_disk", f"{SECOND}-vdb", "disk.device.capacity")
    ports = [f"instance-00000002-{SECOND}-tap0002-{port}" for port in (0, 1)]
    for port in ports:
        polled(cloud, "instance_network_interface", port, "network.incoming.bytes", 1)
    # What is polled again lives again, and the test driver's domain stays there.
    cloud.polling.stop()

    send(cloud, "08", {RECORDED_INSTANCE: SECOND})

    wait_for_end(cloud, "instance", SECOND)
    for device in ("vda", "vdb"):
        wait_for_end(cloud, "instance_disk", f"{SECOND}-{device}")
    for port in ports:
        wait_for_end(cloud, "instance_network_interface", port)
    assert resource(cloud, "instance", FIRST)["ended_at"] is None
    cloud.polling.start()


def test_the_same_again_makes_no_revision_and_a_change_makes_one(cloud: Cloud) -> None:
    name = str(uuid4())
    again: dict[str, str] = {RECORDED_VOLUME: name}
    minutes = [f"2026-03-02 09:{minute}:30.123456" for minute in (15, 25, 35)]
    for number, minute in enumerate(minutes, 1):
        new_name = {"web-data": "renamed"} if minute is minutes[-1] else {}
        send(cloud, "18", {**again, minutes[0]: minute, **new_name})
        kept(cloud, "volume", name, "volume.size", number)
    wait_until(lambda: resource(cloud, "volume", name)["display_name"] == "renamed", cloud.said)

    assert ["web-data", "renamed"] == [each["display_name"] for each in revisions(cloud, "volume", name)]
    assert [100.0] * 3 == list(values(cloud, "volume", name, "volume.size").values())
    assert 1 == all_of(cloud, "volume").count(name)
    assert {"volume.size"} == resource(cloud, "volume", name)["metrics"].keys()


def test_a_volume_that_is_handed_over_belongs_to_the_other_project(cloud: Cloud) -> None:
    name, other = str(uuid4()), uuid4().hex
    send(cloud, "18", {RECORDED_VOLUME: name})
    kept(cloud, "volume", name, "volume.size")

    changed = {"volume.create.end": "volume.transfer.accept.end", RECORDED_PROJECT: other}
    send(cloud, "18", {RECORDED_VOLUME: name, **changed})

    wait_until(lambda: resource(cloud, "volume", name)["project_id"] == other, cloud.said)
    assert [RECORDED_PROJECT, other] == [each["project_id"] for each in revisions(cloud, "volume", name)]


def test_an_agent_that_is_restarted_finds_its_policies_and_what_waited_for_it(cloud: Cloud) -> None:
    name = str(uuid4())
    cloud.notification.stop()
    send(cloud, "18", {RECORDED_VOLUME: name})
    assert {} == resource(cloud, "volume", name)

    cloud.notification.start()

    assert [100.0] == [value for _, value in kept(cloud, "volume", name, "volume.size")]
    assert [] == cloud.notification.complaints()


def test_the_agents_have_nothing_to_complain_of(cloud: Cloud) -> None:
    # An end of what was never here, which is no error.
    send(cloud, "26")
    send(cloud, "08", {RECORDED_INSTANCE: str(uuid4())})
    marker = str(uuid4())
    send(cloud, "18", {RECORDED_VOLUME: marker})
    kept(cloud, "volume", marker, "volume.size")
    assert [] == cloud.notification.complaints() + cloud.polling.complaints()
