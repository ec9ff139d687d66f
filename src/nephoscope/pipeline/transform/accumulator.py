# SPDX-License-Identifier: Apache-2.0
"""Samples held back until there are enough of them."""

from nephoscope.model.sample_columns import NOTHING, Samples
from nephoscope.pipeline.transform.memory import Held
from nephoscope.pipeline.transform.parameters import Parameters


class Accumulator:
    """Lets samples go on together once there are `size` of them; below 1 they go on at once."""

    def __init__(self, parameters: Parameters) -> None:
        parameters.of("size")
        self._size = int(parameters.number("size") or 0) if parameters.has("size") else 1
        self.memory = Held()

    def take(self, samples: Samples) -> Samples:
        """Nothing, unless nothing is to be held."""
        if self._size < 1:
            return samples
        self.memory.add(samples)
        return NOTHING

    def flush(self, now_ns: int) -> Samples:
        """All that are held, when they are enough."""
        if not len(self.memory) or len(self.memory) < self._size:
            return NOTHING
        held = self.memory.all()
        self.memory.clear()
        return held
