# SPDX-License-Identifier: Apache-2.0
"""The loop from readings to the server, in this process, with threads and sockets."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nephoscope.client.agent import Agent
from nephoscope.client.batch import Gatherer
from nephoscope.client.delivery import Backoff, Delivery
from nephoscope.client.rejected import Rejected
from nephoscope.client.send import Sender
from nephoscope.client.spool import Spool
from nephoscope.model.sample import Meter, SampleBatch, SampledResource
from tests.client.server import SampleServer


class Ticking:
    """A schedule that reads the numbers 0, 1, 2, … as long as it runs."""

    def __init__(self, publish: Callable[[SampleBatch], None]) -> None:
        self.count = 0
        self._publish = publish
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """End."""
        self._stopping.set()
        self._thread.join(timeout_s)

    @property
    def alive(self) -> bool:
        """Whether it counts."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.wait(0.005):
            one = ([0], [0], [time.time_ns()], [float(self.count)])
            self._publish(SampleBatch([SampledResource("box")], [Meter("a")], *one))
            self.count += 1


class Running:
    """An agent with its parts."""

    def __init__(self, server: SampleServer, folder: Path) -> None:
        self.spool = Spool(folder, bytes_max=10**7, age_s_max=3600)
        gatherer = Gatherer(wait_s=0.03, samples_max=100, pending_max=10_000)
        backoff = Backoff(first_s=0.05, longest_s=0.2)
        sender = Sender(server.url, timeout_s=20)
        delivery = Delivery(sender, self.spool, Rejected(folder / "rejected.jsonl"), backoff)
        self.ticking = Ticking(gatherer.add)
        self.agent = Agent(self.ticking, gatherer, delivery)
        self.agent.start()

    def stop(self) -> float:
        """Stop it; gives the seconds that took."""
        began = time.monotonic()
        self.agent.stop()
        self.spool.close()
        return time.monotonic() - began


@pytest.fixture
def running(server: SampleServer, tmp_path: Path) -> Iterator[Running]:
    """An agent that counts, and is stopped by the test."""
    started = Running(server, tmp_path)
    yield started
    assert not started.agent.alive


def arrived(server: SampleServer) -> list[float]:
    """The numbers that the server has, in order of arrival."""
    return [value for batch in server.batches for value in batch.value]


def eventually(true: Callable[[], bool]) -> None:
    """Wait for it."""
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_everything_read_until_the_stop_arrives_in_few_requests(server: SampleServer, running: Running) -> None:
    assert running.agent.alive
    eventually(lambda: len(arrived(server)) > 30)
    running.stop()
    assert arrived(server) == list(range(running.ticking.count))
    assert server.requests < running.ticking.count / 2


def test_outages_of_all_kinds_leave_no_gap_and_no_disorder(server: SampleServer, running: Running) -> None:
    for outage in ("away", "busy", "deaf", "away"):
        eventually(lambda: len(running.spool) == 0 and server.status == 202)
        if outage == "away":
            server.stop()
        elif outage == "busy":
            server.status = 503
        else:
            # The request is cut off without an answer.
            server.hang = threading.Event()
            threading.Timer(0.1, server.hang.set).start()
        eventually(lambda: len(running.spool) > 2)
        server.status, server.hang = 202, None
        if outage == "away":
            server.start()
    eventually(lambda: len(running.spool) == 0)
    running.stop()
    assert arrived(server) == list(range(running.ticking.count))


def test_what_could_not_be_sent_before_the_stop_is_sent_by_the_next_agent(
    server: SampleServer, running: Running, tmp_path: Path
) -> None:
    eventually(lambda: len(arrived(server)) > 5)
    server.stop()
    eventually(lambda: len(running.spool) > 0)
    running.stop()
    assert len(arrived(server)) < running.ticking.count
    server.start()
    next_one = Running(server, tmp_path)
    eventually(lambda: len(arrived(server)) > running.ticking.count)
    next_one.stop()
    expected = [*range(running.ticking.count), *range(next_one.ticking.count)]
    assert arrived(server) == expected


def test_a_server_that_never_answers_does_not_hold_up_the_stop_nor_lose_anything(
    server: SampleServer, running: Running, tmp_path: Path
) -> None:
    eventually(lambda: len(arrived(server)) > 5)
    server.hang = threading.Event()
    requests = server.requests
    eventually(lambda: server.requests > requests)
    time.sleep(0.1)
    assert running.stop() < 5
    server.hang.set()
    eventually(lambda: not running.agent.alive)
    server.hang = None
    next_one = Running(server, tmp_path)
    eventually(lambda: len(arrived(server)) > running.ticking.count)
    next_one.stop()
    assert arrived(server) == [*range(running.ticking.count), *range(next_one.ticking.count)]
