# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The arithmetic of scaling, what is refused and when, and cooldowns."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from nephoscope.act.scale.decide import decide, failed, finished, track
from nephoscope.model.errors import BadRequest
from nephoscope.model.scaling import (
    SIZE_MAX,
    AdjustmentType,
    ScalingGroup,
    ScalingPolicy,
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
        (ScalingPolicy(adjustment_type=PERCENT, scaling_adjustment=5, min_adjustment_step=-1), "expected 0 or more"),
        (ScalingPolicy(adjustment_type=CHANGE, scaling_adjustment=0.5), "members come whole"),
        (ScalingPolicy(adjustment_type=CHANGE, scaling_adjustment=float("nan")), "expected a number"),
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
            group = finished(group, UP, changing[1], second * S_NS)
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
        (GROUP, DOWN, 1, "no change", "1 members are as few as there may be"),
        (structs.replace(GROUP, busy=True), UP, 10, "no change", "as many as"),
        (structs.replace(GROUP, busy=True), UP, 2, "refused", "under way"),
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
    shared = finished(GROUP, UP, accepted, S_NS)
    assert (121 * S_NS, 121 * S_NS) == (shared.cooldown_out_ns, shared.cooldown_in_ns)
    apart = finished(GROUP, structs.replace(UP, by_direction=True), accepted, S_NS)
    assert (121 * S_NS, 0) == (apart.cooldown_out_ns, apart.cooldown_in_ns)
    # The later end wins, the group's own cooldown counts where the policy has none, and a failure starts none.
    later = finished(structs.replace(shared, cooldown_s=5), structs.replace(UP, cooldown_s=None), accepted, S_NS)
    assert 121 * S_NS == later.cooldown_out_ns
    assert (False, 0) == ((after := failed(structs.replace(GROUP, busy=True))).busy, after.cooldown_out_ns)


@pytest.mark.parametrize(
    ("size", "value", "wanted"),
    [(3, 80.0, 5), (3, 50.0, 3), (3, 10.0, 1), (9, 99.0, 10), (4, 25.0, 2), (3, float("nan"), 3)],
)
def test_a_target_is_tracked(size: int, value: float, wanted: int) -> None:
    found = track(GROUP, size, value, 50.0, 0)
    assert wanted == found.wanted
    assert ("no change" if wanted == size else "accepted") == found.verdict
