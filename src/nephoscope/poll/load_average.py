# SPDX-License-Identifier: Apache-2.0
"""Load averages: how many tasks ran or waited to run, on average over 1, 5 and 15 minutes."""

import os

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Readings
from nephoscope.poll.host import Host


class LoadAverage:
    """Asks the kernel for its three averages."""

    METERS = (Meter("load.1m", "gauge", "task"), Meter("load.5m", "gauge", "task"), Meter("load.15m", "gauge", "task"))

    def __init__(self, host: Host) -> None:
        self._host = host

    def poll(self, now_ns: int) -> Readings:
        """The averages, in tasks, of the host."""
        readings = Readings(self.METERS, now_ns)
        readings.add(self._host.resource, dict(zip(("load.1m", "load.5m", "load.15m"), os.getloadavg(), strict=True)))
        return readings
