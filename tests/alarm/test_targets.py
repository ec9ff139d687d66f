# SPDX-License-Identifier: Apache-2.0

"""What rules read is remembered for a while, and looked up anew then."""

from typing import Any

import pytest

from nephoscope.alarm.targets import KEPT_GROUP_S, KEPT_MISSING_S, KEPT_S, Missing, Scoped, Target, Targets
from nephoscope.model.alarm_rule import ResourcesThreshold, ResourceThreshold
from tests.alarm.conftest import World

CPU = ResourceThreshold(
    metric="cpu", resource_id="vm", resource_type="instance", threshold=1, aggregation_method="mean"
)
GROUP = ResourcesThreshold(
    metric="cpu",
    query='{"=": {"server_group": "web"}}',
    resource_type="instance",
    threshold=1,
    aggregation_method="rate:max",
)


class Time:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def targets(world: World, time: Time) -> Targets:
    return Targets(world.index, world.catalog, time)


def looked_up(targets: Targets, scoped: Scoped, monkeypatch: pytest.MonkeyPatch) -> tuple[bool, Any]:
    """Whether the index was asked, and what was found."""
    asked: list[object] = []
    original = Targets._looked_up

    def noted(self: Targets, wanted: Any) -> Any:
        asked.extend(wanted)
        return original(self, wanted)

    with monkeypatch.context() as patch:
        patch.setattr(Targets, "_looked_up", noted)
        found = targets.find([scoped])[scoped]
    return bool(asked), found


def test_what_is_missing_is_looked_for_again_sooner_than_what_is_there(
    world: World, targets: Targets, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    scoped = Scoped(CPU, "blue")
    assert isinstance(looked_up(targets, scoped, monkeypatch)[1], Missing)
    metric = world.metric(world.resource("vm"))
    time.now_s += KEPT_MISSING_S / 2
    assert not looked_up(targets, scoped, monkeypatch)[0]
    time.now_s += KEPT_MISSING_S / 2
    asked, found = looked_up(targets, scoped, monkeypatch)
    assert asked
    assert Target((metric.number,), (86400 * 10**9,), "mean", 60 * 10**9, None) == found
    time.now_s += KEPT_S / 2 - 1
    assert not looked_up(targets, scoped, monkeypatch)[0]
    time.now_s += KEPT_S
    assert looked_up(targets, scoped, monkeypatch)[0]


def test_members_of_a_group_come_and_go(
    world: World, targets: Targets, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    scoped = Scoped(GROUP, None)
    for count in (1, 2):
        world.metric(world.resource(f"vm{count}", server_group="web"))
        found = looked_up(targets, scoped, monkeypatch)[1]
        assert (count, "max", True) == (len(found.numbers), found.method, found.is_rated)
        time.now_s += KEPT_GROUP_S


def test_what_is_not_asked_for_any_more_is_forgotten(world: World, targets: Targets, time: Time) -> None:
    world.metric(world.resource("vm"))
    old = [Scoped(CPU, f"p{number}") for number in range(50)]
    targets.find(old)
    time.now_s += 4 * KEPT_S
    targets.find([Scoped(CPU, "blue")])
    assert [Scoped(CPU, "blue")] == list(targets._kept)
