# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Samples on disk for a metric API: grouped, bounded, complete, and without what the API cannot take."""

import gzip
import json
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope import observe
from nephoscope.client.batch import EncodedBatch
from nephoscope.model.event import Event, Trait
from nephoscope.model.sample_columns import Samples, objects
from nephoscope.pipeline.publish.gnocchi import packed
from nephoscope.pipeline.resource_definitions import ResourceDefinitions
from tests.pipeline.made import NINE_NS, sample, samples

DEFINITIONS = ResourceDefinitions.of(
    """
archive_policy_default: usual
resources:
  - resource_type: vm
    metrics: {cpu: , mem: {archive_policy_name: fine}}
    attributes: {host: resource_metadata.host}
    event_delete: vm.gone
    event_attributes: {id: vm}
  - {resource_type: net, metrics: [rx]}
""",
    "f.yaml",
)


def pack(batch: Samples, policy: str = "") -> list[EncodedBatch]:
    return list(packed.pack(batch, NINE_NS, DEFINITIONS, policy))


def measures(batch: EncodedBatch) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(bytes(packed.unpack(batch).measures))
    return found


def dropped(cause: str) -> float:
    return observe.registry.value("nephoscope_dropped_total", station="publish", cause=cause)


def test_samples_are_grouped_by_resource_and_metric() -> None:
    (batch,) = pack(
        samples(
            sample("cpu", 1, 0, resource_id="a/b", resource_metadata={"host": "h"}),
            sample("rx", 7, 0, unit="B", resource_id="c"),
            sample("cpu", 2, 60.5, resource_id="a/b", resource_metadata={"host": "h"}),
            sample("mem", 3, 0, unit="", resource_id="a/b", resource_metadata={"host": "h2"}),
        )
    )
    assert 4 == batch.samples
    cpu = [
        {"timestamp": "2026-03-02T09:00:00.000000000", "value": 1.0},
        {"timestamp": "2026-03-02T09:01:00.500000000", "value": 2.0},
    ]
    found = measures(batch)
    assert {"archive_policy_name": "usual", "unit": "ns", "measures": cpu} == found["a_b"]["cpu"]
    assert {"archive_policy_name": "fine", "measures": [{**cpu[0], "value": 3.0}]} == found["a_b"]["mem"]
    assert ["a_b", "c"] == list(found)
    body = packed.unpack(batch)
    assert (["fine", "usual"], "2026-03-02T09:00:00+00:00") == (body.policies, body.at)
    assert packed.PackedResource("vm", "u1", "p1", {"host": "h2"}) == body.resources["a_b"]


def test_whole_seconds_are_written_without_a_fraction() -> None:
    (batch,) = pack(samples(sample("cpu", 1, 60)))
    assert "2026-03-02T09:01:00" == measures(batch)["r1"]["cpu"]["measures"][0]["timestamp"]


def test_the_url_s_policy_goes_before_the_metric_s() -> None:
    (batch,) = pack(samples(sample("cpu"), sample("mem")), "asked")
    assert ["asked"] == packed.unpack(batch).policies


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["cpu", "mem", "rx"]), st.integers(0, 59))))
def test_every_sample_is_in_one_part_at_its_place(rows: list[tuple[str, str, int]]) -> None:
    batch = samples(*(sample(name, number, at_s, resource_id=each) for number, (each, name, at_s) in enumerate(rows)))
    found = sorted(
        (each, name, int(point["timestamp"][17:]), point["value"])
        for part in pack(batch)
        for each, metrics in measures(part).items()
        for name, metric in metrics.items()
        for point in metric["measures"]
    )
    assert sorted((each, name, at_s, float(number)) for number, (each, name, at_s) in enumerate(rows)) == found


def test_parts_are_bounded_by_measures_and_by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = samples(*(sample("cpu", number, resource_id=f"r{number % 7}", at_s=number) for number in range(100)))
    monkeypatch.setattr(packed, "MEASURES_MAX", 30)
    assert [30, 30, 30, 10] == [each.samples for each in pack(batch)]
    monkeypatch.setattr(packed, "PART_BYTES_MAX", 1000)
    parts = pack(batch)
    assert 100 == sum(each.samples for each in parts)
    assert 1000 >= max(len(msgspec.json.encode(packed.unpack(each))) for each in parts)
    every = [point["value"] for each in parts for vm in measures(each).values() for point in vm["cpu"]["measures"]]
    assert sorted(every) == [float(number) for number in range(100)]


def test_what_the_api_cannot_take_is_dropped_by_cause() -> None:
    causes = (
        "volume",
        "resource id",
        "time",
        "meter without a resource type",
    )
    before = [dropped(each) for each in causes]
    good = samples(*(sample("cpu", resource_id=each) for each in ("a", "b", "c", "x" * 290, "nul\0")), sample("odd"))
    volume, time_ns = good.volume.copy(), good.time_ns.copy()
    volume[1], time_ns[2] = math.nan, -1
    (batch,) = pack(good.having(volume=volume, time_ns=time_ns))
    assert ["a"] == list(measures(batch))
    assert [1, 2, 1, 1] == [dropped(each) - was for each, was in zip(causes, before, strict=True)]
    assert [] == pack(samples(sample("odd")))


def test_ids_that_are_one_after_escaping_are_one_resource_of_the_first_type() -> None:
    (batch,) = pack(samples(sample("cpu", 1, resource_id="a/b"), sample("rx", 2, resource_id="a_b")))
    assert {"a_b": {"cpu", "rx"}} == {each: set(metrics) for each, metrics in measures(batch).items()}
    assert "vm" == packed.unpack(batch).resources["a_b"].type


def test_long_units_are_cut_to_what_a_metric_can_have() -> None:
    (batch,) = pack(samples(sample("cpu", unit="\0" + "u" * 40)))
    assert "u" * 31 == measures(batch)["r1"]["cpu"]["unit"]


def test_events_are_packed_as_what_they_do() -> None:
    events = [Event("m", kind, 0, (Trait("vm", "text", "a/b"),)) for kind in ("vm.gone", "vm.seen", "vm.gone")]
    (batch,) = packed.pack_events(events, NINE_NS, DEFINITIONS)
    assert [("delete", "vm", "a_b")] * 2 == [(x.verb, x.type, x.id) for x in packed.unpack(batch).operations]
    assert [] == list(packed.pack_events(events[1:2], NINE_NS, DEFINITIONS))


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", b"[]"),
        ("", b"\xff"),
        ("gzip", b"{}"),
        ("gzip", b"\x1f\x8b\x08"),
        ("gzip", gzip.compress(b"{}", mtime=0)[:10] + b"\xff" * 9),
    ],
)
def test_a_damaged_batch_is_said_to_be_one(encoding: str, body: bytes) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        packed.unpack(EncodedBatch("id", 0, 1, encoding, body))


def test_resources_can_be_taken_out_of_a_request() -> None:
    (batch,) = pack(samples(sample("cpu", 1, resource_id="a"), sample("cpu", 2, 1, resource_id="a"), sample("rx")))
    body, left, lost = packed.without(packed.unpack(batch).measures, {"a", "unknown"})
    assert (["r1"], 1, 2) == (list(json.loads(body)), left, lost)


def test_attributes_that_json_cannot_carry_are_made_to_fit() -> None:
    odd = {"a": math.inf, "b": 2**80, "c": "half \ud800", "d": 2**40, "e": [1]}
    paths = ", ".join(f"{name}: resource_metadata.{name}" for name in odd)
    text = f"resources: [{{resource_type: t, metrics: [m], attributes: {{{paths}}}}}]"
    definitions = ResourceDefinitions.of(text, "f.yaml")
    batch = samples(sample("m"))
    (part,) = packed.pack(batch.having(metadata=objects([odd])), NINE_NS, definitions, "")
    assert {"b": str(2**80), "c": "half ?", "d": 2**40} == packed.unpack(part).resources["r1"].attributes
