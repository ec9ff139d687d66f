# SPDX-License-Identifier: Apache-2.0
"""Every row of the table of pollsters, held to what it declares, on this machine."""

import math
from importlib.metadata import EntryPoint

import pytest

from nephoscope import poll
from nephoscope.model.errors import NotFound
from nephoscope.model.sample import SampleBatch
from nephoscope.poll import POLLSTERS, load, offered
from nephoscope.poll.host import ID_LENGTH_MAX, RESOURCE_TYPES, Host

NOW_NS = 1_700_000_000_000_000_000


def polled(name: str) -> SampleBatch:
    """What the second poll reads; the first has nothing to compare with."""
    pollster = load(name)(Host("box", "project-1", {"rack": "r7"}))
    pollster.poll(NOW_NS - 1)
    return pollster.poll(NOW_NS).batch()


@pytest.mark.parametrize("name", POLLSTERS)
def test_each_row_loads_and_declares_its_meters_once(name: str) -> None:
    meters = load(name).METERS
    assert len(meters) == len({meter.name for meter in meters}) > 0
    assert all(meter.unit and len(meter.unit) <= 31 for meter in meters)


@pytest.mark.parametrize("name", POLLSTERS)
def test_what_is_polled_was_declared_and_is_a_number_of_this_moment(name: str) -> None:
    batch = polled(name)
    assert set(batch.meters) <= set(load(name).METERS)
    assert len(batch.value) == len(batch.resource) == len(batch.meter) == len(batch.time_ns)
    assert set(batch.time_ns) <= {NOW_NS}
    assert all(math.isfinite(value) and value >= 0 for value in batch.value)
    assert len(set(zip(batch.resource, batch.meter, strict=True))) == len(batch.value)


# What not every machine has: sensors, control groups of version 2, a running systemd.
NOT_EVERYWHERE = {"containers", "systemd", "temperature"}


@pytest.mark.parametrize("name", sorted(set(POLLSTERS) - NOT_EVERYWHERE))
def test_this_machine_has_everything_that_is_declared(name: str) -> None:
    declared = {meter.name for meter in load(name).METERS}
    # Time stands still between two polls that follow each other at once, and then there is no use in percent.
    assert declared - {meter.name for meter in polled(name).meters} <= {"cpu.util"}


@pytest.mark.parametrize("name", POLLSTERS)
def test_resources_are_of_declared_types_and_carry_their_attributes(name: str) -> None:
    for resource in polled(name).resources:
        assert {*RESOURCE_TYPES[resource.type], "rack"} == set(resource.attributes)
        assert resource.attributes["host"] == "box"
        assert resource.attributes["rack"] == "r7"
        assert resource.project_id == "project-1"
        assert "/" not in resource.id
        assert len(resource.id) <= ID_LENGTH_MAX


def test_meters_of_one_name_agree_on_kind_and_unit_across_pollsters() -> None:
    seen: dict[str, tuple[str, str]] = {}
    for name in POLLSTERS:
        for meter in load(name).METERS:
            assert seen.setdefault(meter.name, (meter.kind, meter.unit)) == (meter.kind, meter.unit)


def test_a_package_outside_adds_a_pollster_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("rain", "nephoscope.poll.load_average:LoadAverage", poll.ENTRY_POINT_GROUP)
    monkeypatch.setattr(
        "importlib.metadata.entry_points", lambda group: [point] if group == poll.ENTRY_POINT_GROUP else []
    )
    assert load("rain") is load("load")
    assert sorted([*POLLSTERS, "rain"]) == list(offered())


def test_a_name_that_nobody_offers_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(NotFound, match="'cpus'; there are agent, containers, cpu, disk"):
        load("cpus")
