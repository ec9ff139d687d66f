# SPDX-License-Identifier: Apache-2.0
"""Samples held back until there are enough of them."""

from nephoscope.model.sample_columns import NOTHING, Samples, joined
from nephoscope.pipeline.transform.parameters import Parameters


class Accumulator:
    """Lets samples go on together once there are `size` of them; below 1 they go on at once."""

    def __init__(self, parameters: Parameters) -> None:
        parameters.of("size")
        self._size = int(parameters.number("size") or 0) if parameters.has("size") else 1
        self._held: list[Samples] = []

    def take(self, samples: Samples) -> Samples:
        """Nothing, unless nothing is to be held."""
        if self._size < 1:
            return samples
        if len(samples):
            self._held.append(samples)
        return NOTHING

    def flush(self, now_ns: int) -> Samples:
        """All that are held, when they are enough."""
        if not self._held or sum(map(len, self._held)) < self._size:
            return NOTHING
        held, self._held = self._held, []
        return joined(held)
