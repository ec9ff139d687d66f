# SPDX-License-Identifier: Apache-2.0

"""The table of meters."""

from typing import Any

import pytest

from nephoscope.poll.libvirt import meters as table
from nephoscope.poll.libvirt.domain import read
from nephoscope.poll.libvirt.meters import METERS, Group, groups_of
from tests.services.libvirt_node import domain_xml

UNITS = {
    "cpu": ("cumulative", "ns"),
    "vcpus": ("gauge", "vcpu"),
    "power.state": ("gauge", ""),
    "memory": ("gauge", "MiB"),
    "memory.available": ("gauge", "MiB"),
    "memory.usage": ("gauge", "MiB"),
    "memory.resident": ("gauge", "MiB"),
    "memory.swap.in": ("cumulative", "MiB"),
    "memory.swap.out": ("cumulative", "MiB"),
    "perf.cpu.cycles": ("gauge", ""),
    "perf.instructions": ("gauge", ""),
    "perf.cache.references": ("gauge", ""),
    "perf.cache.misses": ("gauge", ""),
    "disk.root.size": ("gauge", "GiB"),
    "disk.ephemeral.size": ("gauge", "GiB"),
    "disk.device.read.bytes": ("cumulative", "B"),
    "disk.device.write.bytes": ("cumulative", "B"),
    "disk.device.read.requests": ("cumulative", "request"),
    "disk.device.write.requests": ("cumulative", "request"),
    "disk.device.read.latency": ("cumulative", "ns"),
    "disk.device.write.latency": ("cumulative", "ns"),
    "disk.device.capacity": ("gauge", "B"),
    "disk.device.allocation": ("gauge", "B"),
    "disk.device.usage": ("gauge", "B"),
    "network.incoming.bytes": ("cumulative", "B"),
    "network.outgoing.bytes": ("cumulative", "B"),
    "network.incoming.bytes.delta": ("delta", "B"),
    "network.outgoing.bytes.delta": ("delta", "B"),
    "network.incoming.packets": ("cumulative", "packet"),
    "network.outgoing.packets": ("cumulative", "packet"),
    "network.incoming.packets.drop": ("cumulative", "packet"),
    "network.outgoing.packets.drop": ("cumulative", "packet"),
    "network.incoming.packets.error": ("cumulative", "packet"),
    "network.outgoing.packets.error": ("cumulative", "packet"),
}


def test_kinds_and_units_are_those_that_archives_know() -> None:
    assert {meter.name: (meter.kind, meter.unit) for meter in METERS} == UNITS
    assert len(UNITS) == len(METERS)


@pytest.mark.parametrize(
    ("name", "stats", "value"),
    [
        ("cpu", {"vcpu.0.time": 10, "vcpu.0.wait": 1, "vcpu.1.time": 20, "vcpu.1.wait": 2, "cpu.time": 99}, 33),
        ("cpu", {"vcpu.0.time": 10, "vcpu.0.delay": 7, "cpu.time": 99}, 10),
        ("cpu", {"vcpu.current": 2, "cpu.time": 99}, 99),
        ("cpu", {}, None),
        ("vcpus", {"vcpu.current": 2, "vcpu.maximum": 4}, 2),
        ("power.state", {"state.state": 3}, 3),
        ("memory", {"balloon.current": 65536, "balloon.maximum": 131072}, 64),
        ("memory.available", {"balloon.available": 2048}, 2),
        ("memory.usage", {"balloon.available": 4096, "balloon.usable": 1024, "balloon.unused": 512}, 3),
        ("memory.usage", {"balloon.available": 4096, "balloon.unused": 512}, 3.5),
        ("memory.usage", {"balloon.usable": 1024}, None),
        ("memory.usage", {"balloon.available": 1024}, None),
        ("memory.resident", {"balloon.rss": 512}, 0.5),
        ("memory.swap.in", {"balloon.swap_in": 1024}, 1),
        ("memory.swap.out", {"balloon.swap_out": 0}, 0),
        ("perf.cpu.cycles", {"perf.cpu_cycles": 5}, 5),
        ("perf.instructions", {"perf.instructions": 6}, 6),
        ("perf.cache.references", {"perf.cache_references": 7}, 7),
        ("perf.cache.misses", {"perf.cache_misses": 8}, 8),
        ("disk.root.size", {}, 15),
        ("disk.ephemeral.size", {}, 5),
    ],
)
def test_a_value_comes_from_where_the_contract_says(name: str, stats: dict[str, Any], value: float | None) -> None:
    meter = next(each for each in table.INSTANCE if each.meter.name == name)
    assert value == meter.read(stats, read(domain_xml(1)))


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        ((), Group.STATE),
        (("power.state", "disk.root.size"), Group.STATE),
        (("cpu",), Group.STATE | Group.CPU_TOTAL | Group.VCPU),
        (("memory.usage",), Group.STATE | Group.BALLOON),
        (("disk.device.capacity",), Group.STATE | Group.BLOCK),
        (("network.incoming.bytes.delta",), Group.STATE | Group.INTERFACE),
        (("perf.instructions",), Group.STATE | Group.PERF),
        (UNITS, Group(127)),
    ],
)
def test_only_what_is_wanted_is_asked_for(names: tuple[str, ...], groups: Group) -> None:
    assert groups == groups_of(frozenset(names))


def test_the_numbers_of_groups_are_libvirts() -> None:
    import libvirt

    for group in Group:
        if group:
            assert getattr(libvirt, f"VIR_DOMAIN_STATS_{group.name}") == group
