# SPDX-License-Identifier: Apache-2.0
"""Volumes in another unit."""

import numpy as np

from nephoscope.model.sample_columns import NOTHING, Samples, joined
from nephoscope.pipeline.transform.parameters import Parameters
from nephoscope.pipeline.transform.target import Target


class UnitConversion:
    """
    Scales samples, and renames them; those of another unit than `source.unit` pass as they are.

    Formula  volume · scale for a number, what the expression gives for a text, then at most `target.max`.
    """

    memory = None

    def __init__(self, parameters: Parameters) -> None:
        parameters.of("source", "target")
        self._unit = parameters.map("source").text("unit")
        self._target = Target.of(parameters)

    def take(self, samples: Samples) -> Samples:
        """As many samples as came, less those that the expression makes no number of; their order stays."""
        if self._unit is None:
            meant = np.arange(len(samples))
        else:
            meant = np.flatnonzero([each == self._unit for each in samples.unit.tolist()])
        part = samples if len(meant) == len(samples) else samples.take(meant)
        volume = self._target.capped(self._target.scaled(part))
        converted = self._target.applied(part, volume)
        if len(part) == len(samples):
            return converted
        others = np.setdiff1d(np.arange(len(samples)), meant)
        places = np.concatenate([meant[np.isfinite(volume)], others])
        return joined([converted, samples.take(others)]).take(np.argsort(places, kind="stable"))

    def flush(self, now_ns: int) -> Samples:
        """Nothing is held back."""
        return NOTHING
