# SPDX-License-Identifier: Apache-2.0
"""Meters under other names."""

import re

import numpy as np

from nephoscope.model.sample_columns import NOTHING, Samples, objects
from nephoscope.pipeline.transform.parameters import Parameters


class Rename:
    """
    Gives meters whose whole name matches `from`, a regular expression, the name `to`; others pass as they are.

    Groups are `\\1` and so on in `to`. `unit`, where given, is the unit of those that were renamed.
    """

    memory = None

    def __init__(self, parameters: Parameters) -> None:
        parameters.of("from", "to", "unit")
        pattern, to = parameters.pattern("from"), parameters.text("to")
        if pattern is None:
            raise parameters.wrong("from", "is needed: a regular expression of names")
        if not to:
            raise parameters.wrong("to", "is needed: the new name")
        try:
            # A group that is not there is found out now, as every match would meet it.
            re.compile(f"{pattern.pattern}|").sub(to, "")
        except (re.error, IndexError) as error:
            raise parameters.wrong("to", f"does not go with parameters.from: {error}") from None
        self._pattern, self._to, self._unit = pattern, to, parameters.text("unit")

    def take(self, samples: Samples) -> Samples:
        """The same samples in the same order."""
        listed = samples.name.tolist()
        renamed = {name: self._pattern.sub(self._to, name, count=1) for name in set(listed) if self._whole(name)}
        if not renamed:
            return samples
        changed = samples.having(name=objects(renamed.get(name, name) for name in listed))
        if self._unit is None:
            return changed
        meant = np.fromiter((name in renamed for name in listed), bool, len(listed))
        return changed.having(unit=np.where(meant, objects([self._unit]), samples.unit))

    def flush(self, now_ns: int) -> Samples:
        """Nothing is held back."""
        return NOTHING

    def _whole(self, name: str) -> bool:
        return self._pattern.fullmatch(name) is not None
