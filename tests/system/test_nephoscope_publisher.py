# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""`nephoscope://` against the running program: samples and events of a cloud are there, with their resources."""

from typing import Any

from nephoscope.client.send import Accepted, RetryLater, bearer, bearer_from
from nephoscope.model.event import Event, Trait
from nephoscope.pipeline.publish import made
from nephoscope.pipeline.publish.contract import Publisher, PublishSettings
from tests.pipeline.made import NINE_NS, sample, samples
from tests.system.http import gnocchi
from tests.system.server import Server

INSTANCE = "5d0a6a2e-7c0e-4f5e-9a4b-2f6b1c9d8e70"
METADATA: dict[str, Any] = {"display_name": "web-1", "instance_host": "cn-1", "flavor": {"id": "f1", "name": "small"}}


def publisher(server: Server) -> Publisher:
    return made("nephoscope://", PublishSettings(server.url, bearer_from(server.token_file)))


def test_samples_are_values_of_typed_resources(shared_server: Server) -> None:
    of_instance: dict[str, Any] = {"resource_id": INSTANCE, "resource_metadata": METADATA}
    listed = [sample("cpu", minute * 12e9, 60 * minute, type="cumulative", **of_instance) for minute in range(3)] + [
        sample("network.incoming.bytes", 7, resource_id=f"i-01/{INSTANCE}/tap1"),
        sample("odd", 1, resource_id="x/y"),
    ]
    of = publisher(shared_server)
    assert [Accepted()] == [of.send(batch) for batch in of.pack(samples(*listed), NINE_NS)]
    of.close()
    api = gnocchi(shared_server.url, "admin")
    instance = api.done("GET", f"/v1/resource/instance/{INSTANCE}")
    assert ("web-1", "cn-1", "small", "p1") == tuple(
        instance[each] for each in ("display_name", "host", "flavor_name", "project_id")
    )
    path = f"/v1/resource/instance/{INSTANCE}/metric/cpu/measures"
    for aggregation, expected in (("min", 0.0), ("mean", 12e9), ("max", 24e9)):
        found = api.done("GET", path, arguments={"refresh": "true", "aggregation": aggregation})
        assert {expected} == {value for _, _, value in found}
    types = {each["original_resource_id"]: each["type"] for each in api.done("GET", "/v1/resource/generic")}
    assert "instance_network_interface" == types[f"i-01_{INSTANCE}_tap1"]
    assert "generic" == types["x_y"]


def test_events_are_kept_once_however_often_they_are_sent(shared_server: Server) -> None:
    traits = (Trait("instance_id", "text", INSTANCE), Trait("vcpus", "integer", 2), Trait("at", "datetime", NINE_NS))
    events = [Event(f"m-{i}", "compute.published", NINE_NS + i, traits, {"payload": "x" * 99}) for i in range(30)]
    of = publisher(shared_server)
    (batch,) = of.pack_events(events, NINE_NS)
    assert [Accepted(), Accepted()] == [of.send(batch), of.send(batch)]
    found = shared_server.api.done("GET", "/api/v1/events", arguments={"type": "compute.published", "limit": 100})
    assert {event.id for event in events} == {each["id"] for each in found["events"]}
    assert 30 == len(found["events"])


def test_a_token_that_is_wrong_can_be_mended(shared_server: Server) -> None:
    of = made("nephoscope://", PublishSettings(shared_server.url, bearer("wrong")))
    (batch,) = of.pack(samples(sample("cpu")), NINE_NS)
    assert isinstance(of.send(batch), RetryLater)
