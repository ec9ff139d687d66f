# SPDX-License-Identifier: Apache-2.0
"""How long the host has been up."""

import time

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Readings
from nephoscope.poll.host import Host


class Uptime:
    """Asks the clock that starts at boot and also runs while the machine sleeps."""

    METERS = (Meter("uptime", "gauge", "s"),)

    def __init__(self, host: Host) -> None:
        self._host = host

    def poll(self, now_ns: int) -> Readings:
        """Seconds since boot of the host; a gauge, so that its fall shows a restart."""
        readings = Readings(self.METERS, now_ns)
        readings.add(self._host.resource, {"uptime": time.clock_gettime(time.CLOCK_BOOTTIME)})
        return readings
