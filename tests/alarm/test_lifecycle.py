# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""How an instance goes from state to state: when it fires, how long, and what silence does to it."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.alarm.instances import Seen
from nephoscope.alarm.lifecycle import step
from nephoscope.alarm.verdicts import Verdict, judge_values, unknown
from nephoscope.model.alarm import State
from nephoscope.model.alarm_behaviour import PLAIN, Behaviour, NoData
from nephoscope.model.alarm_instance import Instance
from tests.alarm.conftest import NOW_NS, SECOND_NS

THRESHOLD, RECOVERY = 80.0, 70.0
NEW = Instance(alarm_id="a")

Walk = Sequence[tuple[int, float | None]]
"""Seconds since the look before, and the value that was seen then, None for nothing."""

values = st.none() | st.sampled_from([60.0, 75.0, 90.0])
walks = st.lists(st.tuples(st.integers(1, 100), values), min_size=1, max_size=40)
waits = st.sampled_from([0.0, 1.0, 60.0, 150.0])


def seen(value: float | None) -> Seen:
    if value is None:
        return Seen((), unknown("silent", 1), unknown("silent", 1))
    return Seen((), judge_values([value], THRESHOLD, "gt"), judge_values([value], RECOVERY, "gt"))


def walked(walk: Walk, behaviour: Behaviour) -> list[tuple[int, float | None, Instance]]:
    """Each look: when, what was seen, and the instance after it."""
    now_ns, instance = NOW_NS, NEW
    looks = []
    for later_s, value in walk:
        now_ns += later_s * SECOND_NS
        each = seen(value)
        if behaviour.recovery_threshold is None:
            each = Seen((), each.verdict)
        instance = step(instance, each, behaviour, now_ns).instance
        looks.append((now_ns, value, instance))
    return looks


def states(walk: Walk, behaviour: Behaviour) -> list[State]:
    return [instance.state for _, _, instance in walked(walk, behaviour)]


@given(walks, waits)
def test_it_fires_when_values_were_beyond_for_long_enough_and_never_before(walk: Walk, pending_s: float) -> None:
    beyond_since = None
    for at_ns, value, instance in walked(walk, Behaviour(pending_s=pending_s)):
        if value != 90.0:
            beyond_since = None
            assert "alarm" != instance.state
            continue
        beyond_since = at_ns if beyond_since is None else beyond_since
        assert (at_ns - beyond_since >= pending_s * SECOND_NS) == (instance.state == "alarm")


@given(walks, waits)
def test_it_keeps_firing_until_values_were_back_for_long_enough(walk: Walk, keep_firing_s: float) -> None:
    back_since = None
    looks = [(NOW_NS, None, NEW), *walked(walk, Behaviour(keep_firing_s=keep_firing_s))]
    for (_, _, before), (at_ns, value, instance) in pairwise(looks):
        back_since = None if value in (None, 90.0) else back_since or at_ns
        if before.state != "alarm":
            # What comes back before it fires is no longer counted when it does.
            back_since = None if instance.state == "alarm" else back_since
            continue
        over = back_since is not None and at_ns - back_since >= keep_firing_s * SECOND_NS
        assert over == (instance.state == "ok")


@given(walks)
def test_once_it_fires_values_have_to_be_behind_the_recovery_threshold(walk: Walk) -> None:
    looks = [(NOW_NS, None, NEW), *walked(walk, Behaviour(recovery_threshold=RECOVERY))]
    for (_, _, before), (_, value, instance) in pairwise(looks):
        if value is None:
            assert "insufficient data" == instance.state
        elif before.state == "alarm":
            assert ("ok" if value <= RECOVERY else "alarm") == instance.state
        else:
            assert ("alarm" if value > THRESHOLD else "ok") == instance.state


@given(walks, st.sampled_from(["insufficient data", "alarm", "ok", "keep"]))
def test_silence_counts_as_it_is_told_to(walk: Walk, no_data: NoData) -> None:
    looks = [(NOW_NS, None, NEW), *walked(walk, Behaviour(no_data=no_data))]
    for (_, _, before), (_, value, instance) in pairwise(looks):
        if value is None:
            assert (before.state if no_data == "keep" else no_data) == instance.state


@given(walks)
def test_without_a_behaviour_it_is_as_the_values_say(walk: Walk) -> None:
    expected: dict[float | None, State] = {None: "insufficient data", 60.0: "ok", 75.0: "ok", 90.0: "alarm"}
    assert [expected[value] for _, value in walk] == states(walk, PLAIN)


def test_times_count_from_the_first_look_and_begin_anew_with_each_interruption() -> None:
    patient = Behaviour(pending_s=120, keep_firing_s=60)
    walk = [(60, 90.0), (60, 90.0), (60, 60.0), (60, 90.0), (60, 90.0), (60, 90.0), (60, 60.0), (60, 60.0)]
    unknown_yet: State = "insufficient data"
    expected = [unknown_yet, unknown_yet, "ok", "ok", "ok", "alarm", "alarm", "ok"]
    assert expected == states(walk, patient)


def test_who_waits_says_since_when() -> None:
    instance = step(NEW, seen(90.0), Behaviour(pending_s=300), NOW_NS).instance
    expected = "Beyond the threshold since 2026-03-02T09:00:00+00:00, alarm after 300 s"
    assert (expected, NOW_NS, 90.0) == (instance.reason, instance.beyond_since_ns, instance.value)
    back = step(instance, seen(60.0), Behaviour(pending_s=300), NOW_NS + 1).instance
    assert ("ok", 0) == (back.state, back.beyond_since_ns)


MIXED = Seen((), Verdict(None, "alarm", 1, 2, 90.0))


@pytest.mark.parametrize(("before", "expected"), [("ok", "ok"), ("alarm", "alarm"), ("insufficient data", "alarm")])
def test_mixed_values_decide_only_where_nothing_was_known(before: State, expected: State) -> None:
    instance = Instance(alarm_id="a", state=before, cleared_since_ns=1)
    now = step(instance, MIXED, PLAIN, NOW_NS).instance
    assert (expected, 0) == (now.state, now.cleared_since_ns)


def test_what_could_not_be_told_is_never_ok() -> None:
    firing = Instance(alarm_id="a", state="alarm")
    assert "ok" == step(firing, seen(None), Behaviour(no_data="ok"), NOW_NS).instance.state
    told = step(firing, seen(None), Behaviour(no_data="ok"), NOW_NS, failed=True)
    assert "insufficient data" == told.instance.state


@pytest.mark.parametrize(
    ("state", "value", "expected"),
    [("ok", 60.0, "ok"), ("alarm", 90.0, "alarm"), ("alarm", 60.0, "alarm"), ("ok", 90.0, "ok"), ("ok", None, None)],
)
def test_a_state_is_told_again_where_that_is_wanted(state: State, value: float | None, expected: State | None) -> None:
    behaviour = Behaviour(pending_s=60, keep_firing_s=60, no_data="keep")
    instance = Instance(alarm_id="a", state=state)
    assert expected == step(instance, seen(value), behaviour, NOW_NS, repeats=True).told
    assert step(instance, seen(value), behaviour, NOW_NS).told is None
