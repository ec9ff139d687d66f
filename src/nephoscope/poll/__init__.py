# SPDX-License-Identifier: Apache-2.0
"""
The station that asks: one file per pollster, each a row of `POLLSTERS`, run by `schedule.py`.

Packages outside add rows of the same form in the entry-point group `nephoscope.pollsters`.
"""

from nephoscope.model import row_table
from nephoscope.poll.contract import PollsterType

POLLSTERS: dict[str, str] = {
    "agent": "nephoscope.poll.agent:Agent",
    "containers": "nephoscope.poll.containers:Containers",
    "cpu": "nephoscope.poll.cpu:Cpu",
    "disk": "nephoscope.poll.disk:Disk",
    "filesystem": "nephoscope.poll.filesystem:Filesystem",
    "load": "nephoscope.poll.load_average:LoadAverage",
    "memory": "nephoscope.poll.memory:Memory",
    "network": "nephoscope.poll.network:Network",
    "processes": "nephoscope.poll.processes:Processes",
    "swap": "nephoscope.poll.swap:Swap",
    "systemd": "nephoscope.poll.systemd:SystemdUnits",
    "temperature": "nephoscope.poll.temperature:Temperature",
    "uptime": "nephoscope.poll.uptime:Uptime",
}

ENTRY_POINT_GROUP = "nephoscope.pollsters"


def offered() -> dict[str, str]:
    """Every pollster that `load` knows, ours and those of other packages: name -> `module:Class`, sorted."""
    return row_table.offered(POLLSTERS, ENTRY_POINT_GROUP)


def load(name: str) -> PollsterType:
    """The pollster class behind a name; `NotFound` lists what there is when nobody offers it."""
    pollster: PollsterType = row_table.load("pollster", name, POLLSTERS, ENTRY_POINT_GROUP)
    return pollster
