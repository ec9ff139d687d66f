# SPDX-License-Identifier: Apache-2.0
"""The values that series rules judge: of many rules with one read for each granularity, method and time before."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nephoscope.alarm.compare import compared
from nephoscope.alarm.members import Members
from nephoscope.alarm.season import BESIDE, deviations
from nephoscope.model.errors import NephoscopeError, TooLarge
from nephoscope.model.series_rule import Band, Earlier, SeriesRule
from nephoscope.model.timespan import SECOND_NS
from nephoscope.query.metrics import MetricReader
from nephoscope.query.operations import reduce
from nephoscope.query.operations.table import CELLS_MAX
from nephoscope.store.series import Int64s, UInt32s

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Stretch:
    """Which buckets of a rule's instances are wanted: `width` of them, the first one starting at `first_ns`."""

    rule: SeriesRule
    members: Members
    first_ns: int
    width: int

    @property
    def granularity_ns(self) -> int:
        """How wide a bucket is."""
        return self.rule.granularity * SECOND_NS


@dataclass(frozen=True)
class Values:
    """
    What instances have, a row each, at times by column; not-a-number where that is nothing.

    plain     the values themselves, aggregated where an instance has several series
    whole     whether every series that is in the bucket before is in this one, too
    before    those with which they are compared: of each earlier time, with `BESIDE` more at both ends for seasons
    """

    rule: SeriesRule
    plain: Floats
    whole: Mask
    before: Sequence[Floats]

    @property
    def judged(self) -> Floats:
        """What is held against the threshold."""
        match self.rule.compare:
            case Earlier() as compare:
                return compared(self.plain, self.before[0], compare)
            case Band() as band:
                return deviations(self.plain, self.before, band)
            case None:
                return self.plain


def read_values(reader: MetricReader, wanted: Sequence[Stretch]) -> list[Values | NephoscopeError]:
    """The values of each stretch, or the error that its read ended with: one does not keep the others from theirs."""
    together: dict[_Read, list[Stretch]] = defaultdict(list)
    for stretch in wanted:
        for read in _reads(stretch):
            together[read].append(stretch)
    grids: dict[_Read, _Grid | NephoscopeError] = {}
    for read, stretches in together.items():
        try:
            grids[read] = _grid(reader, read, stretches)
        except NephoscopeError as error:
            grids[read] = error
    return [_values(stretch, [grids[read] for read in _reads(stretch)]) for stretch in wanted]


@dataclass(frozen=True, slots=True)
class _Read:
    """What is read together: so much before the wanted buckets, and so many more of them at both ends."""

    granularity_ns: int
    method: str
    before_ns: int = 0
    beside: int = 0


@dataclass(frozen=True)
class _Grid:
    """Series, by ascending number, and buckets."""

    read: _Read
    numbers: UInt32s
    first_ns: int
    values: Floats

    def of(self, stretch: Stretch) -> Floats:
        """The part that is a stretch's: a row for each of its series."""
        rows = np.searchsorted(self.numbers, stretch.members.numbers)
        first_ns = stretch.first_ns - self.read.before_ns - self.read.beside * self.read.granularity_ns
        start = (first_ns - self.first_ns) // self.read.granularity_ns
        return self.values[rows, start : start + stretch.width + 2 * self.read.beside]


def _reads(stretch: Stretch) -> list[_Read]:
    granularity_ns, method = stretch.granularity_ns, stretch.rule.aggregation_method
    reads = [_Read(granularity_ns, method)]
    match stretch.rule.compare:
        case Earlier(offset_s=offset_s):
            reads.append(_Read(granularity_ns, method, offset_s * SECOND_NS))
        case Band(season_s=season_s, seasons=seasons):
            reads += [_Read(granularity_ns, method, n * season_s * SECOND_NS, BESIDE) for n in range(1, seasons + 1)]
    return reads


def _grid(reader: MetricReader, read: _Read, stretches: Sequence[Stretch]) -> _Grid:
    width_ns = read.granularity_ns
    start_ns = min(each.first_ns for each in stretches) - read.before_ns - read.beside * width_ns
    stop_ns = max(each.first_ns + each.width * width_ns for each in stretches) - read.before_ns + read.beside * width_ns
    numbers, places = np.unique(np.concatenate([each.members.numbers for each in stretches]), return_index=True)
    timespans: Int64s = np.concatenate([each.members.timespans_ns for each in stretches])[places]
    width = (stop_ns - start_ns) // width_ns
    if len(numbers) * width > CELLS_MAX:
        raise TooLarge(f"{len(numbers)} series of {width} buckets are more than {CELLS_MAX} values; narrow the query")
    points = reader.read(numbers, read.method, width_ns, timespans, start_ns, stop_ns)
    values = np.full((len(numbers), width), np.nan)
    values[points.series, (points.time - start_ns) // width_ns] = points.value
    return _Grid(read, numbers, start_ns, values)


def _values(stretch: Stretch, grids: Sequence[_Grid | NephoscopeError]) -> Values | NephoscopeError:
    parts: list[Floats] = []
    for grid in grids:
        if isinstance(grid, NephoscopeError):
            return grid
        parts.append(grid.of(stretch))
    rule, members = stretch.rule, stretch.members
    plain, *before = (_of_instances(part, members, rule.across) for part in parts)
    return Values(rule, plain, _whole(parts[0], members), before)


def _of_instances(series: Floats, members: Members, across: str | None) -> Floats:
    """Rows of series to rows of instances; where no series has anything, sums and counts have nothing either."""
    found = np.full((len(members.labels), series.shape[1]), np.nan)
    readable = np.flatnonzero(np.diff(members.starts))
    if across is None:
        found[readable] = series[members.starts[readable]]
        return found
    for place in readable.tolist():
        of_one = series[members.starts[place] : members.starts[place + 1]]
        found[place] = np.where(np.isnan(of_one).all(axis=0), np.nan, reduce(across, of_one, axis=0))
    return found


def _whole(series: Floats, members: Members) -> Mask:
    there = ~np.isnan(series)
    lost = np.zeros(series.shape, np.int64)
    lost[:, 1:] = there[:, :-1] & ~there[:, 1:]
    so_far = np.vstack([np.zeros(series.shape[1], np.int64), lost.cumsum(axis=0)])
    return np.asarray(so_far[members.starts[1:]] == so_far[members.starts[:-1]])
