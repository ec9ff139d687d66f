# SPDX-License-Identifier: Apache-2.0
"""Resources of one kind, read in one cycle: the columns that their samples share."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nephoscope.model.sample import Meter
from nephoscope.model.sample_columns import Objects, Samples, filled, objects
from nephoscope.poll.libvirt.metadata import Described, Resource
from nephoscope.poll.libvirt.meters import Stats

Values = Sequence[float | None]


class Row(NamedTuple):
    """One resource and the statistics of its domain; those of a device begin with `prefix`."""

    owner: Described
    resource: Resource
    stats: Stats
    prefix: str = ""


@dataclass(frozen=True)
class Columns:
    """The rows, and what all samples made of them have in common."""

    rows: Sequence[Row]
    resource_id: Objects
    user_id: Objects
    project_id: Objects
    metadata: Objects
    time_ns: int
    monotonic_s: float

    @classmethod
    def of(cls, rows: Sequence[Row], time_ns: int, monotonic_s: float) -> "Columns":
        """Columns of rows with these times."""
        return cls(
            rows,
            objects(row.resource.id for row in rows),
            objects(row.owner.user_id for row in rows),
            objects(row.owner.project_id for row in rows),
            objects(row.resource.metadata for row in rows),
            time_ns,
            monotonic_s,
        )

    def samples(self, meter: Meter, values: Values) -> Samples:
        """A sample for each row that has a value; `values` are as many as the rows."""
        volume = np.array([math.nan if value is None else value for value in values], np.float64)
        every = Samples(
            name=filled(meter.name, len(volume)),
            type=filled(meter.kind, len(volume)),
            unit=filled(meter.unit, len(volume)),
            volume=volume,
            user_id=self.user_id,
            project_id=self.project_id,
            resource_id=self.resource_id,
            time_ns=np.full(len(volume), self.time_ns, np.int64),
            monotonic_s=np.full(len(volume), self.monotonic_s),
            metadata=self.metadata,
        )
        there = np.isfinite(volume)
        return every if there.all() else every.take(there)
