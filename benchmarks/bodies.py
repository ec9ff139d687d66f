# SPDX-License-Identifier: Apache-2.0
"""The request bodies, made from a fixed seed: for both sides the same but for the metrics' ids."""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

# A whole hour, so that buckets of all built-in policies begin there: 2026-01-01T00:00:00Z.
EPOCH_S = 1_767_225_600


def stamp(time_s: int) -> str:
    """A time as Gnocchi's own clients write it."""
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def measures(points: int, start_s: int, step_s: int, values: random.Random) -> list[dict[str, object]]:
    """Points of one metric in the order of time; values have three decimals, as those of real meters often do."""
    return [
        {"timestamp": stamp(start_s + number * step_s), "value": round(values.uniform(0, 1000), 3)}
        for number in range(points)
    ]


def batches(ids: Sequence[str], points: int, requests: int, start_s: int, step_s: int = 60) -> Iterator[bytes]:
    """Bodies for `POST /v1/batch/metrics/measures`: each holds the next `points` of every metric."""
    values = random.Random(f"{points} × {requests} from {start_s}")
    for request in range(requests):
        first = start_s + request * points * step_s
        yield json.dumps({each: measures(points, first, step_s, values) for each in ids}).encode()


def creations(resources: Sequence[str], names: Sequence[str]) -> bytes:
    """A body for `POST /v1/batch/resources/metrics/measures` with one point of each name in each resource."""
    values = random.Random(" ".join(names))
    return json.dumps(
        {resource: {name: measures(1, EPOCH_S, 60, values) for name in names} for resource in resources}
    ).encode()
