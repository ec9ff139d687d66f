# SPDX-License-Identifier: Apache-2.0
"""Several clients that write known points at once, and remember which of them the server has acknowledged."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from urllib3.exceptions import HTTPError

from tests.system.http import Caller, gnocchi
from tests.system.server import Server

START_S = 1_748_779_200  # 2025-06-01
# One bucket a point: then `count` shows whether a point is there once, and `sum` shows its value.
POLICY = {
    "name": "once",
    "definition": [{"granularity": 1, "points": 10_000_000}],
    "aggregation_methods": ["count", "sum"],
}
WAIT_S = 60.0


@dataclass
class Series:
    """One metric that one writer writes second by second; `number` makes its values its own."""

    id: str
    number: int
    written: int = 0
    sent: set[int] = field(default_factory=set)
    acknowledged: set[int] = field(default_factory=set)

    def value(self, second: int) -> float:
        return self.number * 1e6 + second + 0.25


class Load:
    """
    Writers in threads of their own, each with metrics of its own.

    Every other writer sends a batch that got no 202 again until it gets one, the others go on with the next batch.
    """

    def __init__(self, server: Server, *, writers: int = 4, metrics: int = 5, points: int = 20) -> None:
        """Make policy and metrics; `points` go to each metric in one request."""
        self.server = server
        self.points = points
        self.statuses: Counter[int] = Counter()
        self.lost_answers = 0
        caller = gnocchi(server.url)
        caller.done("POST", "/v1/archive_policy", body=POLICY)
        self.series = [
            [Series(_metric(caller), writer * metrics + place) for place in range(metrics)] for writer in range(writers)
        ]
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    @property
    def acknowledged(self) -> int:
        """Points that the server has confirmed so far."""
        return sum(len(each.acknowledged) for group in self.series for each in group)

    @contextmanager
    def running(self) -> Iterator[None]:
        """All writers write within the block; afterwards none does."""
        self._stop.clear()
        self._threads = [
            threading.Thread(target=self._write, args=(group, place % 2 == 0))
            for place, group in enumerate(self.series)
        ]
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()

    def wait_for(self, points: int) -> None:
        """Wait until that many more points are acknowledged; AssertionError when they are not."""
        goal, give_up = self.acknowledged + points, time.monotonic() + WAIT_S
        while self.acknowledged < goal:
            assert time.monotonic() < give_up, f"{self.acknowledged} of {goal} points, {self.statuses}"
            time.sleep(0.005)

    def wait_for_each(self) -> None:
        """Wait until every writer has got something acknowledged: from then on the server knows all metrics."""
        give_up = time.monotonic() + WAIT_S
        while not all(each.acknowledged for group in self.series for each in group):
            assert time.monotonic() < give_up, f"not every writer has got through: {self.statuses}"
            time.sleep(0.005)

    def wait_for_status(self, status: int) -> None:
        """Wait until some writer gets this answer once more."""
        before, give_up = self.statuses[status], time.monotonic() + WAIT_S
        while self.statuses[status] == before:
            assert time.monotonic() < give_up, f"no answer {status}: {self.statuses}"
            time.sleep(0.005)

    def _write(self, group: list[Series], again: bool) -> None:
        url, caller = "", gnocchi(self.server.url)
        while not self._stop.is_set():
            if url != self.server.url:
                url = self.server.url
                caller = gnocchi(url)
            seconds = range(group[0].written, group[0].written + self.points)
            confirmed = self._send(caller, group, seconds)
            if confirmed or not again:
                for series in group:
                    series.written += self.points
            if not confirmed:
                self._stop.wait(0.1)

    def _send(self, caller: Caller, group: list[Series], seconds: range) -> bool:
        body = {
            series.id: [{"timestamp": START_S + second, "value": series.value(second)} for second in seconds]
            for series in group
        }
        for series in group:
            series.sent.update(seconds)
        try:
            status = caller("POST", "/v1/batch/metrics/measures", body=body).status
        except HTTPError:
            with self._lock:
                self.lost_answers += 1
            return False
        with self._lock:
            self.statuses[status] += 1
        if status == 202:
            for series in group:
                series.acknowledged.update(seconds)
        return status == 202


def assert_all_there_once(load: Load) -> int:
    """
    Every acknowledged point is stored once, with its value, and nothing that was never sent; gives the number stored.

    Asked in both ways: through the API, point by point, and of the store, by counting.
    """
    caller = gnocchi(load.server.url)
    stored = 0
    for series in (each for group in load.series for each in group):
        found = {method: _seconds(caller, series.id, method) for method in ("count", "sum")}
        assert series.acknowledged <= found["count"].keys() <= series.sent
        assert set(found["count"].values()) <= {1.0}
        assert {second: series.value(second) for second in found["count"]} == found["sum"]
        stored += len(found["count"])
    counted = load.server.api.done("POST", "/api/v1/sql", body={"sql": "SELECT count() FROM measures FINAL"})
    assert [[stored]] == counted["rows"]
    return stored


def _seconds(caller: Caller, metric: str, method: str) -> dict[int, float]:
    rows = caller.done("GET", f"/v1/metric/{metric}/measures", arguments={"aggregation": method})
    return {_epoch(timestamp) - START_S: value for timestamp, _, value in rows}


def _epoch(timestamp: str) -> int:
    return int(datetime.fromisoformat(timestamp).timestamp())


def _metric(caller: Caller) -> str:
    return str(caller.done("POST", "/v1/metric", body={"archive_policy_name": POLICY["name"]})["id"])
