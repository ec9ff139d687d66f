# SPDX-License-Identifier: Apache-2.0
"""
Make the cloud in a data folder that no server has open, quiet for an hour; its alarms have not been decided yet.

A program of its own, as a process can have one embedded engine only: `python -m benchmarks.alarms.preparing`.
"""

import time
from pathlib import Path

import click
import numpy as np

from benchmarks.alarms import cloud
from nephoscope.config import Config
from nephoscope.model.timespan import SECOND_NS
from nephoscope.service import open_catalog, open_parts
from nephoscope.store.commit import GroupCommit
from nephoscope.store.index.database import Database
from nephoscope.store.series import SeriesState

HISTORY_MINUTES = 60
MINUTES_AT_ONCE = 10


@click.command()
@click.option("--data-dir", required=True, type=click.Path(path_type=Path), help="The folder, which is made.")
@click.option("--alarms", required=True, type=int, help="How many.")
@click.option("--kind", type=click.Choice([*cloud.TYPES]), default="thresholds", help="What each of them watches.")
@click.option("--target", "targets", multiple=True, help="Addresses that alarms tell, in turn.")
@click.option("--until-s", required=True, type=int, help="Where the hour ends, s since the epoch, a whole minute.")
def main(data_dir: Path, alarms: int, kind: cloud.Kind, targets: tuple[str, ...], until_s: int) -> None:
    """Make resources, metrics, alarms, and a point a minute of each metric."""
    began = time.monotonic()
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = Config(data_dir=str(data_dir))
    store, index = open_parts(config)
    try:
        index.install_builtins()
        database = Database(config.index_url)
        cloud.fill(index, database, kind, alarms, targets, until_s * SECOND_NS)
        database.close()
        series = SeriesState(store)
        numbers = cloud.watched_numbers(index, open_catalog(config, store, index, series))
        commit = GroupCommit(store, series)
        for first in range(until_s - 60 * HISTORY_MINUTES, until_s, 60 * MINUTES_AT_ONCE):
            times_s = np.arange(first, first + 60 * MINUTES_AT_ONCE, 60)
            commit.submit(cloud.points(numbers, times_s, cloud.QUIET)).result()
        commit.close()
    finally:
        store.close()
        index.close()
    click.echo(f"{alarms} alarms about {len(numbers)} metrics made in {time.monotonic() - began:.1f} s", err=True)


if __name__ == "__main__":
    main()
