# SPDX-License-Identifier: Apache-2.0
"""What happens to a few instances just now, so that there is something new to see."""

import numpy as np

from nephoscope.client.ask import Server
from nephoscope.demo.inventory import GNOCCHI
from nephoscope.demo.plan import FLAVORS, Cloud

RESIZED = 3
MIGRATED = 4


def change_something(server: Server, cloud: Cloud) -> None:
    """Some instances are resized, some move to another host; asked for twice, nothing happens the second time."""
    alive = np.flatnonzero(cloud.ended_s == np.iinfo(np.int64).max).tolist()
    resized, moved = alive[: RESIZED * 7 : 7], alive[3 : 3 + MIGRATED * 5 : 5]
    for number in resized:
        larger = FLAVORS[min(int(cloud.flavor[number]) + 1, len(FLAVORS) - 1)]
        _change(server, cloud, number, {"flavor_name": larger.name, "flavor_id": str(1 + FLAVORS.index(larger))})
    for number in moved:
        _change(server, cloud, number, {"host": cloud.host_name((int(cloud.host[number]) + 1) % cloud.hosts)})


def _change(server: Server, cloud: Cloud, number: int, attributes: dict[str, str]) -> None:
    server.call("PATCH", f"{GNOCCHI}/resource/instance/{cloud.ids[number]}", attributes)
