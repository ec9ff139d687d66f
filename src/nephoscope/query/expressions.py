# SPDX-License-Identifier: Apache-2.0
"""Operations over many groups of series at once: one granularity, read together, computed group by group."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nephoscope.model import timespan
from nephoscope.model.errors import BadRequest, NotFound, TooLarge
from nephoscope.query.charts import Window
from nephoscope.query.metrics import MetricReader
from nephoscope.query.operations import Node, Outcome, Reference, SeriesTable, compute
from nephoscope.query.operations.tree import Aggregate, Binary, Clip, Metric, Number, Resample, Rolling, Unary
from nephoscope.query.series import StoredSeries, read_tables

# Points of all series that are read for one answer: hundreds for each of thousands of series.
READ_MAX = 600_000
# Methods and operations after which a value is still of its metric's unit.
UNITLESS_METHODS = ("count", "var")
SAME_UNIT = frozenset(["abs", "absolute", "neg", "negative", "floor", "ceil", "rateofchange"])
SUMS = frozenset(["+", "add", "-", "sub", "clip_min", "clip_max", "max"])


@dataclass(frozen=True)
class Grain:
    """
    The granularity that series are read at, ns.

    `wide` when it is a step that no policy need keep; `note` says why it is none that was asked for.
    """

    granularity_ns: int
    wide: bool = False
    note: str = ""


@dataclass(frozen=True)
class Labelled:
    """A stored series with the reference of the operations that it answers to, and its metric's unit."""

    label: Reference
    series: StoredSeries
    unit: str | None


def evaluated(
    reader: MetricReader, tree: Node, groups: Sequence[Sequence[Labelled]], grain: Grain, window: Window
) -> list[Outcome]:
    """
    What the operations give for each group of series: all groups are read with one query for each stored method.

    Errors  BadRequest, cause `Metrics cannot be aggregated`; NotFound for a method that a policy does not keep.
    """
    listed = [each for group in groups for each in group]
    missing = sorted({each.label.method for each in listed if not each.series.keeps()})
    if missing:
        raise NotFound(f"an archive policy of these metrics does not keep {', '.join(missing)}; see their methods")
    series = [each.series for each in listed]
    granularity_ns = grain.granularity_ns
    tables = read_tables(reader, series, [granularity_ns], window.start_ns, window.stop_ns, wide=grain.wide)
    outcomes, first = [], 0
    for group in groups:
        mine = _rows(tables[granularity_ns], first, first + len(group))
        first += len(group)
        labels = [each.label for each in group]
        outcomes.append(compute(tree, {granularity_ns: mine}, labels, start_ns=window.start_ns, stop_ns=window.stop_ns))
    return outcomes


def common_grain(listed: Sequence[StoredSeries], window: Window, asked_ns: int | None) -> Grain:
    """
    The granularity at which all these series are kept.

    Without one asked for it is the finest that is kept as far back as the window reaches, while all together stay
    within what can be read at once. Where even measures are too many, they are read in wider steps.

    Errors  BadRequest when no granularity is common to all; TooLarge.
    """
    policies = _one_a_policy(listed)
    common = set.intersection(*(set(each.granularities_ns()) for each in policies))
    if not common:
        kept = sorted({timespan.seconds(each) for one in policies for each in one.granularities_ns()})
        raise BadRequest(f"these metrics have no granularity in common; their policies keep {kept} s")
    spans = {each: min(one.timespan_ns(each) for one in policies) for each in sorted(common)}
    share = max(READ_MAX // len(listed), 1)
    chosen, note = _chosen(spans, window, share, asked_ns)
    buckets = min(window.length_ns, spans[chosen]) // chosen
    if buckets <= share:
        return Grain(chosen, note=note)
    if all(chosen == min(each.granularities_ns()) for each in policies):
        step = chosen * -(-buckets // share)
        return Grain(step, True, f"shown at {timespan.seconds(step):g} s, as finer points are too many to read at once")
    raise TooLarge(
        f"{len(listed)} series of {buckets} points each are more than {READ_MAX} points to read at once: "
        "narrow the search, shorten the time, or ask for a coarser granularity"
    )


def _chosen(spans: dict[int, int], window: Window, share: int, asked_ns: int | None) -> tuple[int, str]:
    """The granularity out of those kept, finest first, with their timespans; and a note when another was asked for."""
    if asked_ns is None:
        reach = window.now_ns - window.start_ns
        covering = [each for each in spans if spans[each] >= reach] or [max(spans, key=lambda each: spans[each])]
        return next((each for each in covering if window.length_ns // each <= share), covering[-1]), ""
    chosen = next((each for each in spans if each >= asked_ns), max(spans))
    if chosen == asked_ns:
        return chosen, ""
    return chosen, f"shown at {timespan.seconds(chosen):g} s, as not all are kept at {timespan.seconds(asked_ns):g} s"


def _one_a_policy(listed: Sequence[StoredSeries]) -> list[StoredSeries]:
    return list({each.policy.name: each for each in listed}.values())


def unit_of(tree: Node, units: Sequence[str | None]) -> str | None:
    """The unit of what the operations give, where it is clear: that of all series, perhaps by the second."""
    known = set(units)
    if len(known) != 1 or None in known:
        return None
    return _unit(tree, next(iter(known)) or "")


def _unit(node: Node, unit: str) -> str | None:
    found: str | None = None
    match node:
        case Metric(references):
            found = None if any(each.method.endswith("count") for each in references) else unit
        case Aggregate(method, inner) | Resample(method, _, inner) | Rolling(method, _, inner):
            found = None if method.removeprefix("rate:") in UNITLESS_METHODS else _unit(inner, unit)
        case Unary("rateofchangesec", inner):
            inside = _unit(inner, unit)
            found = None if inside is None else f"{inside}/s"
        case Unary(word, inner):
            found = _unit(inner, unit) if word in SAME_UNIT else None
        case Clip(inner, _, _):
            found = _unit(inner, unit)
        case Binary(word, left, right) if word in SUMS:
            sides = {_unit(each, unit) for each in (left, right) if not isinstance(each, Number)}
            found = sides.pop() if len(sides) == 1 else None
    return found


def _rows(table: SeriesTable, first: int, last: int) -> SeriesTable:
    """The series of one group, at the times that one of them knows."""
    values = table.values[first:last]
    if table.present is None:
        return SeriesTable(table.granularity_ns, table.times_ns, values, None)
    present = table.present[first:last]
    known = present.any(axis=0)
    if not known.all():
        values, present = values[:, known], present[:, known]
    whole = bool(np.all(present))
    return SeriesTable(table.granularity_ns, table.times_ns[known], values, None if whole else present)
