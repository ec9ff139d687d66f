# SPDX-License-Identifier: Apache-2.0
"""The load of the demo: so many requests a second, each to the next member in turn."""

import http.client
import itertools
import threading
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

AT_ONCE_MAX = 48
TIMEOUT_S = 5.0


@dataclass
class Counts:
    """What became of requests: answered with 200, or not, as there was nobody, or nobody in time."""

    answered: int = 0
    failed: int = 0


class Balancer:
    """Sends each request to the next of the members that it knows; safe for several threads."""

    def __init__(self) -> None:
        self._ports: list[int] = []
        self._turn = itertools.count()
        self._lock = threading.Lock()
        self._counts = Counts()

    def know(self, ports: Collection[int]) -> None:
        """These are the members from now on, by their ports on loopback."""
        with self._lock:
            self._ports = sorted(ports)

    def send(self) -> None:
        """Send one request, and count what becomes of it."""
        with self._lock:
            port = self._ports[next(self._turn) % len(self._ports)] if self._ports else 0
        good = port != 0 and _asked(port)
        with self._lock:
            if good:
                self._counts.answered += 1
            else:
                self._counts.failed += 1

    def fail(self) -> None:
        """Count a request that could not even be sent."""
        with self._lock:
            self._counts.failed += 1

    def taken(self) -> Counts:
        """What has become of requests since the last time."""
        with self._lock:
            found, self._counts = self._counts, Counts()
        return found


class Load:
    """Sends `per_s` requests a second through a balancer, whether they are answered or not, until it is stopped."""

    def __init__(self, balancer: Balancer, per_s: float) -> None:
        self.per_s = per_s
        self._balancer = balancer
        self._room = threading.Semaphore(AT_ONCE_MAX)
        self._pool = ThreadPoolExecutor(AT_ONCE_MAX, thread_name_prefix="load")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load", daemon=True)

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._pool.shutdown(cancel_futures=True)

    def _run(self) -> None:
        due_s = time.monotonic()
        while not self._stopping.wait(max(due_s - time.monotonic(), 0)):
            # What we are late with is left out, lest a pause become a crowd.
            due_s = max(due_s, time.monotonic() - 1) + 1 / self.per_s
            if self._room.acquire(blocking=False):
                self._pool.submit(self._one)
            else:
                self._balancer.fail()

    def _one(self) -> None:
        try:
            self._balancer.send()
        finally:
            self._room.release()


def _asked(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        return False
    finally:
        connection.close()
