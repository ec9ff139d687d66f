# SPDX-License-Identifier: Apache-2.0
"""Our evaluator alone, on all cores: with the newest measures in memory and without, few alarms and many."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from benchmarks.alarms import runs
from benchmarks.alarms.beside import TARGET
from benchmarks.alarms.evaluating import Found
from benchmarks.collection.figure import Figure, Goal, at_most, figure

STEADY, CHANGING = 5, 2
CYCLE_S_MAX, RESIDENT_GIB_MAX = 30, 1
WITHOUT = "without head"


@dataclass
class Ways:
    """Runs with the newest measures in memory, and without, round by round."""

    ours: list[Found] = field(default_factory=list)
    without: list[Found] = field(default_factory=list)


def run(folder: Path, sizes: Sequence[int], rounds: int, give_up: float) -> tuple[list[Figure], list[str]]:
    """Each size; no round but the first is begun after `give_up`."""
    rows = []
    for alarms in sizes:
        ways = _ways(folder / f"{alarms}", alarms, rounds, give_up, points_a_minute=1)
        rows += _figures(f"{alarms} thresholds", ways, None, None)
    often = _ways(folder / "often", max(sizes), rounds, give_up, points_a_minute=6)
    rows += _figures(f"{max(sizes)} thresholds, six measures a bucket", often, None, None)
    return rows, _told()


def big(folder: Path, alarms: int, rounds: int, give_up: float) -> tuple[list[Figure], list[str]]:
    """One size with goals; no round but the first is begun after `give_up`."""
    ways = _ways(folder, alarms, rounds, give_up, points_a_minute=1)
    goals = (at_most(CYCLE_S_MAX, "s"), at_most(RESIDENT_GIB_MAX, "GiB"))
    return _figures(f"{alarms} thresholds", ways, *goals), _told()


def _ways(folder: Path, alarms: int, rounds: int, give_up: float, *, points_a_minute: int) -> Ways:
    ways = Ways()
    cloud = runs.Evaluations(folder, "thresholds", alarms, [TARGET])
    for number in range(1, rounds + 1):
        if number > 1 and time.monotonic() > give_up:
            click.echo(f"time is up before round {number}", err=True)
            break
        for with_head, seen in ((True, ways.ours), (False, ways.without)):
            found = cloud.run(steady=STEADY, changing=CHANGING, with_head=with_head, points_a_minute=points_a_minute)
            seen.append(found)
            calm, stirred = runs.middle(found.steady), runs.middle(found.changing)
            click.echo(
                f"round {number}: {alarms} {'with' if with_head else 'without'} head: "
                f"no change {calm.wall_s:.2f} s ({calm.cpu_s:.2f} s of a processor), "
                f"all change {stirred.wall_s:.2f} s ({stirred.cpu_s:.2f} s), first {found.first.wall_s:.2f} s, "
                f"{found.peak_bytes / 2**20:.0f} MiB; load {os.getloadavg()[0]:.1f}",
                err=True,
            )
    return ways


def _figures(what: str, ways: Ways, cycle: Goal | None, memory: Goal | None) -> list[Figure]:
    def row(name: str, unit: str, of: Callable[[Found], float], goal: Goal | None = None) -> Figure:
        ours, without = (list(map(of, found)) for found in (ways.ours, ways.without))
        return figure(f"{what}: {name}", unit, ours, goal, peer=WITHOUT, theirs=without)

    return [
        row("a cycle, no change", "s", lambda found: runs.middle(found.steady).wall_s, cycle),
        row("processor time, no change", "s", lambda found: runs.middle(found.steady).cpu_s),
        row("a cycle, all change", "s", lambda found: runs.middle(found.changing).wall_s, cycle),
        row("processor time, all change", "s", lambda found: runs.middle(found.changing).cpu_s),
        row("the first cycle after a start", "s", lambda found: found.first.wall_s),
        row("resident memory", "GiB", lambda found: found.peak_bytes / 2**30, memory),
        row("resident memory before the evaluator", "GiB", lambda found: found.before_bytes / 2**30),
    ]


def _told() -> list[str]:
    return [
        "As many metrics as alarms, and all alarms due in each cycle, with an action for either state.",
        "What is decided, with history and notifications, is synced to disk.",
        f"A round has the median of {STEADY} cycles without changes and of {CHANGING} with them.",
        "The head is what a server holds of the newest measures in memory; without it the engine is asked.",
        "Resident memory is the peak over all cycles of a process that has store and index in it.",
    ]
