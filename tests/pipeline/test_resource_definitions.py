# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""gnocchi_resources.yaml: whose meters are whose, and what is said about files and entries that are wrong."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nephoscope import observe
from nephoscope.model.errors import BadRequest
from nephoscope.model.event import Event, Trait
from nephoscope.pipeline.resource_definitions import ResourceDefinitions
from tests.pipeline.made import NINE_NS, sample, samples

EXAMPLE = Path(__file__).parents[1] / "data" / "gnocchi-resources-example.yaml"
INSTANCE = "5d0a6a2e-7c0e-4f5e-9a4b-2f6b1c9d8e70"


def example() -> ResourceDefinitions:
    return ResourceDefinitions.of(EXAMPLE.read_text(), "gnocchi_resources.yaml")


def entry(*lines: str, metrics: str = "[m]") -> ResourceDefinitions:
    """Definitions of one entry, which begins in line 2."""
    text = "\n".join(
        ["resources:", "  - resource_type: thing", f"    metrics: {metrics}", *(f"    {x}" for x in lines)]
    )
    return ResourceDefinitions.of(text, "f.yaml")


def event(event_type: str, **traits: str) -> Event:
    return Event("m1", event_type, NINE_NS, tuple(Trait(name, "text", value) for name, value in traits.items()))


def dropped(cause: str) -> float:
    return observe.registry.value("nephoscope_dropped_total", station="publish", cause=cause)


def test_the_example_is_read_without_a_complaint() -> None:
    found = example()
    assert () == found.problems
    types = ["instance", "instance_disk", "instance_network_interface", "image", "volume", "network", "identity"]
    assert [*types, "swift_account"] == [each.type for each in found.entries]
    assert ("ceilometer", "ceilometer") == (found.archive_policy_default, found.archive_policies[0]["name"])
    assert {"granularity": "1 minute", "timespan": "2 days"} == found.archive_policies[0]["definition"][0]


def test_meters_get_type_and_attributes() -> None:
    metadata = {"instance_host": "cn-1", "host": "hash", "display_name": "web", "flavor": {"id": "f1", "name": "small"}}
    found = example().describe(
        samples(
            sample("cpu", resource_id=INSTANCE, resource_metadata={**metadata, "user_metadata": {"server_group": "g"}}),
            sample("disk.device.usage", resource_id=f"{INSTANCE}-vda", resource_metadata={"disk_name": "vda"}),
            sample("cpu_util", resource_id=INSTANCE, resource_metadata={**metadata, "host": None}),
        )
    )
    assert [("instance", INSTANCE), ("instance_disk", f"{INSTANCE}-vda")] == [(x.type, x.id) for x in found.resources]
    assert [0, 1, 0] == found.resource.tolist()
    expected = {"host": "cn-1", "display_name": "web", "flavor_id": "f1", "flavor_name": "small"}
    assert [expected, {"name": "vda"}] == [each.attributes for each in found.resources]


def test_the_last_sample_with_metadata_gives_the_attributes_and_the_last_of_all_the_project() -> None:
    found = example().describe(
        samples(
            sample("cpu", resource_metadata={"display_name": "old", "image_ref": "i"}),
            sample("vcpus", resource_metadata={"display_name": "new"}, user_id=None),
            sample("memory", project_id="p2"),
        )
    )
    (resource,) = found.resources
    assert ({"display_name": "new"}, "p2", "u1") == (resource.attributes, resource.project_id, resource.user_id)


def test_a_list_or_a_map_is_no_attribute_and_the_next_path_is_tried() -> None:
    definitions = entry("attributes:", "  a: {fields: [resource_metadata.x, resource_metadata.y]}", "  b: volume")
    found = definitions.describe(samples(sample("m", 2.5, resource_metadata={"x": {"deep": 1}, "y": True})))
    assert {"a": True, "b": 2.5} == found.resources[0].attributes


def test_unknown_meters_are_dropped_counted_and_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    definitions, before = example(), dropped("meter without a resource type")
    batch = samples(sample("cpu"), sample("odd"), sample("odd"))
    assert [["cpu"], ["cpu"]] == [definitions.describe(batch).samples.name.tolist() for _ in range(2)]
    assert 4 == dropped("meter without a resource type") - before
    assert 1 == sum("'odd' belongs to no resource type" in each for each in caplog.messages)


def test_samples_without_a_resource_are_dropped_and_counted() -> None:
    before = dropped("resource id")
    assert [] == example().describe(samples(sample("cpu", resource_id=""))).resources
    assert 1 == dropped("resource id") - before


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["cpu", "vcpus", "image.size", "odd"])), max_size=30))
def test_every_kept_sample_has_the_resource_it_named(rows: list[tuple[str, str]]) -> None:
    found = example().describe(samples(*(sample(name, resource_id=each) for each, name in rows)))
    kept = [(each, name) for each, name in rows if name != "odd"]
    types = {"cpu": "instance", "vcpus": "instance", "image.size": "image"}
    told = [(found.resources[number].id, found.resources[number].type) for number in found.resource]
    assert [(each, types[name]) for each, name in kept] == told
    assert len({(each.id, each.type) for each in found.resources}) == len(found.resources)


@pytest.mark.parametrize(
    ("old", "asked", "own", "expected"),
    [
        ("old", "asked", "own", "old"),
        ("", "asked", "own", "asked"),
        ("", "", "own", "own"),
        ("", "", "", "ceilometer-low"),
    ],
)
def test_the_nearest_archive_policy_holds(old: str, asked: str, own: str, expected: str) -> None:
    lines = [f"archive_policy: {old}"] if old else []
    found = entry(*lines, metrics=f"{{m: {{archive_policy_name: {own}}}}}" if own else "{m: }")
    assert expected == found.policy_of("m", asked)
    assert bool(old) == any("f.yaml:4: resources[0].archive_policy is an old way" in each for each in found.problems)


def test_a_meter_in_two_entries_belongs_to_the_last() -> None:
    text = "resources: [{resource_type: a, metrics: [m]}, {resource_type: b, metrics: [m]}]"
    found = ResourceDefinitions.of(text, "f.yaml").describe(samples(sample("m")))
    assert ["b"] == [each.type for each in found.resources]


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["event_delete: x"], "f.yaml:2: resources[0].event_attributes.id: expected the trait with the resource's id"),
        (
            ["event_create: [x]", "event_attributes: {host: host}"],
            "f.yaml:5: resources[0].event_attributes.id: expected the trait with the resource's id",
        ),
        (["event_create: 7"], "f.yaml:4: resources[0].event_create: expected an event type or a glob, there is 7"),
        (["event_update: [a, {}]"], "f.yaml:4: resources[0].event_update[1]: expected an event type or a glob"),
        (
            ["attributes: [a]"],
            "f.yaml:4: resources[0].attributes: expected a map of paths by attribute, there is a list",
        ),
        (["attributes: {a: 3}"], "f.yaml:4: resources[0].attributes.a: expected a path such as"),
        (["attributes: {a: resource_metadata.(b}"], "f.yaml:4: resources[0].attributes.a"),
        (["attributes: {id: name}"], "f.yaml:4: resources[0].attributes.id: expected an attribute's name"),
        (["attributes: {a: {plugin: x, fields: b}}"], "f.yaml:4: resources[0].attributes.a.plugin: expected no plugin"),
        (["attributes: {a: {}}"], "f.yaml:4: resources[0].attributes.a.fields: expected a path such as"),
        (["event_attributes: {id: [a]}"], "f.yaml:4: resources[0].event_attributes.id: expected a trait's name"),
        (
            ["event_attributes: {metrics: a}"],
            "f.yaml:4: resources[0].event_attributes.metrics: expected an attribute's",
        ),
        (
            ["event_associated_resources: {t: 'x'}"],
            "f.yaml:4: resources[0].event_associated_resources.t: expected a sea",
        ),
        (
            ["event_associated_resources:", """  t: '{"=": {"a": "b"}}'"""],
            "f.yaml:5: resources[0].event_associated_resources.t: expected a search as JSON text with %s",
        ),
        (
            ["event_associated_resources:", """  t: '{"=": {"a": "%s %d"}}'"""],
            "f.yaml:5: resources[0].event_associated_resources.t: expected a search as JSON text with %s",
        ),
        (
            ["event_associated_resources: {a/b: 'x'}"],
            "f.yaml:4: resources[0].event_associated_resources.'a/b': expected",
        ),
        (["archive_policy: [a]"], "f.yaml:4: resources[0].archive_policy: expected an archive policy's name"),
    ],
)
def test_a_bad_entry_is_logged_and_left_out(lines: list[str], complaint: str, caplog: pytest.LogCaptureFixture) -> None:
    found = entry(*lines)
    assert ((), 1) == (found.entries, len(found.problems))
    assert found.problems[0].startswith(complaint)
    assert found.problems[0].endswith("; this resource is left out")
    assert list(found.problems) == caplog.messages


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{metrics: [m]}", "f.yaml:1: resources[0].resource_type: expected the resource type's name"),
        ("{resource_type: a/b, metrics: [m]}", "f.yaml:1: resources[0].resource_type: expected A resource type name"),
        ("{resource_type: a}", "f.yaml:1: resources[0].metrics: expected a list or a map of meters"),
        ("{resource_type: a, metrics: m}", "f.yaml:1: resources[0].metrics: expected a list or a map of meters"),
        ("{resource_type: a, metrics: [3]}", "f.yaml:1: resources[0].metrics[0]: expected a meter's name"),
        ("{resource_type: a, metrics: [a/b]}", "f.yaml:1: resources[0].metrics[0]: expected a meter's name"),
        ("{resource_type: a, metrics: {m: low}}", "f.yaml:1: resources[0].metrics.m: expected a map with the keys"),
        ("[m]", "f.yaml:1: resources[0]: expected a map with the keys resource_type, metrics"),
    ],
)
def test_good_entries_stay_beside_a_bad_one(text: str, complaint: str) -> None:
    found = ResourceDefinitions.of(f"resources: [{text}, {{resource_type: good, metrics: [n]}}]", "f.yaml")
    assert ["good"] == [each.type for each in found.entries]
    assert found.problems[0].startswith(complaint)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "f.yaml:1: the file: expected a map with the keys archive_policy_default"),
        ("[]", "f.yaml:1: the file: expected a map"),
        ("a: [", "f.yaml:1: not YAML"),
        ("archive_policies: []", "f.yaml:1: resources: expected a list of resources"),
        ("resources: {}", "f.yaml:1: resources: expected a list of resources"),
        ("resources: []\narchive_policy_default: 3", "f.yaml:2: archive_policy_default: expected an archive policy's"),
        ("resources: []\narchive_policies: low", "f.yaml:2: archive_policies: expected a list of archive policies"),
        ("resources: []\narchive_policies: [{}]", "f.yaml:2: archive_policies[0].name: expected the archive policy's"),
        (
            "resources: []\narchive_policies: [{name: a, definition: []}]",
            "archive_policies[0].definition: expected at le",
        ),
        ("resources: []\narchive_policies: [{name: a}]", "f.yaml:2: archive_policies[0].definition: expected a list"),
    ],
)
def test_what_is_no_such_file_is_refused_with_its_place(text: str, complaint: str) -> None:
    with pytest.raises(BadRequest) as refused:
        ResourceDefinitions.of(text, "f.yaml")
    assert complaint in refused.value.message


def test_keys_that_nobody_reads_are_named() -> None:
    found = ResourceDefinitions.of("resources: [{resource_type: a, metrics: [m], metrix: 3}]\nextra: 1", "f.yaml")
    assert "f.yaml:2: extra is ignored" in found.problems[0]
    assert "f.yaml:1: resources[0].metrix is ignored" in found.problems[1]
    assert 1 == len(found.entries)


def test_an_event_creates_updates_and_ends_an_instance() -> None:
    traits = {"instance_id": INSTANCE, "host": "cn-2", "user_id": "u", "project_id": "p", "state": "active"}
    made, changed, gone = (
        example().for_event(event(each, **traits))
        for each in (
            "compute.instance.create.end",
            "compute.instance.resize.confirm.end",
            "compute.instance.delete.start",
        )
    )
    assert made is not None
    assert changed is not None
    assert gone is not None
    assert ["create", "update", "delete"] == [made.verb, changed.verb, gone.verb]
    assert {("instance", INSTANCE)} == {(each.type, each.id) for each in (made, changed, gone)}
    assert {"host": "cn-2", "user_id": "u", "project_id": "p"} == made.attributes
    shared = {"user_id": "u", "project_id": "p"}
    search = {"=": {"instance_id": INSTANCE}}
    expected = (("instance_network_interface", search, shared), ("instance_disk", search, shared))
    assert expected == gone.associates


def test_the_first_entry_that_knows_an_event_has_it() -> None:
    text = """
resources:
  - {resource_type: a, metrics: [], event_delete: "x.*", event_attributes: {id: one}}
  - {resource_type: b, metrics: [], event_create: x.y, event_attributes: {id: two}}
"""
    found = ResourceDefinitions.of(text, "f.yaml").for_event(event("x.y", one="1", two="2"))
    assert found is not None
    assert ("a", "delete", "1") == (found.type, found.verb, found.id)


def test_an_event_without_its_resource_is_counted_and_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    definitions, before = example(), dropped("event without a resource")
    assert [None, None] == [definitions.for_event(event("image.delete")) for _ in range(2)]
    assert 2 == dropped("event without a resource") - before
    assert 1 == sum("has no trait resource_id" in each for each in caplog.messages)
    assert definitions.for_event(event("something.else")) is None


def test_a_time_becomes_text() -> None:
    definitions = entry("event_update: u", "event_attributes: {id: i, seen_at: t}")
    found = definitions.for_event(Event("m", "u", 0, (Trait("i", "text", "r"), Trait("t", "datetime", NINE_NS))))
    assert found is not None
    assert {"seen_at": "2026-03-02T09:00:00+00:00"} == found.attributes


def test_an_id_cannot_change_the_shape_of_a_search() -> None:
    definitions = entry(
        "event_delete: d",
        "event_attributes: {id: i}",
        "event_associated_resources:",
        """  t: '{"like": {"name": "%s-%%"}}'""",
    )
    found = definitions.for_event(event("d", i='a"}, "x%s'))
    assert found is not None
    assert {"like": {"name": 'a"}, "x%s-%'}} == found.associates[0][1]


METERS = """
cpu cpu_util cpu.delta vcpus power.state memory memory.available memory.usage memory.resident memory.swap.in
memory.swap.out memory_util perf.cpu.cycles perf.instructions perf.cache.references perf.cache.misses
disk.device.read.bytes disk.device.write.bytes disk.device.read.requests disk.device.write.requests
disk.device.read.latency disk.device.write.latency disk.device.capacity disk.device.allocation disk.device.usage
disk.root.size disk.ephemeral.size network.incoming.bytes network.outgoing.bytes network.incoming.packets
network.outgoing.packets network.incoming.packets.drop network.outgoing.packets.drop network.incoming.packets.error
network.outgoing.packets.error network.incoming.bytes.delta network.outgoing.bytes.delta network.incoming.bytes.rate
network.outgoing.bytes.rate disk.read.bytes disk.read.bytes.rate instance alarm.evaluation_result ip.floating
image.size image.download image.serve radosgw.objects radosgw.objects.size radosgw.objects.containers
radosgw.containers.objects radosgw.containers.objects.size radosgw.usage storage.objects storage.objects.size
storage.objects.containers storage.containers.objects storage.containers.objects.size storage.objects.incoming.bytes
storage.objects.outgoing.bytes network.services.vpn network.services.vpn.connections network.services.firewall
network.services.firewall.policy loadbalancer.operating loadbalancer.provisioning dns.zone.status dns.zone.recordsets
dns.zone.ttl dns.zone.serial dns.domain.exists volume.size volume.snapshot.size volume.backup.size snapshot.size
backup.size volume.provider.pool.capacity.total volume.provider.pool.capacity.free
volume.provider.pool.capacity.provisioned volume.provider.pool.capacity.virtual_free
volume.provider.pool.capacity.allocated volume.service.health manila.share.status manila.share.size
hardware.ipmi.temperature hardware.ipmi.voltage hardware.ipmi.current hardware.ipmi.fan hardware.ipmi.power
compute.instance.booting.time bandwidth compute.node.cpu.frequency compute.node.cpu.percent
compute.node.cpu.idle.time identity.authenticate.success identity.authenticate.pending identity.authenticate.failure
trove.instance.exists stack.create stack.delete
"""


def test_every_meter_that_agents_have_belongs_to_a_type_of_the_built_in_file() -> None:
    found = builtin().describe(samples(*(sample(meter) for meter in METERS.split())))
    assert METERS.split() == found.samples.name.tolist()


def test_the_meters_made_of_notifications_belong_to_types_too() -> None:
    file = files("nephoscope.receive.notifications").joinpath("builtin/meters.yaml")
    # Some names are put together from the notification itself.
    names = [
        each["name"] for each in yaml.safe_load(file.read_text())["metric"] if re.fullmatch(r"[\w.]+", each["name"])
    ]
    assert len(names) > 20
    assert names == builtin().describe(samples(*map(sample, names))).samples.name.tolist()


def builtin() -> ResourceDefinitions:
    return ResourceDefinitions.builtin()


def test_the_built_in_file_is_without_fault() -> None:
    found = builtin()
    assert () == found.problems
    policies = {body["name"] for body in found.archive_policies}
    assert policies >= {found.policy_of(name) for each in found.entries for name in each.metrics}
    names = [name for each in found.entries for name in each.metrics]
    assert len(set(names)) == len(names)
