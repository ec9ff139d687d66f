# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Samples and events to our own server, in the form that it takes."""

import threading
from pathlib import Path

import msgspec
import pytest

from nephoscope.api.native import events as events_api
from nephoscope.api.native import samples as samples_api
from nephoscope.client.send import Accepted, Outcome, Refused, RetryLater, bearer
from nephoscope.model.errors import BadRequest
from nephoscope.model.event import Event, Trait
from nephoscope.model.sample import Meter, SampleBatch, SampledResource
from nephoscope.observe import registry
from tests.pipeline.made import NINE_NS, sample
from tests.pipeline.publish.peers import EVENT, HttpPeer, http_peer, packed, publisher, sent

DEFINITIONS = """
resources:
  - resource_type: instance
    metrics: [cpu, mem]
    attributes:
      host: resource_metadata.(instance_host|host)
      flavor: resource_metadata.flavor.name
  - resource_type: instance_disk
    metrics: [disk]
    attributes: {name: resource_metadata.disk_name}
"""
SETTINGS = {"definitions": (DEFINITIONS, "gnocchi_resources.yaml")}


def lost(cause: str) -> float:
    return registry.value("nephoscope_dropped_total", station="publish", cause=cause)


def batch_of(peer: HttpPeer) -> SampleBatch:
    """What the server reads."""
    return samples_api.decode(msgspec.json.encode(peer.requests[-1].json))


def test_samples_become_columns_with_typed_resources_and_their_attributes() -> None:
    met = {"host": "node-1", "flavor": {"name": "small"}, "disk_name": "vda"}
    with http_peer() as peer:
        of = publisher("nephoscope://", server_url=f"http://{peer.address}", credentials=bearer("tok"), **SETTINGS)
        outcomes = sent(
            of,
            sample("cpu", 1, 0, type="cumulative", resource_id="vm/1", resource_metadata=met),
            sample("disk", 2, 1, unit="B", resource_id="vm/1-vda", resource_metadata=met),
            sample("cpu", 3, 10, type="cumulative", resource_id="vm/1", resource_metadata=met),
            sample("other", 4, 2, resource_id="vm/1"),
            sample("other", 5, 3, resource_id="elsewhere", project_id=None),
        )
        assert [Accepted()] == outcomes
        (request,) = peer.requests
        assert ("/api/v1/samples", "Bearer tok") == (request.path, request.headers["Authorization"])
        batch = batch_of(peer)
    assert [
        SampledResource("vm_1", "instance", "p1", {"host": "node-1", "flavor": "small"}),
        SampledResource("vm_1-vda", "instance_disk", "p1", {"name": "vda"}),
        SampledResource("elsewhere", "generic", None, {}),
    ] == batch.resources
    assert [
        Meter("cpu", "cumulative", "ns"),
        Meter("disk", "gauge", "B"),
        Meter("other", "gauge", "ns"),
    ] == batch.meters
    found = zip(batch.resource, batch.meter, batch.time_ns, batch.value, strict=True)
    assert {
        (0, 0, NINE_NS, 1.0),
        (1, 1, NINE_NS + 10**9, 2.0),
        (0, 0, NINE_NS + 10**10, 3.0),
        (0, 2, NINE_NS + 2 * 10**9, 4.0),
        (2, 2, NINE_NS + 3 * 10**9, 5.0),
    } == set(found)


def test_without_a_file_the_built_in_definitions_hold() -> None:
    with http_peer() as peer:
        sent(publisher("nephoscope://", server_url=f"http://{peer.address}"), sample("cpu"))
        assert ["instance"] == [each.type for each in batch_of(peer).resources]


def test_what_the_server_would_refuse_does_not_take_its_batch_along() -> None:
    causes = ("resource id", "meter name", "meter type")
    before = [lost(cause) for cause in causes]
    with http_peer() as peer:
        of = publisher("nephoscope://", server_url=f"http://{peer.address}")
        outcomes = sent(
            of,
            sample("cpu", 1, resource_id="x" * 290),
            sample("cpu", 2, resource_id=""),
            sample("y" * 256, 3),
            sample("cpu", 4, type="histogram"),
            sample("cpu", 5, unit="u" * 40, project_id="p\0", resource_metadata={"display_name": "n\0m"}),
        )
        assert [Accepted()] == outcomes
        batch = batch_of(peer)
    assert ([5.0], "u" * 31) == (batch.value, batch.meters[0].unit)
    assert ("p", "nm") == (batch.resources[0].project_id, batch.resources[0].attributes["display_name"])
    assert [2, 1, 1] == [lost(cause) - old for cause, old in zip(causes, before, strict=True)]


def test_many_samples_are_several_batches_and_none_are_none() -> None:
    of = publisher("nephoscope://")
    assert [5000, 1] == [each.samples for each in packed(of, *(sample(volume=i) for i in range(5001)))]
    assert [] == packed(of, sample(type="histogram"))


@pytest.mark.parametrize("padding", [0, 5000])
def test_events_go_to_their_own_address_also_from_the_spool(padding: int) -> None:
    event = msgspec.structs.replace(EVENT, raw={"x": "y" * padding})
    with http_peer() as peer:
        url = f"http://{peer.address}"
        (batch,) = publisher("nephoscope://", server_url=url).pack_events([event], NINE_NS)
        assert ("gzip" if padding else "") == batch.encoding
        assert Accepted() == publisher("nephoscope://", server_url=url).send(batch)
        assert "/api/v1/events" == peer.requests[0].path
        (read,) = events_api.decode(msgspec.json.encode(peer.requests[0].json))
    assert (event.id, event.type, event.generated_ns) == (read.id, read.type, read.generated_ns)
    assert event.traits == tuple(Trait(each.name, each.type, each.value) for each in read.traits)
    assert event.raw == msgspec.json.decode(read.raw)


@pytest.mark.parametrize(
    "event",
    [
        Event("", "x", 1),
        Event("m", "x" * 256, 1),
        Event("m", "x", -1),
        Event("m", "x", 1, (Trait("n", "text", "t" * 5000),)),
        Event("m", "x", 1, (Trait("n", "text", "\0"),)),
        Event("m", "x", 1, (Trait("n", "text", 1),)),
        Event("m", "x", 1, (Trait("n", "integer", 2**63),)),
        Event("m", "x", 1, (Trait("n", "float", float("nan")),)),
        Event("m", "x", 1, (Trait("n", "datetime", -1),)),
        Event("m", "x", 1, (Trait("n", "text", "t"),) * 201),
    ],
)
def test_an_event_that_the_server_would_refuse_is_counted_and_the_others_go(event: Event) -> None:
    before = lost("event")
    (batch,) = publisher("nephoscope://").pack_events([event, EVENT], NINE_NS)
    assert 1 == batch.samples
    assert before + 1 == lost("event")


def test_the_host_of_the_url_is_asked_as_the_url_says_and_not_as_the_agent(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("theirs\n")
    with http_peer() as peer:
        for url in (
            f"nephoscope://{peer.address}?ssl=false",
            f"nephoscope://ann:pw@{peer.address}?ssl=false",
            f"nephoscope://{peer.address}?ssl=false&token_file={file}",
        ):
            assert [Accepted()] == sent(publisher(url, credentials=bearer("ours")))
        said = [request.headers.get("Authorization") for request in peer.requests]
        assert [None, "Basic YW5uOnB3", "Bearer theirs"] == said
        assert isinstance(sent(publisher(f"nephoscope://{peer.address}"))[0], RetryLater)


@pytest.mark.parametrize(("status", "kind"), [(202, Accepted), (400, Refused), (401, RetryLater), (503, RetryLater)])
def test_what_comes_of_an_answer(status: int, kind: type[Outcome]) -> None:
    with http_peer() as peer:
        peer.status = status
        assert isinstance(sent(publisher("nephoscope://", server_url=f"http://{peer.address}"))[0], kind)


def test_a_server_that_hangs_is_tried_again() -> None:
    with http_peer() as peer:
        peer.hang = threading.Event()
        of = publisher("nephoscope://?timeout=0.2", server_url=f"http://{peer.address}")
        assert isinstance(sent(of)[0], RetryLater)


@pytest.mark.parametrize(
    ("query", "named"), [("ssl=perhaps", "ssl"), ("timeout=-1", "timeout"), ("token_file=/nowhere", "token_file")]
)
def test_an_option_that_cannot_be_is_named(query: str, named: str) -> None:
    with pytest.raises(BadRequest, match=f"option {named}"):
        publisher(f"nephoscope://server?{query}")
