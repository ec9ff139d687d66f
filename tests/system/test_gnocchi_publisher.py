# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""
`gnocchi://` against the running program: samples and events of a cloud become resources, metrics and values.

All of it both as to any server that speaks Gnocchi's dialect, and as to our own, which is told of many resources at
once.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from nephoscope import observe
from nephoscope.client.batch import EncodedBatch
from nephoscope.client.send import Accepted, Outcome, Refused, RetryLater, basic, bearer_from
from nephoscope.model.event import Event, Trait
from nephoscope.model.sample_columns import Samples
from nephoscope.pipeline.chain import Pipeline
from nephoscope.pipeline.config import read
from nephoscope.pipeline.publish.contract import PublishSettings, authorization
from nephoscope.pipeline.publish.gnocchi import Gnocchi
from nephoscope.pipeline.publish.gnocchi.all_at_once import AllAtOnce
from nephoscope.pipeline.publish.gnocchi.one_by_one import OneByOne
from nephoscope.pipeline.publish.gnocchi.packed import PackedResource
from nephoscope.pipeline.publish.gnocchi.provision import Provision
from nephoscope.pipeline.publish.gnocchi.resources import Sent
from nephoscope.pipeline.publish.gnocchi.session import Answer, Session
from nephoscope.pipeline.publish.url import PublisherUrl
from nephoscope.pipeline.resource_definitions import Operation, ResourceDefinitions, Value
from tests.pipeline.made import NINE_NS, sample, samples
from tests.services.ports import free_port
from tests.system.http import Caller
from tests.system.server import Server, serving

DATA = Path(__file__).parents[1] / "data"
MINUTE_NS = 60 * 10**9
INSTANCE = "5d0a6a2e-7c0e-4f5e-9a4b-2f6b1c9d8e70"
METADATA = {
    "display_name": "web-1",
    "instance_host": "cn-1",
    "flavor": {"id": "f1", "name": "small"},
    "cpu_number": 2,
    "instance_id": INSTANCE,
    "user_metadata": {"server_group": "web"},
    "deleted_at": None,
}


PASSWORD = "correct horse"
QUIET = "[watch]\ninterval_s = 0\n"
WAYS = pytest.mark.parametrize("is_own", [False, True], ids=["any server", "our own"])


@dataclass(frozen=True)
class Peer:
    """The running program, and whether a publisher knows that it is ours; `path` leads astray."""

    server: Server
    is_own: bool
    path: str = ""

    @property
    def api(self) -> Caller:
        """Its Gnocchi dialect, with the owner's token."""
        return Caller(f"{self.server.url}/gnocchi", self.server.api.headers)


@pytest.fixture(scope="module", params=[False, True], ids=["any server", "our own"])
def peer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with serving(tmp_path_factory.mktemp("peer"), config=QUIET) as server:
        server.api.done("POST", "/api/v1/users", body={"name": "carol", "password": PASSWORD, "roles": ["writer"]})
        yield Peer(server, request.param)


def publisher(peer: Peer, user: str = "", options: str = "", definitions: str | None = None) -> Gnocchi:
    """As the server's owner, or as a user."""
    text = (DATA / "gnocchi-resources-example.yaml").read_text() if definitions is None else definitions
    who = basic(user, PASSWORD) if user else bearer_from(peer.server.token_file)
    url = peer.server.url + peer.path
    settings = PublishSettings(
        server_url=url if peer.is_own else "http://127.0.0.1:1",
        credentials=who,
        gnocchi_url="" if peer.is_own else f"{url}/gnocchi",
        gnocchi_authentication=authorization(who),
        definitions=(text, "gnocchi_resources.yaml"),
    )
    return Gnocchi(PublisherUrl.of(f"gnocchi://?timeout=30{options}"), settings)


def publish(to: Gnocchi, batch: Samples, now_ns: int = NINE_NS) -> list[Outcome]:
    return [to.send(each) for each in to.pack(batch, now_ns)]


def happen(to: Gnocchi, event_type: str, now_ns: int = NINE_NS, /, **traits: str) -> list[Outcome]:
    event = Event("m1", event_type, NINE_NS, tuple(Trait(name, "text", value) for name, value in traits.items()))
    return [to.send(each) for each in to.pack_events([event], now_ns)]


def values(api: Caller, resource_type: str, resource_id: str, metric: str) -> list[tuple[str, float]]:
    path = f"/v1/resource/{resource_type}/{resource_id}/metric/{metric}/measures"
    found = api.done("GET", path, arguments={"granularity": 60, "refresh": "true"})
    return [(time[11:16], value) for time, _, value in found]


def revisions(api: Caller, resource_type: str, resource_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.done("GET", f"/v1/resource/{resource_type}/{resource_id}/history")
    return found


def readings(instance: str = INSTANCE) -> Samples:
    """What an agent reads of an instance, its disk and its port in three minutes."""
    disk = {**METADATA, "disk_name": "vda", "instance_id": instance}
    port = {**METADATA, "vnic_name": "tap1", "instance_id": instance}
    of_disk: dict[str, Any] = {"type": "cumulative", "resource_id": f"{instance}-vda", "resource_metadata": disk}
    of_port: dict[str, Any] = {"type": "cumulative", "resource_id": f"i-01/{instance}/tap1", "resource_metadata": port}
    of_instance: dict[str, Any] = {"resource_id": instance, "resource_metadata": METADATA}
    return samples(
        *(
            each
            for minute in range(3)
            for each in (
                sample("cpu", minute * 12e9, 60 * minute, type="cumulative", **of_instance),
                sample("memory", 512, 60 * minute, unit="MiB", **of_instance),
                sample("memory.usage", 128, 60 * minute, unit="MiB", **of_instance),
                sample("disk.device.read.bytes", minute * 600, 60 * minute, unit="B", **of_disk),
                sample("network.incoming.bytes", minute * 60, 60 * minute, unit="B", **of_port),
            )
        )
    )


@pytest.fixture(autouse=True)
def told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "nephoscope")


def test_the_example_pipeline_fills_resources_metrics_and_values(peer: Peer) -> None:
    pipeline = Pipeline(read((DATA / "pipeline-example.yaml").read_text()))
    to = publisher(peer, options="&archive_policy=ceilometer&filter_project=service")
    reached = pipeline.take(readings(), NINE_NS + 3 * MINUTE_NS)
    outcomes = [outcome for sink in reached.values() if len(sink) for outcome in publish(to, sink)]
    assert [Accepted()] * len(outcomes) == outcomes
    assert len(outcomes) >= 5

    api = peer.api
    instance = api.done("GET", f"/v1/resource/instance/{INSTANCE}")
    assert ("u1", "p1", None) == (instance["user_id"], instance["project_id"], instance["ended_at"])
    assert ("web-1", "cn-1", "f1", "small", "web", None) == tuple(
        instance[each] for each in ("display_name", "host", "flavor_id", "flavor_name", "server_group", "deleted_at")
    )
    assert {"cpu", "cpu_util", "cpu.delta", "memory", "memory.usage", "memory_util"} == set(instance["metrics"])
    metric = api.done("GET", f"/v1/metric/{instance['metrics']['cpu_util']}")
    assert ("%", "ceilometer") == (metric["unit"], metric["archive_policy"]["name"])
    assert [("09:01", 10.0), ("09:02", 10.0)] == values(api, "instance", INSTANCE, "cpu_util")
    assert [("09:00", 0.0), ("09:01", 12e9), ("09:02", 24e9)] == values(api, "instance", INSTANCE, "cpu")
    disk = api.done("GET", f"/v1/resource/instance_disk/{INSTANCE}-vda")
    assert ("vda", INSTANCE) == (disk["name"], disk["instance_id"])
    assert [("09:01", 10.0), ("09:02", 10.0)] == values(
        api, "instance_disk", f"{INSTANCE}-vda", "disk.device.read.bytes.rate"
    )
    port = api.done("GET", f"/v1/resource/instance_network_interface/i-01_{INSTANCE}_tap1")
    assert f"i-01_{INSTANCE}_tap1" == port["original_resource_id"]
    kept = api.done("GET", "/v1/archive_policy/ceilometer")
    assert {"mean", "min", "max", "sum", "count", "rate:mean"} == set(kept["aggregation_methods"])


def test_changed_metadata_is_sent_once(peer: Peer) -> None:
    to, api, vm = publisher(peer), peer.api, "vm-changed"
    for host in ("cn-1", "cn-1", "cn-2", "cn-2"):
        metadata = {**METADATA, "instance_host": host}
        assert [Accepted()] == publish(to, samples(sample("vcpus", resource_id=vm, resource_metadata=metadata)))
    assert ["cn-1", "cn-2"] == [each["host"] for each in revisions(api, "instance", vm)]
    # A publisher that starts anew sends all once more, which is no revision.
    again = publisher(peer)
    publish(
        again, samples(sample("vcpus", resource_id=vm, resource_metadata={"instance_host": "cn-2"}, project_id="p2"))
    )
    assert [("p1", "cn-2"), ("p2", "cn-2")] == [(x["project_id"], x["host"]) for x in revisions(api, "instance", vm)][
        1:
    ]


class Counted(Session):
    """Counts what it asks for."""

    def __init__(self, server: Server, path: str = "/gnocchi") -> None:
        who = authorization(bearer_from(server.token_file))
        super().__init__(server.url + path, authentication=who, timeout_s=30)
        self.asked: list[str] = []

    def call(self, method: str, path: str, body: object = None, *, content_type: str = "application/json") -> Answer:
        self.asked.append(f"{method} {path}")
        return super().call(method, path, body, content_type=content_type)


def test_only_what_changed_is_sent_and_the_longest_unused_is_forgotten(peer: Peer) -> None:
    session = Counted(peer.server)
    resources = OneByOne(session, Provision(session, ResourceDefinitions.builtin()), Sent(2))
    about = {f"lru-{number}": PackedResource("instance", "u", "p", {"host": "h"}) for number in range(3)}
    assert {} == resources.create(about.items(), "2026-03-02T09:00:00")
    session.asked.clear()
    resources.refresh([("lru-1", about["lru-1"]), ("lru-2", about["lru-2"])])
    assert [] == session.asked
    resources.refresh([("lru-0", about["lru-0"]), ("lru-2", about["lru-2"])])
    assert ["PATCH /v1/resource/instance/lru-0"] == session.asked
    resources.refresh([("lru-2", PackedResource("instance", "u", "p2", {"host": "h"})), ("lru-1", about["lru-1"])])
    assert ["PATCH /v1/resource/instance/lru-2", "PATCH /v1/resource/instance/lru-1"] == session.asked[1:]


def test_our_own_server_is_told_of_all_in_one_request(peer: Peer) -> None:
    session, server = Counted(peer.server), Counted(peer.server, "")
    resources = AllAtOnce(server, Provision(session, ResourceDefinitions.builtin()))
    about = {f"all-{number}": PackedResource("instance", "u", "p", {"host": "h"}) for number in range(1500)}
    assert {} == resources.create(about.items(), "2026-03-02T09:00:00")
    for each in (about, about, {**about, "all-7": PackedResource("instance", "u", "p2", {"host": "h"})}):
        resources.refresh(each.items())
    # 1500 made in two, told once more as another might have made them, nothing, and the one that changed.
    assert ["POST /api/v1/resources/lifetimes"] * (2 + 2 + 0 + 1) == server.asked
    made = peer.api.done("GET", "/v1/resource/instance/all-7")
    assert ("p2", "h", "2026-03-02T09:00:00+00:00") == (made["project_id"], made["host"], made["started_at"])
    assert 2 == len(revisions(peer.api, "instance", "all-7"))


def test_associates_are_found_page_after_page(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nephoscope.pipeline.publish.gnocchi.one_by_one.SEARCH_PAGE", 2)
    session = Counted(peer.server)
    resources = OneByOne(session, Provision(session, ResourceDefinitions.builtin()))
    about = {f"page-{number}": PackedResource("image", attributes={"name": "paged"}) for number in range(5)}
    assert {} == resources.create(about.items(), "2026-03-02T09:00:00")
    associates: tuple[tuple[str, Any, dict[str, Value]], ...]
    associates = (("image", {"=": {"name": "paged"}}, {}), ("image", {"=": {"nothing": 1}}, {}), ("no-type", {}, {}))
    assert [] == resources.carry_out([Operation("delete", "image", "none", {}, associates)], "2026-03-02T10:00:00")
    ended = [peer.api.done("GET", f"/v1/resource/image/{each}")["ended_at"] for each in about]
    assert ["2026-03-02T10:00:00+00:00"] * 5 == ended


def test_a_batch_sent_twice_is_harmless(peer: Peer) -> None:
    to, api, vm = publisher(peer), peer.api, "e7a1c7ae-1111-4222-8333-000000000001"
    (batch,) = to.pack(readings(vm), NINE_NS)
    assert [Accepted()] * 3 == [to.send(batch), to.send(batch), publisher(peer).send(batch)]
    assert [("09:00", 0.0), ("09:01", 12e9), ("09:02", 24e9)] == values(api, "instance", vm, "cpu")
    assert 1 == len(revisions(api, "instance", vm))


def test_a_delete_event_ends_the_instance_with_its_disks_and_ports(peer: Peer) -> None:
    to, api, vm = publisher(peer), peer.api, "e7a1c7ae-1111-4222-8333-000000000002"
    publish(to, readings(vm))
    ports = ("instance", vm), ("instance_disk", f"{vm}-vda"), ("instance_network_interface", f"i-01_{vm}_tap1")
    assert [Accepted()] == happen(to, "compute.instance.delete.start", NINE_NS + 5 * MINUTE_NS, instance_id=vm)
    ended = [api.done("GET", f"/v1/resource/{kind}/{name}")["ended_at"] for kind, name in ports]
    assert ["2026-03-02T09:05:00+00:00"] * 3 == ended
    # Packed anew a minute later, it moves the end of the instance alone; sent again, nothing.
    for _ in range(2):
        assert [Accepted()] == happen(to, "compute.instance.delete.start", NINE_NS + 6 * MINUTE_NS, instance_id=vm)
    assert [3, 2, 2] == [len(revisions(api, *each)) for each in ports]


def test_a_sample_after_the_end_opens_a_resource_again(peer: Peer) -> None:
    to, vm = publisher(peer), "e7a1c7ae-1111-4222-8333-000000000013"
    publish(to, readings(vm))
    happen(to, "compute.instance.delete.start", NINE_NS + 5 * MINUTE_NS, instance_id=vm)
    for at_s, ended_at in ((60, "2026-03-02T09:05:00+00:00"), (600, None)):
        publish(to, samples(sample("vcpus", 2, at_s, resource_id=vm, resource_metadata=METADATA)))
        assert ended_at == peer.api.done("GET", f"/v1/resource/instance/{vm}")["ended_at"]


def test_what_ended_before_it_was_made_ended_when_it_began(peer: Peer) -> None:
    to, api, vm = publisher(peer), peer.api, "e7a1c7ae-1111-4222-8333-000000000012"
    publish(to, readings(vm))
    assert [Accepted()] == happen(to, "compute.instance.delete.start", NINE_NS - MINUTE_NS, instance_id=vm)
    instance = api.done("GET", f"/v1/resource/instance/{vm}")
    assert instance["started_at"] == instance["ended_at"]


def test_events_create_and_update_an_instance_and_what_belongs_to_it(peer: Peer) -> None:
    to, api, vm = publisher(peer), peer.api, "e7a1c7ae-1111-4222-8333-000000000003"
    traits = {"instance_id": vm, "display_name": "db", "availability_zone": "az1", "user_id": "u9", "project_id": "p9"}
    assert [Accepted()] * 2 == [happen(to, "compute.instance.create.end", **traits)[0] for _ in range(2)]
    made = api.done("GET", f"/v1/resource/instance/{vm}")
    assert ("db", "az1", "u9", "p9", "2026-03-02T09:00:00+00:00") == tuple(
        made[each] for each in ("display_name", "availability_zone", "user_id", "project_id", "started_at")
    )
    disk = sample("disk.device.usage", resource_id=f"{vm}-vda", resource_metadata={"instance_id": vm}, project_id="p9")
    publish(to, samples(disk))
    changed = {**traits, "project_id": "p10", "host": "cn-7"}
    assert [Accepted()] == happen(to, "compute.instance.resize.confirm.end", **changed)
    now = api.done("GET", f"/v1/resource/instance/{vm}")
    assert ("cn-7", "p10") == (now["host"], now["project_id"])
    assert "p10" == api.done("GET", f"/v1/resource/instance_disk/{vm}-vda")["project_id"]


def test_events_of_what_is_not_there_are_done(peer: Peer) -> None:
    to = publisher(peer)
    gone = "e7a1c7ae-1111-4222-8333-00000000000f"
    for event_type in ("compute.instance.delete.start", "compute.instance.resize.confirm.end"):
        assert [Accepted()] == happen(to, event_type, instance_id=gone, host="x")
    assert [] == happen(to, "compute.instance.power_off.end", instance_id=gone)


@contextmanager
def at_one_port(folder: Path) -> Iterator[Server]:
    """A server that has the same address after a restart."""
    with serving(folder, config=QUIET, arguments=("--listen", f"127.0.0.1:{free_port()}")) as server:
        yield server


@WAYS
def test_a_killed_server_is_tried_again_and_nothing_is_missing(tmp_path: Path, is_own: bool) -> None:
    with at_one_port(tmp_path) as server:
        to = publisher(Peer(server, is_own))
        (one,) = to.pack(readings(), NINE_NS)
        assert Accepted() == to.send(one)
        (two,) = to.pack(samples(sample("cpu", 5, 240, resource_id=INSTANCE, resource_metadata=METADATA)), NINE_NS)
        server.kill()
        late = to.send(two)
        assert isinstance(late, RetryLater)
        assert "POST /v1/batch/resources/metrics/measures" in late.reason
        server.restart()
        assert Accepted() == to.send(two)
        api = Peer(server, is_own).api
        assert ["09:00", "09:01", "09:02", "09:04"] == [time for time, _ in values(api, "instance", INSTANCE, "cpu")]


@WAYS
def test_a_server_that_lost_everything_is_filled_anew(tmp_path: Path, is_own: bool) -> None:
    """What is remembered of it does not hold any more."""
    with at_one_port(tmp_path) as server:
        to = publisher(Peer(server, is_own))
        (batch,) = to.pack(samples(sample("vcpus", 4, resource_id="vm", resource_metadata=METADATA)), NINE_NS)
        assert Accepted() == to.send(batch)
        server.stop()
        rmtree(server.data_dir)
        server.restart()
        assert isinstance(late := to.send(batch), RetryLater)
        assert "does not know what it knew before" in late.reason
        assert Accepted() == to.send(batch)
        assert [("09:00", 4.0)] == values(Peer(server, is_own).api, "instance", "vm", "vcpus")


def test_whoever_may_make_no_types_is_told_so_and_nothing_is_lost(peer: Peer) -> None:
    definitions = "resources: [{resource_type: rack, metrics: [heat], attributes: {row: resource_metadata.row}}]"
    batch = samples(sample("heat", 20, resource_id="rack-1", resource_metadata={"row": "r1"}))
    humble = publisher(peer, "carol", "&archive_policy=low", definitions)
    (packed,) = humble.pack(batch, NINE_NS)
    late = humble.send(packed)
    assert isinstance(late, RetryLater)
    assert "resource type rack does not exist there and we may not create it" in late.reason
    # An administrator makes it, without the attribute: samples go through, and the attribute is told of.
    api = peer.api
    api.done("POST", "/v1/resource_type", body={"name": "rack", "attributes": {}})
    assert Accepted() == humble.send(packed)
    assert [("rack", "carol")] == [(x["type"], x["creator"]) for x in api.done("GET", "/v1/resource/rack")]


def test_attributes_that_may_not_be_added_are_told_of_once(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    peer.api.done("POST", "/v1/resource_type", body={"name": "shelf", "attributes": {}})
    definitions = "resources: [{resource_type: shelf, metrics: [load], attributes: {row: resource_metadata.row}}]"
    humble = publisher(peer, "carol", "&archive_policy=low", definitions)
    for row in ("r1", "r2"):
        assert [Accepted()] == publish(humble, samples(sample("load", resource_metadata={"row": row})))
    assert 1 == sum("resource type shelf lacks the attributes row: we may not" in each for each in caplog.messages)


def test_a_policy_that_nobody_describes_waits_until_it_is_there(peer: Peer) -> None:
    to, api = publisher(peer, options="&archive_policy=golden"), peer.api
    (batch,) = to.pack(samples(sample("vcpus", resource_id="vm-golden")), NINE_NS)
    late = to.send(batch)
    assert isinstance(late, RetryLater)
    assert "archive policy golden does not exist there" in late.reason
    api.done("POST", "/v1/archive_policy", body={"name": "golden", "definition": [{"granularity": 60, "points": 9}]})
    assert Accepted() == to.send(batch)


def test_values_are_fitted_to_the_types_that_are_there(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    kinds = {"size": "number", "lit": "bool", "owner": "uuid", "name": "string", "seen": "datetime"}
    attributes = {name: {"type": kind, "required": False} for name, kind in kinds.items()}
    api = peer.api
    api.done("POST", "/v1/resource_type", body={"name": "box", "attributes": attributes})
    paths = ", ".join(f"{name}: resource_metadata.{name}" for name in (*kinds, "new"))
    definitions = f"resources: [{{resource_type: box, metrics: [weight], attributes: {{{paths}}}}}]"
    metadata = {
        "size": "2.5",
        "lit": "True",
        "owner": "nobody",
        "name": "n" * 300,
        "seen": "2026-03-02 09:00",
        "new": 7,
    }
    to = publisher(peer, options="&archive_policy=low", definitions=definitions)
    assert [Accepted()] == publish(to, samples(sample("weight", resource_id="box-1", resource_metadata=metadata)))
    box = api.done("GET", "/v1/resource/box/box-1")
    expected = (2.5, True, None, "n" * 256, "2026-03-02T09:00:00+00:00", "7")
    assert expected == tuple(box[each] for each in (*kinds, "new"))
    assert 1 == sum("attribute owner takes no 'nobody'" in each for each in caplog.messages)


def test_a_resource_that_is_refused_does_not_hold_back_others(peer: Peer) -> None:
    needed = {"row": {"type": "string", "required": True}}
    peer.api.done("POST", "/v1/resource_type", body={"name": "slot", "attributes": needed})
    definitions = "resources: [{resource_type: slot, metrics: [load], attributes: {row: resource_metadata.row}}]"
    to = publisher(peer, options="&archive_policy=low", definitions=definitions)
    before = dropped("resource refused")
    good = sample("load", 3, resource_id="slot-good", resource_metadata={"row": "r"})
    bad = [sample("load", 3, at_s, resource_id="slot-bad") for at_s in (0, 1)]
    assert [Accepted()] == publish(to, samples(*bad, good))
    assert 2 == dropped("resource refused") - before
    (alone,) = publish(to, samples(*bad))
    assert isinstance(alone, Refused)
    assert (400, True) == (alone.status, "required key not provided" in alone.message)


def test_what_is_no_metric_api_is_tried_again(peer: Peer) -> None:
    to = publisher(replace(peer, path="/nowhere"))
    (late,) = publish(to, samples(sample("cpu")))
    assert isinstance(late, RetryLater)


def test_many_resources_arrive_in_several_parts(peer: Peer) -> None:
    to, api = publisher(peer), peer.api
    rows = [sample("vcpus", number, resource_id=f"many-{number % 40}", at_s=number) for number in range(2500)]
    packed: Sequence[EncodedBatch] = list(to.pack(samples(*rows), NINE_NS))
    assert [1000, 1000, 500] == [each.samples for each in packed]
    assert [Accepted()] * 3 == [to.send(each) for each in packed]
    found = api.done("POST", "/v1/search/resource/instance", body={"like": {"original_resource_id": "many-%"}})
    assert 40 == len(found)


def dropped(cause: str) -> float:
    return observe.registry.value("nephoscope_dropped_total", station="publish", cause=cause)
