# SPDX-License-Identifier: Apache-2.0
"""The agent itself: what it uses, and what it lost, so that its own trouble can be seen from afar."""

import resource
from pathlib import Path

from nephoscope.model.sample import Meter
from nephoscope.observe import registry
from nephoscope.poll.contract import Readings
from nephoscope.poll.host import Host

COUNTERS = {
    "agent.dropped": "nephoscope_dropped_total",
    "agent.spool.bytes": "nephoscope_spool_bytes",
    "agent.poll.errors": "nephoscope_poll_errors_total",
    "agent.poll.overruns": "nephoscope_poll_overruns_total",
    "agent.poll.timeouts": "nephoscope_poll_timeouts_total",
}


class Agent:
    """Reads our own counters, summed over their labels, and this process's memory and CPU time."""

    METERS = (
        Meter("agent.cpu.time", "cumulative", "s"),
        Meter("agent.memory.resident", "gauge", "B"),
        Meter("agent.dropped", "cumulative", "sample"),
        Meter("agent.spool.bytes", "gauge", "B"),
        Meter("agent.poll.errors", "cumulative", "poll"),
        Meter("agent.poll.overruns", "cumulative", "poll"),
        Meter("agent.poll.timeouts", "cumulative", "poll"),
    )

    def __init__(self, host: Host) -> None:
        self._host = host

    def poll(self, now_ns: int) -> Readings:
        """Counts since the agent started; CPU time of all its threads."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        values: dict[str, float] = {
            "agent.cpu.time": used.ru_utime + used.ru_stime,
            "agent.memory.resident": _resident_bytes(Path("/proc/self/statm").read_text()),
            **{meter: sum(registry.series(name).values()) for meter, name in COUNTERS.items()},
        }
        readings = Readings(self.METERS, now_ns)
        readings.add(self._host.resource, values)
        return readings


def _resident_bytes(statm: str) -> int:
    """The second field counts resident pages."""
    return int(statm.split()[1]) * resource.getpagesize()
