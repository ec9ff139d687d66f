# SPDX-License-Identifier: Apache-2.0
"""I/O counters of each disk."""

import os
from pathlib import Path

import psutil

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Readings
from nephoscope.poll.host import Host

MS_PER_S = 1000


class Disk:
    """
    Reads /proc/diskstats: whole devices, md and device-mapper ones too; partitions would count twice.

    Devices that never moved a byte are left out: distributions come with empty loop and RAM devices by the dozen.
    """

    METERS = (
        Meter("disk.read.bytes", "cumulative", "B"),
        Meter("disk.write.bytes", "cumulative", "B"),
        Meter("disk.read.requests", "cumulative", "request"),
        Meter("disk.write.requests", "cumulative", "request"),
        Meter("disk.read.time", "cumulative", "s"),
        Meter("disk.write.time", "cumulative", "s"),
        Meter("disk.busy.time", "cumulative", "s"),
    )

    def __init__(self, host: Host, block_devices: Path = Path("/sys/block")) -> None:
        self._host = host
        self._block_devices = block_devices

    def poll(self, now_ns: int) -> Readings:
        """Counters since boot of each device; times are sums over its requests, `disk.busy.time` is wall time."""
        # psutil would otherwise hide counters that wrapped; readers of cumulative meters handle that themselves.
        counters = psutil.disk_io_counters(perdisk=True, nowrap=False)
        whole = _whole_devices(self._block_devices)
        readings = Readings(self.METERS, now_ns)
        for device, io in counters.items():
            if (whole and device not in whole) or not io.read_bytes + io.write_bytes:
                continue
            values = {
                "disk.read.bytes": io.read_bytes,
                "disk.write.bytes": io.write_bytes,
                "disk.read.requests": io.read_count,
                "disk.write.requests": io.write_count,
                "disk.read.time": io.read_time / MS_PER_S,
                "disk.write.time": io.write_time / MS_PER_S,
                "disk.busy.time": io.busy_time / MS_PER_S,
            }
            readings.add(self._host.part("disk", device, {"device": device}), values)
        return readings


def _whole_devices(folder: Path) -> set[str]:
    """Names of the devices that are not partitions; empty where the kernel's list is hidden, as in some containers."""
    try:
        # The kernel writes the slash of names such as cciss/c0d0 as an exclamation mark here.
        return {name.replace("!", "/") for name in os.listdir(folder)}
    except OSError:
        return set()
