# SPDX-License-Identifier: Apache-2.0
"""
The station that asks: one file per pollster, each a row of `POLLSTERS`, run by `schedule.py`.

Packages outside add rows of the same form in the entry-point group `nephoscope.pollsters`.
"""

from importlib import import_module

from nephoscope.model.errors import NotFound
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
    return dict(sorted({**_outside(), **POLLSTERS}.items()))


def load(name: str) -> PollsterType:
    """The pollster class behind a name; `NotFound` lists what there is when nobody offers it."""
    # Outsiders are looked for only when the name is not ours: reading package metadata costs megabytes.
    target = POLLSTERS.get(name) or _outside().get(name)
    if target is None:
        raise NotFound(f"no pollster is called '{name}'; there are {', '.join(offered())}")
    module, _, attribute = target.partition(":")
    pollster: PollsterType = getattr(import_module(module), attribute)
    return pollster


def _outside() -> dict[str, str]:
    from importlib.metadata import entry_points

    return {point.name: point.value for point in entry_points(group=ENTRY_POINT_GROUP)}
