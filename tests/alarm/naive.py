# SPDX-License-Identifier: Apache-2.0
"""Series rules read again from their description, one value after another, in plain Python."""

import itertools
import operator
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nephoscope.model.series_rule import Band, Earlier, SeriesRule

COMPARE: dict[str, Callable[[float, float], bool]] = {
    each: getattr(operator, each) for each in ("lt", "le", "eq", "ne", "ge", "gt")
}
TOGETHER: dict[str, Callable[[Sequence[float]], float]] = {
    "mean": statistics.fmean,
    "min": min,
    "max": max,
    "sum": lambda values: float(sum(values)),
    "count": lambda values: float(len(values)),
    "median": statistics.median,
}

Points = Sequence[tuple[float, float]]
Buckets = Mapping[int, float]


def buckets(points: Points, method: str, width: int) -> dict[int, float]:
    """The aggregates of (seconds, value) by the number of their bucket."""
    ordered = sorted(points)
    if method.startswith("rate:"):
        ordered = [(time, value - before) for (_, before), (time, value) in itertools.pairwise(ordered)]
    found: dict[int, list[float]] = {}
    for time, value in ordered:
        found.setdefault(int(time // width), []).append(value)
    return {place: TOGETHER[method.removeprefix("rate:")](values) for place, values in found.items()}


@dataclass(frozen=True)
class Judgement:
    """What a rule says of one instance: a verdict's state (None where values differ) and its newest value."""

    state: str | None
    newest: float | None


def judgement(rule: SeriesRule, members: Sequence[Points], now_s: int) -> Judgement:
    """What the rule says of an instance of these series."""
    series = [buckets(points, rule.aggregation_method, rule.granularity) for points in members]
    closed = now_s // rule.granularity - 1
    window = range(closed, closed - rule.evaluation_periods - 1, -1)
    values: list[float] = []
    for place in window:
        late = place == closed and any(place - 1 in each and place not in each for each in series)
        value = None if late else _judged(rule, series, place)
        if value is not None:
            values.append(value)
    values = values[: rule.evaluation_periods]
    newest = values[0] if values else None
    if len(values) < rule.evaluation_periods:
        return Judgement("insufficient data", newest)
    beyond = {COMPARE[rule.comparison_operator](value, rule.threshold) for value in values}
    return Judgement(None if len(beyond) > 1 else "alarm" if True in beyond else "ok", newest)


def _judged(rule: SeriesRule, series: Sequence[Buckets], place: int) -> float | None:
    value = _together(rule, series, place)
    if value is None:
        return None
    match rule.compare:
        case Earlier() as earlier:
            before = _together(rule, series, place - earlier.offset_s // rule.granularity)
            return None if before is None else _against(value, before, earlier)
        case Band() as band:
            return _deviations(rule, series, place, value, band)
        case None:
            return value


def _together(rule: SeriesRule, series: Sequence[Buckets], place: int) -> float | None:
    there = [each[place] for each in series if place in each]
    return TOGETHER[rule.across or "mean"](there) if there else None


def _against(value: float, before: float, earlier: Earlier) -> float | None:
    if earlier.how == "difference":
        return value - before
    if before == 0:
        return None
    return value / before if earlier.how == "ratio" else 100 * (value - before) / abs(before)


def _deviations(rule: SeriesRule, series: Sequence[Buckets], place: int, value: float, band: Band) -> float | None:
    samples: list[float] = []
    known = 0
    for season in range(1, band.seasons + 1):
        around = place - season * (band.season_s // rule.granularity)
        found = [each for side in (-1, 0, 1) if (each := _together(rule, series, around + side)) is not None]
        known += bool(found)
        samples += found
    if known < (band.seasons + 1) // 2:
        return None
    usual = statistics.median(samples)
    scale = max(1.4826 * statistics.median(abs(each - usual) for each in samples), abs(usual) / 100)
    away = value - usual
    away = {"above": away, "below": -away, "both": abs(away)}[band.direction]
    if away == 0:
        return 0.0
    return max(min(away / scale, 1e6), -1e6) if scale else (1e6 if away > 0 else -1e6)
