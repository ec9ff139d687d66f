# SPDX-License-Identifier: Apache-2.0
"""How quickly a volume grows."""

import numpy as np

from nephoscope.model.sample_columns import NOTHING, Samples
from nephoscope.pipeline.transform.parameters import Parameters
from nephoscope.pipeline.transform.predecessors import Predecessors
from nephoscope.pipeline.transform.target import Target


class RateOfChange:
    """
    The growth since the sample before, by the second, times `target.scale`; the first sample of a series gives none.

    Formula  scale · (v1 - v0) / (t1 - t0), at most `target.max`; a cumulative volume that fell grew from 0. The scale
             is what its expression makes of the later sample, 1 by default; a plain number stands for number · v1.
    Example  4e9 ns of processor time, 16e9 ten seconds later, two processors and the scale 100 / (1e9 · 2): 60 %.
    """

    def __init__(self, parameters: Parameters) -> None:
        parameters.of("source", "target")
        self._target = Target.of(parameters)
        self.memory = Predecessors(monotonic=True)

    def take(self, samples: Samples) -> Samples:
        """A rate for each sample that is not the first of its series."""
        steps = self.memory.step(samples)
        later = samples.take(steps.rows)
        grown = later.volume - steps.before
        is_cumulative = np.fromiter((each == "cumulative" for each in later.type.tolist()), bool, len(later))
        grown = np.where(is_cumulative & (grown < 0), later.volume, grown)
        rate = np.divide(grown, steps.seconds, out=np.zeros(len(later)), where=steps.seconds != 0)
        scale = 1.0 if self._target.scale is None else self._target.scaled(later)
        return self._target.applied(later, self._target.capped(scale * rate))

    def flush(self, now_ns: int) -> Samples:
        """Nothing is held back."""
        return NOTHING
