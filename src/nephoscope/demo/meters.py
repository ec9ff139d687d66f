# SPDX-License-Identifier: Apache-2.0
"""The meters of made-up instances and hosts, named and with the units of OpenStack's own telemetry."""

from collections.abc import Callable
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from nephoscope.demo.activity import GB, NS, Block, Counters
from nephoscope.demo.plan import HOST_MEMORY_MB
from nephoscope.demo.workload import Workload
from nephoscope.model.metric import Kind

Floats = npt.NDArray[np.float64]
Part = Literal["instance", "disk", "interface"]
Read = Callable[[Block, Counters], Floats]

PIECE_BYTES = {"packet": 900, "request": 24 * 1024}
RUNNING = 1.0


class DemoMeter(msgspec.Struct, frozen=True):
    """A meter and the part of an instance that it belongs to; `read` gives (times, instances) or one value each."""

    name: str
    unit: str
    part: Part
    read: Read
    kind: Kind = "gauge"


def _flow(name: str, unit: str, part: Part, rate: Callable[[Workload], float], topic: int) -> DemoMeter:
    """A counter of bytes, or of the pieces that bytes travel in."""
    size = PIECE_BYTES.get(unit, 1)

    def read(block: Block, counters: Counters) -> Floats:
        return block.count(counters, name, block.per_second(rate, topic) / size)

    return DemoMeter(name, unit, part, read, "cumulative")


def _drop(name: str, a_second: float) -> DemoMeter:
    """A counter that moves only while an instance is busy."""

    def read(block: Block, counters: Counters) -> Floats:
        return block.count(counters, name, np.where(block.cpu_util > 60, a_second, 0.0))

    return DemoMeter(name, "packet", "interface", read, "cumulative")


def _cpu_time(block: Block, counters: Counters) -> Floats:
    return block.count(counters, "cpu", block.cpu_util / 100 * block.vcpus * NS)


# In the order in which a smaller cloud keeps them.
INSTANCE_METERS = (
    DemoMeter("cpu_util", "%", "instance", lambda block, _: block.cpu_util.round(2)),
    DemoMeter("memory.usage", "MiB", "instance", lambda block, _: block.memory_used_mb.round()),
    _flow("network.incoming.bytes", "B", "interface", lambda work: work.in_bytes_s, 1),
    _flow("network.outgoing.bytes", "B", "interface", lambda work: work.out_bytes_s, 2),
    _flow("disk.device.read.bytes", "B", "disk", lambda work: work.read_bytes_s, 3),
    _flow("disk.device.write.bytes", "B", "disk", lambda work: work.write_bytes_s, 4),
    DemoMeter("cpu", "ns", "instance", _cpu_time, "cumulative"),
    _flow("disk.device.read.requests", "request", "disk", lambda work: work.read_bytes_s, 3),
    _flow("disk.device.write.requests", "request", "disk", lambda work: work.write_bytes_s, 4),
    DemoMeter("disk.device.usage", "B", "disk", lambda block, _: block.disk_used_bytes.round()),
    _flow("network.incoming.packets", "packet", "interface", lambda work: work.in_bytes_s, 1),
    _flow("network.outgoing.packets", "packet", "interface", lambda work: work.out_bytes_s, 2),
    _drop("network.incoming.packets.drop", 0.05),
    _drop("network.outgoing.packets.drop", 0.01),
    DemoMeter("memory.resident", "MiB", "instance", lambda block, _: (0.93 * block.memory_used_mb).round()),
    DemoMeter("vcpus", "vcpu", "instance", lambda block, _: block.vcpus),
    DemoMeter("memory", "MiB", "instance", lambda block, _: block.memory_mb),
    DemoMeter("disk.root.size", "GiB", "instance", lambda block, _: block.disk_gb),
    DemoMeter("disk.device.capacity", "B", "disk", lambda block, _: block.disk_gb * GB),
    DemoMeter("power.state", "state", "instance", lambda block, _: np.full(len(block.vcpus), RUNNING)),
)

# As the agent of this program names what it reads on a host.
HOST_METERS = (("cpu.util", "%"), ("memory.util", "%"), ("memory.used", "B"), ("load.1m", "task"))


def host_readings(block: Block) -> Floats:
    """What HOST_METERS read, shape (meters, times, hosts)."""
    cpu, used_mb = block.host_load()
    return np.stack(
        [
            cpu.round(2),
            (100 * used_mb / HOST_MEMORY_MB).round(2),
            (used_mb * 1024**2).round(),
            (cpu * 0.64).round(2),
        ]
    )
