# SPDX-License-Identifier: Apache-2.0
"""Our side as processes: a folder that is made once, and evaluators over it, one after another."""

import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from benchmarks.alarms.cloud import Kind
from benchmarks.alarms.evaluating import Found, Took
from benchmarks.gnocchi import PROJECT

# All that is put in lies in the past, an hour of it before the first run.
BEGIN_S = 1_772_442_000
HOUR_S = 3600


def prepare(folder: Path, kind: Kind, alarms: int, *, until_s: int = BEGIN_S, targets: Sequence[str] = ()) -> None:
    """Make the cloud in a folder; see `preparing`."""
    options = ["--data-dir", str(folder), "--alarms", str(alarms), "--kind", kind, "--until-s", str(until_s)]
    told = [text for each in targets for text in ("--target", each)]
    subprocess.run([sys.executable, "-m", "benchmarks.alarms.preparing", *options, *told], cwd=PROJECT, check=True)


class Evaluations:
    """Runs of our evaluator over one folder; time goes on between them."""

    def __init__(self, folder: Path, kind: Kind, alarms: int, targets: Sequence[str] = ()) -> None:
        prepare(folder, kind, alarms, targets=targets)
        self._folder = folder
        self._from_s = BEGIN_S
        # At first nothing is known of any alarm.
        self.run(steady=0, changing=0)

    def run(
        self, *, steady: int, changing: int, moving: int = 0, with_head: bool = True, points_a_minute: int = 1
    ) -> Found:
        """Start one, and let it go through so many cycles; of `moving` groups a member goes or comes before each."""
        options = ["--data-dir", str(self._folder), "--from-s", str(self._from_s)]
        options += ["--steady", str(steady), "--changing", str(changing), "--moving", str(moving)]
        options += ["--points-a-minute", str(points_a_minute)]
        options.append("--with-head" if with_head else "--without-head")
        command = [sys.executable, "-m", "benchmarks.alarms.evaluating", *options]
        ended = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, check=True)
        found = msgspec.json.decode(ended.stdout, type=Found)
        self._from_s = found.until_s
        return found


def middle(cycles: Sequence[Took]) -> Took:
    """The medians of several cycles."""
    return Took(statistics.median(each.wall_s for each in cycles), statistics.median(each.cpu_s for each in cycles))
