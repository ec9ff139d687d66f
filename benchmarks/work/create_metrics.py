# SPDX-License-Identifier: Apache-2.0
"""Metrics that a batch of measures makes on its way: what a cloud's new machines cause."""

import time
from uuid import NAMESPACE_URL, uuid5

from benchmarks.bodies import creations
from benchmarks.row import Row
from benchmarks.session import Session

METRICS_A_RESOURCE_AND_REQUEST = 20


def measure(session: Session) -> float:
    """New metrics a second, in requests that name twenty new ones in each of several resources."""
    session.creations += 1
    resources = [str(uuid5(NAMESPACE_URL, f"{session.creations}/{each}")) for each in range(session.sizes.resources)]
    for resource in resources:
        session.client.json("POST", "/v1/resource/generic", {"id": resource})
    names = [f"meter.{number}" for number in range(session.sizes.names)]
    bodies = [
        creations(resources, names[first : first + METRICS_A_RESOURCE_AND_REQUEST])
        for first in range(0, len(names), METRICS_A_RESOURCE_AND_REQUEST)
    ]
    began = time.perf_counter()
    for body in bodies:
        session.client.send("POST", "/v1/batch/resources/metrics/measures?create_metrics=true", body)
    return len(resources) * len(names) / (time.perf_counter() - began)


ROW = Row("new metrics through create_metrics", "metrics/s", measure, more_is_better=True, ratio_min=30)
