# SPDX-License-Identifier: Apache-2.0
"""How groups of alarms stand at a moment: what is in them, what holds that back, and when they are told next."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from nephoscope.act.route.board import Board, Group, HeldBack
from nephoscope.act.route.rules import Rules
from nephoscope.model.route_group import GroupMemory
from nephoscope.store.index.route_contract import Firing

Knowledge = Literal["new", "told", "over"]
"""Whether a group's contact point knows of something: not yet, or yes; or it was told, and not yet that it is over."""


@dataclass(frozen=True)
class Member:
    """An alarm of a group, or one instance of it; `held` is what holds it back now."""

    alarm_id: str
    labels: Mapping[str, str]
    since_ns: int
    reason: str
    value: float | None
    knowledge: Knowledge
    held: HeldBack


@dataclass(frozen=True)
class Standing:
    """
    A group at a moment: `memory` is what it was told, with no time and nothing in it where it never was.

    `place` is where its route stands, "" for a route that is no more; `muted` why that tells nobody now. `next_ns` is
    when the group is told next unless something changes, None where nothing is due or the route is muted.
    """

    memory: GroupMemory
    members: tuple[Member, ...]
    place: str = ""
    muted: str = ""
    next_ns: int | None = None


def standings(rules: Rules, memories: Iterable[GroupMemory], firing: Firing, now_ns: int) -> Iterator[Standing]:
    """Every group that there is by these rules, and what fires and was told; what the router makes of the same."""
    board = Board(rules, memories)
    board.take(firing)
    for group in board.groups.values():
        yield _standing(board, group, now_ns)
    for memory in board.forgotten:
        yield Standing(memory, tuple(_over(board, memory, {}, now_ns)))


def _standing(board: Board, group: Group, now_ns: int) -> Standing:
    memory = group.memory or group.empty
    muted = group.branches.muted(group.way, now_ns)
    found = board.step(group, now_ns, muted=False)
    due_ns = now_ns if found.firing or found.over else found.wake_ns
    return Standing(
        memory,
        (*_firing(board, group, now_ns), *_over(board, memory, group.alerts, now_ns)),
        group.way.place,
        muted,
        None if muted else due_ns,
    )


def _firing(board: Board, group: Group, now_ns: int) -> Iterator[Member]:
    told = (group.memory or group.empty).told
    for mark, each in group.alerts.items():
        held = board.held_back(each.project_id, each.labels, mark, now_ns)
        # What was held back since it was told is news once nothing holds it back.
        is_told = mark in told and (bool(held) or not told[mark].held)
        yield Member(
            each.alarm_id, each.labels, each.since_ns, each.reason, each.value, "told" if is_told else "new", held
        )


def _over(board: Board, memory: GroupMemory, alerts: Mapping[str, object], now_ns: int) -> Iterator[Member]:
    for mark, each in memory.told.items():
        if mark not in alerts:
            held = board.held_back(each.labels.get("project_id", ""), each.labels, mark, now_ns)
            yield Member(each.alarm_id, each.labels, each.since_ns, each.reason, each.value, "over", held)
