# SPDX-License-Identifier: Apache-2.0
"""The verdicts of many threshold rules at once, and why there is none where too little is known."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from nephoscope.alarm.targets import Missing, Scoped, Target, Targets
from nephoscope.alarm.verdicts import Judged, Verdict, judge, unknown
from nephoscope.alarm.windows import read_windows
from nephoscope.model import timestamp
from nephoscope.model.alarm import RETRIEVAL_FAILED
from nephoscope.model.errors import NephoscopeError
from nephoscope.query.metrics import MetricReader
from nephoscope.store.series import NEVER, SeriesState, UInt32s


@dataclass(frozen=True)
class Group:
    """Rules that were read together, each with a row of `judged`."""

    rules: Sequence[Scoped]
    targets: Sequence[Target]
    judged: Judged


@dataclass
class Looked:
    """
    What was found of rules at one moment: those that could be judged, in `groups`, and where each stands there.

    Of the others `missing` says why there is nothing to read, or `failed` why that could not be told.
    """

    groups: list[Group] = field(default_factory=list)
    places: dict[Scoped, tuple[Group, int]] = field(default_factory=dict)
    missing: dict[Scoped, Missing] = field(default_factory=dict)
    failed: dict[Scoped, str] = field(default_factory=dict)


class Judge(Protocol):
    """Looks at rules, and tells what is found of them."""

    def look(self, rules: Collection[Scoped], now_ns: int) -> Looked:
        """Find, read and judge what the rules ask for."""
        ...

    def verdict(self, looked: Looked, scoped: Scoped) -> Verdict:
        """The verdict about one of the rules, with the reason in words where too little is known."""
        ...


class Thresholds:
    """A `Judge` of our own metrics, for one thread. `lag_ns` is how late measures may come, see `read_windows`."""

    def __init__(self, targets: Targets, reader: MetricReader, series: SeriesState, lag_ns: int = 0) -> None:
        self._targets = targets
        self._reader = reader
        self._series = series
        self._lag_ns = lag_ns

    def look(self, rules: Collection[Scoped], now_ns: int) -> Looked:
        """Find, read and judge what the rules ask for: one read for all of a granularity and method."""
        looked = Looked()
        try:
            found = self._targets.find(rules)
        except NephoscopeError as error:
            looked.failed = dict.fromkeys(rules, error.message)
            return looked
        together: dict[tuple[int, str], list[tuple[Scoped, Target]]] = defaultdict(list)
        for scoped, target in found.items():
            if isinstance(target, Missing):
                looked.missing[scoped] = target
            else:
                together[target.granularity_ns, target.method].append((scoped, target))
        for listed in together.values():
            try:
                group = self._judged(listed, now_ns)
            except NephoscopeError as error:
                # What one read fails at must not keep the others from being decided.
                looked.failed |= dict.fromkeys((scoped for scoped, _ in listed), error.message)
            else:
                looked.groups.append(group)
                looked.places.update((scoped, (group, row)) for row, scoped in enumerate(group.rules))
        return looked

    def verdict(self, looked: Looked, scoped: Scoped) -> Verdict:
        """The verdict about one rule, with the reason in words where too little is known."""
        periods = scoped.rule.evaluation_periods
        if (failure := looked.failed.get(scoped)) is not None:
            return unknown(RETRIEVAL_FAILED + failure, periods)
        if (missing := looked.missing.get(scoped)) is not None:
            return unknown(missing.text, periods)
        group, row = looked.places[scoped]
        windows = group.judged.windows
        count = int(windows.counts[row])
        if count >= periods:
            return group.judged.verdict(row)
        why = why_too_few(self._series, np.array(group.targets[row].numbers, np.uint32), count, periods)
        if not count:
            return unknown(f"No datapoint for granularity {scoped.rule.granularity}: {why}", periods)
        return unknown(f"{periods} datapoints are unknown: {why}", periods, float(windows.values[row, 0]))

    def _judged(self, listed: Sequence[tuple[Scoped, Target]], now_ns: int) -> Group:
        rules = [scoped for scoped, _ in listed]
        targets = [target for _, target in listed]
        periods = np.array([each.rule.evaluation_periods for each in rules], np.int64)
        windows = read_windows(self._reader, targets, periods, now_ns, self._lag_ns)
        thresholds = np.array([each.rule.threshold for each in rules], np.float64)
        judged = judge(windows, periods, thresholds, [each.rule.comparison_operator for each in rules])
        return Group(rules, targets, judged)


def why_too_few(state: SeriesState, numbers: UInt32s, count: int, periods: int) -> str:
    """What explains that of some metrics only `count` of `periods` values are there: how old the newest point is."""
    newest = state.newest_of(numbers)
    series = "the metric" if len(numbers) == 1 else f"the {len(numbers)} metrics"
    if (newest == NEVER).all():
        return f"{series} never had a point"
    there = f"{count} of {periods} are there, and " if count else ""
    return f"{there}the newest point of {series} is from {timestamp.render(int(newest.max()))}"
