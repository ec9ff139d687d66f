# SPDX-License-Identifier: Apache-2.0
"""What a row of the table works with on one side: the client, metrics with and without history, the sizes."""

import json
import sys
import time
from dataclasses import dataclass, field

import click

from benchmarks.bodies import EPOCH_S, batches, stamp
from benchmarks.client import Client
from benchmarks.peer import Peer

READABLE_TIMEOUT_S = 300.0
POLL_S = 0.05
HISTORY_STEP_S = 300
# Five minutes for 30 days and six methods, in both programs.
POLICY = "low"


@dataclass(frozen=True)
class Sizes:
    """How much is done in a run; both sides do the same."""

    rounds: int
    writers: int = 1000
    requests: int = 20
    readers: int = 100
    points: int = 8640
    gets: int = 40
    aggregates: int = 10
    resources: int = 10
    names: int = 100
    # How long the disk has to be unchanged; the engine drops parts that a merge has replaced after half a minute.
    still_s: float = 40.0


QUICK = Sizes(rounds=2, requests=3, readers=20, gets=20, aggregates=5, names=20, still_s=3)


@dataclass
class Session:
    """
    One side with its data.

    `writers` are metrics that batches go to, each continuing where the last one ended; `readers` have `sizes.points`
    points of history. `next_s` is where the next batch continues.
    `accepted` notes, by the shape of the batches, how many measures a second were acknowledged.
    """

    peer: Peer
    sizes: Sizes
    client: Client = field(init=False)
    writers: list[str] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    accepted: dict[str, list[float]] = field(default_factory=dict)
    history_bytes_before: int = 0
    creations: int = 0
    next_s: int = EPOCH_S

    def __post_init__(self) -> None:
        self.client = Client(self.peer.url)

    @property
    def history_end_s(self) -> int:
        """The time of the readers' newest point."""
        return EPOCH_S + (self.sizes.points - 1) * HISTORY_STEP_S

    def make_metrics(self, count: int) -> list[str]:
        """New metrics under the policy; their ids."""
        draft = {"archive_policy_name": POLICY}
        return [self.client.json("POST", "/v1/metric", draft)["id"] for _ in range(count)]

    def prepare(self) -> None:
        """Make the metrics and the readers' history, with a progress bar."""
        self.writers = self.make_metrics(self.sizes.writers)
        self.readers = self.make_metrics(self.sizes.readers)
        self.history_bytes_before = self.peer.disk_bytes()
        with click.progressbar(self.readers, label=f"{self.peer.name}: history", file=sys.stderr) as readers:
            for reader in readers:
                (body,) = batches([reader], self.sizes.points, 1, EPOCH_S, HISTORY_STEP_S)
                self.client.send("POST", "/v1/batch/metrics/measures", body)
        self.until_readable(self.readers, self.history_end_s)

    def post(self, metrics: int, points: int) -> float:
        """Send batches of that shape, wait until they are readable; measures a second from the first to the last."""
        ids, requests = self.writers[:metrics], self.sizes.requests
        bodies = list(batches(ids, points, requests, self.next_s))
        self.next_s += points * requests * 60
        began = time.perf_counter()
        for body in bodies:
            self.client.send("POST", "/v1/batch/metrics/measures", body)
        acknowledged = time.perf_counter()
        self.until_readable(ids, self.next_s - 60)
        readable = time.perf_counter()
        count = metrics * points * requests
        self.accepted.setdefault(f"{metrics} × {points}", []).append(count / (acknowledged - began))
        return count / (readable - began)

    def until_readable(self, ids: list[str], newest_s: int) -> None:
        """Wait until nothing is left to process and the first, middle and last metric show their newest bucket."""
        give_up = time.monotonic() + READABLE_TIMEOUT_S
        pending = [ids[0], ids[len(ids) // 2], ids[-1]]
        while time.monotonic() < give_up:
            if self.backlog() == 0:
                pending = [each for each in pending if not self._shows(each, newest_s)]
                if not pending:
                    return
            time.sleep(POLL_S)
        raise TimeoutError(f"{self.peer.name}: metrics {pending} were not readable after {READABLE_TIMEOUT_S:.0f} s")

    def backlog(self) -> int:
        """How many measures were acknowledged but are not processed yet."""
        return int(self.client.json("GET", "/v1/status?details=false")["storage"]["summary"]["measures"])

    def rows(self, method: str, path: str, body: bytes | None = None) -> int:
        """How many rows a read gives: `[…]`, or the one series of `{"measures": {"aggregated": […]}}`."""
        found = json.loads(self.client.send(method, path, body))
        return len(found if isinstance(found, list) else found["measures"]["aggregated"])

    def _shows(self, metric: str, newest_s: int) -> bool:
        path = f"/v1/metric/{metric}/measures?aggregation=max&start={stamp(newest_s)}"
        return bool(self.client.json("GET", path))
