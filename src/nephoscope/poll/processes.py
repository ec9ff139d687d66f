# SPDX-License-Identifier: Apache-2.0
"""How many processes and threads there are, and how many were ever started."""

import os
from pathlib import Path

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Readings
from nephoscope.poll.host import Host

COUNTERS = {
    "procs_running": "processes.running",
    "procs_blocked": "processes.blocked",
    "processes": "processes.created",
}


class Processes:
    """Lists /proc once, and reads /proc/stat and /proc/loadavg; no process is looked into."""

    METERS = (
        Meter("processes.total", "gauge", "process"),
        Meter("processes.threads", "gauge", "thread"),
        Meter("processes.running", "gauge", "thread"),
        Meter("processes.blocked", "gauge", "thread"),
        Meter("processes.created", "cumulative", "thread"),
    )

    def __init__(self, host: Host, proc: Path = Path("/proc")) -> None:
        self._host = host
        self._proc = proc

    def poll(self, now_ns: int) -> Readings:
        """Counts of the host; `processes.created` counts forks and new threads since boot, as the kernel does."""
        values: dict[str, float] = {
            "processes.total": sum(name.isdigit() for name in os.listdir(self._proc)),
            "processes.threads": _threads((self._proc / "loadavg").read_text()),
        }
        for line in (self._proc / "stat").read_text().splitlines():
            name, _, count = line.partition(" ")
            if name in COUNTERS:
                values[COUNTERS[name]] = int(count)
        readings = Readings(self.METERS, now_ns)
        readings.add(self._host.resource, values)
        return readings


def _threads(loadavg: str) -> int:
    """The second number of the fourth field, such as 90 of `0.31 0.19 0.10 2/90 4896`."""
    return int(loadavg.split()[3].partition("/")[2])
