# SPDX-License-Identifier: Apache-2.0
"""What most transformers have in common: other names, units and types, a scale, and a cap."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nephoscope.model.expression import Column, Expression, Path, looked_up
from nephoscope.model.sample_columns import Floats, Objects, Samples, filled
from nephoscope.observe import dropped
from nephoscope.pipeline.transform.parameters import TYPES, Parameters

ROOTS = (
    "name",
    "type",
    "unit",
    "volume",
    "user_id",
    "project_id",
    "resource_id",
    "resource_metadata",
    "timestamp",
)


@dataclass(frozen=True)
class Renamed:
    """How a text of a sample becomes another: by a pattern with its groups, else as it is given, else not at all."""

    given: str | None
    pattern: re.Pattern[str] | None
    replacement: str | None

    def column(self, texts: Objects) -> Objects:
        """The texts renamed; each different one is looked at once."""
        if self.pattern is None or self.replacement is None:
            return texts if self.given is None else filled(self.given, len(texts))
        listed = texts.tolist()
        known = {each: self._one(each) for each in set(listed)}
        column = np.empty(len(listed), object)
        column[:] = [known[each] for each in listed]
        return column

    def _one(self, text: str) -> str:
        assert self.pattern is not None
        assert self.replacement is not None
        try:
            return self.pattern.sub(self.replacement, text)
        except (re.error, IndexError):
            return text if self.given is None else self.given


@dataclass(frozen=True)
class Target:
    """The `source` and `target` of a transformer."""

    name: Renamed
    unit: Renamed
    type: str | None
    scale: float | Expression | None
    maximum: float

    @classmethod
    def of(cls, parameters: Parameters) -> "Target":
        """Read them; BadRequest says which parameter is wrong."""
        source = parameters.map("source").of("name", "unit", "map_from")
        target = parameters.map("target").of("name", "unit", "type", "scale", "max", "map_to")
        map_from = source.map("map_from").of("name", "unit")
        map_to = target.map("map_to").of("name", "unit")

        def renamed(field: str) -> Renamed:
            return Renamed(target.text(field), map_from.pattern(field), map_to.text(field))

        scale = target.scale("scale")
        return cls(
            renamed("name"),
            renamed("unit"),
            target.one_of("type", TYPES),
            Expression.read(scale, ROOTS, parameters.place) if isinstance(scale, str) else scale,
            target.number("max") or 0.0,
        )

    def scaled(self, samples: Samples) -> Floats:
        """The volumes times a number, or what an expression makes of each sample; NaN where it makes nothing."""
        if self.scale is None:
            return samples.volume
        if isinstance(self.scale, Expression):
            return self.scale.values(len(samples), column_of(samples))
        return samples.volume * self.scale

    def capped(self, volume: Floats) -> Floats:
        """The volumes, at most the target's maximum; 0 is none."""
        return np.minimum(volume, self.maximum) if self.maximum else volume

    def applied(self, samples: Samples, volume: Floats) -> Samples:
        """The samples under their new names and with new volumes; those without a volume are gone."""
        kept = np.isfinite(volume)
        if not kept.all():
            dropped("pipeline", "expression without a value", int(len(kept) - kept.sum()))
            samples, volume = samples.take(kept), volume[kept]
        return samples.having(
            name=self.name.column(samples.name),
            unit=self.unit.column(samples.unit),
            type=samples.type if self.type is None else filled(self.type, len(samples)),
            volume=volume,
            # What was computed was never read from a clock.
            monotonic_s=np.full(len(samples), np.nan),
        )


def column_of(samples: Samples) -> Callable[[Path], Column]:
    """The fields of samples for expressions."""

    def column(path: Path) -> Column:
        root, rest = path[0], path[1:]
        if root == "resource_metadata":
            return looked_up(samples.metadata, rest)
        if root == "volume":
            return samples.volume
        if root == "timestamp":
            return samples.time_ns / 1e9
        found: Objects = getattr(samples, root)
        return found

    return column
