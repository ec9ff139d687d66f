# SPDX-License-Identifier: Apache-2.0
"""What the operations answer: columns for each series, granularity by granularity."""

from dataclasses import dataclass

from nephoscope.query.operations.steps import Step
from nephoscope.query.operations.table import Floats, Times


@dataclass(frozen=True, slots=True)
class Part:
    """The points of one granularity: `step` in ns (or a calendar letter), labels in ns, ascending, and values."""

    step: Step
    times_ns: Times
    values: Floats


@dataclass(frozen=True, slots=True)
class OutputSeries:
    """A series of the answer: its position among the labels (None: aggregated), its parts, coarsest first."""

    position: int | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Either one aggregated series, or one for each series that the operations kept apart."""

    series: tuple[OutputSeries, ...]

    @property
    def aggregated(self) -> bool:
        return self.series[0].position is None
