# SPDX-License-Identifier: Apache-2.0
"""A million samples through `rate_of_change` on one core, beside a plain loop of the same arithmetic."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import numpy as np
import numpy.typing as npt

from benchmarks.collection.figure import Figure, at_least, figure
from benchmarks.collection.processes import cores, on_core
from nephoscope.model.sample_columns import Samples, filled, objects
from nephoscope.pipeline.chain import Pipeline
from nephoscope.pipeline.config import read
from nephoscope.pipeline.state import State

SERIES, CYCLES = 10_000, 100
SAMPLES_S_MIN = 1_000_000
INTERVAL_S = 60
# 2026-03-02T09:00:00Z
START_NS = 1_772_442_000_000_000_000
PEER = "plain loop"
RESOURCES = [str(UUID(int=number)) for number in range(SERIES)]
PIPELINE = """
sources: [{name: cpu, meters: [cpu], sinks: [cpu_util]}]
sinks:
  - name: cpu_util
    transformers:
      - name: rate_of_change
        parameters:
          target:
            name: cpu_util
            unit: "%"
            type: gauge
            max: 100
            scale: "100.0 / (10**9 * (resource_metadata.cpu_number or 1))"
    publishers: ["test://"]
"""

Prepare = Callable[[int], Callable[[], int]]
"""Makes what is needed for a cycle; gives what takes it, which gives the number of rates."""


def run(folder: Path, rounds: int, give_up: float) -> tuple[list[Figure], list[str]]:
    """The three ways in turn, round by round; no round but the first is begun after `give_up`, a monotonic time."""
    found: dict[str, list[tuple[float, float]]] = {"without": [], "with": [], "loop": []}
    measured, _ = cores()
    with on_core(measured):
        for number in range(rounds):
            if number and time.monotonic() > give_up:
                click.echo(f"time is up before round {number + 1}", err=True)
                break
            state = State(folder / f"state-{number}.sqlite")
            found["without"].append(_rates(_columns(None)))
            found["with"].append(_rates(_columns(state)))
            found["loop"].append(_rates(_loop()))
            state.close()
            click.echo(
                f"transformers, round {number + 1}: samples/s by the clock, by processor time: "
                + ", ".join(f"{name} {rates[-1][0]:,.0f}, {rates[-1][1]:,.0f}" for name, rates in found.items()),
                err=True,
            )
    return _figures(found), [
        f"{SERIES} instances in {CYCLES} cycles, a batch each; in every round the batches are made anew, "
        "with metadata of their own in each sample, and making them is not timed.",
        "With its memory kept, what the transformer remembers is on disk, synced, after every batch.",
        f"{PEER}: one dict of predecessors and the same arithmetic in Python, over samples that are dicts; "
        "Ceilometer itself has had no transformers since 2018.",
    ]


def _figures(found: dict[str, list[tuple[float, float]]]) -> list[Figure]:
    rows = []
    for which, name in (("without", "rate_of_change"), ("with", "rate_of_change, its memory kept")):
        for kind, by in enumerate(("by the clock", "by processor time")):
            ours, theirs = ([rates[kind] for rates in found[each]] for each in (which, "loop"))
            goal = at_least(SAMPLES_S_MIN, "samples/s")
            rows.append(figure(f"{name}, {by}", "samples/s", ours, goal, peer=PEER, theirs=theirs, more_is_better=True))
    return rows


def _rates(prepare: Prepare) -> tuple[float, float]:
    """Samples a second, by the clock and by processor time, over all cycles; what `prepare` does is not timed."""
    wall_s, cpu_s, rates = 0.0, 0.0, 0
    for cycle in range(CYCLES):
        take = prepare(cycle)
        began, used = time.perf_counter(), time.process_time()
        rates += take()
        wall_s, cpu_s = wall_s + time.perf_counter() - began, cpu_s + time.process_time() - used
    if rates != SERIES * (CYCLES - 1):
        raise AssertionError(f"{rates} rates came out instead of one for every sample but the first of a series")
    return SERIES * CYCLES / wall_s, SERIES * CYCLES / cpu_s


def _columns(state: State | None) -> Prepare:
    """The transformer of a pipeline as the file asks for it; what it remembers is saved after each cycle, if at all."""
    pipeline = Pipeline(read(PIPELINE, "pipeline.yaml", "meters"))
    memories = pipeline.memories()

    def prepare(cycle: int) -> Callable[[], int]:
        samples = _samples(cycle)

        def take() -> int:
            found = len(pipeline.take(samples, START_NS)["cpu_util"])
            if state is not None:
                state.save({step: memory.changes() for step, memory in memories.items()})
            return found

        return take

    return prepare


def _samples(cycle: int) -> Samples:
    return Samples(
        filled("cpu", SERIES),
        filled("cumulative", SERIES),
        filled("ns", SERIES),
        _volumes(cycle),
        filled("u1", SERIES),
        filled("p1", SERIES),
        objects(RESOURCES),
        np.full(SERIES, START_NS + cycle * INTERVAL_S * 10**9),
        np.full(SERIES, np.nan),
        objects({"cpu_number": 2, "flavor": "m1.small"} for _ in range(SERIES)),
    )


def _volumes(cycle: int) -> npt.NDArray[np.float64]:
    """Each instance has a load of its own, from none to all of two processors."""
    return cycle * INTERVAL_S * 2e9 * np.arange(SERIES) / SERIES


def _loop() -> Prepare:
    """The same, sample by sample."""
    before: dict[tuple[str, str], tuple[int, float]] = {}

    def prepare(cycle: int) -> Callable[[], int]:
        time_ns = START_NS + cycle * INTERVAL_S * 10**9
        samples = [
            {
                "name": "cpu",
                "type": "cumulative",
                "unit": "ns",
                "volume": volume,
                "user_id": "u1",
                "project_id": "p1",
                "resource_id": resource,
                "time_ns": time_ns,
                "metadata": {"cpu_number": 2, "flavor": "m1.small"},
            }
            for resource, volume in zip(RESOURCES, _volumes(cycle).tolist(), strict=True)
        ]
        return lambda: len(_one_by_one(samples, before))

    return prepare


def _one_by_one(samples: list[dict[str, Any]], before: dict[tuple[str, str], tuple[int, float]]) -> list[Any]:
    found = []
    for sample in samples:
        key = (sample["name"], sample["resource_id"])
        previous = before.get(key)
        before[key] = (sample["time_ns"], sample["volume"])
        if previous is None:
            continue
        seconds = (sample["time_ns"] - previous[0]) / 1e9
        grown = sample["volume"] - previous[1]
        if grown < 0 and sample["type"] == "cumulative":
            grown = sample["volume"]
        scale = 100.0 / (10**9 * (sample["metadata"].get("cpu_number") or 1))
        rate = min(scale * (grown / seconds if seconds else 0.0), 100)
        found.append({**sample, "name": "cpu_util", "unit": "%", "type": "gauge", "volume": rate})
    return found
