# SPDX-License-Identifier: Apache-2.0
"""What charts need: many series at once, each as fine as fits, counters as rates; and sparklines of hundreds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from nephoscope.model import timespan
from nephoscope.model.archive_policy import ArchivePolicy
from nephoscope.model.errors import TooLarge
from nephoscope.query.counters import per_second, reading_of
from nephoscope.query.metrics import FOREVER, NO_POINTS, Column, MetricReader, Points
from nephoscope.query.thinning import thinned
from nephoscope.store.series import Int64s

# Points read for one answer: thinned afterwards, so that a peak is seen from afar.
READ_MAX = 2_000_000
SPARKLINE_METHOD = "mean"
# Steps in which charts are read that are finer than what a policy keeps.
FINE_STEPS_NS = tuple(count * timespan.SECOND_NS for count in (1, 2, 5, 10, 15, 20, 30, 60, 120, 180))
# What they give grows with the width of a step: another one would be another quantity.
OF_A_WIDTH = ("sum", "count")


@dataclass(frozen=True)
class Wanted:
    """A metric by its number, under its policy; `counter` when its rate is wanted instead of its value."""

    number: int
    policy: ArchivePolicy
    counter: bool = False


@dataclass(frozen=True)
class Window:
    """The span [start, stop) that a chart shows, and the clock, all in ns; at most `points` a series are wanted."""

    start_ns: int
    stop_ns: int
    now_ns: int
    points: int

    @property
    def length_ns(self) -> int:
        """Its length, never 0."""
        return max(self.stop_ns - self.start_ns, 1)


@dataclass(frozen=True)
class Line:
    """
    One series of a chart.

    `thinned` when points were left out; `note` says where something else was read than what was asked for.
    """

    granularity_ns: int
    times_ns: Int64s
    values: Column
    thinned: bool = False
    note: str = ""


@dataclass
class _Group:
    """Series that are read together, by their positions; `wide` when their granularity is none of those kept."""

    granularity_ns: int
    method: str
    counter: bool
    wide: bool
    positions: list[int] = field(default_factory=list)


def lines(
    reader: MetricReader, wanted: Sequence[Wanted], method: str, window: Window, granularity_ns: int | None = None
) -> list[Line]:
    """
    Series as a chart shows them, in the order of `wanted`, whose numbers are distinct.

    Takes   the stored method; counters are read as rates by the second whatever it is. Without a granularity each
            series has the finest that its policy keeps for the window, while all together stay within `READ_MAX`; in a
            short window, where there are measures more often than that, finer steps.
    Errors  TooLarge when even the coarsest granularities hold more points than can be read at once.
    """
    notes = [""] * len(wanted)
    groups: dict[tuple[int, str, bool, bool], _Group] = {}
    share = max(READ_MAX // max(len(wanted), 1), 1)
    spacings = reader.spacing(np.array([each.number for each in wanted], np.uint32)).tolist()
    for position, each in enumerate(wanted):
        chosen = chosen_granularity(each.policy, window, share, granularity_ns)
        read_as = reading_of(each.policy, chosen) if each.counter else method
        notes[position] = _not_kept(each.policy, chosen, read_as)
        if granularity_ns is not None and chosen != granularity_ns:
            notes[position] = _another_granularity(each.policy, granularity_ns, chosen)
        wide = chosen == _finest(each.policy) and _buckets(each.policy, chosen, window) > share
        if wide:
            chosen *= -(-_buckets(each.policy, chosen, window) // share)
            notes[position] = f"shown at {timespan.seconds(chosen):g} s, as finer points are too many to read at once"
        elif granularity_ns is None and chosen == _finest(each.policy) and not read_as.endswith(OF_A_WIDTH):
            chosen = _fine_step(chosen, spacings[position], window)
            wide = chosen != _finest(each.policy)
        key = (chosen, read_as, each.counter, wide)
        groups.setdefault(key, _Group(*key)).positions.append(position)
    _refuse_too_much([(wanted[each.positions[0]].policy, each) for each in groups.values() if not each.wide], window)
    found = [Line(0, NO_POINTS.time, NO_POINTS.value)] * len(wanted)
    for group in groups.values():
        for position, line in zip(group.positions, _read(reader, wanted, group, window), strict=True):
            found[position] = Line(line.granularity_ns, line.times_ns, line.values, line.thinned, notes[position])
    return found


def sparklines(reader: MetricReader, wanted: Sequence[Wanted], window: Window) -> list[Line]:
    """Small charts of hundreds of metrics with distinct numbers: means over steps that give about `points` each."""
    groups: dict[tuple[int, bool, bool], list[int]] = defaultdict(list)
    spacings = reader.spacing(np.array([each.number for each in wanted], np.uint32)).tolist()
    for position, each in enumerate(wanted):
        kept = sorted(chosen.granularity_ns for chosen in _covering(each.policy, window))
        coarse = [width for width in kept if width <= window.length_ns // window.points]
        granularity = coarse[-1] if coarse else kept[0]
        raw = granularity == _finest(each.policy)
        if raw:
            granularity = _fine_step(granularity, spacings[position], window)
        groups[granularity, raw, each.counter].append(position)
    found = [Line(0, NO_POINTS.time, NO_POINTS.value)] * len(wanted)
    for (granularity, raw, counter), positions in groups.items():
        step = max(window.length_ns // window.points // granularity, 1) * granularity
        members = [wanted[position] for position in positions]
        points = _steps(reader, members, granularity, step, window, raw=raw, counter=counter)
        for position, line in zip(positions, _cut(points, len(members), step), strict=True):
            found[position] = line
    return found


def chosen_granularity(policy: ArchivePolicy, window: Window, points_max: int, asked_ns: int | None = None) -> int:
    """
    The granularity to read a series at, ns.

    Asked for one, it is that or the finest coarser one. Else it is the finest that is kept as long as the window
    reaches back and has at most `points_max` buckets in it; else the coarsest one.
    """
    if asked_ns is not None:
        kept = sorted(each.granularity_ns for each in policy.definition)
        return next((each for each in kept if each >= asked_ns), kept[-1])
    kept = sorted(each.granularity_ns for each in _covering(policy, window))
    return next((each for each in kept if window.length_ns // each <= points_max), kept[-1])


def _fine_step(finest_ns: int, spacing_ns: int, window: Window) -> int:
    """
    A step below the finest granularity that is not too fine for the window and has a measure in each; else that one.

    Measures come about every `spacing_ns`, 0 where that is not known; twice that leaves no step without one when some
    are a little late. Measured every 10 s under a policy of 300 s, an hour in 700 points is shown in steps of 20 s.
    """
    least = max(spacing_ns * 9 // 5, window.length_ns // window.points)
    fine = (step for step in FINE_STEPS_NS if least <= step < finest_ns)
    return next(fine, finest_ns) if spacing_ns else finest_ns


def _covering(policy: ArchivePolicy, window: Window) -> list["_Kept"]:
    """The granularities that are kept as long as the window reaches back, or the one that is kept longest."""
    reach = window.now_ns - window.start_ns
    kept = [
        _Kept(each.granularity_ns, FOREVER if each.timespan_ns is None else each.timespan_ns)
        for each in policy.definition
    ]
    return [each for each in kept if each.timespan_ns >= reach] or [max(kept, key=lambda each: each.timespan_ns)]


@dataclass(frozen=True)
class _Kept:
    granularity_ns: int
    timespan_ns: int


def _finest(policy: ArchivePolicy) -> int:
    return min(each.granularity_ns for each in policy.definition)


def _another_granularity(policy: ArchivePolicy, asked_ns: int, chosen_ns: int) -> str:
    asked, chosen = timespan.seconds(asked_ns), timespan.seconds(chosen_ns)
    return f"archive policy {policy.name} keeps no granularity of {asked:g} s; shown at {chosen:g} s"


def _not_kept(policy: ArchivePolicy, granularity_ns: int, method: str) -> str:
    """Of the finest granularity there are the measures, from which any method can be computed."""
    if method in policy.aggregation_methods or granularity_ns == _finest(policy):
        return ""
    kept = ", ".join(sorted(policy.aggregation_methods))
    return (
        f"archive policy {policy.name} does not keep {method} at {timespan.seconds(granularity_ns):g} s "
        f"(but {kept}), so older points are missing"
    )


def _buckets(policy: ArchivePolicy, granularity_ns: int, window: Window) -> int:
    return min(window.length_ns, _timespan(policy, granularity_ns)) // granularity_ns


def _refuse_too_much(groups: list[tuple[ArchivePolicy, _Group]], window: Window) -> None:
    buckets = sum(len(group.positions) * _buckets(policy, group.granularity_ns, window) for policy, group in groups)
    if buckets > 2 * READ_MAX:
        raise TooLarge(
            f"about {buckets} points would have to be read, of at most {2 * READ_MAX}: "
            "ask for fewer metrics, a shorter time or a coarser granularity"
        )


def _read(reader: MetricReader, wanted: Sequence[Wanted], group: _Group, window: Window) -> list[Line]:
    members = [wanted[position] for position in group.positions]
    # A rate needs the bucket before; the reader rounds the start down to a bucket by itself.
    start = window.start_ns - (group.granularity_ns if group.counter else 0)
    numbers = np.array([each.number for each in members], np.uint32)
    if group.wide:
        points = reader.over(numbers, group.method, group.granularity_ns, max(start, 0), window.stop_ns)
    else:
        timespans = np.array([_timespan(each.policy, group.granularity_ns) for each in members], np.int64)
        points = reader.read(numbers, group.method, group.granularity_ns, timespans, max(start, 0), window.stop_ns)
    if group.counter:
        points = per_second(points)
    first = window.start_ns // group.granularity_ns * group.granularity_ns
    points, crowded = thinned(points, first, window.stop_ns, window.points)
    found = _cut(points, len(members), group.granularity_ns)
    for row in crowded.tolist():
        found[row] = Line(found[row].granularity_ns, found[row].times_ns, found[row].values, thinned=True)
    return found


def _timespan(policy: ArchivePolicy, granularity_ns: int) -> int:
    found = next(each.timespan_ns for each in policy.definition if each.granularity_ns == granularity_ns)
    return FOREVER if found is None else found


def _steps(
    reader: MetricReader,
    members: Sequence[Wanted],
    granularity_ns: int,
    step_ns: int,
    window: Window,
    *,
    raw: bool,
    counter: bool,
) -> Points:
    """Means over steps: by the engine where measures are at hand, else of the aggregates that are kept."""
    numbers = np.array([each.number for each in members], np.uint32)
    method = reading_of(members[0].policy, granularity_ns) if counter else SPARKLINE_METHOD
    start = max(window.start_ns - (step_ns if counter else 0), 0)
    if raw:
        points = reader.over(numbers, method, step_ns, start, window.stop_ns)
    else:
        timespans = np.array([_timespan(each.policy, granularity_ns) for each in members], np.int64)
        points = reader.read(numbers, method, granularity_ns, timespans, start, window.stop_ns)
        points = _last_of_steps(points, step_ns) if counter else _mean_of_steps(points, step_ns)
    return per_second(points) if counter else points


def _mean_of_steps(points: Points, step_ns: int) -> Points:
    starts, labels = _step_starts(points, step_ns)
    if not len(starts):
        return points
    counts = np.diff(starts, append=len(points))
    return Points(points.series[starts], labels[starts], np.add.reduceat(points.value, starts) / counts)


def _last_of_steps(points: Points, step_ns: int) -> Points:
    starts, labels = _step_starts(points, step_ns)
    lasts = np.append(starts[1:], len(points))[: len(starts)] - 1
    return Points(points.series[starts], labels[starts], points.value[lasts])


def _step_starts(points: Points, step_ns: int) -> tuple[Int64s, Int64s]:
    labels = points.time // step_ns * step_ns
    changes = (labels[1:] != labels[:-1]) | (points.series[1:] != points.series[:-1])
    return np.flatnonzero(np.concatenate(([True], changes))[: len(points)]), labels


def _cut(points: Points, count: int, granularity_ns: int) -> list[Line]:
    """The points of each of `count` series."""
    edges = np.searchsorted(points.series, np.arange(count + 1))
    return [
        Line(granularity_ns, points.time[first:last], points.value[first:last])
        for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    ]
