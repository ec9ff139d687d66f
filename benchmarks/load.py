# SPDX-License-Identifier: Apache-2.0
"""
Fill a data folder in bulk through the store's own API, no server running: metrics with 30 days at five minutes.

Run as a program of its own, since a process can have one embedded engine only: `python -m benchmarks.load`.
"""

import sys
import time
from concurrent.futures import Future
from pathlib import Path

import click
import numpy as np

from benchmarks.bodies import EPOCH_S
from benchmarks.session import HISTORY_STEP_S, POLICY
from nephoscope.config import Config
from nephoscope.model.metric import MetricDraft
from nephoscope.model.timespan import SECOND_NS
from nephoscope.service import open_parts
from nephoscope.store.catalog import Catalog, numbers_of
from nephoscope.store.commit import GroupCommit, Measures, Receipt
from nephoscope.store.contract import Store
from nephoscope.store.index.contract import Index
from nephoscope.store.series import SeriesState, UInt32s

# Whom Gnocchi's basic mode takes the client for.
CREATOR = "admin"
METRICS_AT_ONCE = 5000
ROWS_AT_ONCE = 500_000
SETTLE_TIMEOUT_S = 900.0
STILL_S = 5.0


@click.command()
@click.option("--data-dir", required=True, type=click.Path(path_type=Path), help="The server's data folder.")
@click.option("--metrics", required=True, type=int, help="How many metrics to add.")
@click.option("--points", required=True, type=int, help="Points of each, one every five minutes.")
def main(data_dir: Path, metrics: int, points: int) -> None:
    """Add metrics with history; rows come as a cloud sends them, many metrics and a few points at a time."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    store, index = open_parts(Config(data_dir=str(data_dir)))
    try:
        index.install_builtins()
        series = SeriesState(store)
        numbers = make_metrics(index, Catalog(index, series), metrics)
        commit = GroupCommit(store, series)
        fill(commit, numbers, points)
        commit.close()
        settle(store)
    finally:
        store.close()
        index.close()


def make_metrics(index: Index, catalog: Catalog, count: int) -> UInt32s:
    """New metrics under the policy, known to the catalog; their numbers, ascending."""
    numbers = []
    for first in range(0, count, METRICS_AT_ONCE):
        draft = MetricDraft(archive_policy_name=POLICY, creator=CREATOR)
        made = index.metrics.create([draft] * min(METRICS_AT_ONCE, count - first))
        catalog.remember(made, new=True)
        numbers.append(numbers_of(made))
    return np.sort(np.concatenate(numbers))


def fill(commit: GroupCommit, numbers: UInt32s, points: int) -> None:
    """Store `points` of each metric, with a progress bar; the next rows are made while the last ones are stored."""
    values = np.random.default_rng(len(numbers))
    steps = max(1, ROWS_AT_ONCE // len(numbers))
    before: Future[Receipt] | None = None
    with click.progressbar(range(0, points, steps), label=f"storing {len(numbers)} metrics", file=sys.stderr) as firsts:
        for first in firsts:
            times = np.arange(first, min(first + steps, points), dtype=np.int64) * HISTORY_STEP_S + EPOCH_S
            rows = Measures(
                np.repeat(numbers, len(times)),
                np.tile(times * SECOND_NS, len(numbers)),
                values.integers(0, 1_000_000, len(numbers) * len(times)) / 1000,
            )
            if before is not None:
                before.result()
            before = commit.submit(rows)
    if before is not None:
        before.result()


def settle(store: Store) -> None:
    """Wait until the engine has merged what it wants to, as it would have when months fill a store."""
    click.echo("waiting for merges", err=True)
    give_up = time.monotonic() + SETTLE_TIMEOUT_S
    busy = time.monotonic()
    while time.monotonic() < min(busy + STILL_S, give_up):
        if store.query("SELECT count() AS merges FROM system.merges")["merges"][0].as_py():
            busy = time.monotonic()
        time.sleep(0.5)


if __name__ == "__main__":
    main()
