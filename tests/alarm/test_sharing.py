# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Evaluators share the slots of alarms: each slot has one holder, and is soon another's when that one is gone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from nephoscope.alarm.sharing import SLOTS, TTL_S, Share
from nephoscope.model.errors import IndexUnavailable
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index

S_NS = 10**9


class Time:
    """One clock for the index and the evaluators."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def monotonic(self) -> float:
        return self.now_s

    def wall_ns(self) -> int:
        return int(self.now_s * S_NS)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def index(index_template: Path, tmp_path: Path, time: Time) -> Iterator[Index]:
    path = Path(shutil.copy(index_template, tmp_path / "index.db"))
    opened = open_index(f"sqlite:///{path}", time.wall_ns)
    yield opened
    opened.close()


def holders(*shares: Share) -> list[int]:
    """How many slots each holds; no slot is held by two, and none by nobody."""
    held = [share.slots() for share in shares]
    assert list(range(SLOTS)) == sorted(slot for each in held for slot in each)
    return [len(each) for each in held]


def test_slots_move_to_who_joins_and_from_who_leaves(index: Index, time: Time) -> None:
    one, two, three = (Share(index, name, monotonic=time.monotonic) for name in ("a", "b", "c"))
    one.beat()
    assert [SLOTS] == holders(one)
    for _ in range(2):
        for each in (two, one, two):
            each.beat()
    assert [32, 32] == holders(one, two)
    for _ in range(3):
        for each in (three, one, two, three):
            each.beat()
    assert SLOTS == sum(counts := holders(one, two, three))
    assert max(counts) - min(counts) <= 2
    two.stop()
    for each in (one, three):
        each.beat()
    assert [32, 32] == holders(one, three)


def test_what_the_dead_held_is_taken_within_ten_seconds(index: Index, time: Time) -> None:
    dead, alive = (Share(index, name, monotonic=time.monotonic) for name in ("a", "b"))
    for each in (dead, alive, dead, alive):
        each.beat()
    assert [32, 32] == holders(dead, alive)
    before = dict(dead.slots())
    waited_s = 0.0
    while len(alive.slots()) < SLOTS:
        time.now_s += TTL_S / 4
        waited_s += TTL_S / 4
        alive.beat()
    assert waited_s <= 10
    assert {} == dead.slots()
    # Its numbers are old ones now: what it still decides is refused.
    assert all(alive.slots()[slot] > fencing for slot, fencing in before.items())


def test_without_the_index_nothing_is_held_for_longer_than_the_lease(
    index: Index, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = Share(index, "a", monotonic=time.monotonic)
    share.beat()

    def away(*_arguments: object, **_more: object) -> None:
        raise IndexUnavailable("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(index.shared_work, "divide", away)
        time.now_s += TTL_S / 2
        share.beat()
        assert SLOTS == len(share.slots())
        time.now_s += TTL_S
        share.beat()
        assert {} == share.slots()
    share.beat()
    assert [SLOTS] == holders(share)
