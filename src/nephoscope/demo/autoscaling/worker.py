# SPDX-License-Identifier: Apache-2.0
"""
A worker of the demo: answers HTTP requests, each of which costs some CPU time, and reports how busy it is.

It is as large as a small part of a core, so that several fit on one machine: it does no more than that, and its
utilisation is the CPU time that its process has really used, as a share of it. A request that finds it busy waits.
"""

import argparse
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from nephoscope.client.ask import Server
from nephoscope.client.send import bearer_from
from nephoscope.model.errors import NephoscopeError

METRIC = "worker.cpu_util"
TYPE = "demo_worker"
WAITING_MAX = 20
NS = 1_000_000_000


class Work:
    """What a request costs: `cpu_s` of CPU time, in a worker that has `size` of a core; one at a time."""

    def __init__(self, cpu_s: float, size: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self._cpu_s = cpu_s
        self._size = size
        self._sleep = sleep
        self._turn = threading.Lock()
        self._room = threading.Semaphore(WAITING_MAX)

    def do(self) -> bool:
        """Work for one request; False, at once, when too many wait already."""
        if not self._room.acquire(blocking=False):
            return False
        try:
            with self._turn:
                began_s = time.thread_time()
                while (spent_s := time.thread_time() - began_s) < self._cpu_s:
                    sum(range(1000))
                # Of the whole core's time we have had, the rest of what that makes is not ours.
                self._sleep(spent_s / self._size - spent_s)
            return True
        finally:
            self._room.release()


class Utilisation:
    """How busy a worker of a size is, in percent, from one reading to the next."""

    def __init__(
        self,
        size: float,
        cpu_s: Callable[[], float] = time.process_time,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._size = size
        self._cpu_s, self._monotonic_s = cpu_s, monotonic_s
        self._before = cpu_s(), monotonic_s()

    def read(self) -> float:
        """Since the reading before; more than 100 where measuring itself has cost something."""
        now = self._cpu_s(), self._monotonic_s()
        (cpu_s, at_s), self._before = self._before, now
        return 100 * (now[0] - cpu_s) / (now[1] - at_s) / self._size


def sample(name: str, group: str, value: float, at_ns: int) -> dict[str, Any]:
    """One reading, as `POST /api/v1/samples` takes it: the worker is a resource of its own, and knows its group."""
    return {
        "resources": [{"id": name, "type": TYPE, "attributes": {"server_group": group}}],
        "meters": [{"name": METRIC, "kind": "gauge", "unit": "%"}],
        "resource": [0],
        "meter": [0],
        "time_ns": [at_ns],
        "value": [value],
    }


def serve(port: int, work: Work) -> ThreadingHTTPServer:
    """A server on loopback, started: 200 for a request that was worked on, 503 for one too many."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if work.do() else 503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    return server


def main() -> None:
    """Work until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True)
    parser.add_argument("--group", required=True)
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--server", required=True, help="where to report to")
    parser.add_argument("--token-file", required=True, type=Path)
    parser.add_argument("--cpu-ms", default=10.0, type=float, help="CPU time of a request")
    parser.add_argument("--size", default=0.1, type=float, help="how much of a core the worker is")
    parser.add_argument("--interval", default=1.0, type=float, help="seconds from one report to the next")
    told = parser.parse_args()
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    http = serve(told.port, Work(told.cpu_ms / 1000, told.size))
    server = Server(told.server, credentials=bearer_from(told.token_file), timeout_s=5)
    utilisation = Utilisation(told.size)
    while not stopping.wait(told.interval):
        # A server that is away is told the next time.
        with suppress(NephoscopeError):
            server.post("samples", sample(told.name, told.group, utilisation.read(), time.time_ns()))
    http.shutdown()


if __name__ == "__main__":
    main()
