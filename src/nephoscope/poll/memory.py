# SPDX-License-Identifier: Apache-2.0
"""Main memory of the host."""

import psutil

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Readings
from nephoscope.poll.host import Host


class Memory:
    """Reads /proc/meminfo; `memory.available` is what the kernel thinks programs can get without swapping."""

    METERS = (
        *(
            Meter(f"memory.{part}", "gauge", "B")
            for part in ("total", "available", "used", "free", "buffers", "cached")
        ),
        Meter("memory.util", "gauge", "%"),
    )

    def __init__(self, host: Host) -> None:
        self._host = host

    def poll(self, now_ns: int) -> Readings:
        """Bytes of the host; `memory.util` is the percentage that is not available."""
        memory = psutil.virtual_memory()
        values = {
            "memory.total": memory.total,
            "memory.available": memory.available,
            "memory.used": memory.used,
            "memory.free": memory.free,
            "memory.buffers": memory.buffers,
            "memory.cached": memory.cached,
            "memory.util": 100 * (1 - memory.available / memory.total),
        }
        readings = Readings(self.METERS, now_ns)
        readings.add(self._host.resource, values)
        return readings
