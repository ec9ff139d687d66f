# SPDX-License-Identifier: Apache-2.0
"""Every meter of a domain, its disks and its ports, and where libvirt's statistics have its value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntFlag
from typing import Any

from nephoscope.model.metric import Kind
from nephoscope.model.sample import Meter
from nephoscope.poll.libvirt.domain import Domain

Stats = Mapping[str, Any]
"""What libvirt's bulk call says of one domain: `cpu.time`, `block.0.rd.bytes` and so on; memory in KiB, times in ns."""
KIB_PER_MIB = 1024


class Group(IntFlag):
    """Groups of statistics that are asked for together; the numbers are libvirt's."""

    NONE = 0
    STATE = 1
    CPU_TOTAL = 2
    BALLOON = 4
    VCPU = 8
    INTERFACE = 16
    BLOCK = 32
    PERF = 64


@dataclass(frozen=True)
class InstanceMeter:
    """A meter of the domain as a whole; `of_flavor` ones are no statistics, and absent where there is no flavor."""

    meter: Meter
    groups: Group
    read: Callable[[Stats, Domain], float | None]
    of_flavor: bool = False


@dataclass(frozen=True)
class DeviceMeter:
    """A meter of each disk or port: `block.<n>.<key>` or `net.<n>.<key>`; `delta` is what came since the last poll."""

    meter: Meter
    key: str
    delta: bool = False


def _cpu_time(stats: Stats, _: Domain) -> float | None:
    """What the virtual processors ran and waited, else what the domain's process used."""
    times = [stats[key] for key in stats if key.startswith("vcpu.") and key.endswith((".time", ".wait"))]
    ran = any(key.startswith("vcpu.") and key.endswith(".time") for key in stats)
    found: float | None = sum(times) if ran else stats.get("cpu.time")
    return found


def _memory_used(stats: Stats, _: Domain) -> float | None:
    """Usable memory counts caches that the guest can do without as free; older guests tell the unused only."""
    available, free = stats.get("balloon.available"), stats.get("balloon.usable", stats.get("balloon.unused"))
    return (available - free) / KIB_PER_MIB if available is not None and free is not None else None


def _value(key: str) -> Callable[[Stats, Domain], float | None]:
    return lambda stats, _: stats.get(key)


def _mib(key: str) -> Callable[[Stats, Domain], float | None]:
    def read(stats: Stats, _: Domain) -> float | None:
        kib = stats.get(key)
        return kib / KIB_PER_MIB if kib is not None else None

    return read


def _of_flavor(name: str, read: Callable[[Any], float]) -> InstanceMeter:
    return InstanceMeter(
        Meter(name, "gauge", "GiB"),
        Group.NONE,
        lambda _, domain: read(domain.flavor) if domain.flavor is not None else None,
        of_flavor=True,
    )


def _instance(
    name: str, kind: Kind, unit: str, groups: Group, read: Callable[[Stats, Domain], float | None]
) -> InstanceMeter:
    return InstanceMeter(Meter(name, kind, unit), groups, read)


INSTANCE = (
    _instance("cpu", "cumulative", "ns", Group.VCPU | Group.CPU_TOTAL, _cpu_time),
    _instance("vcpus", "gauge", "vcpu", Group.VCPU, _value("vcpu.current")),
    _instance("power.state", "gauge", "", Group.STATE, _value("state.state")),
    _instance("memory", "gauge", "MiB", Group.BALLOON, _mib("balloon.current")),
    _instance("memory.available", "gauge", "MiB", Group.BALLOON, _mib("balloon.available")),
    _instance("memory.usage", "gauge", "MiB", Group.BALLOON, _memory_used),
    _instance("memory.resident", "gauge", "MiB", Group.BALLOON, _mib("balloon.rss")),
    _instance("memory.swap.in", "cumulative", "MiB", Group.BALLOON, _mib("balloon.swap_in")),
    _instance("memory.swap.out", "cumulative", "MiB", Group.BALLOON, _mib("balloon.swap_out")),
    _instance("perf.cpu.cycles", "gauge", "", Group.PERF, _value("perf.cpu_cycles")),
    _instance("perf.instructions", "gauge", "", Group.PERF, _value("perf.instructions")),
    _instance("perf.cache.references", "gauge", "", Group.PERF, _value("perf.cache_references")),
    _instance("perf.cache.misses", "gauge", "", Group.PERF, _value("perf.cache_misses")),
    _of_flavor("disk.root.size", lambda flavor: flavor.disk - flavor.ephemeral),
    _of_flavor("disk.ephemeral.size", lambda flavor: flavor.ephemeral),
)

DISK = (
    DeviceMeter(Meter("disk.device.read.bytes", "cumulative", "B"), "rd.bytes"),
    DeviceMeter(Meter("disk.device.read.requests", "cumulative", "request"), "rd.reqs"),
    DeviceMeter(Meter("disk.device.read.latency", "cumulative", "ns"), "rd.times"),
    DeviceMeter(Meter("disk.device.write.bytes", "cumulative", "B"), "wr.bytes"),
    DeviceMeter(Meter("disk.device.write.requests", "cumulative", "request"), "wr.reqs"),
    DeviceMeter(Meter("disk.device.write.latency", "cumulative", "ns"), "wr.times"),
    DeviceMeter(Meter("disk.device.capacity", "gauge", "B"), "capacity"),
    DeviceMeter(Meter("disk.device.allocation", "gauge", "B"), "allocation"),
    DeviceMeter(Meter("disk.device.usage", "gauge", "B"), "physical"),
)

PORT = tuple(
    meter
    for direction, short in (("incoming", "rx"), ("outgoing", "tx"))
    for meter in (
        DeviceMeter(Meter(f"network.{direction}.bytes", "cumulative", "B"), f"{short}.bytes"),
        DeviceMeter(Meter(f"network.{direction}.bytes.delta", "delta", "B"), f"{short}.bytes", delta=True),
        DeviceMeter(Meter(f"network.{direction}.packets", "cumulative", "packet"), f"{short}.pkts"),
        DeviceMeter(Meter(f"network.{direction}.packets.drop", "cumulative", "packet"), f"{short}.drop"),
        DeviceMeter(Meter(f"network.{direction}.packets.error", "cumulative", "packet"), f"{short}.errs"),
    )
)

METERS = (*(each.meter for each in INSTANCE), *(each.meter for each in (*DISK, *PORT)))


def groups_of(names: frozenset[str]) -> Group:
    """The statistics that these meters need; the state is always wanted, as it is told beside each sample."""
    found = Group.STATE
    for each in INSTANCE:
        if each.meter.name in names:
            found |= each.groups
    if any(each.meter.name in names for each in DISK):
        found |= Group.BLOCK
    if any(each.meter.name in names for each in PORT):
        found |= Group.INTERFACE
    return found
