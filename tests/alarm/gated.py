# SPDX-License-Identifier: Apache-2.0
"""Judges who answer when the test says so, for tests of whoever asks them."""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nephoscope.alarm.instances import Asked, Instances, Seen
from nephoscope.alarm.targets import Missing, Scoped
from nephoscope.alarm.thresholds import Group, Looked
from nephoscope.alarm.verdicts import Verdict, judge, judge_values, unknown
from nephoscope.alarm.windows import Windows

WAIT_S = 30.0


@dataclass
class Gate:
    """Where questions wait until they are let go; what was asked so far."""

    begun: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    asked: list[Any] = field(default_factory=list)
    error: Exception | None = None

    def wait(self, question: Any) -> None:
        self.asked.append(question)
        self.begun.set()
        self.go.wait(WAIT_S)
        if self.error is not None:
            raise self.error


@dataclass
class Verdicts:
    """A Prometheus or a load balancing service: everything is 90."""

    gate: Gate

    def verdicts(self, rules: Collection[Any]) -> Mapping[Any, Verdict]:
        self.gate.wait(frozenset(rules))
        return {each: judge_values([90.0], getattr(each, "threshold", 0.0), "gt") for each in rules}


@dataclass
class Rows:
    """Who runs statements: each has one row, which is beyond."""

    gate: Gate

    def look(self, wanted: Collection[Asked], _now_ns: int) -> Mapping[Asked, Instances]:
        self.gate.wait(frozenset(wanted))
        return {each: Instances([Seen((("row", "1"),), judge_values([90.0], 0.0, "gt"))]) for each in wanted}


@dataclass
class Elsewhere:
    """Who has metrics elsewhere: everything is 90, but of `gone`, which is missing, and `away`, which fails."""

    gate: Gate

    def look(self, rules: Collection[Scoped], _now_ns: int) -> Looked:
        looked = Looked()
        if rules:
            self.gate.wait(frozenset(rules))
        for each in rules:
            name = getattr(each.rule, "resource_id", "")
            if name == "gone":
                looked.missing[each] = Missing("it is gone")
            elif name == "away":
                looked.failed[each] = "it is away"
            else:
                windows = Windows(np.array([[90.0]]), np.array([1]))
                judged = judge(windows, np.array([1]), np.array([each.rule.threshold]), ["gt"])
                group = Group([each], (), judged)
                looked.groups.append(group)
                looked.places[each] = (group, 0)
        return looked

    def verdict(self, looked: Looked, scoped: Scoped) -> Verdict:
        if scoped in looked.places:
            group, row = looked.places[scoped]
            return group.judged.verdict(row)
        return unknown(looked.failed.get(scoped) or looked.missing[scoped].text, 1)
