# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Who may signal which policy, and that the same signal is decided once."""

from typing import Any

import pytest

from nephoscope.act.scale.signals import Signals
from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.model.scaling import ScalingPolicy, TargetTracking
from tests.act.scale.fake import Bench
from tests.store.index.watched import create

UP = ScalingPolicy(adjustment_type="change_in_capacity", scaling_adjustment=1)


def by_alarm(bench: Bench, alarm_id: str = "a", project_id: str = "blue", key: str = "k") -> str:
    signals = Signals(bench.index.scaling, bench.index.alarms, bench.clock)
    return signals.by_alarm("p", alarm_id=alarm_id, project_id=project_id, key=key)


def test_an_alarm_of_the_project_signals_and_is_told_what_came_of_it(bench: Bench) -> None:
    bench.group(size=2)
    bench.policy(UP)
    assert "accepted: from 2 to 3 members" == by_alarm(bench)
    assert "accepted: from 2 to 3 members" == by_alarm(bench), "the same notification once more"
    assert "refused: a change of size to 3 is under way" == by_alarm(bench, key="k2")
    assert ["alarm a", "alarm a"] == [each.by for each in bench.records()[1:]]
    bench.work()
    assert 3 == len(bench.world.members)


@pytest.mark.parametrize(
    ("group", "alarm", "may"),
    [
        ("blue", {}, True),
        ("green", {}, False),
        ("green", {"sees_all": True}, True),
        # What belongs to no project is nobody's.
        ("", {"project_id": ""}, False),
        ("", {"project_id": "", "sees_all": True}, True),
        ("green", None, False),
    ],
)
def test_an_alarm_signals_only_its_own_project_unless_it_sees_all(
    bench: Bench, group: str, alarm: dict[str, Any] | None, may: bool
) -> None:
    bench.group(size=2, project_id=group)
    bench.policy(UP)
    project = "blue"
    if alarm is not None:
        project = create(bench.index, "a", **alarm).project_id
    if may:
        assert "accepted: from 2 to 3 members" == by_alarm(bench, project_id=project)
        return
    with pytest.raises(NotFound, match="Scaling policy p not found"):
        by_alarm(bench, project_id=project)
    assert 1 == len(bench.records())


def test_a_policy_that_decides_by_itself_or_is_gone_cannot_be_signalled(bench: Bench) -> None:
    bench.group(size=2)
    with pytest.raises(NotFound):
        by_alarm(bench)
    bench.policy(TargetTracking(metric="cpu", target=5.0))
    with pytest.raises(BadRequest, match="decides by itself"):
        by_alarm(bench)


@pytest.mark.parametrize("key", ["k" * 2000, "ü", " "])
def test_a_key_is_of_any_length_and_signs(bench: Bench, key: str) -> None:
    bench.group(size=2)
    bench.policy(UP)
    by_alarm(bench, key=key)
    by_alarm(bench, key=key)
    assert 2 == len(bench.records())
    by_alarm(bench, key=f"{key}x")
    assert 3 == len(bench.records())
