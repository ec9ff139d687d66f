# SPDX-License-Identifier: Apache-2.0
"""
The physical limit: a bare loop that decodes batches with msgspec and inserts their columns into the engine.

It knows no HTTP, no callers, no metrics, no late points and no retries. Run as a program of its own, since a process
can have one embedded engine only: `python -m benchmarks.limit`.
"""

import time
from pathlib import Path
from uuid import UUID

import click
import msgspec
import numpy as np
import pyarrow as pa

from benchmarks.bodies import EPOCH_S, batches
from nephoscope.store import schema
from nephoscope.store.contract import Store
from nephoscope.store.engines import open_store


class Point(msgspec.Struct, gc=False):
    """One measure of a body."""

    timestamp: str
    value: float


@click.command()
@click.option("--folder", required=True, type=click.Path(path_type=Path), help="An absolute folder for the engine.")
@click.option("--shape", "shapes", required=True, type=(int, int), multiple=True, help="Metrics and points a request.")
@click.option("--requests", default=20, show_default=True, help="How many bodies of each shape.")
def main(folder: Path, shapes: list[tuple[int, int]], requests: int) -> None:
    """Print as JSON, by shape, how many measures a second the bare loop takes."""
    store = open_store(f"chdb://{folder}")
    try:
        schema.upgrade(store, schema.Layout())
        click.echo(msgspec.json.encode({f"{m} × {p}": rate(store, m, p, requests) for m, p in shapes}))
    finally:
        store.close()


def rate(store: Store, metrics: int, points: int, requests: int) -> float:
    """Measures a second through the loop; the first body warms it up and does not count."""
    numbers = {str(UUID(int=number)): number for number in range(1, metrics + 1)}
    warm, *bodies = batches(list(numbers), points, 1 + requests, EPOCH_S)
    decoder = msgspec.json.Decoder(dict[str, list[Point]])
    take(store, decoder, numbers, warm)
    began = time.perf_counter()
    for body in bodies:
        take(store, decoder, numbers, body)
    return metrics * points * requests / (time.perf_counter() - began)


def take(
    store: Store, decoder: msgspec.json.Decoder[dict[str, list[Point]]], numbers: dict[str, int], body: bytes
) -> None:
    """Decode one body and insert what it holds."""
    found = decoder.decode(body)
    flat = [point for measures in found.values() for point in measures]
    lengths = [len(measures) for measures in found.values()]
    metric = np.repeat(np.array([numbers[each] for each in found], np.uint32), lengths)
    times = pa.array([point.timestamp for point in flat], pa.string()).cast(pa.timestamp("ns")).cast(pa.int64())
    values = np.array([point.value for point in flat], np.float64)
    store.insert("measures", pa.table({"metric": metric, "time": times, "value": values}))


if __name__ == "__main__":
    main()
