# SPDX-License-Identifier: Apache-2.0
"""By how much a volume has changed."""

import numpy as np

from nephoscope.model.sample_columns import NOTHING, Samples, filled
from nephoscope.pipeline.transform.parameters import Parameters
from nephoscope.pipeline.transform.predecessors import Predecessors
from nephoscope.pipeline.transform.target import Renamed


class Delta:
    """The change since the sample before, as a delta; with `growth_only` without what became less."""

    def __init__(self, parameters: Parameters) -> None:
        parameters.of("source", "target", "growth_only")
        source, target = parameters.map("source").map("map_from"), parameters.map("target")
        target.of("name", "map_to")
        self._name = Renamed(target.text("name"), source.pattern("name"), target.map("map_to").text("name"))
        self._growth_only = parameters.flag("growth_only")
        self.memory = Predecessors(monotonic=False)

    def take(self, samples: Samples) -> Samples:
        """A difference for each sample that is not the first of its series."""
        steps = self.memory.step(samples)
        later = samples.take(steps.rows)
        grown = later.volume - steps.before
        if self._growth_only:
            kept = grown >= 0
            later, grown = later.take(kept), grown[kept]
        return later.having(
            name=self._name.column(later.name),
            type=filled("delta", len(later)),
            volume=grown,
            monotonic_s=np.full(len(later), np.nan),
        )

    def flush(self, now_ns: int) -> Samples:
        """Nothing is held back."""
        return NOTHING
