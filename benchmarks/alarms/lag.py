# SPDX-License-Identifier: Apache-2.0
"""How late notifications come: the real server, alarms that change at the same minute, webhooks on loopback."""

import json
import os
import queue
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import click
import numpy as np
from tests.system.server import Server, serving

from benchmarks.alarms import cloud, runs
from benchmarks.alarms.loopback import answering
from benchmarks.collection.figure import Figure, Goal, at_most, figure
from nephoscope.model.timespan import SECOND_NS

LAG_S_MAX = 5
PLACES = 20
# One alarm of so many changes, where not all do.
FEW = 20
ALARMS_A_REQUEST = 1000
# So far into a minute its measures are posted, and all of them are there before it ends.
POSTED_AT_S, POSTED_BY_S = 15, 50
SETTLED_S = 5.0
TIMEOUT_S, MINUTE_TIMEOUT_S = 600.0, 130.0
LOOK_S = 0.1
CONFIG = '[act]\nallowed_networks = ["127.0.0.0/8"]\n\n[watch]\ninterval_s = 0\n'


class Receiver:
    """The state that each alarm told of first since it was last asked, and when, s since the epoch."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[str, float]] = {}

    def answer(self, _line: bytes, body: bytes) -> bytes:
        """Take a notification; what comes twice came first."""
        now_s = time.time()
        found = json.loads(body)
        self._told.setdefault(found["alarm_id"], (found["current"], now_s))
        return b"{}"

    def forget(self) -> None:
        """As if nothing had come."""
        self._told = {}

    def awaited(self, states: dict[str, str]) -> list[float]:
        """When each of these alarms told that it is in its state now, once all have."""
        give_up = time.monotonic() + TIMEOUT_S
        while len(self._told) < len(states):
            if time.monotonic() > give_up:
                raise TimeoutError(f"{len(self._told)} of {len(states)} alarms have told of their change")
            time.sleep(LOOK_S)
        told, self._told = self._told, {}
        if {each: state for each, (state, _) in told.items()} != states:
            raise AssertionError(
                f"other alarms changed, or to other states, than {len(states)} to {set(states.values())}"
            )
        return [at_s for _, at_s in told.values()]


@dataclass
class Lags:
    """Lags round by round: until what was decided was kept, and until it arrived, s."""

    kept: list[list[float]] = field(default_factory=list)
    arrived: list[list[float]] = field(default_factory=list)


class Minutes:
    """A server whose metrics are measured once a minute, around levels that can be turned."""

    def __init__(self, server: Server, receiver: Receiver, alarms: int) -> None:
        self._server, self._receiver = server, receiver
        self._loud = [False] * alarms
        self._posted: queue.Queue[int] = queue.Queue()
        # A minute's measures are of one moment: no level is turned among them.
        self._posting = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="minutes", daemon=True)

    def __enter__(self) -> Self:
        """Let time pass; at first nothing is known of the alarms, then they are all quiet and have said so."""
        self._thread.start()
        ended_s = self._passed(cloud.PERIODS)
        while time.time() < ended_s + SETTLED_S or self._kept("progress = 'waiting'"):
            time.sleep(LOOK_S)
        self._receiver.forget()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def turn(self, changing: Sequence[int], into: Lags) -> None:
        """Let alarms change to the other side, all at the end of the same minute."""
        with self._posting:
            for number in changing:
                self._loud[number] = not self._loud[number]
        ended_s = self._passed(cloud.PERIODS)
        states = {cloud.alarm_id(number): "alarm" if self._loud[number] else "ok" for number in changing}
        arrived = self._receiver.awaited(states)
        into.arrived.append([at_s - ended_s for at_s in arrived])
        into.kept.append([at_s - ended_s for at_s in self._kept(f"created_ns >= {ended_s * SECOND_NS}")])

    def _kept(self, where: str) -> list[float]:
        """When notifications were put into the outbox, s since the epoch."""
        with closing(sqlite3.connect(self._server.data_dir / "index.sqlite", timeout=TIMEOUT_S)) as index:
            rows = index.execute(f"SELECT created_ns FROM outbox WHERE {where}").fetchall()
        return [at_ns / SECOND_NS for (at_ns,) in rows]

    def _passed(self, minutes: int) -> int:
        """Wait until so many further minutes were measured; where the last of them ends, s since the epoch."""
        with self._posting:
            self._posted = queue.Queue()
        for _ in range(minutes):
            minute_s = self._posted.get(timeout=MINUTE_TIMEOUT_S)
        return minute_s + 60

    def _run(self) -> None:
        minute_s = int(time.time()) // 60 * 60 + 60
        while not self._stopping.wait(minute_s + POSTED_AT_S - time.time()):
            with self._posting:
                for first in range(0, len(self._loud), ALARMS_A_REQUEST):
                    body = self._measures(minute_s + POSTED_AT_S, range(first, first + ALARMS_A_REQUEST))
                    self._server.api.done("POST", "/gnocchi/v1/batch/resources/metrics/measures", body=body)
                if time.time() > minute_s + POSTED_BY_S:
                    raise AssertionError("the machine is too busy: a minute's measures were not posted within it")
                self._posted.put(minute_s)
            minute_s += 60

    def _measures(self, at_s: int, numbers: Sequence[int]) -> dict[str, object]:
        when = datetime.fromtimestamp(at_s, UTC).isoformat()
        return {
            each: {cloud.METRIC: [{"timestamp": when, "value": cloud.LOUD if loud else cloud.QUIET}]}
            for number, loud in zip(numbers, self._loud[numbers[0] :], strict=False)
            for each in cloud.members("thresholds", number)
        }


def run(folder: Path, alarms: int, rounds: int, give_up: float) -> tuple[list[Figure], list[str]]:
    """Some and all change, and tell many receivers or one; no further round is begun after `give_up`."""
    found: dict[str, Lags] = defaultdict(Lags)
    _measure(folder / "many", alarms, PLACES, rounds, give_up, found)
    _measure(folder / "one", alarms, 1, 1, give_up, found)
    return [row for what, lags in found.items() for row in _figures(what, lags)], [
        f"`nephoscope serve` with its defaults, but that loopback may be told; {alarms} alarms on as many metrics.",
        f"{cloud.PERIODS} periods of {cloud.GRANULARITY_S} s: the measures of two minutes are posted, "
        "then alarms change at the end of the second one.",
        "The lag is from that end of the bucket on: until the notification is in the outbox, and until it has arrived. "
        "The second that a bucket is waited for after it has closed is in it.",
        "Webhooks to one receiver go two at a time, over connections that are kept for a moment.",
    ]


def _measure(folder: Path, alarms: int, places: int, rounds: int, give_up: float, found: dict[str, Lags]) -> None:
    few, every = range(0, alarms, FEW), range(alarms)
    with ExitStack() as started:
        receiver = Receiver()
        urls = started.enter_context(answering(receiver.answer, places))
        targets = [f"{each}/hook" for each in urls]
        runs.prepare(folder / "data", "thresholds", alarms, until_s=int(time.time()) // 60 * 60 - 60, targets=targets)
        server = started.enter_context(serving(folder, config=CONFIG))
        minutes = started.enter_context(Minutes(server, receiver, alarms))
        for number in range(1, rounds + 1):
            if number > 1 and time.monotonic() > give_up:
                click.echo(f"time is up before round {number}", err=True)
                break
            for changing in (few, every):
                where = f"{places} receivers" if places > 1 else "one receiver"
                what = f"{len(changing)} of {alarms} change, {where}"
                minutes.turn(changing, found[what])
                kept, arrived = (np.percentile(each[-1], 99) for each in (found[what].kept, found[what].arrived))
                click.echo(
                    f"round {number}: {what}: p99 decided and kept {kept:.2f} s, arrived {arrived:.2f} s; "
                    f"load {os.getloadavg()[0]:.1f}",
                    err=True,
                )


def _figures(what: str, lags: Lags) -> list[Figure]:
    def row(name: str, of: Callable[[Sequence[float]], float], seen: list[list[float]], goal: Goal | None) -> Figure:
        return figure(f"{what}: {name}", "s", list(map(of, seen)), goal)

    return [
        row("decided and kept, p99", _p(99), lags.kept, None),
        row("arrived, p50", _p(50), lags.arrived, None),
        row("arrived, p99", _p(99), lags.arrived, at_most(LAG_S_MAX, "s")),
        row("arrived, max", max, lags.arrived, None),
    ]


def _p(share: int) -> Callable[[Sequence[float]], float]:
    return lambda lags: float(np.percentile(lags, share))
