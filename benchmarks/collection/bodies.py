# SPDX-License-Identifier: Apache-2.0
"""The batches of a fleet of agents, made with little effort: what does not change is encoded once."""

import gzip
from dataclasses import dataclass
from uuid import UUID

import msgspec
import numpy as np

from nephoscope.client.batch import GZIP_LEVEL
from nephoscope.model.sample import Meter, SampledResource

PROJECTS = 100


@dataclass(frozen=True)
class Fleet:
    """So many agents, each with virtual machines of its own, which have all meters."""

    agents: int
    machines: int
    meters: int

    @property
    def samples(self) -> int:
        """In a batch."""
        return self.machines * self.meters

    def body(self, agent: int, time_ns: int, chance: np.random.Generator) -> bytes:
        """A batch of one agent, read at that time, gzipped as agents do it."""
        values = chance.integers(0, 10**6, self.samples) / 1000
        columns = {
            "resources": msgspec.Raw(msgspec.json.encode(self._resources(agent))),
            "meters": msgspec.Raw(msgspec.json.encode(self._meters())),
            "resource": np.repeat(np.arange(self.machines), self.meters).tolist(),
            "meter": np.tile(np.arange(self.meters), self.machines).tolist(),
            "time_ns": [time_ns] * self.samples,
            "value": values.tolist(),
        }
        return gzip.compress(msgspec.json.encode(columns), GZIP_LEVEL, mtime=0)

    def _resources(self, agent: int) -> list[SampledResource]:
        return [
            SampledResource(
                id=str(UUID(int=(agent << 32) + number)),
                type="instance",
                project_id=UUID(int=(agent * self.machines + number) % PROJECTS + 1).hex,
                attributes={
                    "host": f"node-{agent:04d}",
                    "display_name": f"vm-{agent}-{number}",
                    "flavor_name": "m1.small",
                },
            )
            for number in range(self.machines)
        ]

    def _meters(self) -> list[Meter]:
        return [Meter(f"meter.{number:02d}", "gauge", "B") for number in range(self.meters)]
