# SPDX-License-Identifier: Apache-2.0
"""Values against thresholds: all of them beyond it, none, or some; many rules at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nephoscope.alarm.windows import Windows
from nephoscope.model.alarm import State
from nephoscope.model.comparison import Comparison

Outside = npt.NDArray[np.bool_]

# Codes of verdicts in columns.
OK, ALARM, UNKNOWN, MIXED = range(4)

_COMPARE: dict[Comparison, np.ufunc] = {
    "lt": np.less,
    "le": np.less_equal,
    "eq": np.equal,
    "ne": np.not_equal,
    "ge": np.greater_equal,
    "gt": np.greater,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What values say of one rule.

    `state` is None where some of them are beyond the threshold and some not; `trend` is then what the newest says.
    `outside` of `count` values are beyond it, `most_recent` is the newest. `reason` says why too little is known.
    A verdict about other things than values says itself what they are, in a few words and as receivers are told.
    """

    state: State | None
    trend: State | None = None
    outside: int = 0
    count: int = 0
    most_recent: float | None = None
    reason: str = ""
    noun: str = ""
    about: Mapping[str, Any] | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The numbers, as receivers of notifications are told them."""
        if self.about is not None:
            return dict(self.about)
        settled = self.state or self.trend
        disposition = {"alarm": "outside", "ok": "inside"}.get(settled or "", "unknown")
        count = self.count - self.outside if settled == "ok" else self.outside
        if disposition == "unknown":
            count = self.count
        return {"type": "threshold", "disposition": disposition, "count": count, "most_recent": self.most_recent}


def unknown(reason: str, periods: int, most_recent: float | None = None) -> Verdict:
    """Too little is known."""
    return Verdict("insufficient data", None, 0, periods, most_recent, reason)


@dataclass(frozen=True)
class Judged:
    """Verdicts by column, a row for each rule: what is common to all needs no struct for each."""

    windows: Windows
    periods: npt.NDArray[np.int64]
    outside: npt.NDArray[np.int64]
    newest_outside: Outside

    @property
    def enough(self) -> Outside:
        """Where there are as many values as the rule wants."""
        return np.asarray(self.windows.counts >= self.periods)

    def states(self) -> npt.NDArray[np.int8]:
        """ALARM, OK, MIXED or UNKNOWN by row."""
        found = np.full(len(self.periods), MIXED, np.int8)
        found[self.outside == self.periods] = ALARM
        found[self.outside == 0] = OK
        found[~self.enough] = UNKNOWN
        return found

    def verdict(self, row: int) -> Verdict:
        """The verdict of a rule with enough values."""
        newest = float(self.windows.values[row, 0])
        outside, periods = int(self.outside[row]), int(self.periods[row])
        trend: State = "alarm" if self.newest_outside[row] else "ok"
        state: State | None = "alarm" if outside == periods else "ok" if outside == 0 else None
        return Verdict(state, trend, outside, periods, newest)


def judge(
    windows: Windows, periods: npt.NDArray[np.int64], thresholds: npt.NDArray[np.float64], by: Sequence[Comparison]
) -> Judged:
    """Compare each row with its threshold, in its way."""
    beyond = np.zeros(windows.values.shape, np.bool_)
    ways = np.array(by, dtype=object)
    for way, compare in _COMPARE.items():
        rows = np.flatnonzero(ways == way)
        if len(rows):
            beyond[rows] = compare(windows.values[rows], thresholds[rows][:, None])
    # Where there is no value nothing is beyond anything, `ne` included.
    beyond &= ~np.isnan(windows.values)
    newest = np.asarray(beyond[:, :1].any(axis=1), np.bool_)
    return Judged(windows, periods, beyond.sum(axis=1), newest)


def judge_values(values: Sequence[float], threshold: float, by: Comparison) -> Verdict:
    """The verdict of values that need not follow each other, such as those of several series; none is unknown."""
    if not values:
        return unknown("datapoints are unknown", 0)
    outside = int(_COMPARE[by](np.array(values), threshold).sum())
    trend: State = "alarm" if bool(_COMPARE[by](values[-1], threshold)) else "ok"
    state: State | None = "alarm" if outside == len(values) else "ok" if outside == 0 else None
    return Verdict(state, trend, outside, len(values), float(values[-1]))
