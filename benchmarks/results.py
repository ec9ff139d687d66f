# SPDX-License-Identifier: Apache-2.0
"""What a run has found, as it is kept between runs and shown."""

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from benchmarks.collection.figure import Figure

# The benchmarks that have parts.
Section = Literal["collection", "alarms"]


class Comparison(msgspec.Struct):
    """One row's numbers, one for each round, and its goal as it stands in the table."""

    name: str
    unit: str
    goal: str
    reached: bool
    ours: list[float]
    theirs: list[float]
    ratios: list[float]


class Share(msgspec.Struct):
    """Acknowledged measures a second by shape of the batches, beside those of the bare loop in the same round."""

    shape: str
    ours: list[float]
    bare: list[float]

    @property
    def shares(self) -> list[float]:
        """Round by round."""
        return [ours / bare for ours, bare in zip(self.ours, self.bare, strict=True)]


class Growth(msgspec.Struct):
    """One kind of work at a small and a large stock of measures; `factor` says how many times worse it became."""

    name: str
    unit: str
    small: list[float]
    large: list[float]
    factor: float


class Circumstances(msgspec.Struct):
    """Where, when and how a run was made."""

    date: str
    command: str
    machine: dict[str, str]


class ComparisonRun(msgspec.Struct):
    """A run beside Gnocchi."""

    circumstances: Circumstances
    rows: list[Comparison]
    limit: list[Share]


class GrowthRun(msgspec.Struct):
    """A run over growing stocks; `stocks` are how many measures were stored."""

    circumstances: Circumstances
    stocks: tuple[int, int]
    rows: list[Growth]


class Part(msgspec.Struct):
    """A run of one part of a benchmark; `told` are sentences about what was done."""

    circumstances: Circumstances
    figures: list[Figure]
    told: list[str]


class Results(msgspec.Struct):
    """The latest run of each kind; those about collection and alarms by their parts."""

    comparison: ComparisonRun | None = None
    growth: GrowthRun | None = None
    collection: dict[str, Part] = {}
    alarms: dict[str, Part] = {}

    def parts(self, section: Section) -> dict[str, Part]:
        """Those of a benchmark that has parts."""
        return self.collection if section == "collection" else self.alarms


def load(path: Path) -> Results:
    """What earlier runs have left; empty when there is nothing."""
    return msgspec.json.decode(path.read_bytes(), type=Results) if path.exists() else Results()


def save(path: Path, results: Results) -> None:
    """Keep results for the page of the next run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results)))


def median(numbers: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(numbers)
