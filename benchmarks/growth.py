# SPDX-License-Identifier: Apache-2.0
"""Does it stay as quick when it holds more: the same work at a small and a large stock of measures."""

import subprocess
import sys
from pathlib import Path

import click

from benchmarks import ours, report
from benchmarks.bodies import EPOCH_S
from benchmarks.results import Circumstances, Growth, GrowthRun, median
from benchmarks.session import HISTORY_STEP_S, Session, Sizes
from benchmarks.work import aggregate, day, month, ten_points

PROJECT = Path(__file__).parents[1]
ROWS = (ten_points.ROW, month.ROW, day.ROW, aggregate.ROW)


def run(folder: Path, stocks: tuple[int, int], sizes: Sizes, circumstances: Circumstances) -> GrowthRun:
    """Fill up to each stock in turn and measure there."""
    small, large = stocks
    found = []
    stored = 0
    for stage, stock in enumerate(stocks):
        load(folder / "data", (stock - stored) // sizes.points, sizes.points)
        stored = stock
        found.append(measure(folder, sizes, stage, f"at {stock / 1e6:g} million"))
    rows = []
    for row, at_small, at_large in zip(ROWS, *found, strict=True):
        # How many times better the small stock is, is how many times worse the large one is.
        factor = row.ratio(median(at_small), median(at_large))
        rows.append(Growth(row.name, row.unit, at_small, at_large, factor))
    return GrowthRun(circumstances, (small, large), rows)


def load(data_dir: Path, metrics: int, points: int) -> None:
    """Add metrics with history while no server runs."""
    options = ["--data-dir", str(data_dir), "--metrics", str(metrics), "--points", str(points)]
    subprocess.run([sys.executable, "-m", "benchmarks.load", *options], cwd=PROJECT, check=True)


def measure(folder: Path, sizes: Sizes, stage: int, label: str) -> list[list[float]]:
    """Serve the data and go through the rows, round by round; the numbers of each row."""
    numbers: list[list[float]] = [[] for _ in ROWS]
    with ours.running(folder) as peer:
        # Later stages write behind all points of the earlier ones.
        after_s = EPOCH_S + (sizes.points + stage * (sizes.rounds + 1) * sizes.requests * 10) * HISTORY_STEP_S
        session = Session(peer, sizes, next_s=after_s)
        session.readers = listed(session, "id:asc", sizes.readers)
        session.writers = listed(session, "id:desc", sizes.writers)
        # After a start the first write to a metric looks up its newest point.
        ten_points.ROW.measure(session)
        for number in range(sizes.rounds):
            for row, found in zip(ROWS, numbers, strict=True):
                found.append(row.measure(session))
                click.echo(f"{label}, round {number + 1}: {row.name}: {report.number(found[-1])} {row.unit}", err=True)
    return numbers


def listed(session: Session, order: str, count: int) -> list[str]:
    """Ids of metrics from one end of the list; both ends do not meet."""
    return [metric["id"] for metric in session.client.json("GET", f"/v1/metric?sort={order}&limit={count}")]
