# SPDX-License-Identifier: Apache-2.0
"""
Our evaluator over the folder that `preparing` has made, with a clock of its own; what it took, as JSON.

A program of its own, so that its memory can be told: `python -m benchmarks.alarms.evaluating`. It has what decides in a
server and what that reads from, store and index included; no HTTP and no notifier.
"""

import itertools
import sys
import time
from pathlib import Path

import click
import msgspec
import numpy as np

from benchmarks.alarms import cloud
from nephoscope.alarm.evaluator import EvaluationSettings, Evaluator
from nephoscope.alarm.readings import Judges
from nephoscope.alarm.sharing import Share
from nephoscope.alarm.targets import Targets
from nephoscope.alarm.thresholds import Thresholds
from nephoscope.config import Config
from nephoscope.model.timespan import SECOND_NS
from nephoscope.query.metrics import MetricReader
from nephoscope.service import open_catalog, open_head, open_parts
from nephoscope.store.commit import GroupCommit
from nephoscope.store.series import SeriesState

# What is in memory reaches further back than windows do then.
WARM_MINUTES = 5
# The first cycles after the start are left out: memory and caches fill then.
SETTLING = 3
# A bucket is waited for so long after it has closed.
AFTER_S = 1.5


class Took(msgspec.Struct):
    """A cycle, by the clock and by processor time, s."""

    wall_s: float
    cpu_s: float


class Found(msgspec.Struct):
    """
    What a run has found: the first cycle after the start, those in which nothing changed, those in which all did.

    `until_s` is where the next run may begin. Memory is resident: before the evaluator was made, and at its peak.
    """

    alarms: int
    until_s: int
    before_bytes: int
    peak_bytes: int
    first: Took
    steady: list[Took]
    changing: list[Took]


class World:
    """Store, index and evaluator; the clock is behind the measures that were put last."""

    def __init__(self, config: Config, from_s: int, *, with_head: bool, points_a_minute: int) -> None:
        self._store, self.index = open_parts(config)
        series = SeriesState(self._store)
        self._catalog = open_catalog(config, self._store, self.index, series)
        head = open_head(config, self._store, series) if with_head else None
        self._commit = GroupCommit(self._store, series, head)
        self._numbers = cloud.watched_numbers(self.index, self._catalog)
        self._reader, self._series = MetricReader(self._store, series, head), series
        self._share = Share(self.index, "benchmark")
        self._alarms = sum(self.index.alarms.count().values())
        self._step_s = 60 // points_a_minute
        self.now_s = from_s

    def evaluator(self) -> Evaluator:
        """What is measured, with a share of all alarms; it is not started, as its cycles are asked for one by one."""
        self._share.start()
        targets = Targets(self.index, self._catalog, monotonic=lambda: self.now_s)
        thresholds = Thresholds(targets, self._reader, self._series)
        settings = EvaluationSettings()
        return Evaluator(self.index, Judges(thresholds), self._share, settings, wall_ns=self._wall_ns)

    def put(self, minutes: int, level: float) -> None:
        """Let minutes pass, with measures of all metrics in them."""
        for _ in range(minutes):
            times_s = np.arange(self.now_s, self.now_s + 60, self._step_s)
            self._commit.submit(cloud.points(self._numbers, times_s, level)).result()
            self.now_s += 60

    def move(self, count: int, *, away: bool) -> None:
        """Let a member of each of so many groups, evenly spread, go away or come back."""
        if count:
            groups = range(0, self._alarms, self._alarms // count)[:count]
            cloud.move(self.index, groups, away=away, at_ns=self._wall_ns())

    def close(self) -> None:
        """Let go of all."""
        self._share.stop()
        self._commit.close()
        self._store.close()
        self.index.close()

    def _wall_ns(self) -> int:
        return int((self.now_s + AFTER_S) * SECOND_NS)


@click.command()
@click.option("--data-dir", required=True, type=click.Path(path_type=Path), help="The folder.")
@click.option("--from-s", required=True, type=int, help="Where measures go on, s since the epoch, a whole minute.")
@click.option("--steady", default=5, help="Cycles in which nothing changes.")
@click.option("--changing", default=3, help="Cycles in which all alarms change.")
@click.option("--moving", default=0, help="Groups of which a member goes or comes before each cycle without changes.")
@click.option("--with-head/--without-head", default=True, help="Whether the newest measures are in memory.")
@click.option("--points-a-minute", default=1, help="Measures of each metric.")
def main(
    data_dir: Path, from_s: int, steady: int, changing: int, moving: int, with_head: bool, points_a_minute: int
) -> None:
    """Decide all alarms: once after the start, then without changes, then with all of them changing to and fro."""
    config = Config(data_dir=str(data_dir))
    world = World(config, from_s, with_head=with_head, points_a_minute=points_a_minute)
    try:
        world.put(WARM_MINUTES, cloud.QUIET)
        before = resident_bytes("VmRSS")
        # From here on the kernel notes the highest anew.
        Path("/proc/self/clear_refs").write_text("5")
        evaluator = world.evaluator()
        alarms = sum(world.index.alarms.count().values())
        first = took(evaluator, world, alarms, "ok")
        calm = []
        for number in range(SETTLING + steady if steady else 0):
            world.put(1, cloud.QUIET)
            world.move(moving, away=number % 2 == 0)
            cycle = took(evaluator, world, alarms, "ok")
            if number >= SETTLING:
                calm.append(cycle)
        # All are back for the next run.
        world.move(moving, away=False)
        stirred = []
        for level, state in itertools.islice(itertools.cycle(((cloud.LOUD, "alarm"), (cloud.QUIET, "ok"))), changing):
            world.put(cloud.PERIODS, level)
            stirred.append(took(evaluator, world, alarms, state))
        # The next run finds all quiet.
        world.put(cloud.PERIODS, cloud.QUIET)
        evaluator.cycle()
        found = Found(alarms, world.now_s, before, resident_bytes("VmHWM"), first, calm, stirred)
    finally:
        world.close()
    sys.stdout.buffer.write(msgspec.json.encode(found))


def took(evaluator: Evaluator, world: World, alarms: int, state: str) -> Took:
    """One cycle; AssertionError unless it decided all alarms and left them in that state."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    decided = evaluator.cycle()
    found = Took(time.perf_counter() - wall_s, time.process_time() - cpu_s)
    states = {name: count for name, count in world.index.alarms.count().items() if count}
    if decided != alarms or states != {state: alarms}:
        raise AssertionError(f"{decided} of {alarms} alarms were decided, and are now {states} instead of {state}")
    return found


def resident_bytes(what: str) -> int:
    """Resident memory of this process, now (VmRSS) or at its highest (VmHWM)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == what:
            return int(value.split()[0]) * 1024
    raise AssertionError(f"the kernel does not tell {what}")


if __name__ == "__main__":
    main()
