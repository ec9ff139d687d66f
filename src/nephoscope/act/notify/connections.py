# SPDX-License-Identifier: Apache-2.0
"""Connections that are kept for a moment: what one place is told next goes the way that the last one went."""

import select
import socket
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass

# Less than servers keep idle ones; and none so long that a name which leads elsewhere by now is not followed.
IDLE_S_MAX = 2.0
LIFE_S_MAX = 30.0
KEPT_MAX = 256


@dataclass(frozen=True)
class Connection:
    """A connected socket, and since when by the monotonic clock."""

    socket: socket.socket
    since_s: float


class Connections:
    """Idle connections by where they lead; safe for several threads."""

    def __init__(self, monotonic_s: Callable[[], float]) -> None:
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        # Each with when it was given back, the latest last.
        self._idle: dict[Hashable, deque[tuple[float, Connection]]] = defaultdict(deque)
        self._kept = 0
        # Runs while there is any, so that none outlives its time where nobody asks again.
        self._sweeper: threading.Timer | None = None

    def take(self, key: Hashable) -> Connection | None:
        """One that leads there and still stands, as far as can be seen; nobody else is given it."""
        idle_since_s = self._monotonic_s() - IDLE_S_MAX
        # Nothing that asks the kernel happens within the lock, or all others would wait for it.
        while (latest := self._latest(key)) is not None:
            given_s, found = latest
            if given_s >= idle_since_s and not _is_heard(found.socket):
                return found
            found.socket.close()
        return None

    def give(self, key: Hashable, connection: Connection) -> None:
        """Keep one that is free again, if it is not too old."""
        now_s = self._monotonic_s()
        with self._lock:
            if self._kept < KEPT_MAX and now_s < connection.since_s + LIFE_S_MAX:
                self._idle[key].append((now_s, connection))
                self._kept += 1
                if self._sweeper is None:
                    self._sweep_later()
                return
        connection.socket.close()

    def close(self) -> None:
        """Close all that are idle."""
        with self._lock:
            self._drop(float("inf"))
            if self._sweeper is not None:
                self._sweeper.cancel()
                self._sweeper = None

    def _latest(self, key: Hashable) -> tuple[float, Connection] | None:
        """The one that was given back last, which is kept no more, and when that was."""
        with self._lock:
            if key not in self._idle:
                return None
            latest = self._idle[key].pop()
            self._forget(key)
            return latest

    def _sweep_later(self) -> None:
        self._sweeper = threading.Timer(IDLE_S_MAX, self._sweep)
        self._sweeper.daemon = True
        self._sweeper.start()

    def _sweep(self) -> None:
        with self._lock:
            self._drop(self._monotonic_s() - IDLE_S_MAX)
            if self._idle and self._sweeper is not None:
                self._sweep_later()
            else:
                self._sweeper = None

    def _drop(self, idle_since_s: float) -> None:
        """Close those that were given back before."""
        for key, idle in list(self._idle.items()):
            while idle and idle[0][0] < idle_since_s:
                idle.popleft()[1].socket.close()
                self._forget(key)

    def _forget(self, key: Hashable) -> None:
        """One fewer leads there."""
        self._kept -= 1
        if not self._idle[key]:
            del self._idle[key]


def _is_heard(connection: socket.socket) -> bool:
    """Whether something came in that nobody asked for: mostly, that the other side has hung up."""
    waiting = select.poll()
    waiting.register(connection, select.POLLIN)
    return bool(waiting.poll(0))
