# SPDX-License-Identifier: Apache-2.0
"""Swap space of the host, and the traffic to and from it."""

import psutil

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Readings
from nephoscope.poll.host import Host


class Swap:
    """Reads /proc/meminfo and /proc/vmstat."""

    METERS = (
        Meter("swap.total", "gauge", "B"),
        Meter("swap.used", "gauge", "B"),
        Meter("swap.free", "gauge", "B"),
        Meter("swap.util", "gauge", "%"),
        Meter("swap.in.bytes", "cumulative", "B"),
        Meter("swap.out.bytes", "cumulative", "B"),
    )

    def __init__(self, host: Host) -> None:
        self._host = host

    def poll(self, now_ns: int) -> Readings:
        """Bytes of the host, traffic since boot; `swap.util` is 0 where there is no swap space."""
        swap = psutil.swap_memory()
        values = {
            "swap.total": swap.total,
            "swap.used": swap.used,
            "swap.free": swap.free,
            "swap.util": 100 * swap.used / swap.total if swap.total else 0.0,
            "swap.in.bytes": swap.sin,
            "swap.out.bytes": swap.sout,
        }
        readings = Readings(self.METERS, now_ns)
        readings.add(self._host.resource, values)
        return readings
