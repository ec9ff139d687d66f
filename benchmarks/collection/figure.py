# SPDX-License-Identifier: Apache-2.0
"""Figures of a run about collection, round by round, beside a peer's where there is one, with their goals."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec


class Figure(msgspec.Struct):
    """
    One row: ours in each round, and the peer's in the same rounds, none where there is no peer.

    A ratio says how many times better ours is, within a round. `goal` is empty, and `reached` None, for what is shown
    only to understand the others.
    """

    name: str
    unit: str
    ours: list[float]
    peer: str
    theirs: list[float]
    ratios: list[float]
    goal: str
    reached: bool | None


@dataclass(frozen=True)
class Goal:
    """What is to be reached, in words, and whether the medians of ours and of the ratios reach it."""

    text: str
    reached: Callable[[float, float], bool]


def times(least: float) -> Goal:
    """So many times better than the peer."""
    return Goal(f"{least:g} ×", lambda ours, ratio: ratio >= least)


def at_least(least: float, unit: str) -> Goal:
    """No less than this."""
    return Goal(f"at least {least:,.0f} {unit}".replace(",", " "), lambda ours, ratio: ours >= least)


def at_most(most: float, unit: str) -> Goal:
    """No more than this."""
    return Goal(f"at most {most:g} {unit}", lambda ours, ratio: ours <= most)


def figure(
    name: str,
    unit: str,
    ours: Sequence[float],
    goal: Goal | None = None,
    *,
    peer: str = "",
    theirs: Sequence[float] = (),
    more_is_better: bool = False,
) -> Figure:
    """A row from the numbers of all rounds; `theirs` has as many as `ours`, or none."""
    ratios = [
        mine / other if more_is_better else other / mine for mine, other in zip(ours, theirs, strict=bool(theirs))
    ]
    reached = None
    if goal is not None:
        reached = goal.reached(statistics.median(ours), statistics.median(ratios) if ratios else 0.0)
    return Figure(name, unit, list(ours), peer, list(theirs), ratios, goal.text if goal else "", reached)
