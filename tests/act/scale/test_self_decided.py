# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Sizes by schedule and by target: decided once, on what is known, without those that warm up."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from nephoscope.act.scale.self_decided import last_bucket_ns
from nephoscope.model.scaling import ScheduledSize, TargetTracking
from tests.act.scale.fake import Bench, change
from tests.store.index.samples import SECOND, START_NS

TARGET = TargetTracking(metric="cpu", target=50.0)


def busy(bench: Bench, value: float, *numbers: int) -> None:
    """What members measure; by default all of the first ten."""
    bench.values = {f"id-web-{number}": value for number in numbers or range(1, 11)}


def note(bench: Bench) -> str:
    return bench.index.scaling.policy("p").note


def test_a_target_is_reached_once_a_bucket(bench: Bench) -> None:
    bench.clock.forward(5)
    bench.group(size=2)
    bench.policy(TARGET)
    busy(bench, 80)
    # Their first bucket tells only of a part of their time.
    bench.later(56)
    assert 2 == len(bench.world.members)
    assert "unknown: all members are warming up" == note(bench)
    bench.later(60)
    assert 4 == len(bench.world.members)
    assert ("target", "p", "from 2 to 4 members: 80 at 2 members, and 50 is wanted") == (
        bench.last().cause,
        bench.last().by,
        bench.last().decision.reason,
    )
    asked = len(bench.asked)
    bench.later(30)
    assert asked == len(bench.asked), "a bucket is decided once"


def test_new_members_neither_count_nor_dilute_until_they_are_warm(bench: Bench) -> None:
    bench.group(size=2, warm_up_s=100)
    bench.policy(TARGET)
    bench.later(180)
    busy(bench, 80)
    bench.later(60)
    assert 4 == len(bench.world.members)
    # The new ones idle, the old ones are as busy as before: nothing is added, nothing taken away.
    bench.values = {"id-web-1": 80.0, "id-web-2": 80.0, "id-web-3": 0.0, "id-web-4": 0.0}
    bench.later(61)
    assert {"id-web-1", "id-web-2"} == bench.asked[-1]
    assert (4, "no change: 80 at 2 members is as near to 50 as can be") == (len(bench.world.members), note(bench))
    busy(bench, 10)
    bench.later(60)
    assert "2 still warm up" in note(bench)
    bench.later(60)
    bench.later(60)
    assert 1 == len(bench.world.members)


def test_nothing_is_decided_on_what_is_not_known(bench: Bench) -> None:
    bench.group(size=3)
    bench.policy(TARGET)
    bench.values = "archive policy low keeps 300 s, not 60 s"
    bench.later(121)
    assert "unknown: archive policy low keeps 300 s, not 60 s" == note(bench)
    assert 1 == len(bench.records())
    # One of three tells nothing: it is taken for idle before growing.
    busy(bench, 60, 1, 2)
    bench.later(60)
    assert (3, "no change") == (len(bench.world.members), note(bench)[:9])


def test_a_search_may_tell_who_is_measured(bench: Bench) -> None:
    bench.group(size=2, warm_up_s=100)
    bench.policy(structs.replace(TARGET, query='{"=": {"server_group": "web"}}'))
    bench.later(200)
    values: dict[str, float] = {"id-web-1": 100.0, "id-web-2": 100.0}
    bench.later(60)
    tools: dict[str, Any] = {"values": lambda *_: values}
    bench.clock.forward(60)
    bench.work(**tools)
    assert 4 == len(bench.world.members)
    values |= {"id-web-3": 0.0, "id-web-4": 0.0}
    bench.clock.forward(61)
    bench.work(**tools)
    assert "no change: 100 at 2 members" in note(bench), "the new ones are left out though the search finds them"


def test_a_cooldown_holds_a_target_up_by_direction(bench: Bench) -> None:
    bench.group(size=2)
    bench.policy(structs.replace(TARGET, cooldown_out_s=600, cooldown_in_s=0))
    bench.later(60)
    busy(bench, 80)
    bench.later(60)
    assert 4 == len(bench.world.members)
    bench.later(60)
    busy(bench, 90)
    bench.later(60)
    assert "refused: cooldown until" in note(bench)
    busy(bench, 10)
    bench.later(60)
    assert 1 == len(bench.world.members)


def test_a_policy_that_is_switched_off_decides_nothing(bench: Bench) -> None:
    bench.group(size=2)
    bench.policy(TARGET, enabled=False)
    bench.policy(ScheduledSize(cron="x", desired=5), name="q", enabled=False)
    bench.ticks["x"] = [START_NS + 10 * SECOND]
    busy(bench, 99)
    bench.later(200)
    assert 2 == len(bench.world.members)


def test_a_schedule_sets_bounds_and_size_at_its_tick(bench: Bench) -> None:
    bench.group(size=2, cooldown_s=500)
    bench.policy(ScheduledSize(cron="evening", min_size=4, max_size=6, desired=5))
    bench.ticks["evening"] = [START_NS - 5 * SECOND, START_NS + 7 * SECOND, START_NS + 1000 * SECOND]
    bench.later(6)
    assert 2 == len(bench.world.members), "what was before it was made does not count"
    bench.later(1)
    group = bench.now()
    assert (4, 6, 5, 5) == (group.min_size, group.max_size, group.desired, len(bench.world.members))
    assert ("schedule", "p", "done") == (bench.last().cause, bench.last().by, bench.last().progress)
    bench.later(60)
    assert 2 == len(bench.records()), "each tick once, although a cooldown runs"


def test_a_schedule_that_only_sets_bounds_changes_the_size_where_it_must(bench: Bench) -> None:
    bench.group(size=2)
    bench.policy(ScheduledSize(cron="morning", min_size=3))
    bench.ticks["morning"] = [START_NS + 5 * SECOND]
    bench.later(5)
    assert (3, 10, 3) == (bench.now().min_size, bench.now().max_size, len(bench.world.members))


def test_a_tick_while_a_change_is_under_way_waits_for_its_end(bench: Bench) -> None:
    bench.group(size=2)
    bench.policy(ScheduledSize(cron="x", desired=5))
    bench.ticks["x"] = [START_NS + 5 * SECOND]
    bench.clock.forward(1)
    bench.index.scaling.claim(10, 15 * SECOND)
    # Its holder has died; when another takes over, the tick is long over.
    bench.later(60)
    assert 5 == len(bench.world.members)


def test_a_group_is_due_when_the_next_thing_is(bench: Bench) -> None:
    bench.group(size=2)
    bench.policy(structs.replace(TARGET, granularity=10))
    bench.policy(ScheduledSize(cron="x", desired=2), name="q")
    bench.ticks["x"] = [START_NS + 4 * SECOND]
    bench.work()
    # Lag and bucket: 1 s behind each whole ten; the tick; the members after 30 s.
    due = [second for second in range(1, 35) if bench.later(1)]
    assert [1, 4, 11, 21, 31] == due


def test_members_are_asked_about_no_more_often_than_is_needed(bench: Bench) -> None:
    bench.group(size=2)
    bench.policy(structs.replace(TARGET, granularity=1))
    for _ in range(29):
        bench.later(1)
    assert [] == bench.world.calls
    bench.later(1)
    assert [("members", ())] == bench.world.calls


def test_a_member_that_failed_does_not_count(bench: Bench) -> None:
    bench.group(size=3)
    bench.policy(TARGET)
    bench.later(61)
    change(bench.world, "web-3", state="failed")
    bench.world.errors["grow"] = [RuntimeError("x")] * 9
    busy(bench, 50)
    bench.later(61)
    assert {"id-web-1", "id-web-2"} == bench.asked[-1]
    assert "an error of our own: RuntimeError" == bench.now().problem


@given(granularity=st.integers(1, 3600), lag_s=st.floats(0, 60), now_ns=st.integers(10**17, 2 * 10**18))
def test_the_last_bucket_has_been_over_for_a_while(granularity: int, lag_s: float, now_ns: int) -> None:
    rule = structs.replace(TARGET, granularity=granularity)
    start, width = last_bucket_ns(rule, lag_s, now_ns), granularity * SECOND
    assert 0 == start % width
    assert start + width <= now_ns - int(lag_s * SECOND) < start + 2 * width


@pytest.mark.parametrize("size", [1, 5])
def test_bounds_hold_for_targets_too(bench: Bench, size: int) -> None:
    bench.group(size=size, max_size=5)
    bench.policy(TARGET)
    busy(bench, 500 if size == 5 else 1)
    bench.later(61)
    bench.later(61)
    assert size == len(bench.world.members)
    assert "no change" in note(bench)
