# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What rules read is remembered for a while, and looked up anew then."""

from typing import Any

import msgspec
import pytest

from nephoscope.alarm.targets import (
    KEPT_GROUP_S,
    KEPT_MISSING_S,
    KEPT_S,
    KEPT_UNCHANGED_S,
    Missing,
    Scoped,
    Target,
    Targets,
)
from nephoscope.model.alarm_rule import ResourcesThreshold, ResourceThreshold
from nephoscope.model.archive_policy import definition
from nephoscope.model.resource import ResourceChange
from nephoscope.store.index.resources import Resources
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

    def noted(self: Targets, wanted: Any, *others: Any) -> Any:
        asked.extend(wanted)
        return original(self, wanted, *others)

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
    world.resource("another")
    time.now_s += KEPT_S / 2 - 1
    assert not looked_up(targets, scoped, monkeypatch)[0]
    time.now_s += KEPT_S
    assert looked_up(targets, scoped, monkeypatch)[0]


def test_nothing_is_looked_up_again_in_an_index_that_does_not_change(
    world: World, targets: Targets, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.metric(world.resource("vm"))
    scoped = Scoped(CPU, "blue")
    assert looked_up(targets, scoped, monkeypatch)[0]
    time.now_s += KEPT_UNCHANGED_S / 2 - 1
    assert not looked_up(targets, scoped, monkeypatch)[0]
    time.now_s += KEPT_UNCHANGED_S
    assert looked_up(targets, scoped, monkeypatch)[0]


def test_members_of_a_group_come_and_go(world: World, targets: Targets, time: Time) -> None:
    scoped = Scoped(GROUP, None)
    for count in (1, 2):
        world.metric(world.resource(f"vm{count}", server_group="web"))
        found = targets.find([scoped])[scoped]
        assert isinstance(found, Target)
        assert (count, "max", True) == (len(found.numbers), found.method, found.is_rated)
        time.now_s += KEPT_GROUP_S


def queries(targets: Targets, world: World, scoped: Scoped) -> tuple[int, Any]:
    """How often groups were looked up in the index, and what was found."""
    asked = []

    def noted(*arguments: Any, **options: Any) -> Any:
        asked.append(arguments)
        return Resources.members(world.index.resources, *arguments, **options)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.index.resources, "members", noted)
        found = targets.find([scoped])[scoped]
    return len(asked), found


def test_groups_are_not_looked_up_in_an_index_that_does_not_change(world: World, targets: Targets, time: Time) -> None:
    scoped = Scoped(GROUP, None)
    owner = world.resource("vm", server_group="web")
    world.metric(owner)
    assert 1 == queries(targets, world, scoped)[0]
    for _ in range(20):
        time.now_s += KEPT_GROUP_S
        assert 0 == queries(targets, world, scoped)[0]
    world.index.resources.change(owner.id, ResourceChange(attributes={"server_group": "db"}), "instance")
    second = world.metric(world.resource("vm2", server_group="web"))
    time.now_s += KEPT_GROUP_S
    assert (1, (second.number,)) == ((found := queries(targets, world, scoped))[0], found[1].numbers)
    world.metric(world.resource("vm3", server_group="web"))
    time.now_s += KEPT_GROUP_S - 1
    assert 0 == queries(targets, world, scoped)[0]
    time.now_s += 1
    assert (1, 2) == ((found := queries(targets, world, scoped))[0], len(found[1].numbers))
    time.now_s += 2 * KEPT_UNCHANGED_S
    assert 1 == queries(targets, world, scoped)[0]


def test_groups_follow_policies_that_change(world: World, targets: Targets, time: Time) -> None:
    scoped = Scoped(GROUP, None)
    world.metric(world.resource("vm", server_group="web"))
    assert (86400 * 10**9,) == queries(targets, world, scoped)[1].timespans_ns
    kept = [definition(granularity_ns=width * 10**9, timespan_ns=2 * 86400 * 10**9) for width in (60, 300)]
    world.index.archive_policies.change("watched", kept)
    world.catalog.forget_policies()
    time.now_s += KEPT_GROUP_S
    assert (1, (2 * 86400 * 10**9,)) == ((found := queries(targets, world, scoped))[0], found[1].timespans_ns)


def test_groups_that_depend_on_the_time_are_looked_up_again(world: World, targets: Targets, time: Time) -> None:
    moving = msgspec.structs.replace(GROUP, query='{">": {"started_at": "-1 hour"}}')
    world.metric(world.resource("vm", server_group="web"))
    for _ in range(2):
        assert 1 == queries(targets, world, Scoped(moving, None))[0]
        time.now_s += KEPT_GROUP_S


def test_what_is_not_asked_for_any_more_is_forgotten(world: World, targets: Targets, time: Time) -> None:
    world.metric(world.resource("vm"))
    old = [Scoped(CPU, f"p{number}") for number in range(50)]
    targets.find(old)
    time.now_s += 2 * KEPT_UNCHANGED_S
    targets.find([Scoped(CPU, "blue")])
    assert [Scoped(CPU, "blue")] == list(targets._kept)
