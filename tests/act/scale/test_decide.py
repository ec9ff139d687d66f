# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The arithmetic of scaling, what is refused and when, and cooldowns."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from nephoscope.act.scale.decide import Load, decide, failed, finished, follow, track
from nephoscope.model.errors import BadRequest
from nephoscope.model.scaling import (
    SIZE_MAX,
    AdjustmentType,
    ScalingGroup,
    ScalingPolicy,
    TargetTracking,
    check_group,
    check_policy,
    new_size,
)

S_NS = 10**9
CHANGE: AdjustmentType = "change_in_capacity"
EXACT: AdjustmentType = "exact_capacity"
PERCENT: AdjustmentType = "percent_change_in_capacity"
GROUP = ScalingGroup(id="g", min_size=1, max_size=10)


@pytest.mark.parametrize(
    ("size", "kind", "adjustment", "step", "bounds", "expected"),
    [
        (3, CHANGE, 2, None, (1, 10), 5),
        (3, CHANGE, -5, None, (1, 10), 1),
        (9, CHANGE, 5, None, (1, 10), 10),
        (3, EXACT, 7, None, (1, 10), 7),
        (3, EXACT, 0, None, (1, 10), 1),
        (3, EXACT, 99, None, (1, 10), 10),
        (4, PERCENT, 25, None, (0, SIZE_MAX), 5),
        (3, PERCENT, 25, None, (0, SIZE_MAX), 4),
        (3, PERCENT, -25, None, (0, SIZE_MAX), 2),
        (2, PERCENT, 10, None, (0, SIZE_MAX), 3),
        (10, PERCENT, 15, None, (0, SIZE_MAX), 11),
        (10, PERCENT, -15, None, (0, SIZE_MAX), 9),
        (10, PERCENT, 15, 3, (0, SIZE_MAX), 13),
        (10, PERCENT, -15, 3, (0, SIZE_MAX), 7),
        (7, PERCENT, 50, None, (0, SIZE_MAX), 10),
        (7, PERCENT, -50, None, (0, SIZE_MAX), 4),
        (1, PERCENT, -50, None, (0, SIZE_MAX), 0),
        (8, PERCENT, 200, None, (1, 12), 12),
        (150, PERCENT, 1, None, (0, SIZE_MAX), 151),
        (0, PERCENT, 50, None, (0, SIZE_MAX), 0),
        # The two traps: as Heat reckons, and refused or told of below.
        (5, PERCENT, 0, 2, (0, SIZE_MAX), 3),
        (0, PERCENT, 50, 2, (0, SIZE_MAX), 0),
    ],
)
def test_the_recorded_table(
    size: int, kind: AdjustmentType, adjustment: float, step: int | None, bounds: tuple[int, int], expected: int
) -> None:
    assert expected == new_size(size, kind, adjustment, *bounds, step)


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (ScalingPolicy(adjustment_type=PERCENT, scaling_adjustment=0, min_adjustment_step=2), "0 percent is no change"),
        (ScalingPolicy(adjustment_type=PERCENT, scaling_adjustment=5, min_adjustment_step=-1), "expected 0 to 10000"),
        (ScalingPolicy(adjustment_type=CHANGE, scaling_adjustment=0.5), "members come whole"),
        (ScalingPolicy(adjustment_type=CHANGE, scaling_adjustment=float("nan")), "expected a number"),
        (ScalingPolicy(adjustment_type=PERCENT, scaling_adjustment=1e308), "expected a number"),
        (ScalingPolicy(adjustment_type=EXACT, scaling_adjustment=5, min_adjustment_step=1), "only a policy of type"),
        (ScalingPolicy(adjustment_type=CHANGE, scaling_adjustment=1, cooldown_s=-1), "cooldown_s"),
    ],
)
def test_what_cannot_be_meant_is_refused(policy: ScalingPolicy, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        check_policy(policy)


@pytest.mark.parametrize("bounds", [(2, 1), (-1, 3), (0, SIZE_MAX + 1)])
def test_bounds_that_nothing_fits_are_refused(bounds: tuple[int, int]) -> None:
    with pytest.raises(BadRequest):
        check_group(ScalingGroup(id="g", min_size=bounds[0], max_size=bounds[1]))


@given(
    size=st.integers(0, 500),
    adjustment=st.floats(-300, 300),
    step=st.one_of(st.none(), st.integers(0, 20)),
    bounds=st.tuples(st.integers(0, 100), st.integers(0, 400)),
)
def test_a_size_stays_within_its_bounds_and_moves_the_way_it_was_told(
    size: int, adjustment: float, step: int | None, bounds: tuple[int, int]
) -> None:
    low, high = bounds[0], bounds[0] + bounds[1]
    found = new_size(size, PERCENT, adjustment, low, high, step)
    assert low <= found <= high
    if adjustment > 0 and low <= size <= high and size:
        assert found >= size
    if adjustment < 0 and low <= size <= high:
        assert found <= size


UP = ScalingPolicy(adjustment_type=CHANGE, scaling_adjustment=1, cooldown_s=120)
DOWN = structs.replace(UP, scaling_adjustment=-1)


def test_the_recorded_timeline() -> None:
    """A policy of +1 with a cooldown of 120 s, signalled every minute; a change takes 40 s."""
    group, size, said = GROUP, 2, []
    changing: tuple[int, Any] | None = None
    for second in range(0, 221, 20):
        if changing is not None and second == changing[0]:
            size = changing[1].wanted
            group = finished(group, changing[1], second * S_NS)
            changing = None
        if second % 60 == 0:
            decision = decide(group, UP, size, second * S_NS)
            said.append((second, decision.verdict))
            if decision.verdict == "accepted":
                group, changing = structs.replace(group, busy=True), (second + 40, decision)
    assert [(0, "accepted"), (60, "refused"), (120, "refused"), (180, "accepted")] == said
    assert 4 == size


@pytest.mark.parametrize(
    ("group", "policy", "size", "verdict", "reason"),
    [
        (GROUP, UP, 2, "accepted", "from 2 to 3 members"),
        (structs.replace(GROUP, healthy=False), UP, 2, "refused", "not complete"),
        (GROUP, UP, 10, "no change", "10 members are as many as there may be"),
        (GROUP, DOWN, 1, "no change", "1 member is as few as there may be"),
        (structs.replace(GROUP, busy=True), UP, 10, "no change", "as many as"),
        (structs.replace(GROUP, busy=True), UP, 2, "refused", "under way"),
        (structs.replace(GROUP, busy=True, changing_to=4), UP, 3, "refused", "to 4 is under way"),
        (structs.replace(GROUP, busy=True, changing_to=4), DOWN, 3, "refused", "pull this group both ways"),
        (structs.replace(GROUP, paused=True), UP, 2, "refused", "paused"),
        (structs.replace(GROUP, deleting=True), UP, 2, "refused", "being deleted"),
        (structs.replace(GROUP, protected=3), DOWN, 3, "no change", "3 members are protected"),
        (structs.replace(GROUP, protected=2), DOWN, 3, "accepted", "from 3 to 2"),
        (structs.replace(GROUP, cooldown_out_ns=6 * S_NS), UP, 2, "refused", "cooldown until 1970-01-01T00:00:06"),
        (structs.replace(GROUP, cooldown_out_ns=6 * S_NS), DOWN, 2, "accepted", "from 2 to 1"),
        (structs.replace(GROUP, cooldown_out_ns=5 * S_NS), UP, 2, "accepted", "from 2 to 3"),
        (
            structs.replace(GROUP, min_size=0),
            ScalingPolicy(adjustment_type=PERCENT, scaling_adjustment=50, min_adjustment_step=2),
            0,
            "no change",
            "does not grow by percent",
        ),
    ],
)
def test_reasons(group: ScalingGroup, policy: ScalingPolicy, size: int, verdict: str, reason: str) -> None:
    found = decide(group, policy, size, 5 * S_NS)
    assert verdict == found.verdict
    assert reason in found.reason


def test_a_cooldown_is_the_group_s_unless_it_is_kept_by_direction() -> None:
    accepted = decide(GROUP, UP, 2, 0)
    shared = finished(GROUP, accepted, S_NS)
    assert (121 * S_NS, 121 * S_NS) == (shared.cooldown_out_ns, shared.cooldown_in_ns)
    apart = finished(GROUP, decide(GROUP, structs.replace(UP, by_direction=True), 2, 0), S_NS)
    assert (121 * S_NS, 0) == (apart.cooldown_out_ns, apart.cooldown_in_ns)
    # The later end wins, the group's own cooldown counts where the policy has none, and a failure starts none.
    own = decide(structs.replace(GROUP, cooldown_s=5), structs.replace(UP, cooldown_s=None), 2, 0)
    assert 5 == own.cooldown_s
    assert 121 * S_NS == finished(shared, own, S_NS).cooldown_out_ns
    assert (False, 0) == ((after := failed(structs.replace(GROUP, busy=True))).busy, after.cooldown_out_ns)


@pytest.mark.parametrize(("policy", "expected"), [(UP, (31 * S_NS, 0)), (DOWN, (0, 8 * S_NS))])
def test_a_group_may_keep_its_cooldowns_by_direction(policy: ScalingPolicy, expected: tuple[int, int]) -> None:
    """Growing by the group's 30 s, shrinking by its 7 s; neither holds up the other."""
    group = structs.replace(GROUP, cooldown_s=99, cooldown_out_s=30, cooldown_in_s=7)
    after = finished(group, decide(group, structs.replace(policy, cooldown_s=None), 3, 0), S_NS)
    assert expected == (after.cooldown_out_ns, after.cooldown_in_ns)


@pytest.mark.parametrize(
    ("size", "value", "wanted"),
    [
        (3, 80.0, 5),
        (3, 50.0, 3),
        (3, 10.0, 1),
        (9, 99.0, 10),
        (4, 25.0, 2),
        (3, float("nan"), 3),
        (3, 1e308, 10),
        (3, -1e308, 1),
    ],
)
def test_a_target_is_tracked(size: int, value: float, wanted: int) -> None:
    found = track(GROUP, size, value, 50.0, 0)
    assert wanted == found.wanted
    assert ("no change" if wanted == size else "accepted") == found.verdict


HALF = TargetTracking(metric="cpu", target=50.0)


@pytest.mark.parametrize(
    ("size", "load", "verdict", "wanted", "reason"),
    [
        # Those that warm up are there already: 3 × 80 / 50 members are wanted, and there.
        (5, Load(80, 3, warming=2), "no change", 5, "as near to 50"),
        (4, Load(80, 3, warming=1), "accepted", 5, "80 at 3 members, and 50 is wanted"),
        (5, Load(20, 3, warming=2), "no change", 5, "2 still warm up"),
        # Who is missing is idle before growing: (2 × 80 + 0) / 50, and as busy as can be before shrinking.
        (3, Load(80, 2, missing=1), "accepted", 4, ""),
        (3, Load(60, 2, missing=1), "no change", 3, ""),
        (3, Load(30, 2, missing=1), "no change", 3, ""),
        (3, Load(10, 2, missing=1), "accepted", 2, ""),
        (3, Load(float("inf"), 3), "no change", 3, ""),
    ],
)
def test_a_target_is_followed_with_what_is_known(size: int, load: Load, verdict: str, wanted: int, reason: str) -> None:
    found = follow(GROUP, size, load, HALF, 0)
    assert (verdict, wanted) == (found.verdict, found.wanted)
    assert reason in found.reason


@given(
    mean=st.floats(0, 1e6),
    known=st.integers(1, 50),
    missing=st.integers(0, 20),
    warming=st.integers(0, 20),
)
def test_what_is_not_known_never_turns_a_change_round(mean: float, known: int, missing: int, warming: int) -> None:
    group = structs.replace(GROUP, min_size=0, max_size=SIZE_MAX)
    size = known + missing + warming
    found = follow(group, size, Load(mean, known, missing, warming), HALF, 0)
    sure = follow(group, known, Load(mean, known), HALF, 0)
    assert (found.wanted - size) * (sure.wanted - known) >= 0
    assert abs(found.wanted - size) <= abs(sure.wanted - known)
