# SPDX-License-Identifier: Apache-2.0
"""Bring a made-up cloud on a server up to a time, the next batch made while others are on their way."""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from nephoscope.client.ask import Server
from nephoscope.demo.filling import PROGRESS, Filling
from nephoscope.demo.inventory import MARK
from nephoscope.demo.plan import Cloud
from nephoscope.model import timestamp
from nephoscope.model.errors import Unavailable
from nephoscope.model.sample import SampleBatch
from nephoscope.model.timespan import SECOND_NS

# One is decoded while the other is written.
BATCHES_AT_ONCE = 2
PATIENCE_S = 60.0
PAUSE_S_MAX = 8.0


def sent_until_s(server: Server) -> dict[int, int]:
    """How far each group of instances is, by its first instance, in seconds since the epoch."""
    found = server.get("metrics", match=f"{PROGRESS}.*", resource=MARK, limit=10_000)
    return {
        int(each["name"].removeprefix(f"{PROGRESS}.")): timestamp.parse(each["time"], 0) // SECOND_NS
        for each in found
        if each["time"]
    }


class Sending:
    """Brings one server's copy of a cloud up to a time; may be asked again for a later one."""

    def __init__(self, server: Server, cloud: Cloud) -> None:
        self._server = server
        self._cloud = cloud
        self._until_s = sent_until_s(server)
        self._filling = Filling(cloud, self._until_s)

    def run(self, until_s: int, tell: Callable[[float, int], None]) -> int:
        """
        Send all measures up to a time and give how many they were; when it returns they are on disk.

        `tell` hears of every batch: the share of a step of the whole cloud that it covers, and its measures. Errors of
        the server are raised, Unavailable only when it stays away for a minute.
        """
        sent = 0
        # With no more on their way than there are groups, and the oldest awaited first, no two are of one group.
        ways_max = min(BATCHES_AT_ONCE, len(self._cloud.groups))
        ways: deque[tuple[float, Future[int]]] = deque()

        def arrive() -> int:
            share, way = ways.popleft()
            measures = way.result()
            tell(share, measures)
            return measures

        with ThreadPoolExecutor(ways_max) as threads:
            for group, batch, steps in self._filling.batches(until_s):
                share = steps * (group.stop - group.start) / self._cloud.plan.instances
                if batch is None:
                    tell(share, 0)
                    continue
                if len(ways) == ways_max:
                    sent += arrive()
                ways.append((share, threads.submit(self._deliver, group, batch)))
            while ways:
                sent += arrive()
        return sent

    def _deliver(self, group: slice, batch: SampleBatch) -> int:
        """Send one batch, patiently; gives its measures."""
        give_up, pause_s = time.monotonic() + PATIENCE_S, 0.5
        while True:
            try:
                self._server.post("samples", batch)
                break
            except Unavailable:
                if time.monotonic() > give_up:
                    raise
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, PAUSE_S_MAX)
        self._until_s[group.start] = batch.time_ns[-1] // SECOND_NS
        # One row tells of the batch itself.
        return len(batch.value) - 1
