# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Batches of samples make what is missing, and ask the index only for what may have changed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import msgspec
import pytest

from nephoscope.api.native.samples import Sender, take
from nephoscope.model.audit import PROGRAM
from nephoscope.model.errors import InvalidInput
from nephoscope.model.resource import Resource, ResourceChange
from nephoscope.model.resource_id import resource_id
from nephoscope.model.sample import Meter, SampleBatch, SampledResource
from nephoscope.model.search import equal
from nephoscope.service import hooks_of
from nephoscope.store.catalog import Catalog
from tests.api.native.cloud import NOW_NS, Asker, Cloud
from tests.store.measured import SECOND_NS

WAIT_S = 30.0
CREATOR = "ann"


class Clock:
    """A clock that goes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def sender(cloud: Cloud) -> Sender:
    return sender_of(cloud, cloud.parts.catalog)


def sender_of(cloud: Cloud, catalog: Catalog) -> Sender:
    return Sender(cloud.index, catalog, cloud.parts.commit, CREATOR, "blue", PROGRAM)


def vm(name: str, **attributes: Any) -> SampledResource:
    return SampledResource(name, "instance", attributes=attributes)


def batch(*resources: SampledResource, meters: tuple[str, ...] = ("cpu", "disk"), second: int = 0) -> SampleBatch:
    """A sample of each meter of each resource."""
    pairs = [(each, meter) for each in range(len(resources)) for meter in range(len(meters))]
    return SampleBatch(
        resources=list(resources),
        meters=[Meter(name) for name in meters],
        resource=[each for each, _ in pairs],
        meter=[meter for _, meter in pairs],
        time_ns=[NOW_NS + second * SECOND_NS] * len(pairs),
        value=[float(place) for place in range(len(pairs))],
    )


def send(sender: Sender, sent: SampleBatch) -> None:
    take(sender, sent).result(WAIT_S)


def there(cloud: Cloud, name: str) -> Resource:
    return cloud.index.resources.get(resource_id(name, CREATOR), "instance")


def values(cloud: Cloud, name: str, meter: str) -> list[float]:
    """What is stored of a meter, by time."""
    owner = resource_id(name, CREATOR)
    number = cloud.index.metrics.named([owner], [meter])[owner, meter].number
    rows = cloud.measured.store.query(f"SELECT value FROM measures FINAL WHERE metric = {number} ORDER BY time")
    found: list[float] = rows["value"].to_numpy().tolist()
    return found


def must_not_be_asked(*_: object, **__: object) -> None:
    raise AssertionError("the index was asked")


def without_index(monkeypatch: pytest.MonkeyPatch, cloud: Cloud, work: Callable[[], None]) -> None:
    """Do it while nothing can be asked of metrics and resources."""
    with monkeypatch.context() as patch:
        for part, name in ((cloud.index.resources, "get_many"), (cloud.index.metrics, "named")):
            patch.setattr(part, name, must_not_be_asked)
        work()


def test_resources_and_metrics_are_made_and_values_go_where_they_belong(cloud: Cloud, sender: Sender) -> None:
    send(sender, batch(vm("a", host="one"), vm("b")))
    assert ("one", None) == tuple(there(cloud, name).attributes["host"] for name in ("a", "b"))
    assert [[0.0], [1.0], [2.0], [3.0]] == [values(cloud, name, meter) for name in "ab" for meter in ("cpu", "disk")]


def test_what_is_said_again_needs_no_index(cloud: Cloud, sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    send(sender, batch(vm("a", host="one"), vm("b")))
    again = batch(vm("b"), vm("a", host="one"), second=1)
    without_index(monkeypatch, cloud, lambda: send(sender, again))
    assert [[2.0, 0.0], [0.0, 2.0]] == [values(cloud, name, "cpu") for name in "ba"]


def test_an_attribute_that_is_said_to_be_another_is_changed(cloud: Cloud, sender: Sender) -> None:
    for second, host in enumerate(("one", "one", "two", "one", "one")):
        send(sender, batch(vm("a", host=host), second=second))
        assert host == there(cloud, "a").attributes["host"]
    assert ["one", "two", "one"] == [
        each.attributes["host"] for each in cloud.index.resources.history(resource_id("a", CREATOR), "instance")
    ]


def test_an_attribute_that_cannot_be_is_refused_as_often_as_it_is_said(cloud: Cloud, sender: Sender) -> None:
    send(sender, batch(vm("a", vcpus=1)))
    for second in (1, 2):
        with pytest.raises(InvalidInput):
            send(sender, batch(vm("a", vcpus="many"), second=second))
    send(sender, batch(vm("a", vcpus=2), second=3))
    assert 2 == there(cloud, "a").attributes["vcpus"]
    assert [0.0, 0.0] == values(cloud, "a", "cpu")


def test_a_new_meter_of_a_known_resource_is_made(cloud: Cloud, sender: Sender) -> None:
    send(sender, batch(vm("a")))
    send(sender, batch(vm("a"), meters=("disk", "load", "cpu"), second=1))
    assert [[0.0, 2.0], [1.0, 0.0], [1.0]] == [values(cloud, "a", meter) for meter in ("cpu", "disk", "load")]


def test_a_resource_that_somebody_changed_becomes_again_what_its_agent_says(cloud: Cloud, sender: Sender) -> None:
    send(sender, batch(vm("a", host="one")))
    owner = resource_id("a", CREATOR)
    changed = cloud.index.resources.change(owner, ResourceChange(attributes={"host": "other"}), "instance")
    hooks_of(sender.catalog).on_resource_changed(changed, False)
    send(sender, batch(vm("a", host="one"), second=1))
    assert "one" == there(cloud, "a").attributes["host"]


def test_an_attribute_that_its_type_has_lost_comes_back_with_what_its_agent_says(cloud: Cloud, sender: Sender) -> None:
    send(sender, batch(vm("a", host="one")))
    cloud.index.resource_types.change("instance", [{"op": "remove", "path": "/attributes/host"}])
    hooks_of(sender.catalog).on_resource_type_changed()
    send(sender, batch(vm("a", host="one"), second=1))
    assert "one" == there(cloud, "a").attributes["host"]


def test_a_resource_that_somebody_deleted_is_made_anew(cloud: Cloud, sender: Sender) -> None:
    send(sender, batch(vm("a", host="one"), vm("b")))
    before = there(cloud, "a")
    removed = cloud.index.resources.delete(before.id)
    hooks_of(sender.catalog).on_metrics_deleted(removed.metric_ids)
    send(sender, batch(vm("a", host="one"), vm("b"), second=1))
    after = there(cloud, "a")
    assert (before.id, "one") == (after.id, after.attributes["host"])
    assert not set(before.metrics.values()) & set(after.metrics.values())
    assert [[0.0], [2.0, 2.0]] == [values(cloud, name, "cpu") for name in "ab"]


def test_many_deleted_by_a_search_are_made_anew(cloud: Cloud, sender: Sender) -> None:
    send(sender, batch(vm("a"), vm("b", host="one")))
    removed = cloud.index.resources.delete_matching("instance", equal("host", "one"))
    hooks_of(sender.catalog).on_metrics_deleted(removed.metric_ids)
    send(sender, batch(vm("a"), vm("b", host="one"), second=1))
    assert [[0.0, 0.0], [2.0]] == [values(cloud, name, "cpu") for name in "ab"]


def test_a_deleted_metric_is_made_anew(cloud: Cloud, sender: Sender) -> None:
    send(sender, batch(vm("a")))
    hooks_of(sender.catalog).on_metrics_deleted(cloud.index.metrics.delete([there(cloud, "a").metrics["disk"]]))
    send(sender, batch(vm("a"), second=1))
    assert [[0.0, 0.0], [1.0]] == [values(cloud, "a", meter) for meter in ("cpu", "disk")]


def test_a_resource_without_samples_is_made_anew_too_when_it_was_deleted(cloud: Cloud, sender: Sender) -> None:
    send(sender, batch(vm("a"), meters=()))
    removed = cloud.index.resources.delete(there(cloud, "a").id)
    hooks_of(sender.catalog).on_metrics_deleted(removed.metric_ids)
    send(sender, batch(vm("a"), meters=(), second=1))
    assert "a" == there(cloud, "a").original_resource_id


def test_what_another_node_did_to_a_resource_is_seen_after_a_while(cloud: Cloud) -> None:
    clock = Clock()
    sender = sender_of(cloud, Catalog(cloud.index, cloud.measured.series, ttl_s=60, clock=clock))
    send(sender, batch(vm("a", host="one"), vm("b", host="one")))
    cloud.index.resources.delete(there(cloud, "a").id)
    cloud.index.resources.change(there(cloud, "b").id, ResourceChange(attributes={"host": "other"}), "instance")
    clock.now += 61
    send(sender, batch(vm("a", host="one"), vm("b", host="one"), second=1))
    assert ["one", "one"] == [there(cloud, name).attributes["host"] for name in "ab"]
    assert [0.0] == values(cloud, "a", "cpu")


def test_what_changes_while_a_batch_is_taken_is_not_forgotten(
    cloud: Cloud, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(sender, batch(vm("a", host="one")))
    owner = resource_id("a", CREATOR)
    sender.catalog.resource_type_changed()
    found = cloud.index.resources.get_many

    def read(ids: list[UUID], *, metrics: bool = True) -> dict[UUID, Resource]:
        answer = found(ids, metrics=metrics)
        changed = cloud.index.resources.change(owner, ResourceChange(attributes={"host": "other"}), "instance")
        sender.catalog.resource_changed(changed, replaced=False)
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(cloud.index.resources, "get_many", read)
        send(sender, batch(vm("a", host="one"), second=1))
    assert "other" == there(cloud, "a").attributes["host"]
    send(sender, batch(vm("a", host="one"), second=2))
    assert "one" == there(cloud, "a").attributes["host"]


def test_agents_that_meet_the_server_at_once_share_what_is_made(cloud: Cloud, sender: Sender) -> None:
    batches = [batch(vm("shared", host="one"), vm(f"own-{number % 8}"), second=number) for number in range(32)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda sent: send(sender, sent), batches))
    assert [0.0] * 32 == values(cloud, "shared", "cpu")
    assert [[2.0] * 4] * 8 == [values(cloud, f"own-{number}", "cpu") for number in range(8)]
    assert 2 * 9 == cloud.index.metrics.count()


def test_samples_of_what_others_have_made_are_refused_and_change_nothing(cloud: Cloud, member: Asker) -> None:
    """Whoever knows an id must not write to it, nor change what it says of itself; nor after its owner has sent."""
    theirs = cloud.resource("0d8b5a2c-7c0e-4f5e-9a4b-2f6b1c9d8e70", "red", host="a")
    body = msgspec.to_builtins(batch(vm(str(theirs.id), host="b"), vm("mine"), meters=("cpu",)))
    for _ in range(2):
        refused = member.ask("POST", "/samples", body)
        assert (403, True) == (refused.status, "was made by others" in refused.text), refused.text
        # Now the one that it belongs to has said the same.
        take(sender_of(cloud, cloud.parts.catalog), batch(vm(str(theirs.id), host="b"), meters=("cpu",))).result(WAIT_S)
    assert ["0d8b5a2c-7c0e-4f5e-9a4b-2f6b1c9d8e70"] == [
        each.original_resource_id for each in cloud.index.resources.find()
    ]
    body["resources"], body["resource"], body["meter"] = body["resources"][1:], [0], [0]
    body["time_ns"], body["value"] = body["time_ns"][1:], body["value"][1:]
    assert 202 == member.ask("POST", "/samples", body).status
